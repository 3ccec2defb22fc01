import { useEffect, useState } from "react";
import type { Rgba } from "./redaction";

/** The pixels of a picture of the server, RGBA; null until it is there. */
export function usePicturePixels(address: string): Rgba | null {
  const [held, setHeld] = useState<{ address: string; picture: Rgba } | null>(null);
  useEffect(() => {
    let isWanted = true;
    const image = new Image();
    image.src = address;
    image
      .decode()
      .then(() => {
        const { naturalWidth: width, naturalHeight: height } = image;
        const canvas = document.createElement("canvas");
        canvas.width = width;
        canvas.height = height;
        const context = canvas.getContext("2d", { willReadFrequently: true });
        if (context === null || !isWanted) return;
        context.drawImage(image, 0, 0);
        const pixels = context.getImageData(0, 0, width, height).data;
        setHeld({ address, picture: { width, height, pixels } });
      })
      .catch(() => {
        // The strip shows the same picture, and that it is missing.
      });
    return () => {
      isWanted = false;
    };
  }, [address]);
  return held?.address === address ? held.picture : null;
}
