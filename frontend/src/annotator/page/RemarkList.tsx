import { ActionIcon, Button, Group, Text, Textarea, Tooltip, UnstyledButton } from "@mantine/core";
import { IconArrowBackUp, IconCheck, IconMapPin, IconMessage } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/keys";
import { ago } from "../../format/text";
import { tellError } from "../../parts/tell";
import { type Remark, replyToRemark, resolveRemark } from "../queries";
import type { Pin } from "../view/scene";
import classes from "./page.module.css";

interface RemarkListProps {
  remarks: readonly Remark[];
  onGo(frame: number): void;
  /** The set they are on, where the person may answer and settle them. */
  setId?: string | undefined;
}

/** "frame 4", "frames 4–9". */
export const framesOf = ({ frame_index: first, last_frame: last }: Remark) =>
  first === last ? `frame ${first}` : `frames ${first}–${last}`;

/** Remarks by frame; a click goes to the frame, where the pin with the same number is. */
export function RemarkList({ remarks, onGo, setId }: RemarkListProps) {
  return (
    <ul style={{ margin: 0, padding: 0, listStyle: "none" }} aria-label="Remarks">
      {remarks.map((remark, i) => (
        <li key={remark.id}>
          <UnstyledButton className={classes.remark} onClick={() => onGo(remark.frame_index)}>
            <Text size="xs" c="dimmed">
              <IconMapPin size={12} aria-hidden style={{ verticalAlign: "-1px" }} /> {i + 1} ·{" "}
              {framesOf(remark)} · {remark.author.name}, {ago(remark.created_at)}
            </Text>
            <Text size="sm" td={remark.resolved_at === null ? undefined : "line-through"}>
              {remark.text}
            </Text>
          </UnstyledButton>
          <Answers remark={remark} />
          {setId !== undefined && <RemarkActs setId={setId} remark={remark} number={i + 1} />}
        </li>
      ))}
    </ul>
  );
}

function Answers({ remark }: { remark: Remark }) {
  return (
    <div className={classes.answers}>
      {remark.replies.map((reply) => (
        <div key={reply.id}>
          <Text size="xs" c="dimmed">
            {reply.author.name}, {ago(reply.created_at)}
          </Text>
          <Text size="sm">{reply.text}</Text>
        </div>
      ))}
      {remark.resolved_at !== null && (
        <Text size="xs" c="dimmed">
          Settled{remark.resolved_by && ` by ${remark.resolved_by.name}`}, {ago(remark.resolved_at)}
        </Text>
      )}
    </div>
  );
}

function RemarkActs({ setId, remark, number }: { setId: string; remark: Remark; number: number }) {
  const queries = useQueryClient();
  const [answer, setAnswer] = useState<string | null>(null);
  const isSettled = remark.resolved_at !== null;
  const refresh = () => queries.invalidateQueries({ queryKey: keys.annotationSet(setId) });
  const settle = useMutation({
    mutationFn: () => resolveRemark(remark.id, !isSettled),
    onSuccess: refresh,
    onError: (error) => tellError(error, "The remark stays as it is"),
  });
  const reply = useMutation({
    mutationFn: (text: string) => replyToRemark(remark.id, text),
    onSuccess: async () => {
      setAnswer(null);
      await refresh();
    },
    onError: (error) => tellError(error, "The answer was not kept"),
  });
  const what = isSettled ? `Open remark ${number} again` : `Mark remark ${number} as settled`;
  return (
    <div className={classes.answers}>
      <Group gap={2}>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconMessage size={13} />}
          aria-expanded={answer !== null}
          aria-label={`Answer remark ${number}`}
          onClick={() => setAnswer(answer === null ? "" : null)}
        >
          Answer
        </Button>
        <Tooltip label={what}>
          <ActionIcon
            size="sm"
            variant="subtle"
            color={isSettled ? "gray" : "teal"}
            aria-label={what}
            loading={settle.isPending}
            onClick={() => settle.mutate()}
          >
            {isSettled ? <IconArrowBackUp size={15} /> : <IconCheck size={15} />}
          </ActionIcon>
        </Tooltip>
      </Group>
      {answer !== null && (
        <>
          <Textarea
            size="xs"
            aria-label={`Your answer to remark ${number}`}
            autosize
            minRows={2}
            maxLength={4000}
            data-autofocus
            value={answer}
            onChange={(event) => setAnswer(event.currentTarget.value)}
          />
          <Button
            size="compact-xs"
            mt={4}
            disabled={answer.trim() === ""}
            loading={reply.isPending}
            onClick={() => reply.mutate(answer.trim())}
          >
            Send
          </Button>
        </>
      )}
    </div>
  );
}

/** Pins of the remarks about one frame that have a place. */
export function pinsAt(remarks: readonly Remark[], frame: number): Pin[] {
  return remarks.flatMap((remark, i) =>
    remark.frame_index <= frame &&
    frame <= remark.last_frame &&
    remark.x !== null &&
    remark.y !== null
      ? [
          {
            key: remark.id,
            number: i + 1,
            at: [remark.x, remark.y] as const,
            isResolved: remark.resolved_at !== null,
          },
        ]
      : [],
  );
}
