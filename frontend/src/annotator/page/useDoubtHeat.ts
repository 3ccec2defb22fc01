import { useEffect, useMemo } from "react";
import { colourDoubt, DoubtHeat } from "../core/doubtHeat";
import type { Suggestion } from "../queries";

/** Where the open suggestion is doubtful; available where its doubt was kept. */
export function useDoubtHeat(suggestion: Suggestion | null): DoubtHeat {
  const heat = useMemo(() => new DoubtHeat(), []);
  const set = suggestion?.members ? suggestion.annotation_set : null;
  const at = suggestion?.created_at ?? "";
  useEffect(() => {
    // the time makes another address of another suggestion, as browsers keep the picture
    const path = `/api/suggestions/${set}/doubt-maps`;
    heat.set(
      set === null ? null : (frame) => readMap(`${path}/${frame}/?at=${encodeURIComponent(at)}`),
    );
  }, [heat, set, at]);
  return heat;
}

async function readMap(address: string): Promise<CanvasImageSource | null> {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (answer.status === 204) return null;
  if (!answer.ok) throw new Error(`The map of doubt could not be read (${answer.status}).`);
  const grey = await createImageBitmap(await answer.blob());
  const canvas = document.createElement("canvas");
  canvas.width = grey.width;
  canvas.height = grey.height;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser cannot draw.");
  context.drawImage(grey, 0, 0);
  grey.close();
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  colourDoubt(pixels.data);
  context.putImageData(pixels, 0, 0);
  return canvas;
}
