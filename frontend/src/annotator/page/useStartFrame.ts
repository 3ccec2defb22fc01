import { useEffect } from "react";
import type { SeenClip } from "./useReadableClip";

/** Goes to the frame that the address names, as soon as the clip's pictures can be walked. */
export function useStartFrame(seen: SeenClip | null, frame: number | undefined): void {
  const player = seen?.frames.player;
  useEffect(() => {
    if (player !== undefined && frame !== undefined) {
      player.go(Math.min(frame, player.frameCount - 1));
    }
  }, [player, frame]);
}
