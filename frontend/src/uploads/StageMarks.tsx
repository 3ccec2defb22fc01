import type { Finding } from "../api/types";
import {
  type Box,
  HANDLE_NAMES,
  HANDLES,
  type Handle,
  handlePlace,
  heightOf,
  type Size,
  widthOf,
} from "./boxes";
import { isSameTarget, type Target } from "./draft";
import { idOfTarget } from "./grips";
import { cropOf, type Redaction } from "./redaction";
import classes from "./uploads.module.css";

/** Screen pixels below which a side has no room for a handle in its middle. */
const ROOM_FOR_THREE = 44;

/** Half of what a finger needs around a handle, and half of what is seen of it, on the screen. */
const REACH = 13;
const KNOB = 4.5;

interface MarksProps {
  redaction: Redaction;
  size: Size;
  scale: number;
  chosen: Target | null;
}

const rectOf = (box: Box) => ({
  x: box.x0,
  y: box.y0,
  width: widthOf(box),
  height: heightOf(box),
});

const pointsOf = (corners: readonly (readonly [number, number])[]): string =>
  corners.map(([x, y]) => `${x},${y}`).join(" ");

export const sizeWords = (box: Box): string => `${widthOf(box)} by ${heightOf(box)} pixels`;

/** Everything that will be cut off or blanked, dimmed and hatched; what stays is left clear. */
export function RemovedHatch({ redaction, size, scale }: Omit<MarksProps, "chosen">) {
  const step = 9 / scale;
  return (
    <g pointerEvents="none">
      <defs>
        <pattern
          id="removed-lines"
          patternUnits="userSpaceOnUse"
          width={step}
          height={step}
          patternTransform="rotate(45)"
        >
          <line y2={step} stroke="#fff" strokeOpacity={0.34} strokeWidth={step / 4} />
        </pattern>
        {redaction.keep !== null && (
          <clipPath id="kept-sector">
            <polygon points={pointsOf(redaction.keep)} clipRule="evenodd" />
          </clipPath>
        )}
        <mask id="removed" maskUnits="userSpaceOnUse" x={0} y={0} {...size}>
          <rect {...size} fill="#fff" />
          <rect
            {...rectOf(cropOf(redaction, size))}
            fill="#000"
            clipPath={redaction.keep === null ? undefined : "url(#kept-sector)"}
          />
          {redaction.blanks.map((box, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a box has no name but its place
            <rect key={index} {...rectOf(box)} fill="#fff" />
          ))}
        </mask>
      </defs>
      <rect {...size} fill="#0d1014" fillOpacity={0.6} mask="url(#removed)" />
      <rect {...size} fill="url(#removed-lines)" mask="url(#removed)" />
    </g>
  );
}

export function FindingMarks({
  findings,
  litIndex,
}: {
  findings: readonly Finding[];
  litIndex: number | null;
}) {
  return (
    <g pointerEvents="none">
      {findings.map(({ box }, index) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: findings never change their order
          key={index}
          {...rectOf(box)}
          className={`${classes.line} ${classes.finding}`}
          data-lit={index === litIndex || undefined}
        />
      ))}
    </g>
  );
}

/** The crop, the blanked boxes and the corners of the sector, each to be taken hold of. */
export function TargetMarks({ redaction, size, scale, chosen }: MarksProps) {
  const crop = cropOf(redaction, size);
  const { blanks, keep } = redaction;
  return (
    <>
      {keep !== null && (
        <g pointerEvents="none">
          <polygon points={pointsOf(keep)} className={classes.shadow} />
          <polygon points={pointsOf(keep)} className={`${classes.line} ${classes.sector}`} />
        </g>
      )}
      <BoxMark
        target={{ kind: "crop" }}
        box={crop}
        label={`What is kept, ${sizeWords(crop)}`}
        scale={scale}
        isChosen={chosen?.kind === "crop"}
      />
      {blanks.map((box, index) => (
        <BoxMark
          // biome-ignore lint/suspicious/noArrayIndexKey: a box has no name but its place
          key={index}
          target={{ kind: "blank", index }}
          box={box}
          label={`Blanked box ${index + 1}, ${sizeWords(box)}`}
          scale={scale}
          isChosen={isSameTarget(chosen, { kind: "blank", index })}
        />
      ))}
      {keep?.map(([x, y], index) => {
        const [nextX, nextY] = keep[(index + 1) % keep.length] as [number, number];
        const isChosen = isSameTarget(chosen, { kind: "corner", index });
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a corner has no name but its place
          <g key={index}>
            <g data-grip="edge" data-index={index}>
              <circle
                cx={(x + nextX) / 2}
                cy={(y + nextY) / 2}
                r={(REACH * 0.7) / scale}
                fill="transparent"
              />
              <circle
                cx={(x + nextX) / 2}
                cy={(y + nextY) / 2}
                r={(KNOB * 0.6) / scale}
                className={classes.knob}
                data-kind="edge"
              />
            </g>
            {/* biome-ignore lint/a11y/useSemanticElements: SVG has no button */}
            <g
              id={idOfTarget({ kind: "corner", index })}
              data-grip="corner"
              data-index={index}
              role="button"
              tabIndex={0}
              aria-label={`Corner ${index + 1} of the sector`}
              aria-pressed={isChosen}
            >
              <circle cx={x} cy={y} r={REACH / scale} fill="transparent" />
              <circle
                cx={x}
                cy={y}
                r={((isChosen ? 1.4 : 1) * KNOB) / scale}
                className={classes.knob}
                data-kind="corner"
              />
            </g>
          </g>
        );
      })}
    </>
  );
}

function hasRoom(box: Box, handle: Handle, scale: number): boolean {
  if (handle === "n" || handle === "s") return widthOf(box) * scale > ROOM_FOR_THREE;
  if (handle === "e" || handle === "w") return heightOf(box) * scale > ROOM_FOR_THREE;
  return true;
}

const outwards = (handle: Handle): [number, number] => [
  handle.includes("w") ? -1 : handle.includes("e") ? 1 : 0,
  handle.includes("n") ? -1 : handle.includes("s") ? 1 : 0,
];

interface BoxMarkProps {
  target: Exclude<Target, { kind: "corner" }>;
  box: Box;
  label: string;
  scale: number;
  isChosen: boolean;
}

/** A box with eight handles. The crop is held by its handles only, so that one can draw inside. */
function BoxMark({ target, box, label, scale, isChosen }: BoxMarkProps) {
  const { kind } = target;
  const index = target.kind === "blank" ? target.index : undefined;
  const knob = KNOB / scale;
  const reach = REACH / scale;
  const areHandlesShown = isChosen || kind === "crop";
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      id={idOfTarget(target)}
      role="button"
      tabIndex={0}
      aria-label={label}
      aria-pressed={isChosen}
      data-target={kind}
      data-index={index}
    >
      <rect {...rectOf(box)} className={classes.shadow} pointerEvents="none" />
      <rect
        {...rectOf(box)}
        className={`${classes.line} ${classes[kind]} ${isChosen ? classes.chosen : ""}`}
        pointerEvents="none"
      />
      {kind === "blank" && (
        <rect {...rectOf(box)} fill="transparent" data-grip="blank" data-index={index} />
      )}
      {areHandlesShown &&
        HANDLES.filter((handle) => hasRoom(box, handle, scale)).map((handle) => {
          const [x, y] = handlePlace(box, handle);
          // Reached from outside, so that a small box can still be carried by its middle.
          const [outX, outY] = outwards(handle);
          return (
            <g key={handle} data-grip={`${kind}:${handle}`} data-index={index}>
              <title>{HANDLE_NAMES[handle]}</title>
              <rect
                x={x - reach + outX * reach * 0.6}
                y={y - reach + outY * reach * 0.6}
                width={2 * reach}
                height={2 * reach}
                fill="transparent"
              />
              <rect
                x={x - knob}
                y={y - knob}
                width={2 * knob}
                height={2 * knob}
                className={classes.knob}
                data-kind={kind}
              />
            </g>
          );
        })}
    </g>
  );
}
