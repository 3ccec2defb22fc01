import { Anchor, Badge, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { shown } from "../agreement/readFigures";
import type { CheckKind, ReaderFindings } from "../api/types";
import { moment } from "../format/text";
import { StructureName } from "../parts/StructureName";
import { type CheckPoint, distance, STATE_WORDS } from "./checkWords";

interface ListProps {
  findings: ReaderFindings;
  kind: CheckKind;
}

/** The frames on which the reader and the reference differ most; each opens with both contours. */
export function WorstFrames({ findings, kind }: ListProps) {
  const { checks, structures, worst } = findings;
  const rows = worst.flatMap((row) => {
    const check = checks.find(({ id }) => id === row.check);
    return check?.check_kind === kind ? [{ row, check }] : [];
  });
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing is measured yet, or neither shows a structure.
      </Text>
    );
  }
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table verticalSpacing={6} data-testid={`worst-${kind}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Frame</Table.Th>
            <Table.Th>Structure</Table.Th>
            <Table.Th>Dice</Table.Th>
            <Table.Th>HD95</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ row, check }) => {
            const structure = structures.find(({ code }) => code === row.structure);
            return (
              <Table.Tr key={`${row.check} ${row.frame} ${row.structure}`}>
                <Table.Td>
                  <BothContours check={check} frame={row.frame}>
                    {check.title}, frame {row.frame}
                  </BothContours>
                </Table.Td>
                <Table.Td>
                  <StructureName structure={structure} otherwise={row.structure} />
                  {row.state !== "both" && (
                    <Text size="xs" c="dimmed">
                      {row.state === "first" ? "missed" : "seen by the reader alone"}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{shown(row.dice)}</Table.Td>
                <Table.Td>
                  {distance({ hd95_px: row.hd95_px, hd95_mm: row.hd95_mm }, "hd95")}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Each check with the revisions that were compared. */
export function CheckList({ findings, kind }: ListProps) {
  const rows = findings.checks.filter((one) => one.check_kind === kind).reverse();
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table verticalSpacing={6} data-testid={`checks-${kind}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Clip</Table.Th>
            <Table.Th>Handed in</Table.Th>
            <Table.Th>Dice</Table.Th>
            <Table.Th>F1</Table.Th>
            <Table.Th>HD95</Table.Th>
            <Table.Th>Compared</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((check) => (
            <Table.Tr key={check.id}>
              <Table.Td>
                <BothContours check={check}>{check.title}</BothContours>
              </Table.Td>
              <Table.Td>{moment(check.handed_in_at)}</Table.Td>
              <Table.Td>{shown(check.figures?.dice)}</Table.Td>
              <Table.Td>{shown(check.figures?.f1)}</Table.Td>
              <Table.Td>{distance(check.figures, "hd95")}</Table.Td>
              <Table.Td>
                {STATE_WORDS[check.state] !== "" ? (
                  <Text size="sm" c="dimmed">
                    {STATE_WORDS[check.state]}
                  </Text>
                ) : (
                  <Group gap={8}>
                    <Text size="sm" title={`SHA-256 of the frames: ${check.sha256}`}>
                      {check.reference_by === "" ? "first reading" : check.reference_by}, revision{" "}
                      {check.reference_revision}, with revision {check.reading_revision}
                    </Text>
                    {check.is_stale && (
                      <Badge variant="light" color="yellow" tt="none">
                        The truth moved on
                      </Badge>
                    )}
                  </Group>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface BothContoursProps {
  check: CheckPoint;
  frame?: number;
  children: ReactNode;
}

/** Leads to the clip with the reader's contours over those they are compared with. */
function BothContours({ check, frame, children }: BothContoursProps) {
  const { reference, reference_revision: revision } = check;
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => (
        <Link
          to="/clips/$clipId/review/$setId"
          params={{ clipId: check.clip, setId: check.reading }}
          search={{
            ...(frame !== undefined && { frame }),
            ...(reference !== null && revision !== null && { against: reference, revision }),
          }}
          {...props}
        />
      )}
    >
      {children}
    </Anchor>
  );
}
