import { LineChart } from "@mantine/charts";
import { Select, Text } from "@mantine/core";
import { useState } from "react";
import type { CheckKind, ReaderFindings } from "../api/types";
import { score } from "../format/text";
import { trendOf } from "./checkWords";

interface CheckTrendProps {
  findings: ReaderFindings;
  kind: CheckKind;
}

/** Dice of each check in the order in which they were handed in. */
export function CheckTrend({ findings, kind }: CheckTrendProps) {
  const [code, setCode] = useState<string | null>(null);
  const points = trendOf(findings.checks, kind, code);
  const structure = findings.structures.find((each) => each.code === code);
  if (points.length < 2) {
    return (
      <Text size="sm" c="dimmed">
        The line begins with the second check.
      </Text>
    );
  }
  return (
    <>
      <Select
        size="xs"
        mb="xs"
        w={220}
        aria-label="Structure of the line"
        placeholder="All structures"
        clearable
        data={findings.structures.map((each) => ({ value: each.code, label: each.name }))}
        value={code}
        onChange={setCode}
      />
      <LineChart
        h={220}
        data={points}
        dataKey="at"
        curveType="linear"
        valueFormatter={score}
        yAxisProps={{ domain: [0, 1] }}
        yAxisLabel="Dice"
        lineProps={{ isAnimationActive: false }}
        series={[
          {
            name: "dice",
            label: structure?.name ?? "All structures",
            color: structure?.colour ?? "iris.4",
          },
        ]}
      />
    </>
  );
}
