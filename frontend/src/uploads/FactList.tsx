import { Stack, Table, Text } from "@mantine/core";
import type { SourceFacts, UploadDetail } from "../api/types";
import { ago, bytes, count, duration } from "../format/text";
import { heightOf, widthOf } from "./boxes";
import { cropOf, type Redaction } from "./redaction";

interface FactListProps {
  upload: UploadDetail;
  facts: SourceFacts;
  redaction: Redaction;
}

export function FactList({ upload, facts, redaction }: FactListProps) {
  const { width, height } = facts;
  const crop = cropOf(redaction, facts);
  const isCropped = redaction.crop !== null;
  const rows: [string, string][] = [
    ["Subject", upload.subject],
    ["Sent", `by ${upload.owner?.name ?? "someone"}, ${ago(upload.created_at)}`],
    [
      "Picture",
      `${width} × ${height}${isCropped ? `, ${widthOf(crop)} × ${heightOf(crop)} kept` : ""}`,
    ],
    [
      "Length",
      `${count(facts.frame_count, "frame")}${facts.frame_count > 1 ? `, ${duration(facts.duration_s)}` : ""}`,
    ],
    ["File", `${facts.source_format}, ${bytes(upload.byte_size)}`],
  ];
  return (
    <Stack gap={6}>
      <Table verticalSpacing={3} horizontalSpacing={4} withRowBorders={false} fz="sm">
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={84} fw={450} c="dimmed" scope="row" style={{ verticalAlign: "top" }}>
                {name}
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {facts.notes.length > 0 && (
        <Text size="xs" component="div" c="orange.2">
          {facts.notes.map((note) => (
            <div key={note}>{note}</div>
          ))}
        </Text>
      )}
    </Stack>
  );
}
