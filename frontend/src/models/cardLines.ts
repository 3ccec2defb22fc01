interface CardSection {
  title: string;
  lines: { name: string; text: string }[];
}

const spelt = (name: string): string =>
  name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

const textOf = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

// The store does not keep the order of a card's paragraphs; this is the one they are read in.
const ORDER = ["intended_use", "not_for", "procedure", "data", "training", "evaluation", "limits"];

const placeOf = (name: string): number => {
  const place = ORDER.indexOf(name);
  return place < 0 ? ORDER.length : place;
};

/** A model card's JSON as titled paragraphs and lists. */
export function cardLines(card: Record<string, unknown>): CardSection[] {
  return Object.entries(card)
    .filter(([, value]) => value !== null && value !== "")
    .sort(([a], [b]) => placeOf(a) - placeOf(b))
    .map(([title, value]) => ({
      title: spelt(title),
      lines:
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? Object.entries(value).map(([name, inner]) => ({
              name: spelt(name),
              text: textOf(inner),
            }))
          : [
              {
                name: "",
                text: Array.isArray(value) ? value.map(textOf).join(", ") : textOf(value),
              },
            ],
    }));
}
