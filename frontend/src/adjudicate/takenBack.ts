/** What each revision that took something back shows: the number of the revision whose state it is.
 * Taking back makes a revision too, so "the one before" is not always one less.
 */
export type TakenBack = Readonly<Record<number, number>>;

/** The revision to restore so that the choice shown in `revision` is taken back; null where nothing
 * is left. Choices that were taken back are passed over, also after a new one.
 */
export function revisionBefore(revision: number, takenBack: TakenBack): number | null {
  const shown = takenBack[revision] ?? revision;
  if (shown <= 0) return null;
  return takenBack[shown - 1] ?? shown - 1;
}
