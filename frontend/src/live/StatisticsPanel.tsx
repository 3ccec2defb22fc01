import { Table, Text } from "@mantine/core";
import classes from "./live.module.css";
import type { LiveSnapshot } from "./snapshot";
import { STAGES } from "./stageTimes";

const ms = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : value < 10 ? value.toFixed(1) : value.toFixed(0);

/** Where the time between scanner and screen goes, of the last ten seconds. */
export function StatisticsPanel({ snapshot }: { snapshot: LiveSnapshot }) {
  const { figures, clockErrorMs, roundTripMs } = snapshot;
  return (
    <section className={classes.section} aria-label="Statistics">
      <h2 className={classes.heading}>Statistics</h2>
      <Table verticalSpacing={2} horizontalSpacing={4} fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th fw={500}>Milliseconds</Table.Th>
            <Table.Th ta="right">p50</Table.Th>
            <Table.Th ta="right">p95</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {STAGES.map(([name, label]) => (
            <Table.Tr key={name} fw={name === "total" ? 600 : undefined}>
              <Table.Td>{label}</Table.Td>
              <Table.Td ta="right">{ms(figures.stages[name]?.p50)}</Table.Td>
              <Table.Td ta="right">{ms(figures.stages[name]?.p95)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" mt={6}>
        {snapshot.sourceFps.toFixed(0)} frames/s come, {figures.framesPerSecond.toFixed(0)} are
        drawn; {figures.skipped} of {figures.skipped + figures.drawn} skipped
      </Text>
      <Text size="xs" c="dimmed">
        {clockErrorMs === null
          ? "The hub's clock is not known yet."
          : `Ages are off by ±${ms(clockErrorMs)} ms at most; round trip ${ms(roundTripMs)} ms.`}
      </Text>
      {snapshot.model?.runtime && (
        <Text size="xs" c="dimmed">
          Model on {snapshot.model.runtime}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {snapshot.viewers} watching
      </Text>
      {snapshot.refusal !== null && (
        <Text size="xs" c="orange.4">
          {snapshot.refusal}
        </Text>
      )}
    </section>
  );
}
