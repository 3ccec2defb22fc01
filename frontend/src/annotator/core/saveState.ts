/** What the page may truthfully say about the work. */
export type SaveState =
  | { readonly kind: "saved" }
  /** On the way into this browser's store: nothing is promised about it yet. */
  | { readonly kind: "keeping"; readonly count: number }
  | { readonly kind: "waiting"; readonly count: number }
  | { readonly kind: "offline"; readonly count: number }
  | { readonly kind: "login"; readonly count: number }
  /** The server will not take it now (the set is closed, rights are gone); kept here. */
  | { readonly kind: "refused"; readonly count: number; readonly reason: string }
  /** This browser could not store it: only this open page holds it. */
  | { readonly kind: "unprotected"; readonly count: number };

export type Obstacle =
  | { readonly kind: "none" }
  | { readonly kind: "offline" }
  | { readonly kind: "login" }
  | { readonly kind: "refused"; readonly reason: string };

export interface Holdings {
  /** Strokes in this browser's store that the server has not confirmed. */
  readonly held: number;
  /** Strokes not yet written to this browser's store. */
  readonly unheld: number;
  readonly hasStorage: boolean;
  readonly obstacle: Obstacle;
}

export function saveStateOf({ held, unheld, hasStorage, obstacle }: Holdings): SaveState {
  const count = held + unheld;
  if (count === 0) return { kind: "saved" };
  if (!hasStorage) return { kind: "unprotected", count };
  if (unheld > 0) return { kind: "keeping", count };
  switch (obstacle.kind) {
    case "offline":
      return { kind: "offline", count };
    case "login":
      return { kind: "login", count };
    case "refused":
      return { kind: "refused", count, reason: obstacle.reason };
    case "none":
      return { kind: "waiting", count };
  }
}

const changes = (count: number) => (count === 1 ? "1 change" : `${count} changes`);

/** The words shown beside the picture. */
export function saveSentence(state: SaveState): string {
  switch (state.kind) {
    case "saved":
      return "Saved";
    case "keeping":
      return `Keeping ${changes(state.count)}`;
    case "waiting":
      return `${changes(state.count)} waiting`;
    case "offline":
      return `Offline, ${changes(state.count)} kept here`;
    case "login":
      return `Log in to save ${changes(state.count)}`;
    case "refused":
      return `${changes(state.count)} not taken: ${state.reason}`;
    case "unprotected":
      return `${changes(state.count)} only on this page: do not close it`;
  }
}
