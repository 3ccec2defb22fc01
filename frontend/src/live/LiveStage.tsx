import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { ageLevel, ageText } from "./display";
import classes from "./live.module.css";
import type { LiveView } from "./liveView";
import { rulerOf } from "./ruler";
import { ScaleLayer } from "./ScaleLayer";
import type { LiveSnapshot } from "./snapshot";
import type { ScaleSetting } from "./useScaleSetting";

const clockTime = (milliseconds: number): string =>
  new Date(milliseconds).toLocaleTimeString("en-GB", { hour12: false });

interface LiveStageProps {
  view: LiveView;
  snapshot: LiveSnapshot;
  /** The room, which carries what was drawn last as data attributes. */
  root: HTMLElement;
  projectId: string;
  scaleSetting: ScaleSetting;
}

/** The picture as large as it can be, its structures, and the truth about its age. */
export function LiveStage({ view, snapshot, root, projectId, scaleSetting }: LiveStageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const labels = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parts = {
      stage: stage.current,
      box: box.current,
      picture: picture.current,
      overlay: overlay.current,
      labels: labels.current,
    };
    const { stage: a, box: b, picture: c, overlay: d, labels: e } = parts;
    if (a === null || b === null || c === null || d === null || e === null) return;
    return view.attach(root, { stage: a, box: b, picture: c, overlay: d, labels: e });
  }, [view, root]);
  const { display, source, frameSize } = snapshot;
  return (
    <div className={classes.stage} ref={stage}>
      <div className={classes.box} ref={box}>
        <canvas
          ref={picture}
          className={classes.picture}
          data-testid="live-picture"
          role="img"
          aria-label={`Live picture, ${display === "live" ? "running" : display}`}
        />
        <canvas ref={overlay} className={classes.overlay} data-testid="live-overlay" aria-hidden />
        <div ref={labels} className={classes.labels} aria-hidden />
        {frameSize !== null && snapshot.micronsPerPixel > 0 && (
          <Ruler
            micronsPerPixel={snapshot.micronsPerPixel}
            height={frameSize.height}
            isByHand={snapshot.commands.includes("scale")}
          />
        )}
        {scaleSetting.marks !== null && (
          <ScaleLayer marks={scaleSetting.marks} setting={scaleSetting} />
        )}
      </div>
      <div className={classes.badges}>
        <AgeBadge snapshot={snapshot} />
        {display === "frozen" && <span className={classes.frozen}>FROZEN</span>}
        {snapshot.recording !== null && <span className={classes.recording}>● REC</span>}
      </div>
      {display === "no-signal" && (
        <Notice isAlert>
          <strong>NO SIGNAL</strong>
          {snapshot.lastPictureAt !== null && (
            <span>last image {clockTime(snapshot.lastPictureAt)}</span>
          )}
          <Why snapshot={snapshot} projectId={projectId} />
        </Notice>
      )}
      {display === "waiting" && (
        <Notice>
          <strong>{source.kind === "" ? "Connecting" : "Waiting for the first picture"}</strong>
          <Why snapshot={snapshot} projectId={projectId} />
        </Notice>
      )}
    </div>
  );
}

function Notice({ isAlert = false, children }: { isAlert?: boolean; children: ReactNode }) {
  return (
    <div className={classes.notice} role={isAlert ? "alert" : "status"}>
      {children}
    </div>
  );
}

const STATE_SENTENCES: Partial<Record<string, string>> = {
  STALLED: "The scanner is connected but sends no picture.",
  LOST: "The scanner is not reached. The bridge tries again by itself.",
  CONNECTING: "The bridge is connecting to the scanner.",
};

function Why({ snapshot, projectId }: { snapshot: LiveSnapshot; projectId: string }) {
  const { connection, source } = snapshot;
  if (connection.kind === "ended") {
    return (
      <>
        <span className={classes.why}>{connection.sentence}</span>
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => (
            <Link to="/projects/$projectId/live" params={{ projectId }} {...props} />
          )}
        >
          To the live sessions
        </Button>
      </>
    );
  }
  if (connection.kind === "waiting") {
    return <span className={classes.why}>{connection.sentence} Connecting again.</span>;
  }
  if (connection.kind !== "open") return null;
  const sentence = source.reason || STATE_SENTENCES[source.state];
  return sentence ? <span className={classes.why}>{sentence}</span> : null;
}

/** How old what is on the screen is, in colour and in words. */
function AgeBadge({ snapshot }: { snapshot: LiveSnapshot }) {
  const { ageMs, display } = snapshot;
  if (display === "waiting") return null;
  // a frozen picture is old on purpose
  const level = display === "frozen" ? "unknown" : ageLevel(ageMs);
  return (
    <span className={classes.age} data-level={level} title="From the bridge to this screen">
      {ageText(ageMs)}
      {level === "red" && display === "live" && " · LATE"}
    </span>
  );
}

interface RulerProps {
  micronsPerPixel: number;
  height: number;
  /** A person set the scale: a source that tells its own takes none. */
  isByHand: boolean;
}

function Ruler({ micronsPerPixel, height, isByHand }: RulerProps) {
  const { lengthMm, share } = rulerOf(micronsPerPixel, height);
  return (
    <div className={classes.ruler} style={{ height: `${share * 100}%` }} data-testid="live-ruler">
      <span>
        {lengthMm >= 10 ? `${lengthMm / 10} cm` : `${lengthMm} mm`}
        {isByHand && ", by hand"}
      </span>
    </div>
  );
}
