import { Alert, Button, Group, Modal, Progress, Select, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconPackageExport } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { isOpen } from "../api/jobs";
import { keys } from "../api/keys";
import { modelExportFile, modelExportsQuery, startModelExport } from "../api/models";
import type { ModelExport, ModelVersion } from "../api/types";
import { bytes, count, moment, percent } from "../format/text";
import { Problem } from "../parts/Problem";
import { foldName } from "../training/curves";

const BEST = "best";

/** A version as ONNX, OpenVINO IR and TFLite: what was made, and what each costs in accuracy. */
export function ModelExports({ version, isAdmin }: { version: ModelVersion; isAdmin: boolean }) {
  const exports = useQuery(modelExportsQuery(version.id));
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw="75ch">
          ONNX, OpenVINO IR and TFLite in float, with 8-bit weights and in full int8, each compared
          with the original network. TFLite is the way to a phone.
        </Text>
        {isAdmin && <ExportButton version={version} />}
      </Group>
      {exports.isError && <Problem error={exports.error} onRetry={exports.refetch} />}
      {exports.data?.map((each) => (
        <ExportRow key={each.id} row={each} name={networkName(version, each.member)} />
      ))}
    </Stack>
  );
}

function networkName({ members }: ModelVersion, place: number): string {
  const fold = members[place]?.fold;
  return fold === null || fold === undefined ? `Network ${place + 1}` : foldName(fold);
}

function ExportButton({ version }: { version: ModelVersion }) {
  const [isOpened, dialog] = useDisclosure(false);
  const [member, setMember] = useState(BEST);
  const queries = useQueryClient();
  const starting = useMutation({
    mutationFn: () =>
      startModelExport({
        model_version: version.id,
        ...(member === BEST ? {} : { member: Number(member) }),
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.modelExports(version.id) });
      void queries.invalidateQueries({ queryKey: keys.jobs(version.project) });
      dialog.close();
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    starting.mutate();
  };
  return (
    <>
      <Button variant="default" leftSection={<IconPackageExport size={16} />} onClick={dialog.open}>
        Export
      </Button>
      <Modal opened={isOpened} onClose={dialog.close} title={`Export version ${version.number}`}>
        <form onSubmit={onSubmit}>
          <Stack gap="sm">
            <Select
              label="Network"
              description="Phones and boards run one network, not the average of all folds."
              allowDeselect={false}
              data={[
                { value: BEST, label: "The one with the best held-out IoU" },
                ...version.members.map((_, place) => ({
                  value: String(place),
                  label: networkName(version, place),
                })),
              ]}
              value={member}
              onChange={(value) => setMember(value ?? BEST)}
            />
            <Text size="sm" c="dimmed">
              It takes some minutes. An earlier export of the same network is replaced. Research use
              only.
            </Text>
            {starting.isError && <Problem title="Not started" error={starting.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={dialog.close}>
                Cancel
              </Button>
              <Button type="submit" loading={starting.isPending}>
                Export
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

function ExportRow({ row, name }: { row: ModelExport; name: string }) {
  return (
    <section aria-label={`Export of ${name.toLowerCase()}`}>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {name}
          <Text span size="sm" c="dimmed" fw={400}>
            {" "}
            · asked for {moment(row.created_at)}
          </Text>
        </Text>
        {row.is_ready && (
          <Button
            component="a"
            size="xs"
            variant="default"
            leftSection={<IconDownload size={15} />}
            href={modelExportFile(row.id)}
          >
            Download ({bytes(row.byte_size)})
          </Button>
        )}
      </Group>
      {isOpen(row.state) && (
        <>
          <Text size="sm" c="dimmed" mb={4}>
            {row.message || "Waiting for a free worker"}
          </Text>
          <Progress value={row.progress * 100} aria-label={percent(row.progress)} />
        </>
      )}
      {row.state === "failed" && (
        <Problem title="This export failed" error={new Error(row.error)} />
      )}
      {row.runtimes.length > 0 && <ParityTable row={row} />}
      {row.failed.map((sentence) => (
        <Alert key={sentence} color="yellow" variant="light" mt="xs">
          {sentence}
        </Alert>
      ))}
    </section>
  );
}

const small = (value: number | null): string => (value === null ? "–" : value.toExponential(1));
const dice = (value: number | null): string => (value === null ? "–" : value.toFixed(4));

function ParityTable({ row }: { row: ModelExport }) {
  return (
    <>
      <Table.ScrollContainer minWidth={600}>
        <Table aria-label="Parity with the original">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Runtime</Table.Th>
              <Table.Th>Largest difference</Table.Th>
              <Table.Th>Mean difference</Table.Th>
              <Table.Th>Dice with the original</Table.Th>
              <Table.Th>Dice lost</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {row.runtimes.map((each) => (
              <Table.Tr key={each.name}>
                <Table.Td>{each.name}</Table.Td>
                {each.refused === null ? (
                  <>
                    <Table.Td>{small(each.largest)}</Table.Td>
                    <Table.Td>{small(each.mean)}</Table.Td>
                    <Table.Td>{dice(each.images_dice ?? each.golden_dice)}</Table.Td>
                    <Table.Td>{dice(each.dice_loss)}</Table.Td>
                  </>
                ) : (
                  <Table.Td colSpan={4} c="dimmed">
                    {each.refused}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" mt={4}>
        {row.images > 0
          ? `Differences of probabilities on golden frames; Dice on ${count(row.images, "frame")} that the network held out, and what is lost against their truth.`
          : "Differences of probabilities and Dice on golden frames; there are no held-out frames of this version here."}{" "}
        Files: {row.files.map((file) => `${file.name} (${bytes(file.byte_size)})`).join(", ")}.
      </Text>
    </>
  );
}
