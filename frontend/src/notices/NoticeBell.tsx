import {
  ActionIcon,
  Button,
  Group,
  Indicator,
  Popover,
  ScrollArea,
  Stack,
  Switch,
  Text,
  Tooltip,
} from "@mantine/core";
import { useDisclosure, useWindowEvent } from "@mantine/hooks";
import { IconBell, IconMailOpened, IconPointFilled } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { keys } from "../api/keys";
import type { Notice } from "../api/types";
import {
  muteNoticeMail,
  noticeMailQuery,
  noticesQuery,
  readNotices,
  unreadQuery,
} from "../api/work";
import { ago } from "../format/text";
import { Problem } from "../parts/Problem";
import { tellError } from "../parts/tell";
import classes from "./notices.module.css";

/** What concerns the person: a list behind a bell, read or not, and by e-mail unless muted. */
export function NoticeBell() {
  const unread = useQuery(unreadQuery).data?.unread ?? 0;
  const [isShown, list] = useDisclosure(false);
  useWindowEvent("keydown", ({ key }) => {
    if (key === "Escape") list.close();
  });
  const label = unread === 0 ? "Notices: none unread" : `Notices: ${unread} unread`;
  return (
    <Popover width={360} position="bottom-end" shadow="md" opened={isShown} onDismiss={list.close}>
      <Popover.Target>
        <Tooltip label={label} disabled={isShown}>
          <Indicator
            disabled={unread === 0}
            label={unread > 99 ? "99+" : unread}
            size={16}
            offset={5}
            color="iris"
          >
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={label}
              onClick={list.toggle}
            >
              <IconBell size={21} stroke={1.6} />
            </ActionIcon>
          </Indicator>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Notices" aria-labelledby={undefined}>
        {isShown && <NoticeList unread={unread} onGo={list.close} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function NoticeList({ unread, onGo }: { unread: number; onGo: () => void }) {
  const queries = useQueryClient();
  const notices = useQuery({ ...noticesQuery, staleTime: 0 });
  const read = useMutation({
    mutationFn: ({ ids, isRead }: { ids: string[] | null; isRead: boolean }) =>
      readNotices(ids, isRead),
    onError: (error) => tellError(error, "Not marked"),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.notices }),
  });
  const rows = notices.data?.results ?? [];
  return (
    <>
      <Group justify="space-between" p="sm" pb={4}>
        <Text fw={600}>Notices</Text>
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={unread === 0}
          loading={read.isPending}
          leftSection={<IconMailOpened size={14} />}
          onClick={() => read.mutate({ ids: null, isRead: true })}
        >
          Mark all as read
        </Button>
      </Group>
      <ScrollArea.Autosize mah={380} type="auto" viewportProps={{ tabIndex: 0 }}>
        <Stack gap={0} px="xs" pb="xs" component="ul" className={classes.list}>
          {notices.isError && <Problem error={notices.error} onRetry={notices.refetch} />}
          {notices.isSuccess && rows.length === 0 && (
            <Text size="sm" c="dimmed" p="xs">
              Nothing yet. Work that is assigned to you, decisions on your readings and remarks show
              up here.
            </Text>
          )}
          {rows.map((notice) => (
            <li key={notice.id}>
              <NoticeRow
                notice={notice}
                onGo={() => {
                  if (notice.read_at === null) read.mutate({ ids: [notice.id], isRead: true });
                  onGo();
                }}
                onTurn={() => read.mutate({ ids: [notice.id], isRead: notice.read_at === null })}
              />
            </li>
          ))}
        </Stack>
      </ScrollArea.Autosize>
      <MailSwitch />
    </>
  );
}

interface NoticeRowProps {
  notice: Notice;
  onGo: () => void;
  onTurn: () => void;
}

function NoticeRow({ notice, onGo, onTurn }: NoticeRowProps) {
  const isNew = notice.read_at === null;
  const turn = isNew ? "Mark as read" : "Mark as unread";
  return (
    <Group gap={2} wrap="nowrap" align="flex-start" className={classes.row}>
      <NoticeLink notice={notice} onGo={onGo}>
        <Text size="sm" fw={isNew ? 600 : 400}>
          {notice.text}
        </Text>
        <Text size="xs" c="dimmed">
          {[notice.clip_title, notice.project_name, ago(notice.created_at)]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      </NoticeLink>
      <Tooltip label={turn}>
        <ActionIcon
          size="sm"
          mt={6}
          variant="subtle"
          color={isNew ? "iris" : "gray"}
          aria-label={`${turn}: ${notice.text}`}
          onClick={onTurn}
        >
          <IconPointFilled size={14} style={{ opacity: isNew ? 1 : 0.35 }} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

/** To one's own reading where it came back, to the set it is about, or to the queue. */
function NoticeLink(props: { notice: Notice; onGo: () => void; children: ReactNode }) {
  const { notice, onGo, children } = props;
  const shown = { className: classes.link, onClick: onGo, children };
  if (notice.clip !== null && notice.kind === "returned") {
    return <Link to="/clips/$clipId/annotate" params={{ clipId: notice.clip }} {...shown} />;
  }
  if (notice.clip !== null && notice.annotation_set !== null) {
    const params = { clipId: notice.clip, setId: notice.annotation_set };
    return <Link to="/clips/$clipId/review/$setId" params={params} {...shown} />;
  }
  return <Link to="/projects/$projectId/queue" params={{ projectId: notice.project }} {...shown} />;
}

function MailSwitch() {
  const queries = useQueryClient();
  const mail = useQuery(noticeMailQuery);
  const mute = useMutation({
    mutationFn: muteNoticeMail,
    onSuccess: (answer) => queries.setQueryData(keys.noticeMail, answer),
    onError: (error) => tellError(error, "Not changed"),
  });
  return (
    <div className={classes.mail}>
      <Switch
        size="xs"
        label="Also once a day by e-mail"
        disabled={mail.data === undefined}
        checked={mail.data?.is_mail_muted === false}
        onChange={(event) => mute.mutate(!event.currentTarget.checked)}
      />
    </div>
  );
}
