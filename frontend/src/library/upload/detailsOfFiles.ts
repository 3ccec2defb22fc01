import { nextPseudonym } from "../pseudonym";
import type { UploadDetails } from "./uploadQueue";

/** Give each file its subject: the same for all, or `first` and then one new pseudonym a file. */
export function detailsOfFiles(
  files: readonly File[],
  common: Omit<UploadDetails, "subject">,
  first: string,
  subjects: "one" | "each",
  taken: readonly string[],
): { file: File; details: UploadDetails }[] {
  const known = [...taken];
  return files.map((file, position) => {
    // The series of the first pseudonym goes on, also where the project has another commoner one.
    const series = known.filter((name) => name.replace(/\d+$/, "") === first.replace(/\d+$/, ""));
    const subject = subjects === "one" || position === 0 ? first : nextPseudonym(series);
    known.push(subject);
    return { file, details: { ...common, subject } };
  });
}
