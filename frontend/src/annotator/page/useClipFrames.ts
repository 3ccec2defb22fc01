import { useEffect, useState, useSyncExternalStore } from "react";
import type { Clip, ClipDetail, FrameTable } from "../../api/types";
import { browserSources, FrameStore, Player, type PlayerState } from "../../frames";
import type { StageMemory } from "../view/stage";

export interface ClipFrames {
  readonly store: FrameStore;
  readonly player: Player;
  /** Where the picture has been moved to. */
  readonly place: StageMemory;
}

interface Opened {
  readonly id: string;
  readonly frames: ClipFrames;
}

/**
 * The frames of a clip and what chooses among them, for as long as the page is open. The first
 * frame can be seen as soon as the clip is named; its chunks and its times may follow.
 */
export function useClipFrames(
  clip: Clip | undefined,
  chunks: ClipDetail["chunks"] | undefined,
  table: FrameTable | undefined,
): ClipFrames | null {
  const [opened, setOpened] = useState<Opened | null>(null);
  const id = clip?.id;
  const frameCount = clip?.frame_count;
  useEffect(() => {
    if (id === undefined || frameCount === undefined) return;
    const store = new FrameStore([], browserSources(id));
    const player = new Player({
      times: null,
      frameCount,
      isReady: (index) => store.peek(index) !== undefined,
      seek: (index, direction) => store.seek(index, direction),
    });
    store.seek(0);
    setOpened({ id, frames: { store, player, place: { view: null } } });
    return () => {
      player.close();
      store.close();
    };
  }, [id, frameCount]);
  // while another clip is being opened, the frames of the earlier one are not its own
  const frames = opened !== null && opened.id === id ? opened.frames : null;
  useEffect(() => {
    if (chunks !== undefined) frames?.store.open(chunks);
  }, [frames, chunks]);
  useEffect(() => {
    if (table !== undefined) frames?.player.setTimes(table.frames.map((frame) => frame.time_s));
  }, [frames, table]);
  return frames;
}

export function usePlayer(player: Player): PlayerState {
  return useSyncExternalStore(player.subscribe, player.snapshot);
}
