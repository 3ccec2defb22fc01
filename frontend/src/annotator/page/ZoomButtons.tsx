import { ActionIcon, Tooltip } from "@mantine/core";
import { IconMaximize, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { memo } from "react";
import type { Stage } from "../view/stage";
import classes from "./page.module.css";

/** Zoom by buttons, for whoever has no wheel. */
export const ZoomButtons = memo(function ZoomButtons({ stage }: { stage: Stage | null }) {
  if (stage === null) return null;
  const acts = [
    ["Zoom out", "−", IconZoomOut, () => stage.zoom(1 / 1.4)],
    ["Zoom in", "+", IconZoomIn, () => stage.zoom(1.4)],
    ["Whole picture", "0", IconMaximize, () => stage.fit()],
  ] as const;
  return (
    <div className={classes.zoom}>
      {acts.map(([label, key, Icon, onDo]) => (
        <Tooltip key={label} label={`${label} (${key})`}>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={label} onClick={onDo}>
            <Icon size={16} />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
});
