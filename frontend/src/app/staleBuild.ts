/** A page that was open while a newer build was installed asks for files that are gone. */

const STORED = "fascicle.reloaded-at";

/** Within this time a second missing file is no longer cured by loading the page anew. */
const PAUSE_MS = 60_000;

/** Whether an error is a file of the page that could not be fetched. */
export const isMissingFile = (error: unknown): boolean =>
  error instanceof Error &&
  /dynamically imported module|importing a module script|preload css/i.test(error.message);

/** True at most once a minute, so that a build that stays broken does not reload for ever. */
export function mayReload(storage: Pick<Storage, "getItem" | "setItem">, now: number): boolean {
  const before = Number(storage.getItem(STORED) ?? Number.NEGATIVE_INFINITY);
  if (now - before < PAUSE_MS) return false;
  storage.setItem(STORED, String(now));
  return true;
}

let quiet = 0;

/** Load something that nobody waits for: where its file is gone the page stays as it is. */
export async function quietly<T>(load: () => Promise<T>): Promise<T> {
  quiet++;
  try {
    return await load();
  } finally {
    quiet--;
  }
}

/** Load the page anew when a room's file is missing; a second time the error is left to show. */
export function reloadForNewBuild(): void {
  window.addEventListener("vite:preloadError", () => {
    // Offline the file is not gone, and a reload would lose the page that is still there.
    if (quiet === 0 && navigator.onLine && mayReload(sessionStorage, Date.now()))
      window.location.reload();
  });
}
