import { Button, Group, Paper, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconEyeCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { previewAddress } from "../api/uploads";
import { ago, count } from "../format/text";
import classes from "./uploads.module.css";
import { useWaitingForALook } from "./useWaitingForALook";

const SHOWN = 8;
const WEEK_MS = 7 * 24 * 3600 * 1000;

const isWithinAWeek = (moment: string | null): boolean =>
  moment !== null && new Date(moment).getTime() - Date.now() < WEEK_MS;

/** Recordings that nobody but experts may see until one of them has looked. */
export function WaitingRecordings({ projectId }: { projectId: string }) {
  const waiting = useWaitingForALook(projectId);
  // Who has waited longest is first.
  const rows = [...waiting].reverse();
  const first = rows[0];
  if (first === undefined) return null;
  const soon = rows.filter(({ expires_at: at }) => isWithinAWeek(at)).length;
  return (
    <Paper component="section" withBorder p="sm" bg="dark.6" aria-labelledby="waiting">
      <Group justify="space-between" mb={6} gap="xs">
        <div>
          <Title order={2} id="waiting">
            {count(rows.length, "recording waits", "recordings wait")} for your look
          </Title>
          <Text size="sm" c="dimmed">
            They become clips when an expert has seen that no name, date or place is left in them.
          </Text>
        </div>
        {soon > 0 && (
          <Text size="sm" c="yellow.4" role="status">
            {count(soon, "recording is", "recordings are")} removed within a week unless someone
            looks.
          </Text>
        )}
        <Button
          leftSection={<IconEyeCheck size={16} />}
          renderRoot={(props) => (
            <Link to="/uploads/$uploadId" params={{ uploadId: first.id }} {...props} />
          )}
        >
          Look at the first
        </Button>
      </Group>
      <div className={classes.waiting}>
        {rows.slice(0, SHOWN).map((row) => (
          <Link
            key={row.id}
            to="/uploads/$uploadId"
            params={{ uploadId: row.id }}
            className={classes.waitingLink}
          >
            <img src={previewAddress(row.id)} alt="" loading="lazy" />
            <Text size="sm" fw={550} truncate>
              <VisuallyHidden>Look at </VisuallyHidden>
              {row.title}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {row.subject} · {row.owner?.name ?? "someone"}, {ago(row.created_at)}
            </Text>
          </Link>
        ))}
      </div>
      {rows.length > SHOWN && (
        <Text size="xs" c="dimmed" mt={6}>
          and {rows.length - SHOWN} more; “Release and next” leads through all of them
        </Text>
      )}
    </Paper>
  );
}
