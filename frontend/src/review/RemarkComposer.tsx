import { Button, Group, NumberInput, Text, Textarea } from "@mantine/core";
import { IconMapPin } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { addRemark } from "../annotator/queries";
import { keys } from "../api/keys";
import type { Point } from "../geometry";
import { tellError } from "../parts/tell";

interface RemarkComposerProps {
  setId: string;
  frame: number;
  frameCount: number;
  place: Point | null;
  isPinning: boolean;
  onPin(): void;
  onDone(): void;
}

/** Write a remark about this frame or those up to another, with a place on the picture or without. */
export function RemarkComposer(props: RemarkComposerProps) {
  const { setId, frame, frameCount, place, isPinning, onPin, onDone } = props;
  const [text, setText] = useState("");
  const [until, setUntil] = useState<number | null>(null);
  const last = until === null ? frame : Math.max(until, frame);
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () =>
      addRemark(setId, {
        frame_index: frame,
        last_frame: last,
        x: place?.[0] ?? null,
        y: place?.[1] ?? null,
        text: text.trim(),
      }),
    onSuccess: async () => {
      setText("");
      setUntil(null);
      onDone();
      await queries.invalidateQueries({ queryKey: keys.annotationSet(setId) });
    },
    onError: (error) => tellError(error, "The remark was not kept"),
  });
  return (
    <div>
      <Textarea
        size="sm"
        aria-label={`Remark on frame ${frame}`}
        placeholder={`Remark on frame ${frame}`}
        autosize
        minRows={2}
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group justify="space-between" mt={6} gap="xs">
        <Button
          size="compact-sm"
          variant={isPinning ? "light" : "subtle"}
          color={place === null ? "gray" : "yellow"}
          leftSection={<IconMapPin size={15} />}
          aria-pressed={isPinning}
          onClick={onPin}
        >
          {isPinning ? "Click on the picture" : place === null ? "Pin a place (P)" : "Pinned"}
        </Button>
        <Group gap={6}>
          <Text size="xs" c="dimmed" component="label" htmlFor="remark-until">
            to frame
          </Text>
          <NumberInput
            id="remark-until"
            size="xs"
            w={74}
            min={frame}
            max={frameCount - 1}
            clampBehavior="strict"
            allowDecimal={false}
            placeholder={`${frame}`}
            value={until ?? ""}
            onChange={(value) => setUntil(typeof value === "number" ? value : null)}
          />
        </Group>
        <Button
          size="compact-sm"
          disabled={text.trim() === ""}
          loading={add.isPending}
          onClick={() => add.mutate()}
        >
          Add remark
        </Button>
      </Group>
      {place !== null && (
        <Text size="xs" c="dimmed" mt={4}>
          At {Math.round(place[0])}, {Math.round(place[1])} on frame {frame}
        </Text>
      )}
    </div>
  );
}
