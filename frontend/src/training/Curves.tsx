import { LineChart } from "@mantine/charts";
import { Center, Group, Paper, Select, SimpleGrid, Text, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Fold, Structure } from "../api/types";
import { score } from "../format/text";
import { diceCodes, diceCurve, foldName, lossCurve } from "./curves";

const FOLD_COLOURS = ["iris.4", "teal.5", "yellow.5", "pink.5", "cyan.5", "lime.5", "orange.5"];

interface CurvesProps {
  folds: readonly Fold[];
  structures: readonly Structure[];
}

/** Loss of each fold, and held-out Dice of each structure, by epoch. */
export function Curves({ folds, structures }: CurvesProps) {
  const [shown, setShown] = useState<string | null>(null);
  const found = diceCodes(folds);
  // In the order of the procedure, which is the order of every other legend.
  const codes = structures.map(({ code }) => code).filter((code) => found.includes(code));
  const hasEpochs = folds.some(({ epochs }) => epochs.length > 0);
  const chosen = shown === null ? folds : folds.filter(({ index }) => String(index) === shown);
  const structureOf = (code: string) => structures.find((structure) => structure.code === code);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Chart title="Loss" isEmpty={!hasEpochs}>
        <LineChart
          h={270}
          data={lossCurve(folds)}
          dataKey="epoch"
          withLegend
          legendProps={{ itemSorter: null }}
          withDots={false}
          curveType="linear"
          valueFormatter={(value) => value.toFixed(3)}
          xAxisLabel="Epoch"
          lineChartProps={{ accessibilityLayer: true }}
          lineProps={{ isAnimationActive: false }}
          series={folds.map(({ index }) => ({
            name: foldName(index),
            color: FOLD_COLOURS[index % FOLD_COLOURS.length] ?? "gray.5",
          }))}
        />
      </Chart>
      <Chart
        title="Held-out Dice"
        isEmpty={!hasEpochs || codes.length === 0}
        control={
          <Select
            size="xs"
            w={160}
            aria-label="Folds shown"
            placeholder="Mean of the folds"
            clearable
            data={folds.map(({ index }) => ({ value: String(index), label: foldName(index) }))}
            value={shown}
            onChange={setShown}
          />
        }
      >
        <LineChart
          h={270}
          data={diceCurve(chosen, codes)}
          dataKey="epoch"
          withLegend
          legendProps={{ itemSorter: null }}
          withDots={false}
          curveType="linear"
          valueFormatter={score}
          xAxisLabel="Epoch"
          yAxisProps={{ domain: [0, 1] }}
          lineProps={{ isAnimationActive: false }}
          series={codes.map((code) => ({
            name: code,
            label: structureOf(code)?.name ?? code,
            color: structureOf(code)?.colour ?? "gray.5",
          }))}
        />
      </Chart>
    </SimpleGrid>
  );
}

interface ChartProps {
  title: string;
  isEmpty: boolean;
  control?: ReactNode;
  children: ReactNode;
}

function Chart({ title, isEmpty, control, children }: ChartProps) {
  return (
    <Paper withBorder p="sm" bg="dark.6" component="section" aria-label={title}>
      <Group justify="space-between" mb="xs" mih={30}>
        <Title order={2} size="h3">
          {title}
        </Title>
        {!isEmpty && control}
      </Group>
      {isEmpty ? (
        <Center h={270}>
          <Text size="sm" c="dimmed">
            The curve begins with the first epoch.
          </Text>
        </Center>
      ) : (
        children
      )}
    </Paper>
  );
}
