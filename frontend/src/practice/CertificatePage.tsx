import { Button, Group, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { certificateQuery, type Figures } from "../api/practice";
import { count, moment, score } from "../format/text";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import classes from "./practice.module.css";
import { LEVEL_NAMES, MODE_NAMES, shareWords } from "./words";

/** A finished course on one sheet that prints well. It says what was done, not that one is able. */
export function CertificatePage({ courseId }: { courseId: string }) {
  const certificate = useQuery(certificateQuery(courseId));
  useDocumentTitle("Certificate · Fascicle");
  if (certificate.isPending) return <Skeleton m="lg" height={320} />;
  if (certificate.isError) {
    return (
      <RoomPage title="Certificate">
        <Problem error={certificate.error} title="There is no certificate yet" />
      </RoomPage>
    );
  }
  const told = certificate.data;
  return (
    <article className={classes.certificate} data-testid="certificate">
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start">
          <div>
            <Text size="sm" c="dimmed">
              Certificate of completion
            </Text>
            <Title order={1}>{told.person}</Title>
          </div>
          <Button
            className={classes.noPrint}
            variant="default"
            leftSection={<IconPrinter size={16} />}
            onClick={() => window.print()}
          >
            Print
          </Button>
        </Group>
        <Text>
          answered all {count(told.questions, "question")} on {count(told.clips, "clip")} of the
          course <b>{told.course}</b> ({LEVEL_NAMES[told.level].toLowerCase()} level, {told.region})
          between {moment(told.begun_at)} and {moment(told.finished_at)}.
        </Text>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th />
              <Table.Th>Found at first look</Table.Th>
              <Table.Th>Found in the end</Table.Th>
              <Table.Th>Dice</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            <Line name="All questions" figures={told.overall} />
            {told.by_mode.map(({ mode, figures }) => (
              <Line key={mode} name={MODE_NAMES[mode]} figures={figures} />
            ))}
            {told.by_structure.map(({ structure, figures }) => (
              <Line key={structure.id} name={structure.name} figures={figures} />
            ))}
          </Table.Tbody>
        </Table>
        <Stack gap={4}>
          <Text size="xs" c="dimmed">
            First look: nothing about the structure in that clip had been shown before. In brackets
            the 95 % interval of the share. Dice: mean of the outlines drawn at first look, in
            brackets what experts reach with each other in the same frames.
          </Text>
          <Text size="xs" c="dimmed">
            This says what was answered on recorded clips of “{told.project}”. It is no proof of
            skill at the bedside. Research use only.
          </Text>
        </Stack>
      </Stack>
    </article>
  );
}

function Line({ name, figures }: { name: string; figures: Figures }) {
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>{shareWords(figures.first_looks)}</Table.Td>
      <Table.Td>{shareWords(figures.now)}</Table.Td>
      <Table.Td>
        {score(figures.dice)}
        {figures.yardstick !== null && ` (${score(figures.yardstick)})`}
      </Table.Td>
    </Table.Tr>
  );
}
