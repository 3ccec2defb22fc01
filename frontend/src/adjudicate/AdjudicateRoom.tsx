import { Button, Group, Kbd, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Command } from "../annotator/commands/command";
import { documentFromRows, EMPTY_DOCUMENT } from "../annotator/core/document";
import { inOrder, layersOf } from "../annotator/core/reading";
import { ClipRoom } from "../annotator/page/ClipRoom";
import classes from "../annotator/page/page.module.css";
import { timelineRows } from "../annotator/page/timelineRows";
import { usePlayer } from "../annotator/page/useClipFrames";
import type { ReadableClip } from "../annotator/page/useReadableClip";
import type { AnnotationSetDetail } from "../annotator/queries";
import type { Scene } from "../annotator/view/scene";
import { reopenConsensus, restoreSet, settleConsensus, signConsensus } from "../api/agreement";
import { keys } from "../api/keys";
import { StateBadge } from "../parts/StateBadge";
import { tellDone, tellError } from "../parts/tell";
import { ReaderTiles } from "./ReaderTiles";
import { revisionBefore, type TakenBack } from "./takenBack";
import { type Reader, type Voice, voiceOf } from "./useVoices";

interface AdjudicateRoomProps extends ReadableClip {
  readers: readonly Reader[];
  /** One's own consensus; null where one may look only. */
  consensus: AnnotationSetDetail | null;
  /** Why one may look only. */
  obstacle: string | null;
  startFrame: number;
  startStructure: string | undefined;
}

type Choice = { readings: string[]; blend: "staple" | "majority" | null };

/** Readers' contours over one another and side by side; what is chosen goes into the consensus. */
export function AdjudicateRoom({
  clip,
  project,
  frames,
  readers,
  consensus,
  obstacle,
  startFrame,
  startStructure,
}: AdjudicateRoomProps) {
  const { player } = frames;
  const { index } = usePlayer(player);
  const queries = useQueryClient();
  const structures = useMemo(() => inOrder(project.procedure.structures), [project]);
  const [structureId, setStructureId] = useState(
    () => (structures.find(({ code }) => code === startStructure) ?? structures[0])?.id ?? "",
  );
  const [until, setUntil] = useState<number | null>(null);
  useEffect(() => player.go(startFrame), [player, startFrame]);

  const settled = useMemo(
    () =>
      consensus === null ? EMPTY_DOCUMENT : documentFromRows(consensus.tracks, consensus.judgement),
    [consensus],
  );
  const voices = readers.map((reader) => voiceOf(reader, structureId, index));
  const isOpen = consensus?.state === "draft" || consensus?.state === "returned";
  const last = Math.max(index, until ?? index);

  const [takenBack, setTakenBack] = useState<TakenBack>({});
  const before = consensus === null ? null : revisionBefore(consensus.revision, takenBack);

  // waited for: a choice made before the set is here anew would be sent with the old revision
  const refresh = async () => {
    if (consensus === null) return;
    await Promise.all([
      queries.invalidateQueries({ queryKey: keys.annotationSet(consensus.id) }),
      queries.invalidateQueries({ queryKey: keys.annotationSets(clip.id) }),
    ]);
  };
  const settle = useMutation({
    mutationFn: async (choice: Choice) => {
      if (consensus === null) return;
      await settleConsensus(consensus.id, {
        structure: structureId,
        first_frame: index,
        last_frame: last,
        ...choice,
        base_revision: consensus.revision,
        idempotency_key: crypto.randomUUID(),
      });
      setUntil(null);
    },
    onSettled: refresh,
    onError: (error) => tellError(error, "Not settled"),
  });
  const undo = useMutation({
    mutationFn: async () => {
      if (consensus === null || before === null) return;
      const made = await restoreSet(consensus.id, before, consensus.revision);
      setTakenBack((known) => ({ ...known, [made.revision]: before }));
    },
    onSettled: refresh,
    onError: (error) => tellError(error, "Nothing to take back"),
  });
  const sign = useMutation({
    mutationFn: async () => {
      if (consensus === null) return;
      if (isOpen) await signConsensus(consensus.id, consensus.revision);
      else await reopenConsensus(consensus.id, "Looked at again");
      tellDone(isOpen ? "Signed. It is trained on in place of the readings." : "Open again.");
    },
    onSettled: refresh,
    onError: (error) => tellError(error),
  });
  const isBusy = settle.isPending || undo.isPending;
  const choose = (choice: Choice) => {
    if (!isBusy) settle.mutate(choice);
  };
  const takeBack = () => {
    if (!isBusy) undo.mutate();
  };
  const take = (voice: Voice) => choose({ readings: [voice.setId], blend: null });
  const blend = (how: "staple" | "majority") =>
    choose({ readings: readers.map(({ set }) => set.id), blend: how });

  const sceneOf = useCallback(
    (frame: number): Scene => {
      const only = structures.filter(({ id }) => id === structureId);
      const drawn = readers.flatMap((reader) =>
        layersOf(reader.document, only, frame, { prefix: reader.set.id }).map((layer) => ({
          ...layer,
          colour: reader.colour,
          name: reader.name,
          fill: 0.15,
        })),
      );
      const chosen = layersOf(settled, only, frame).map((layer) => ({
        ...layer,
        colour: "#ffffff",
        name: "Consensus",
        isSelected: true,
        fill: 0.3,
      }));
      return { layers: [...drawn, ...chosen], overlay: "readers" };
    },
    [readers, settled, structures, structureId],
  );
  const rows = useMemo(() => timelineRows(structures, settled), [structures, settled]);
  const step = (by: 1 | -1) => {
    const at = structures.findIndex(({ id }) => id === structureId);
    const next = structures[(at + by + structures.length) % structures.length];
    if (next !== undefined) setStructureId(next.id);
  };
  const isAvailable = () => isOpen;
  const commands: Command[] = [
    ...readers.slice(0, 9).map(
      ({ name }, place): Command => ({
        id: `adjudicate.take${place + 1}`,
        title: `Take what ${name} says`,
        group: "Work",
        keys: [String(place + 1)],
        isAvailable: () => isOpen && (voices[place]?.hasLooked ?? false),
        run: () => {
          const voice = voices[place];
          if (voice !== undefined) take(voice);
        },
      }),
    ),
    {
      id: "adjudicate.staple",
      title: "Blend by STAPLE",
      group: "Work",
      keys: ["s"],
      isAvailable,
      run: () => blend("staple"),
    },
    {
      id: "adjudicate.majority",
      title: "Blend by majority",
      group: "Work",
      keys: ["m"],
      isAvailable,
      run: () => blend("majority"),
    },
    {
      id: "adjudicate.undo",
      title: "Take the last choice back",
      group: "Work",
      keys: ["ctrl+z"],
      isAvailable: () => isOpen && before !== null,
      run: takeBack,
    },
    {
      id: "adjudicate.previous",
      title: "Previous structure",
      group: "Work",
      keys: ["["],
      run: () => step(-1),
    },
    {
      id: "adjudicate.next",
      title: "Next structure",
      group: "Work",
      keys: ["]"],
      run: () => step(1),
    },
  ];

  return (
    <ClipRoom
      name="adjudicate"
      data={{ "data-revision": consensus?.revision ?? 0 }}
      clip={clip}
      frames={frames}
      sceneOf={sceneOf}
      rows={rows}
      beside={consensus && <StateBadge state={consensus.state} />}
      acts={
        consensus && (
          <Button size="xs" loading={sign.isPending} onClick={() => sign.mutate()}>
            {isOpen ? "Sign the consensus" : "Open again"}
          </Button>
        )
      }
      sideLabel="Readers and consensus"
      side={
        <section className={classes.section} aria-label="Settle">
          <Stack gap="sm">
            {obstacle !== null && <Text size="sm">{obstacle}</Text>}
            <Select
              label="Structure"
              allowDeselect={false}
              data={structures.map(({ id, name }) => ({ value: id, label: name }))}
              value={structureId}
              onChange={(id) => id !== null && setStructureId(id)}
            />
            <ReaderTiles
              clipId={clip.id}
              width={clip.width}
              height={clip.height}
              frame={index}
              voices={voices}
              mayChoose={isOpen}
              onChoose={take}
            />
            {isOpen && (
              <>
                <Group grow gap="xs">
                  <Button
                    variant="default"
                    size="sm"
                    loading={settle.isPending}
                    rightSection={<Kbd size="xs">S</Kbd>}
                    onClick={() => blend("staple")}
                  >
                    STAPLE
                  </Button>
                  <Button
                    variant="default"
                    size="sm"
                    loading={settle.isPending}
                    rightSection={<Kbd size="xs">M</Kbd>}
                    onClick={() => blend("majority")}
                  >
                    Majority
                  </Button>
                </Group>
                <NumberInput
                  label={`From frame ${index} to`}
                  description="A choice holds for this span; this frame alone without more."
                  min={index}
                  max={clip.frame_count - 1}
                  allowDecimal={false}
                  value={last}
                  onChange={(value) => setUntil(typeof value === "number" ? value : null)}
                />
                <Group gap="xs">
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    disabled={before === null}
                    loading={undo.isPending}
                    onClick={takeBack}
                  >
                    Take the last choice back
                  </Button>
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    renderRoot={(props) => (
                      <Link
                        to="/clips/$clipId/adjudicate/draw"
                        params={{ clipId: clip.id }}
                        {...props}
                      />
                    )}
                  >
                    Draw it myself
                  </Button>
                </Group>
              </>
            )}
            <Text size="xs" c="dimmed">
              White: the consensus. Readings stay as they are. Research use only.
            </Text>
          </Stack>
        </section>
      }
      commandsOf={() => commands}
    />
  );
}
