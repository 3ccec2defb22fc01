import { Burger, Drawer, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useMe } from "../api/session";
import { JobsTray } from "../jobs/JobsTray";
import { UploadProvider } from "../library/upload/UploadProvider";
import { NoticeBell } from "../notices/NoticeBell";
import { ProjectSwitcher } from "../projects/ProjectSwitcher";
import mark from "./fascicle.svg";
import { preloadClipRooms } from "./lazyPages";
import { OfflineNotice } from "./OfflineNotice";
import { roomsOf } from "./rooms";
import { SessionExpiredDialog } from "./SessionExpiredDialog";
import classes from "./Shell.module.css";
import { ShortcutsDialog } from "./ShortcutsDialog";
import { UserMenu } from "./UserMenu";
import { useCurrentProject } from "./useCurrentProject";

/** The line that every page carries. */
export function ResearchUseLine() {
  return (
    <footer className={classes.line}>
      Research use only — not for diagnosis, not for guiding a needle
    </footer>
  );
}

export function Brand() {
  return (
    <Link to="/" className={classes.brand} aria-label="Fascicle, to the start">
      <img src={mark} alt="" width={22} height={22} />
      <Text component="span" fw={650} visibleFrom="xs">
        Fascicle
      </Text>
    </Link>
  );
}

function RoomLinks({ onGo }: { onGo?: () => void }) {
  const project = useCurrentProject();
  if (project === null) return null;
  return roomsOf(project.role).map(({ name, to, icon: Icon }) => (
    <Link
      key={to}
      to={to}
      params={{ projectId: project.id }}
      className={classes.room}
      activeProps={{ "data-active": true, "aria-current": "page" }}
      onClick={() => onGo?.()}
    >
      <Icon size={17} stroke={1.7} aria-hidden />
      {name}
    </Link>
  ));
}

/** Frame of every page behind the log-in: bar, page, research line, and what floats above. */
export function Shell({ children = <Outlet /> }: { children?: ReactNode }) {
  const [isMenuOpen, menu] = useDisclosure(false);
  const me = useMe();
  const project = useCurrentProject();
  useEffect(() => {
    const soon = window.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 300));
    soon(() => void preloadClipRooms());
  }, []);
  return (
    <UploadProvider>
      <div className={classes.shell}>
        <a className="skip-link" href="#main">
          Skip to the page
        </a>
        <header className={classes.bar}>
          <Burger
            hiddenFrom="sm"
            size="sm"
            opened={isMenuOpen}
            onClick={menu.toggle}
            aria-label="Rooms"
          />
          <Brand />
          <ProjectSwitcher />
          <Group component="nav" visibleFrom="sm" className={classes.nav} aria-label="Rooms">
            <RoomLinks />
          </Group>
          <Group ml="auto" gap={4} wrap="nowrap">
            <NoticeBell />
            <JobsTray projectId={project?.id ?? null} />
            {me !== null && <UserMenu me={me} />}
          </Group>
        </header>
        <Drawer opened={isMenuOpen} onClose={menu.close} title={project?.name ?? "Rooms"} size="xs">
          <Stack component="nav" gap={4} aria-label="Rooms">
            <RoomLinks onGo={menu.close} />
          </Stack>
        </Drawer>
        <OfflineNotice />
        <main id="main" tabIndex={-1} className={classes.main}>
          {children}
        </main>
        <ResearchUseLine />
      </div>
      <SessionExpiredDialog />
      <ShortcutsDialog />
    </UploadProvider>
  );
}
