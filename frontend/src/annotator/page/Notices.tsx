import { Button, CloseButton, Group } from "@mantine/core";
import { modals } from "@mantine/modals";
import { moment } from "../../format/text";
import type { AnnotationSession } from "../core/session";
import type { AnnotationSetDetail } from "../queries";
import classes from "./page.module.css";
import { useStore } from "./useStore";

/** Why the work came back, or was taken up again, in the words of who did it. */
export function ReturnedNotice({ set }: { set: AnnotationSetDetail }) {
  const last = set.transitions.at(-1);
  if (set.state !== "returned" || last === undefined) return null;
  return (
    <div className={classes.returned} role="note">
      <strong>
        {last.step === "reopen" ? "Reopened" : "Returned"} by {last.actor.name}, {moment(last.at)}:
      </strong>{" "}
      {last.reason}
    </div>
  );
}

/** What happened to the work while it was being saved. */
export function SavingNotices({ session }: { session: AnnotationSession }) {
  const { notices } = useStore(session.state);
  const state = useStore(session.outbox.state);
  const isUnprotected = useStore(session.outbox.isUnprotected);
  return (
    <>
      {isUnprotected && (
        <div className={classes.notice} role="status" data-testid="no-storage">
          This browser does not let the page store anything, as in a private window or when the disk
          is full. Your work is still saved to the server while you are online; do not close this
          page before it says Saved.
        </div>
      )}
      {notices.length > 0 && (
        <div className={classes.notice} role="status">
          <Group justify="space-between" wrap="nowrap">
            <span>{[...new Set(notices)].join(" ")}</span>
            <CloseButton aria-label="Dismiss" onClick={() => session.dismissNotices()} />
          </Group>
        </div>
      )}
      {state.kind === "refused" && (
        <div className={classes.returned} role="alert">
          <Group justify="space-between">
            <span>
              The server did not take {state.count === 1 ? "a change" : `${state.count} changes`}:{" "}
              {state.reason} The work is kept in this browser.
            </span>
            <Group gap="xs">
              <Button size="compact-xs" onClick={() => void session.outbox.resume()}>
                Try again
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => confirmDiscard(session, state.count)}
              >
                Discard
              </Button>
            </Group>
          </Group>
        </div>
      )}
    </>
  );
}

function confirmDiscard(session: AnnotationSession, count: number): void {
  modals.openConfirmModal({
    title: "Discard unsaved changes?",
    children: `${count === 1 ? "One change" : `${count} changes`} will be gone for good.`,
    labels: { confirm: "Discard", cancel: "Keep" },
    confirmProps: { color: "red" },
    onConfirm: () => void session.discard(),
  });
}
