import type { Clip } from "../api/types";
import classes from "./practice.module.css";

interface TruthPictureProps {
  clip: Pick<Clip, "id" | "width" | "height" | "title">;
  frame: number;
  /** The accepted set, drawn over the frame; null while it is not known. */
  truth: string | null;
}

/** A frame with what was accepted over it, for those who teach. */
export function TruthPicture({ clip, frame, truth }: TruthPictureProps) {
  return (
    <div
      className={classes.truth}
      style={{
        aspectRatio: `${clip.width} / ${clip.height}`,
        maxWidth: (320 * clip.width) / clip.height,
      }}
    >
      <img src={`/api/clips/${clip.id}/frames/${frame}/`} alt={`${clip.title}, frame ${frame}`} />
      {truth !== null && (
        <img
          src={`/api/annotation-sets/${truth}/labels/${frame}/`}
          alt=""
          className={classes.labels}
        />
      )}
    </div>
  );
}
