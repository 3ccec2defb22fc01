import { Group, Kbd, Modal, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { roomsOf } from "./rooms";
import { useCurrentProject } from "./useCurrentProject";

const SEQUENCE_MS = 1200;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** `?` lists the shortcuts of the page; `g` and a letter goes to a room. A room may take any key first. */
export function ShortcutsDialog() {
  const [isOpen, dialog] = useDisclosure(false);
  const project = useCurrentProject();
  const navigate = useNavigate();
  const pathname = useLocation({ select: ({ pathname: path }) => path });
  const isInClip = pathname.startsWith("/clips/");
  const startedAt = useRef(0);

  useEffect(() => {
    const go = (key: string) => {
      const room = roomsOf(project?.role ?? null).find((candidate) => candidate.key === key);
      if (room !== undefined && project !== null) {
        void navigate({ to: room.to, params: { projectId: project.id } });
      }
    };
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      const { key } = event;
      // After the others have had the event: a room that used the key has prevented its default.
      setTimeout(() => {
        if (event.defaultPrevented) return;
        if (key === "?") dialog.toggle();
        else if (isInClip) return;
        else if (key === "g") startedAt.current = event.timeStamp;
        else if (event.timeStamp - startedAt.current < SEQUENCE_MS) {
          startedAt.current = 0;
          go(key);
        }
      });
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [dialog, isInClip, navigate, project]);

  return (
    <Modal opened={isOpen} onClose={dialog.close} title="Shortcuts">
      <Stack gap="xs">
        <Table>
          <Table.Tbody>
            {pathname.endsWith("/library") && (
              <>
                <Row keys={["/"]} does="Search clips" />
                {project?.role !== "trainee" && <Row keys={["u"]} does="Upload clips" />}
              </>
            )}
            {roomsOf(project?.role ?? null).map(({ key, name }) => (
              <Row key={key} keys={["g", key]} does={`Go to ${name}`} />
            ))}
            <Row keys={["?"]} does="Show or hide this list" />
            <Row keys={["Esc"]} does="Close what is open" />
          </Table.Tbody>
        </Table>
        {project !== null && (
          <Text size="sm" c="dimmed">
            The keys of a clip are listed by the same key while the clip is open.
          </Text>
        )}
      </Stack>
    </Modal>
  );
}

function Row({ keys, does }: { keys: string[]; does: string }) {
  return (
    <Table.Tr>
      <Table.Td w={110}>
        <Group gap={4}>
          {keys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
        </Group>
      </Table.Td>
      <Table.Td>{does}</Table.Td>
    </Table.Tr>
  );
}
