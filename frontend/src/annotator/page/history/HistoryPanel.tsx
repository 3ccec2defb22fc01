import { Button, CloseButton, Group, Switch, Text } from "@mantine/core";
import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { get } from "../../../api/client";
import { ago, moment } from "../../../format/text";
import { Problem } from "../../../parts/Problem";
import pageClasses from "../page.module.css";
import classes from "./history.module.css";
import type { LookBack, RevisionLine } from "./useLookBack";

const PAGE_LINES = 200;

const historyQuery = (setId: string, revision: number) =>
  infiniteQueryOptions({
    queryKey: ["annotation-set", setId, "revisions", revision] as const,
    queryFn: ({ pageParam, signal }) =>
      get<RevisionLine[]>(
        `/api/annotation-sets/${setId}/revisions/`,
        { before: pageParam },
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < PAGE_LINES ? undefined : page[0]?.number),
  });

interface HistoryPanelProps {
  setId: string;
  /** The newest revision known; the list is read again when it grows. */
  revision: number;
  lookBack: LookBack;
  onClose(): void;
}

/** Who changed what and when, newest first; a line shows the set as it was then. */
export function HistoryPanel({ setId, revision, lookBack, onClose }: HistoryPanelProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    historyQuery(setId, revision),
  );
  const lines = (data?.pages ?? []).flatMap((page) => [...page].reverse());
  return (
    <section className={pageClasses.section} aria-label="History" data-testid="history">
      <Group justify="space-between">
        <h2 className={pageClasses.heading}>History</h2>
        <CloseButton size="sm" aria-label="Close history" onClick={onClose} />
      </Group>
      {error !== null && (
        <Problem error={error} title="The history cannot be read now" onRetry={() => refetch()} />
      )}
      {data && lines.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing has been saved yet. Each save becomes a line here, and any of them can be brought
          back.
        </Text>
      )}
      <ul className={classes.lines} aria-label="Saved changes, newest first">
        {lines.map((line) => (
          <li key={line.number}>
            <button
              type="button"
              className={classes.line}
              aria-pressed={lookBack.number === line.number}
              onClick={() => lookBack.look(lookBack.number === line.number ? null : line.number)}
            >
              <span className={classes.what}>{line.summary || `Revision ${line.number}`}</span>
              <span className={classes.when} title={moment(line.created_at)}>
                {line.author?.name ?? "A model"}, {ago(line.created_at)} · {line.number}
              </span>
            </button>
          </li>
        ))}
        {hasNextPage && (
          <li>
            <Button
              variant="subtle"
              size="compact-sm"
              loading={isFetchingNextPage}
              onClick={() => void fetchNextPage()}
            >
              Earlier
            </Button>
          </li>
        )}
      </ul>
    </section>
  );
}

interface LookBackBannerProps {
  lookBack: LookBack;
  /** Absent where the set may not be changed. */
  onRestore?: (() => void) | undefined;
}

/** Says plainly that the picture does not show the present. */
export function LookBackBanner({ lookBack, onRestore }: LookBackBannerProps) {
  if (lookBack.number === null) return null;
  return (
    <div className={classes.banner} role="status" data-testid="looking-back">
      <span>
        {lookBack.error
          ? `Revision ${lookBack.number} cannot be read now.`
          : `This is the work as it was after revision ${lookBack.number}. It cannot be changed here.`}
      </span>
      <Switch
        size="sm"
        color="dark"
        label="Compare with now (dashed)"
        checked={lookBack.isComparing}
        onChange={(event) => lookBack.compare(event.currentTarget.checked)}
      />
      <div style={{ flex: 1 }} />
      {onRestore !== undefined && (
        <Button size="compact-sm" color="dark" disabled={!lookBack.document} onClick={onRestore}>
          Restore this
        </Button>
      )}
      <Button size="compact-sm" variant="white" color="dark" onClick={() => lookBack.look(null)}>
        Back to now
      </Button>
    </div>
  );
}
