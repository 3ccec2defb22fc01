import type { IsOpen } from "./outboxStorage";

const lockName = (owner: string) => `fascicle-page-${owner}`;

/**
 * Hold a lock for as long as this page lives, so that another page of the same person can tell work
 * left behind by a closed page from work an open page will still send. Returns the way to let go.
 */
export function holdPageLock(owner: string): () => void {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  navigator.locks?.request(lockName(owner), () => held).catch(() => undefined);
  return letGo;
}

/** Without Web Locks every other page counts as closed: sending twice is harmless, losing is not. */
export const isPageOpen: IsOpen = async (owner) => {
  if (navigator.locks === undefined) return false;
  return navigator.locks.request(
    lockName(owner),
    { ifAvailable: true },
    async (lock) => lock === null,
  );
};
