import { Box, Button, Code, Collapse, Group, Paper, Progress, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type UIEvent, useEffect, useRef } from "react";
import { foldLogQuery } from "../api/jobs";
import type { Fold } from "../api/types";
import { percent } from "../format/text";
import { Problem } from "../parts/Problem";
import { StateBadge } from "../parts/StateBadge";
import { findsNothing, foldName } from "./curves";
import { foldShare, LOST_WORKER } from "./timeLeft";

const END_WITHIN_PX = 24;

const COLOURS: Partial<Record<Fold["state"], string>> = {
  failed: "red",
  done: "teal",
  cancelled: "dark.3",
};

/** A fold of a run: how far it is, what its fit said, and why it failed where it did. */
export function FoldRow({
  runId,
  fold,
  epochCount,
}: {
  runId: string;
  fold: Fold;
  epochCount: number;
}) {
  const [isOpen, log] = useDisclosure(false);
  const name = foldName(fold.index);
  const share = foldShare(fold, epochCount);
  const said = saidOf(fold, epochCount);
  const colour = fold.is_stranded ? "yellow.4" : "dimmed";
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
        <Text size="xs" c={colour} w={270} truncate title={said} visibleFrom="sm">
          {said}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          style={{ flex: "none" }}
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Hide" : "Show"} the log of ${name.toLowerCase()}`}
          onClick={log.toggle}
        >
          {isOpen ? "Hide the log" : "Show the log"}
        </Button>
      </Group>
      <Text size="xs" c={colour} mt={4} hiddenFrom="sm">
        {said}
      </Text>
      {fold.note !== "" && (
        <Text size="xs" c="yellow.4" mt={4}>
          {fold.note}
        </Text>
      )}
      {findsNothing(fold) && (
        <Text size="xs" c="yellow.4" mt={4}>
          Finds next to nothing on the frames held out, epoch after epoch. Where it stays so,
          another recipe may learn, or the same from a version that is registered.
        </Text>
      )}
      {fold.state === "failed" && (
        <Text size="sm" c="red.3" mt={4}>
          {fold.error || "This fold ended without a word; its log may say more."}
        </Text>
      )}
      <Collapse expanded={isOpen}>{isOpen && <FoldLog runId={runId} fold={fold} />}</Collapse>
    </Paper>
  );
}

function saidOf(fold: Fold, epochCount: number): string {
  if (fold.is_stranded) return LOST_WORKER;
  if (fold.state === "running" && fold.message !== "") return fold.message;
  return `${fold.epochs.length} of ${epochCount} epochs`;
}

/** The last lines of a log tell what went on, or wrong; it follows its end unless read above. */
function FoldLog({ runId, fold }: { runId: string; fold: Fold }) {
  const log = useQuery(foldLogQuery(runId, fold));
  const lines = log.data?.log.trim();
  const box = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    if (lines !== undefined && box.current !== null && isAtEnd.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [lines]);
  const onScroll = ({ currentTarget }: UIEvent<HTMLElement>) => {
    const { scrollHeight, scrollTop, clientHeight } = currentTarget;
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < END_WITHIN_PX;
  };
  return (
    <>
      {log.isError && <Problem error={log.error} onRetry={log.refetch} />}
      {lines !== undefined && (
        <Code
          ref={box}
          block
          mt="xs"
          mah={260}
          tabIndex={0}
          aria-label="End of the log"
          onScroll={onScroll}
        >
          {lines || "The log is empty."}
        </Code>
      )}
    </>
  );
}
