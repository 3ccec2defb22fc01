import { useEffect, useState, useSyncExternalStore } from "react";
import { browserSources, FrameStore, Player, type PlayerState } from "../../frames";
import type { ClipDetail, FrameTable } from "../queries";
import type { StageMemory } from "../view/stage";

export interface ClipFrames {
  readonly store: FrameStore;
  readonly player: Player;
  /** Where the picture has been moved to. */
  readonly place: StageMemory;
}

/** The frames of a clip and what chooses among them, for as long as the page is open. */
export function useClipFrames(
  clip: ClipDetail | undefined,
  table: FrameTable | undefined,
): ClipFrames | null {
  const [opened, setOpened] = useState<{ id: string; frames: ClipFrames } | null>(null);
  const id = clip?.id;
  const chunks = clip?.chunks;
  useEffect(() => {
    if (id === undefined || chunks === undefined || table === undefined) return;
    const store = new FrameStore(chunks, browserSources(id));
    const player = new Player({
      times: table.frames.map((frame) => frame.time_s),
      isReady: (index) => store.peek(index) !== undefined,
      seek: (index, direction) => store.seek(index, direction),
    });
    store.seek(0);
    setOpened({ id, frames: { store, player, place: { view: null } } });
    return () => {
      player.close();
      store.close();
    };
  }, [id, chunks, table]);
  // while another clip is being opened, the frames of the earlier one are not its own
  return opened !== null && opened.id === id ? opened.frames : null;
}

export function usePlayer(player: Player): PlayerState {
  return useSyncExternalStore(player.subscribe, player.snapshot);
}
