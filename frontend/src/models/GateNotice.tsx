import { Alert, Checkbox, List, Loader, Text } from "@mantine/core";
import { IconShieldCheck, IconShieldQuestion, IconShieldX } from "@tabler/icons-react";
import type { Gate } from "../api/types";

interface GateNoticeProps {
  gate: Gate | undefined;
  isOverride: boolean;
  onOverride: (isOverride: boolean) => void;
}

/** What the gate says of a promotion, and the way past it for who has a reason. */
export function GateNotice({ gate, isOverride, onOverride }: GateNoticeProps) {
  if (gate === undefined) return <Loader size="sm" aria-label="Comparing with what serves now" />;
  if (gate.against === null) return null;
  const worse = gate.structures.filter((each) => each.is_worse);
  if (gate.is_passed) {
    const known = knownOf(gate.structures);
    const serves = `version ${gate.against.number}, which serves now`;
    return (
      <Alert
        color={known === "nothing" ? "gray" : "teal"}
        variant="light"
        icon={known === "nothing" ? <IconShieldQuestion /> : <IconShieldCheck />}
        title={PASSED[known].title}
      >
        <Text size="sm">{PASSED[known].text(serves)}</Text>
        <Sentences verdicts={gate.structures} />
      </Alert>
    );
  }
  const isWorse = worse.length > 0;
  return (
    <Alert
      color={isWorse ? "red" : "yellow"}
      variant="light"
      icon={isWorse ? <IconShieldX /> : <IconShieldQuestion />}
      title={
        isWorse
          ? `Worse than version ${gate.against.number}, which serves now`
          : `Not to be judged beside version ${gate.against.number}, which serves now`
      }
    >
      {!isWorse && <Text size="sm">{gate.doubt}</Text>}
      <Sentences
        verdicts={isWorse ? worse : gate.structures.filter(({ basis }) => basis === "doubt")}
      />
      <Checkbox
        mt="sm"
        label="Promote it all the same"
        description="That it was promoted against this is kept with the reason."
        styles={{ description: { color: "inherit" } }}
        checked={isOverride}
        onChange={(event) => onOverride(event.currentTarget.checked)}
      />
    </Alert>
  );
}

const PASSED = {
  all: {
    title: "Not worse",
    text: (serves: string) =>
      `On no structure worse than ${serves}, beyond the interval: neither in Dice nor in F1 of detection.`,
  },
  some: {
    title: "Not worse in what was compared",
    text: (serves: string) =>
      `Where there are figures of both, not worse than ${serves}, beyond the interval. The rest is not known.`,
  },
  nothing: {
    title: "Nothing to compare",
    text: (serves: string) =>
      `There are no figures of both this version and ${serves}, so nobody knows whether it is worse.`,
  },
};

/** Of how much there are figures to compare: Dice and F1 of each structure, or less. */
function knownOf(verdicts: Gate["structures"]): keyof typeof PASSED {
  const compared = verdicts.filter(
    ({ basis, before, after }) => basis === "paired" || (before !== null && after !== null),
  );
  if (compared.length === 0) return "nothing";
  const codes = new Set(verdicts.map(({ code }) => code));
  return compared.length === 2 * codes.size ? "all" : "some";
}

function Sentences({ verdicts }: { verdicts: Gate["structures"] }) {
  return (
    <List size="sm" mt={4}>
      {verdicts.map(({ code, measure, sentence }) => (
        <List.Item key={`${code}-${measure}`}>{sentence}</List.Item>
      ))}
    </List>
  );
}
