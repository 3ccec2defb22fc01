import { Button, Group, NumberInput, SegmentedControl, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Annotator } from "../core/annotator";
import { isNotVisible } from "../core/judgement";
import { Judging } from "../core/judging";
import type { ImageQuality } from "../core/operations";
import type { AnnotationSession } from "../core/session";
import { NotesOfFrame } from "./NotesOfFrame";
import { RejectClip } from "./RejectClip";
import { SideSection } from "./SideSection";
import { useStore } from "./useStore";

const QUALITIES = [
  { value: "", label: "Not said" },
  { value: "good", label: "Good" },
  { value: "usable", label: "Usable" },
  { value: "poor", label: "Poor" },
];

interface JudgementPanelProps {
  annotator: Annotator;
  session: AnnotationSession;
  frame: number;
  frameCount: number;
}

/** What is said of the frame, a structure and the clip, besides shapes. */
export function JudgementPanel({ annotator, session, frame, frameCount }: JudgementPanelProps) {
  const { judgement } = useStore(session.state).document;
  const judging = useMemo(() => new Judging(annotator, session), [annotator, session]);
  const isReadOnly = annotator.isReadOnly;
  return (
    <>
      <SideSection title="Image quality" label="Judgement of the frame">
        <SegmentedControl
          data-quality
          fullWidth
          size="xs"
          aria-label="Image quality of the frame"
          disabled={isReadOnly}
          value={judgement.quality.get(frame) ?? ""}
          onChange={(value) => judging.quality(value === "" ? null : (value as ImageQuality))}
          data={QUALITIES}
        />
        <NotVisible annotator={annotator} session={session} frame={frame} frameCount={frameCount} />
      </SideSection>
      <NotesOfFrame
        judging={judging}
        notes={judgement.notes}
        frame={frame}
        isReadOnly={isReadOnly}
      />
      <RejectClip judging={judging} rejected={judgement.rejected} isReadOnly={isReadOnly} />
    </>
  );
}

/** "Not visible" for the chosen structure, here or up to a frame. */
function NotVisible({ annotator, session, frame, frameCount }: JudgementPanelProps) {
  const { structure: chosen } = useStore(annotator.state);
  const [last, setLast] = useState<number | string>("");
  const { judgement } = useStore(session.state).document;
  const judging = useMemo(() => new Judging(annotator, session), [annotator, session]);
  const structure = annotator.structures.find((one) => one.id === chosen);
  if (structure === undefined) return null;
  const isSaid = isNotVisible(judgement, structure.id, frame);
  return (
    <>
      <Text size="sm" mt={10}>
        {structure.name} {isSaid ? "is judged not visible here." : "on this frame:"}
      </Text>
      <Group gap={6} mt={4} wrap="nowrap" align="flex-end">
        <Button
          size="compact-sm"
          variant={isSaid ? "light" : "default"}
          disabled={annotator.isReadOnly}
          onClick={() => judging.notVisible(structure.id)}
        >
          {isSaid ? "Visible after all" : "Not visible"}
        </Button>
        {!isSaid && frameCount > 1 && (
          <>
            <NumberInput
              size="xs"
              w={84}
              aria-label="Not visible up to frame"
              placeholder="to frame"
              min={frame}
              max={frameCount - 1}
              value={last}
              disabled={annotator.isReadOnly}
              onChange={setLast}
            />
            <Button
              size="compact-sm"
              variant="default"
              disabled={annotator.isReadOnly || typeof last !== "number" || last <= frame}
              onClick={() => {
                if (typeof last === "number") judging.notVisible(structure.id, last);
                setLast("");
              }}
            >
              Up to it
            </Button>
          </>
        )}
      </Group>
    </>
  );
}
