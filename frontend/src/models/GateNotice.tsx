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
    return (
      <Alert color="teal" variant="light" icon={<IconShieldCheck />} title="Not worse">
        <Text size="sm">
          On no structure worse than version {gate.against.number}, which serves now, beyond the
          interval: neither in Dice nor in F1 of detection.
        </Text>
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

function Sentences({ verdicts }: { verdicts: Gate["structures"] }) {
  return (
    <List size="sm" mt={4}>
      {verdicts.map(({ code, measure, sentence }) => (
        <List.Item key={`${code}-${measure}`}>{sentence}</List.Item>
      ))}
    </List>
  );
}
