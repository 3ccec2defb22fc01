export interface CardLine {
  name: string;
  text: string;
}

/** A model card, as people read it. */
export interface ReadableCard {
  intendedUse: string;
  notFor: string;
  limits: string;
  data: CardLine[];
  training: CardLine[];
  /** By structure: which regions are shown, and from when it counts as seen. */
  shown: CardLine[];
  evaluation: string;
  /** Why the figures are too good, where they are. */
  tooGood: string;
  /** Whatever else the card says. */
  more: CardLine[];
}

const NAMES: Record<string, string> = {
  snapshot_sha256: "Snapshot hash",
  side_px: "Side of a picture, pixels",
  trained_on: "Trained on",
};

const nameOf = (name: string): string =>
  NAMES[name] ?? name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") {
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  }
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  if (typeof value === "object") {
    return linesOf(value)
      .map(({ name, text }) => `${name.toLowerCase()} ${text}`)
      .join(", ");
  }
  return String(value);
}

/** An object as named lines, a plain value as one line without a name; empty values left out. */
function linesOf(value: unknown): CardLine[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const text = textOf(value);
    return text === "" ? [] : [{ name: "", text }];
  }
  return Object.entries(value)
    .map(([name, inner]) => ({ name: nameOf(name), text: textOf(inner) }))
    .filter(({ text }) => text !== "");
}

/** A list of names with their texts, in its own order. */
function namedLines(value: unknown): CardLine[] {
  if (!Array.isArray(value)) return [];
  return value.map((each: Record<string, unknown>) => ({
    name: textOf(each.name),
    text: textOf(each.text),
  }));
}

// Told elsewhere on the page.
const READ = [
  "name",
  "recipe",
  "intended_use",
  "not_for",
  "limits",
  "data",
  "training",
  "after_the_network",
  "evaluation",
  "seen_before",
];

/** A card's JSON in the order and the words in which it is read. */
export function readableCard(card: Record<string, unknown>): ReadableCard {
  const more = Object.fromEntries(Object.entries(card).filter(([name]) => !READ.includes(name)));
  return {
    intendedUse: textOf(card.intended_use),
    notFor: textOf(card.not_for),
    limits: textOf(card.limits),
    data: linesOf(card.data),
    training: linesOf(card.training),
    shown: namedLines(card.after_the_network),
    evaluation: textOf(card.evaluation),
    tooGood: textOf(card.seen_before),
    more: linesOf(more),
  };
}
