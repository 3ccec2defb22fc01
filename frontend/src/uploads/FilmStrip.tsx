import type { Preview } from "../api/types";
import classes from "./uploads.module.css";

interface FilmStripProps {
  previews: readonly Preview[];
  shown: number;
  onShow: (number: number) => void;
}

const intoView = (button: HTMLButtonElement | null) =>
  button?.scrollIntoView({ block: "nearest", inline: "nearest" });

/** Samples spread over the recording: what is written in the picture may come and go. */
export function FilmStrip({ previews, shown, onShow }: FilmStripProps) {
  return (
    <nav className={classes.strip} aria-label="Samples of the recording">
      {previews.map(({ number, url, time_s: time, frame_index: index }) => (
        <button
          key={number}
          type="button"
          className={classes.sample}
          aria-current={number === shown ? "true" : undefined}
          aria-label={`${time.toFixed(1)} s, frame ${index}`}
          ref={number === shown ? intoView : undefined}
          onClick={() => onShow(number)}
        >
          <img src={url} alt="" />
          {time.toFixed(1)} s
        </button>
      ))}
    </nav>
  );
}
