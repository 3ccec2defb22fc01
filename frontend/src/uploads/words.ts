/** What is said about a recording and may be corrected while it is looked at. */
import type { SourceFacts, UploadDetail } from "../api/types";

export interface Words {
  readonly label: string;
  readonly scanner: string;
  /** Micrometres a pixel, as typed; empty when nobody has said it and the file's own is taken. */
  readonly pixelSize: string;
}

const MOST_MICRONS = 100_000;

export const wordsOf = (upload: UploadDetail, facts: SourceFacts): Words => ({
  label: upload.label,
  scanner: upload.scanner || (facts.scanner ?? ""),
  pixelSize: upload.microns_per_pixel === null ? "" : String(upload.microns_per_pixel),
});

/** What is wrong with a pixel size as typed; null when nothing is. */
export function pixelSizeProblem(text: string): string | null {
  if (text.trim() === "") return null;
  const value = Number(text.replace(",", "."));
  if (Number.isFinite(value) && value > 0 && value <= MOST_MICRONS) return null;
  return "Micrometres a pixel, more than 0.";
}

/** As the server takes it. */
export const wordsToJson = ({ label, scanner, pixelSize }: Words) => ({
  label: label.trim(),
  scanner: scanner.trim(),
  microns_per_pixel: pixelSize.trim() === "" ? null : Number(pixelSize.replace(",", ".")),
});
