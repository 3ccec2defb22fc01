import { Alert, Button, Group, Modal, Text, Textarea } from "@mantine/core";
import { IconArrowBackUp, IconCheck, IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import classes from "../annotator/page/page.module.css";
import type { AnnotationSetDetail } from "../annotator/queries";
import { moment } from "../format/text";
import { ReopenButton } from "./ReopenButton";
import type { useDecision } from "./useDecision";

interface DecisionPanelProps {
  set: AnnotationSetDetail;
  mayReview: boolean;
  decision: ReturnType<typeof useDecision>;
  asked: "accept" | "return" | null;
  onAsk(what: "accept" | "return" | null): void;
  onCorrect(): void;
}

/** Accept, or return with a remark; says why where neither is possible. */
export function DecisionPanel(props: DecisionPanelProps) {
  const { set, mayReview, decision, asked, onAsk, onCorrect } = props;
  const obstacle = obstacleOf(set, mayReview);
  return (
    <section className={classes.section} aria-label="Decision">
      <h2 className={classes.heading}>Decision</h2>
      {obstacle === null ? (
        <>
          <Group grow gap="xs">
            <Button
              color="teal"
              leftSection={<IconCheck size={17} />}
              onClick={() => onAsk("accept")}
            >
              Accept (A)
            </Button>
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={17} />}
              onClick={() => onAsk("return")}
            >
              Return (R)
            </Button>
          </Group>
          <Button
            fullWidth
            mt={8}
            size="xs"
            variant="subtle"
            leftSection={<IconPencil size={15} />}
            onClick={onCorrect}
          >
            Correct it yourself (C)
          </Button>
        </>
      ) : (
        <Alert variant="light" color="gray" p="xs">
          {obstacle}
        </Alert>
      )}
      {set.state === "accepted" && set.purpose === "reader" && mayReview && (
        <ReopenButton set={set} />
      )}
      <DecisionDialog set={set} asked={asked} decision={decision} onClose={() => onAsk(null)} />
    </section>
  );
}

/** Why this person cannot decide on this set now; null when they can. */
export function obstacleOf(set: AnnotationSetDetail, mayReview: boolean): string | null {
  if (set.is_mine) return "This is your own work. A colleague reviews it.";
  if (!mayReview) return "Experts and admins of the project review.";
  if (set.purpose === "reader" && !set.is_reviewed) {
    return "This reading measures its reader. It is compared, not reviewed.";
  }
  if (set.state === "submitted") return null;
  const last = set.reviews.at(-1);
  if (set.state === "draft" || last === undefined) return "It has not been submitted for review.";
  const what = set.state === "accepted" ? "Accepted" : "Returned";
  return `${what} by ${last.reviewer.name}, ${moment(last.created_at)}.`;
}

interface DecisionDialogProps {
  set: AnnotationSetDetail;
  asked: "accept" | "return" | null;
  decision: ReturnType<typeof useDecision>;
  onClose(): void;
}

function DecisionDialog({ set, asked, decision, onClose }: DecisionDialogProps) {
  const [remark, setRemark] = useState("");
  const isReturn = asked === "return";
  const decide = () => {
    if (asked === null || (isReturn && remark.trim() === "")) return;
    decision.mutate(
      { decision: asked, remark: remark.trim() },
      {
        onSettled: onClose,
        onSuccess: () => setRemark(""),
      },
    );
  };
  return (
    <Modal
      opened={asked !== null}
      onClose={onClose}
      title={isReturn ? "Return to the author?" : "Accept this delineation?"}
    >
      <Text size="sm" mb="sm">
        {isReturn
          ? "Say what should change. The author sees your words above the picture."
          : `You sign off revision ${set.revision} with your name. It becomes part of what trainees see and models learn from.`}
      </Text>
      <Textarea
        label={isReturn ? "Remark" : "Remark (optional)"}
        required={isReturn}
        autosize
        minRows={3}
        maxLength={4000}
        data-autofocus={isReturn || undefined}
        value={remark}
        onChange={(event) => setRemark(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) decide();
        }}
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          color={isReturn ? "orange" : "teal"}
          loading={decision.isPending}
          disabled={isReturn && remark.trim() === ""}
          data-autofocus={!isReturn || undefined}
          onClick={decide}
        >
          {isReturn ? "Return" : "Accept"}
        </Button>
      </Group>
    </Modal>
  );
}
