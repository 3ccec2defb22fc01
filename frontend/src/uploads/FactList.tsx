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

const micrometres = (value: number): string => `${Math.round(value * 10) / 10} µm`;

/** Where the size of a pixel is known from; null when it is not. */
export function pixelSizeWords(upload: UploadDetail, facts: SourceFacts): string | null {
  if (upload.microns_per_pixel !== null) {
    return `${micrometres(upload.microns_per_pixel)}, as stated with the upload`;
  }
  if (facts.microns_per_pixel === null) return null;
  const from = facts.microns_from === null ? "the file" : facts.microns_from;
  return `${micrometres(facts.microns_per_pixel)}, from ${from}`;
}

export function FactList({ upload, facts, redaction }: FactListProps) {
  const { width, height } = facts;
  const crop = cropOf(redaction, facts);
  const isCropped = redaction.crop !== null;
  const scanner = upload.scanner || facts.scanner;
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
    ["Scanner", scanner || "not known"],
    [
      "Pixel size",
      pixelSizeWords(upload, facts) ??
        "not known; once this is a clip, two clicks on its depth ruler tell it",
    ],
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
      {facts.notes.map((note) => (
        <Text key={note} size="xs" c="dimmed">
          {note}
        </Text>
      ))}
    </Stack>
  );
}
