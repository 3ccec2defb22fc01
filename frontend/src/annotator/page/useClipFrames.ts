import { useEffect, useState, useSyncExternalStore } from "react";
import { browserSources, FrameStore, Player, type PlayerState } from "../../frames";
import type { ClipDetail, FrameTable } from "../queries";

export interface ClipFrames {
  readonly store: FrameStore;
  readonly player: Player;
}

/** The frames of a clip and what chooses among them, for as long as the page is open. */
export function useClipFrames(clip: ClipDetail, table: FrameTable): ClipFrames | null {
  const [frames, setFrames] = useState<ClipFrames | null>(null);
  const { id, chunks } = clip;
  useEffect(() => {
    const store = new FrameStore(chunks, browserSources(id));
    const player = new Player({
      times: table.frames.map((frame) => frame.time_s),
      isReady: (index) => store.peek(index) !== undefined,
      seek: (index, direction) => store.seek(index, direction),
    });
    store.seek(0);
    setFrames({ store, player });
    return () => {
      player.close();
      store.close();
    };
  }, [id, chunks, table]);
  return frames;
}

export function usePlayer(player: Player): PlayerState {
  return useSyncExternalStore(player.subscribe, player.snapshot);
}
