import { Center, Loader } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { type Redaction, storedPicture } from "./redaction";
import { frameStyle, placed } from "./stageView";
import classes from "./uploads.module.css";
import { usePicturePixels } from "./usePicturePixels";

/** The sample as it will be stored, pixel for pixel. */
export function StoredPicture({ address, redaction }: { address: string; redaction: Redaction }) {
  const { ref, width, height } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const source = usePicturePixels(address);
  const stored = source === null ? null : storedPicture(source, redaction);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (stored === null || !context) return;
    context.putImageData(new ImageData(stored.pixels, stored.width, stored.height), 0, 0);
  });
  const at = stored === null ? null : placed(stored, { width, height }, 18);
  return (
    <div ref={ref} className={classes.stage}>
      {stored === null || at === null ? (
        <Center h="100%">
          <Loader aria-label="Loading the sample" />
        </Center>
      ) : (
        <div className={classes.frame} style={frameStyle(at)}>
          <canvas
            ref={canvas}
            width={stored.width}
            height={stored.height}
            role="img"
            aria-label={`As it will be stored, ${stored.width} by ${stored.height} pixels`}
            data-testid="stored-picture"
            style={{ imageRendering: at.scale >= 2 ? "pixelated" : "auto" }}
          />
        </div>
      )}
    </div>
  );
}
