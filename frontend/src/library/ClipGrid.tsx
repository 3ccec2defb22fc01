import { Button, Center, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconSparkles } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type ClipFilter, clipListQuery } from "../api/clips";
import type { Clip, Role } from "../api/types";
import { count } from "../format/text";
import { Problem } from "../parts/Problem";
import { bySubject } from "./bySubject";
import { ClipCard } from "./ClipCard";
import { usePreannotate } from "./clipActions";
import classes from "./library.module.css";

interface ClipGridProps {
  projectId: string;
  role: Role;
  filter: ClipFilter;
  canPreannotate: boolean;
  empty: ReactNode;
}

/** The clips of a project under their subjects, newest first. */
export function ClipGrid({ projectId, role, filter, canPreannotate, empty }: ClipGridProps) {
  const list = useInfiniteQuery(clipListQuery(projectId, filter));
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set());
  const preannotating = usePreannotate(projectId);
  if (list.isPending) {
    return (
      <div className={classes.grid}>
        {["a", "b", "c", "d", "e", "f"].map((name) => (
          <Skeleton key={name} height={220} radius="md" />
        ))}
      </div>
    );
  }
  if (list.isError) return <Problem error={list.error} onRetry={list.refetch} />;
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
    <Stack gap="lg">
      {chosen.length > 0 && (
        <Paper withBorder p="xs" bg="dark.6" pos="sticky" top={8} style={{ zIndex: 5 }}>
          <Group justify="space-between">
            <Text size="sm">{count(chosen.length, "clip")} chosen</Text>
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
              <Button size="xs" variant="default" onClick={() => setChosenIds(new Set())}>
                Clear
              </Button>
            </Group>
          </Group>
        </Paper>
      )}
      <div className={classes.groups}>
        {bySubject(clips).map(({ pseudonym, clips: own }) => (
          <section key={pseudonym} aria-label={`Subject ${pseudonym}`}>
            <Group gap="xs" mb={6}>
              <Title order={3}>{pseudonym}</Title>
              <Text size="xs" c="dimmed">
                {count(own.length, "clip")}
              </Text>
            </Group>
            <div className={classes.grid}>
              {own.map((clip) => (
                <ClipCard
                  key={clip.id}
                  clip={clip}
                  role={role}
                  canPreannotate={canPreannotate}
                  isChosen={chosenIds.has(clip.id)}
                  onChoose={(isChosen) => choose(clip, isChosen)}
                />
              ))}
            </div>
          </section>
        ))}
      </div>
      {list.hasNextPage && (
        <Center>
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Show more
          </Button>
        </Center>
      )}
    </Stack>
  );
}
