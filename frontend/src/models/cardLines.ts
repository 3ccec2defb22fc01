interface CardSection {
  title: string;
  lines: { name: string; text: string }[];
}

const spelt = (name: string): string =>
  name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

const textOf = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

/** A model card's JSON as titled paragraphs and lists, in its own order. */
export function cardLines(card: Record<string, unknown>): CardSection[] {
  return Object.entries(card)
    .filter(([, value]) => value !== null && value !== "")
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
