import { Button, Group, Modal, Text } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Structure } from "../../../api/types";
import { type Conflict, conflictKey } from "../../core/conflicts";
import type { SetDocument } from "../../core/document";
import { layersOf } from "../../core/reading";
import type { AnnotationSession } from "../../core/session";
import { DEFAULT_APPEARANCE, type Scene } from "../../view/scene";
import { Stage } from "../../view/stage";
import pageClasses from "../page.module.css";
import type { ClipFrames } from "../useClipFrames";
import { useStore } from "../useStore";
import classes from "./merge.module.css";

interface MergeProps {
  session: AnnotationSession;
  structures: readonly Structure[];
  frames: ClipFrames;
  size: { readonly width: number; readonly height: number };
}

const frameWords = (count: number) => (count === 1 ? "1 frame was" : `${count} frames were`);

/** A quiet line while there is something to choose, and the dialog to choose in. */
export function Merge(props: MergeProps) {
  const { session } = props;
  const { conflicts } = useStore(session.state);
  const panel = useStore(session.panel);
  if (conflicts.length === 0) return null;
  return (
    <>
      <div className={pageClasses.notice} role="status" data-testid="merge-notice">
        <Group justify="space-between">
          <span>
            {frameWords(conflicts.length)} also changed in another window. Your version is in the
            set; the other one is in the history.
          </span>
          <Group gap="xs">
            <Button size="compact-xs" onClick={() => session.panel.set("merge")}>
              Compare and choose
            </Button>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => session.choose("mine", conflicts)}
            >
              Keep mine
            </Button>
          </Group>
        </Group>
      </div>
      <Modal
        opened={panel === "merge"}
        onClose={() => session.panel.set("none")}
        title="Changed here and in another window"
        size="min(1100px, 96vw)"
      >
        <Choice {...props} conflicts={conflicts} />
      </Modal>
    </>
  );
}

function Choice({
  session,
  structures,
  frames,
  size,
  conflicts,
}: MergeProps & { conflicts: readonly Conflict[] }) {
  const [place, setPlace] = useState(0);
  const at = Math.min(place, conflicts.length - 1);
  const conflict = conflicts[at];
  if (conflict === undefined) return null;
  const name = structures.find((one) => one.id === conflict.structure)?.name ?? "The structure";
  const sides = [
    { title: "Mine", words: "drawn in this window", document: conflict.mine, side: "mine" },
    { title: "Theirs", words: "saved elsewhere", document: conflict.theirs, side: "theirs" },
    { title: "Before", words: "what both began with", document: conflict.base, side: null },
  ] as const;
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text fw={600}>
          {name}, frame {conflict.frame} ({at + 1} of {conflicts.length})
        </Text>
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            disabled={at === 0}
            onClick={() => setPlace(at - 1)}
          >
            Previous
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={at === conflicts.length - 1}
            onClick={() => setPlace(at + 1)}
          >
            Next
          </Button>
        </Group>
      </Group>
      <div className={classes.sides}>
        {sides.map(({ title, words, document, side }) => (
          <figure key={title} className={classes.side} data-testid={`merge-${title.toLowerCase()}`}>
            <figcaption>
              <Text span fw={600} size="sm">
                {title}
              </Text>{" "}
              <Text span size="sm" c="dimmed">
                {words}
              </Text>
            </figcaption>
            <Still
              key={conflictKey(conflict)}
              document={document}
              structures={structures}
              frames={frames}
              size={size}
              frame={conflict.frame}
              structure={conflict.structure}
              label={`${name} in frame ${conflict.frame}: ${title.toLowerCase()}`}
            />
            {side !== null && (
              <Button
                variant={side === "mine" ? "filled" : "default"}
                onClick={() => session.choose(side, [conflict])}
              >
                {side === "mine" ? "Keep mine" : "Take theirs"}
              </Button>
            )}
          </figure>
        ))}
      </div>
      <Group mt="md" justify="space-between">
        <Text size="sm" c="dimmed">
          Whatever you choose can be undone, and the other version stays in the history.
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={() => session.choose("theirs", conflicts)}>
            All theirs
          </Button>
          <Button variant="default" onClick={() => session.choose("mine", conflicts)}>
            All mine
          </Button>
        </Group>
      </Group>
    </>
  );
}

interface StillProps {
  document: SetDocument;
  structures: readonly Structure[];
  frames: ClipFrames;
  size: { readonly width: number; readonly height: number };
  frame: number;
  structure: string;
  label: string;
}

/** One frame with one version of its shapes. */
function Still({ document, structures, frames, size, frame, structure, label }: StillProps) {
  const host = useRef<HTMLDivElement>(null);
  const { width, height } = size;
  const scene = useMemo(
    (): Scene => ({
      layers: layersOf(document, structures, frame, { highlighted: structure }),
      overlay: "merge",
    }),
    [document, structures, frame, structure],
  );
  useEffect(() => {
    if (host.current === null) return;
    const stage = new Stage(host.current, { width, height }, frames.store);
    stage.setAppearance({ ...DEFAULT_APPEARANCE, hasRuler: false });
    stage.setScene(() => scene);
    stage.show(frame);
    return () => stage.close();
  }, [scene, frames, frame, width, height]);
  return <div ref={host} className={classes.picture} role="img" aria-label={label} />;
}
