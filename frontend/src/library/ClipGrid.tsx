import { Button, Center, Group, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { IconSparkles } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type ClipFilter, clipListQuery } from "../api/clips";
import type { Clip, Role } from "../api/types";
import { count } from "../format/text";
import { Problem } from "../parts/Problem";
import { ClipCard } from "./ClipCard";
import { usePreannotate } from "./clipActions";
import classes from "./library.module.css";
import { shownText } from "./shownText";
import { useReachedEnd } from "./useReachedEnd";

interface ClipGridProps {
  projectId: string;
  role: Role;
  filter: ClipFilter;
  canPreannotate: boolean;
  /** Clips that the filter leaves, where that is known. */
  total: number | null;
  empty: ReactNode;
  onSubject: (subjectId: string) => void;
}

/** The clips of a project, newest first; more come as the end of the page is neared. */
export function ClipGrid({
  projectId,
  role,
  filter,
  canPreannotate,
  total,
  empty,
  onSubject,
}: ClipGridProps) {
  const list = useInfiniteQuery(clipListQuery(projectId, filter));
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set());
  const preannotating = usePreannotate(projectId);
  const canFetchMore = list.hasNextPage && !list.isFetchingNextPage && !list.isFetchNextPageError;
  const end = useReachedEnd(canFetchMore ? () => void list.fetchNextPage() : null);
  if (list.isPending) {
    return (
      <div className={classes.grid}>
        {[..."abcdefghijkl"].map((name) => (
          <Skeleton key={name} height={210} radius="md" />
        ))}
      </div>
    );
  }
  if (list.data === undefined) return <Problem error={list.error} onRetry={list.refetch} />;
  const clips = list.data.pages.flatMap(({ results }) => results);
  if (clips.length === 0) return empty;
  const chosen = clips.filter(({ id }) => chosenIds.has(id));

  const choose = (clip: Clip, isChosen: boolean) => {
    const ids = new Set(chosenIds);
    if (isChosen) ids.add(clip.id);
    else ids.delete(clip.id);
    setChosenIds(ids);
  };
  const onPreannotate = () =>
    preannotating.mutate(chosen, { onSuccess: () => setChosenIds(new Set()) });

  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed" role="status">
        {`Showing ${shownText({ shown: clips.length, hasMore: list.hasNextPage, total })}`}
      </Text>
      {chosen.length > 0 && (
        <Paper withBorder p="xs" bg="dark.6" pos="sticky" top={8} style={{ zIndex: 5 }}>
          <Group justify="space-between">
            <Text size="sm">
              {count(chosen.length, "clip")} chosen
              {!canPreannotate && " · no model is promoted for pre-annotation yet"}
            </Text>
            <Group gap="xs">
              <Button
                size="xs"
                leftSection={<IconSparkles size={15} />}
                disabled={!canPreannotate}
                loading={preannotating.isPending}
                onClick={onPreannotate}
              >
                Pre-annotate
              </Button>
              {chosen.length < clips.length && (
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => setChosenIds(new Set(clips.map(({ id }) => id)))}
                >
                  Choose all shown
                </Button>
              )}
              <Button size="xs" variant="default" onClick={() => setChosenIds(new Set())}>
                Clear
              </Button>
            </Group>
          </Group>
        </Paper>
      )}
      <div className={classes.grid}>
        {clips.map((clip) => (
          <ClipCard
            key={clip.id}
            clip={clip}
            role={role}
            canPreannotate={canPreannotate}
            isChosen={chosenIds.has(clip.id)}
            onChoose={(isChosen) => choose(clip, isChosen)}
            onSubject={onSubject}
          />
        ))}
      </div>
      {list.hasNextPage && (
        <Center ref={end}>
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {list.isFetchNextPageError ? "Try again" : "Show more"}
          </Button>
        </Center>
      )}
    </Stack>
  );
}
