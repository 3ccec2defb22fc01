import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Finding } from "../api/types";
import { count } from "../format/text";
import type { Size } from "./boxes";
import { FATE_WORDS, type Fate, FINDING_NAMES, fateOf, isToBeRemoved } from "./findings";
import { keptShare } from "./redaction";
import classes from "./uploads.module.css";

interface FindingListProps {
  findings: readonly Finding[];
  kept: Uint8Array;
  size: Size;
  litIndex: number | null;
  onLight: (index: number | null) => void;
  onBlank: (finding: Finding) => void;
}

/**
 * What was found, why it counts, and what becomes of it as the redaction stands: first what is
 * still to be decided, then what is kept, and folded away what is gone.
 */
export function FindingList(props: FindingListProps) {
  const { findings, kept, size } = props;
  const [isUnfolded, fold] = useDisclosure(false);
  if (findings.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing that looks like text or an overlay was found. Look through the samples yourself.
      </Text>
    );
  }
  const rows = findings.map((finding, index) => {
    const fate = fateOf(keptShare(finding.box, kept, size));
    return { finding, index, fate, isLeft: isToBeRemoved(finding) && fate !== "goes" };
  });
  const left = rows.filter(({ isLeft }) => isLeft);
  const shown = rows.filter(({ isLeft, fate }) => !isLeft && fate !== "goes");
  const gone = rows.filter(({ fate }) => fate === "goes");
  const isGoneShown = isUnfolded || gone.length < 3;
  return (
    <Stack gap={6}>
      <Text size="xs" c={left.length === 0 ? "teal.3" : "orange.3"} role="status">
        {left.length === 0
          ? "All that was found to look like text or an overlay is removed. Please look at every sample for what was not found."
          : `Please look at ${count(left.length, "thing")} that ${left.length === 1 ? "looks" : "look"} like text or an overlay and ${left.length === 1 ? "stays" : "stay"} in the picture.`}
      </Text>
      <Stack gap={6} component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {[...left, ...shown, ...(isGoneShown ? gone : [])].map((row) => (
          <FindingRow key={row.index} {...props} {...row} />
        ))}
      </Stack>
      {gone.length >= 3 && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          h="auto"
          py={2}
          styles={{ inner: { justifyContent: "start" }, label: { whiteSpace: "normal" } }}
          ta="left"
          aria-expanded={isGoneShown}
          onClick={fold.toggle}
        >
          {isGoneShown ? "Fold what is removed" : `Removed: ${wordsOf(gone)}`}
        </Button>
      )}
    </Stack>
  );
}

/** "text in 12 places, ruler" */
function wordsOf(rows: readonly { finding: Finding }[]): string {
  const numbers = new Map<string, number>();
  for (const { finding } of rows) {
    const name = (FINDING_NAMES[finding.kind] ?? finding.kind).toLowerCase();
    numbers.set(name, (numbers.get(name) ?? 0) + 1);
  }
  return [...numbers]
    .map(([name, number]) => (number === 1 ? name : `${name} in ${number} places`))
    .join(", ");
}

interface FindingRowProps extends FindingListProps {
  finding: Finding;
  index: number;
  fate: Fate;
  isLeft: boolean;
}

function FindingRow(props: FindingRowProps) {
  const { finding, index, fate, isLeft, litIndex, onLight, onBlank } = props;
  return (
    <li
      className={classes.found}
      data-lit={index === litIndex || undefined}
      data-fate={fate}
      onMouseEnter={() => onLight(index)}
      onMouseLeave={() => onLight(null)}
      onFocus={() => onLight(index)}
      onBlur={() => onLight(null)}
    >
      <Group justify="space-between" gap={6} wrap="nowrap">
        <Text size="sm" fw={600}>
          {FINDING_NAMES[finding.kind] ?? finding.kind}
        </Text>
        <Badge
          size="sm"
          radius="sm"
          tt="none"
          variant="light"
          color={isLeft ? "orange" : fate === "goes" ? "teal" : "gray"}
        >
          {FATE_WORDS[fate]}
        </Badge>
      </Group>
      <Text size="xs" c="dimmed" mt={2}>
        {finding.reason}
      </Text>
      {isLeft && (
        <Button size="compact-xs" variant="default" mt={4} onClick={() => onBlank(finding)}>
          Blank it
        </Button>
      )}
    </li>
  );
}
