import { useEffect, useState } from "react";

interface Watched<Value> {
  readonly snapshot: () => Value;
  readonly subscribe: (listener: () => void) => () => void;
}

/** How long what stands beside the picture may lag behind it while frames fly past. */
const PACE_MS = 100;

/**
 * A value that may change with every frame, for what stands beside the picture: scrubbing and
 * playing would otherwise wait for panels to be drawn anew sixty times a second. Changes that
 * `isMinor` finds small are taken up together, the last one for certain; others at once.
 */
export function usePaced<Value>(
  watched: Watched<Value>,
  isMinor: (before: Value, now: Value) => boolean,
): Value {
  const [seen, setSeen] = useState(watched.snapshot);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = watched.snapshot();
    let isDue = true;
    setSeen(() => last);
    const take = () => {
      last = watched.snapshot();
      setSeen(() => last);
    };
    const rest = () => {
      timer = undefined;
      isDue = true;
      if (last === watched.snapshot()) return;
      isDue = false;
      timer = setTimeout(rest, PACE_MS);
      take();
    };
    const end = watched.subscribe(() => {
      // the first of a row is taken at once, so that a single step lags behind nothing
      if (!isDue && isMinor(last, watched.snapshot())) return;
      take();
      if (timer === undefined) timer = setTimeout(rest, PACE_MS);
      isDue = false;
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [watched, isMinor]);
  return seen;
}
