/** What was done, of "model_version.promote": "Model version: promote". */
export function actionText(action: string): string {
  const [noun = "", verb] = action.replaceAll("_", " ").split(".");
  const capital = noun.replace(/^./, (letter) => letter.toUpperCase());
  return verb === undefined ? capital : `${capital}: ${verb}`;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HASH = /^[0-9a-f]{40,}$/i;

function valueText(value: unknown, nameOf: (id: string) => string | undefined): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((each) => valueText(each, nameOf)).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  // The whole id is in the record itself; eight digits are enough to tell two apart by eye.
  if (ID.test(text) || HASH.test(text)) return nameOf(text) ?? `${text.slice(0, 8)}…`;
  return text;
}

/** The particulars of a record in a line: people by name, other ids and hashes cut short. */
export function detailText(
  detail: unknown,
  nameOf: (id: string) => string | undefined = () => undefined,
): string {
  if (typeof detail !== "object" || detail === null) return "";
  return Object.entries(detail)
    .map(([name, value]) => [name.replaceAll("_", " "), valueText(value, nameOf)] as const)
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `${name}: ${text}`)
    .join(" · ");
}
