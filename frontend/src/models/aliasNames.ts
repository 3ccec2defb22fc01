import type { AliasName } from "../api/types";

export const ALIASES: { name: AliasName; label: string; description: string }[] = [
  {
    name: "preannotate",
    label: "Pre-annotation",
    description: "Writes the suggestions on clips that experts start from and trainees look at.",
  },
  { name: "live", label: "Live", description: "Runs on the live page." },
  { name: "candidate", label: "Candidate", description: "Being considered; serves nothing yet." },
];

export const aliasLabel = (name: string): string =>
  ALIASES.find((alias) => alias.name === name)?.label ?? name;
