type Search = Readonly<Record<string, unknown>>;

/** The frame that a room with a clip opens at, as its address says. */
export interface StartAt {
  frame?: number | undefined;
}

export const startAt = ({ frame }: Search): StartAt =>
  typeof frame === "number" && Number.isInteger(frame) && frame >= 0 ? { frame } : {};

/** And another set that a reading is compared with, at one of its revisions. */
export interface ReviewAt extends StartAt {
  against?: string | undefined;
  revision?: number | undefined;
}

export const reviewAt = (search: Search): ReviewAt => {
  const { against, revision } = search;
  const isNamed = typeof against === "string" && typeof revision === "number" && revision >= 0;
  return { ...startAt(search), ...(isNamed && { against, revision }) };
};
