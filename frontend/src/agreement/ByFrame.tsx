import { Anchor, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { breakdownQuery, type RowFilter } from "../api/agreement";
import type { AgreementDetail } from "../api/types";
import { count } from "../format/text";
import { Problem } from "../parts/Problem";
import { FramePlot } from "./FramePlot";
import { frameAddress } from "./frameAddress";
import { type FrameDice, frameDice, saidOf, worstPlace } from "./frameDice";

interface ByFrameProps {
  report: AgreementDetail;
  filter: RowFilter;
}

/** Where in a clip readers agree and where they do not; each frame opens with all contours. */
export function ByFrame({ report, filter }: ByFrameProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const clip = chosen ?? report.clips[0]?.id ?? "";
  const asked = { ...filter, clip };
  const rows = useQuery(breakdownQuery(report.id, "frame", asked));
  return (
    <Stack gap="sm">
      <Select
        label="Clip"
        maw={420}
        allowDeselect={false}
        searchable
        data={report.clips.map((each) => ({
          value: each.id,
          label: `${each.title} · ${each.subject}`,
        }))}
        value={clip}
        onChange={setChosen}
      />
      {rows.isPending && <Skeleton height={200} />}
      {rows.isError && <Problem error={rows.error} onRetry={rows.refetch} />}
      {rows.data && (
        <Frames
          key={JSON.stringify(asked)}
          report={report}
          filter={asked}
          frames={frameDice(rows.data)}
        />
      )}
    </Stack>
  );
}

interface FramesProps {
  report: AgreementDetail;
  filter: RowFilter & { clip: string };
  frames: readonly FrameDice[];
}

function Frames({ report, filter, frames }: FramesProps) {
  const [at, setAt] = useState(() => worstPlace(frames));
  const navigate = useNavigate();
  const pointed = frames[at];
  if (pointed === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {filter.first === undefined ? "No two readers" : "These two readers"} have{" "}
        {filter.first !== undefined && "not "}looked at the same frame of this clip.
      </Text>
    );
  }
  if (frames.every(({ dice }) => dice === null)) {
    return (
      <Text size="sm" c="dimmed">
        Nobody shows it in {count(frames.length, "frame")} compared: readers agree that it is not
        there.
      </Text>
    );
  }
  const structure = report.structures.find(({ code }) => code === filter.structure);
  return (
    <>
      <FramePlot
        frames={frames}
        at={at}
        colour={structure?.colour ?? "#9aa4b2"}
        onPoint={setAt}
        onOpen={(frame) => void navigate(frameAddress(report, filter, frame))}
      />
      <Group gap="sm" justify="space-between">
        <Text size="sm">{saidOf(pointed)}</Text>
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link {...frameAddress(report, filter, pointed.frame)} {...props} />
          )}
        >
          Open frame {pointed.frame} with all contours
        </Anchor>
      </Group>
      <Text size="xs" c="dimmed" maw="80ch">
        Over all that is chosen above, the mean of its Dice on each frame. Yellow: a reader alone
        shows it, which counts 0. Grey, at the foot: looked at, and nobody shows it. Gaps: not
        compared.
      </Text>
    </>
  );
}
