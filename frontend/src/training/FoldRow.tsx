import { Box, Button, Code, Collapse, Group, Paper, Progress, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { jobQuery } from "../api/jobs";
import type { Fold } from "../api/types";
import { percent } from "../format/text";
import { Problem } from "../parts/Problem";
import { StateBadge } from "../parts/StateBadge";
import { foldName } from "./curves";

const COLOURS: Partial<Record<Fold["state"], string>> = {
  failed: "red",
  done: "teal",
  cancelled: "dark.3",
};

/** A fold of a run: how far it is, and why it failed where it did. */
export function FoldRow({ fold, epochCount }: { fold: Fold; epochCount: number }) {
  const name = foldName(fold.index);
  const share = fold.state === "done" ? 1 : fold.progress;
  const epochs = `${fold.epochs.length} of ${epochCount} epochs`;
  return (
    <Paper withBorder px="sm" py={8} bg="dark.6">
      <Group wrap="nowrap" gap="md">
        <Text size="sm" fw={600} w={56} style={{ flex: "none" }}>
          {name}
        </Text>
        <Box w={78} style={{ flex: "none" }}>
          <StateBadge state={fold.state} />
        </Box>
        <Progress
          flex={1}
          size="sm"
          value={share * 100}
          color={COLOURS[fold.state] ?? "iris"}
          aria-label={`${name}: ${percent(share)}`}
        />
        <Text size="xs" c="dimmed" w={{ base: 100, sm: 270 }} truncate title={fold.message}>
          {fold.state === "running" && fold.message !== "" ? fold.message : epochs}
        </Text>
      </Group>
      {fold.note !== "" && (
        <Text size="xs" c="yellow.4" mt={4}>
          {fold.note}
        </Text>
      )}
      {fold.state === "failed" && <FoldFailure fold={fold} />}
    </Paper>
  );
}

/** The last lines of a log tell what went wrong. */
function scrollToEnd(log: HTMLElement | null): void {
  if (log !== null) log.scrollTop = log.scrollHeight;
}

function FoldFailure({ fold }: { fold: Fold }) {
  const [isOpen, log] = useDisclosure(false);
  const job = useQuery({ ...jobQuery(fold.job), enabled: isOpen });
  return (
    <>
      <Group gap="xs" mt={4}>
        <Text size="sm" c="red.3">
          {fold.error || "This fold ended without a word; its log may say more."}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Hide" : "Show"} the log of ${foldName(fold.index).toLowerCase()}`}
          onClick={log.toggle}
        >
          {isOpen ? "Hide the log" : "Show the log"}
        </Button>
      </Group>
      <Collapse expanded={isOpen}>
        {job.isError && <Problem error={job.error} onRetry={job.refetch} />}
        {job.data !== undefined && (
          <Code ref={scrollToEnd} block mt="xs" mah={260} tabIndex={0} aria-label="End of the log">
            {job.data.log_tail.trim() || "The log is empty."}
          </Code>
        )}
      </Collapse>
    </>
  );
}
