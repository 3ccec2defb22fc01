import { SegmentedControl, Text } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import type { Command } from "../annotator/commands/command";
import type { SetDocument } from "../annotator/core/document";
import { inOrder } from "../annotator/core/reading";
import { ClipRoom } from "../annotator/page/ClipRoom";
import { timelineRows } from "../annotator/page/timelineRows";
import { usePlayer } from "../annotator/page/useClipFrames";
import type { ReadableClip } from "../annotator/page/useReadableClip";
import type { AnnotationSetDetail, Suggestion } from "../annotator/queries";
import { ExploreLegend } from "./ExploreLegend";
import { exploreScene, type Shown, toggled } from "./exploreScene";
import { Provenance } from "./Provenance";

interface ExploreRoomProps extends ReadableClip {
  model: { row: Suggestion; document: SetDocument } | null;
  expert: { set: AnnotationSetDetail; document: SetDocument } | null;
}

export function ExploreRoom({ clip, project, model, expert, frames }: ExploreRoomProps) {
  const { player } = frames;
  const { index } = usePlayer(player);
  const [chosen, setChosen] = useState<Shown | null>(null);
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const structures = useMemo(() => inOrder(project.procedure.structures), [project]);

  const wanted = chosen ?? (expert !== null ? "expert" : "model");
  const shown = available(wanted, model !== null, expert !== null);
  const parts = useMemo(
    () => ({
      structures,
      model: model?.document ?? null,
      expert: expert?.document ?? null,
      shown,
      highlighted,
    }),
    [structures, model, expert, shown, highlighted],
  );
  const sceneOf = useCallback((frame: number) => exploreScene(parts, frame), [parts]);
  const rows = useMemo(() => {
    const document = shown === "model" ? parts.model : parts.expert;
    if (document === null || shown === "none") return [];
    return timelineRows(structures, document, shown === "both" ? parts.model : null).filter(
      (row) => row.spans.length > 0 || row.suggested.length > 0,
    );
  }, [parts, shown, structures]);

  const commands: Command[] = [
    {
      id: "explore.model",
      title: "Show or hide the model's shapes",
      group: "View",
      keys: ["m"],
      isAvailable: () => model !== null,
      run: () => setChosen(toggled(shown, "model")),
    },
    {
      id: "explore.expert",
      title: "Show or hide the experts' shapes",
      group: "View",
      keys: ["e"],
      isAvailable: () => expert !== null,
      run: () => setChosen(toggled(shown, "expert")),
    },
  ];

  return (
    <ClipRoom
      name="explore"
      data={{ "data-overlay": shown }}
      clip={clip}
      frames={frames}
      sceneOf={sceneOf}
      rows={rows}
      mayCalibrate={project.role === "expert" || project.role === "admin"}
      acts={
        <SegmentedControl
          aria-label="What is drawn over the picture"
          value={shown}
          onChange={(value) => setChosen(value as Shown)}
          data={[
            { value: "none", label: "None" },
            { value: "model", label: "Model", disabled: model === null },
            { value: "expert", label: "Experts", disabled: expert === null },
            { value: "both", label: "Both", disabled: model === null || expert === null },
          ]}
        />
      }
      sideLabel="Structures and where they come from"
      side={
        <>
          <ExploreLegend
            structures={structures}
            parts={parts}
            frame={index}
            highlighted={highlighted}
            onHighlight={setHighlighted}
          />
          <Provenance model={model?.row ?? null} expert={expert?.set ?? null} shown={shown} />
          {clip.credit !== "" && (
            <Text size="xs" c="dimmed" p="sm">
              Source: {clip.credit}
            </Text>
          )}
        </>
      }
      commandsOf={() => commands}
    />
  );
}

/** The nearest to what was wanted that there is. */
function available(wanted: Shown, hasModel: boolean, hasExpert: boolean): Shown {
  if (wanted === "both" && hasModel && hasExpert) return "both";
  if ((wanted === "model" || wanted === "both") && hasModel) return "model";
  if ((wanted === "expert" || wanted === "both") && hasExpert) return "expert";
  return "none";
}
