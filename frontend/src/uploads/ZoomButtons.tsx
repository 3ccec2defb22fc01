import { ActionIcon, Tooltip } from "@mantine/core";
import { IconMaximize, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { MOST_ZOOM } from "./stageView";
import classes from "./uploads.module.css";

const STEP = 1.5;

interface ZoomButtonsProps {
  factor: number;
  zoomBy: (by: number) => void;
  fitAgain: () => void;
}

/** Nearer, farther, and the whole again; by the keys +, - and 0 too. */
export function ZoomButtons({ factor, zoomBy, fitAgain }: ZoomButtonsProps) {
  const acts: Record<string, () => void> = {
    "+": () => zoomBy(STEP),
    "=": () => zoomBy(STEP),
    "-": () => zoomBy(1 / STEP),
    "0": fitAgain,
  };
  const now = useRef(acts);
  now.current = acts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { tagName } = event.target as HTMLElement;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(tagName)) return;
      if (document.querySelector("[role=dialog]") !== null) return;
      const act = now.current[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <div className={classes.zoom}>
      <Tooltip label="Nearer (+)">
        <ActionIcon
          variant="default"
          aria-label="Nearer"
          disabled={factor >= MOST_ZOOM}
          onClick={() => zoomBy(STEP)}
        >
          <IconZoomIn size={17} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Farther (-)">
        <ActionIcon
          variant="default"
          aria-label="Farther"
          disabled={factor === 1}
          onClick={() => zoomBy(1 / STEP)}
        >
          <IconZoomOut size={17} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="The whole picture (0)">
        <ActionIcon
          variant="default"
          aria-label="The whole picture"
          disabled={factor === 1}
          onClick={fitAgain}
        >
          <IconMaximize size={17} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
