import {
  Badge,
  Button,
  Checkbox,
  Group,
  Skeleton,
  Stack,
  Table,
  Text,
  VisuallyHidden,
} from "@mantine/core";
import { IconBrain, IconScale } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { modelVersionsQuery } from "../api/models";
import type { ModelVersion, Project } from "../api/types";
import { ago, count, score } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { meanOf, overallOf } from "../training/metrics";
import { AliasPanel } from "./AliasPanel";
import { aliasLabel } from "./aliasNames";
import { PromoteButton } from "./PromoteButton";

export function ModelsPage({ project }: { project: Project }) {
  const versions = useQuery(modelVersionsQuery(project.id));
  const [chosenIds, setChosenIds] = useState<string[]>([]);
  const rows = versions.data ?? [];
  const [first, second] = chosenIds;

  const choose = (id: string, isChosen: boolean) => {
    // Two at most: a third choice takes the place of the earlier one.
    setChosenIds((ids) => (isChosen ? [...ids, id].slice(-2) : ids.filter((each) => each !== id)));
  };

  return (
    <RoomPage
      title="Models"
      subtitle="What the training runs made, and which version serves which purpose."
      actions={
        rows.length > 1 && <CompareButton projectId={project.id} first={first} second={second} />
      }
    >
      {versions.isPending && <Skeleton height={200} />}
      {versions.isError && <Problem error={versions.error} onRetry={versions.refetch} />}
      {versions.data?.length === 0 && (
        <EmptyState icon={IconBrain} title="No model yet">
          A model version is made when a training run ends well. Start one in the Training room.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <Stack gap="lg">
          <AliasPanel project={project} />
          <Table.ScrollContainer minWidth={720}>
            <Table verticalSpacing="sm" highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={36}>
                    <VisuallyHidden>Compare</VisuallyHidden>
                  </Table.Th>
                  <Table.Th>Version</Table.Th>
                  <Table.Th>Serves</Table.Th>
                  <Table.Th>Mean F1</Table.Th>
                  <Table.Th>Mean Dice</Table.Th>
                  <Table.Th>IoU</Table.Th>
                  <Table.Th>Made</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>Promote</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((version) => (
                  <VersionRow
                    key={version.id}
                    version={version}
                    isAdmin={project.role === "admin"}
                    isChosen={chosenIds.includes(version.id)}
                    onChoose={(isChosen) => choose(version.id, isChosen)}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Stack>
      )}
    </RoomPage>
  );
}

interface CompareButtonProps {
  projectId: string;
  first: string | undefined;
  second: string | undefined;
}

function CompareButton({ projectId, first, second }: CompareButtonProps) {
  const look = { variant: "default", leftSection: <IconScale size={16} /> } as const;
  if (first === undefined || second === undefined) {
    return (
      <Button {...look} disabled>
        Choose two to compare
      </Button>
    );
  }
  return (
    <Button
      {...look}
      renderRoot={(props) => (
        <Link
          to="/projects/$projectId/models/compare"
          params={{ projectId }}
          search={{ first, second }}
          {...props}
        />
      )}
    >
      Compare
    </Button>
  );
}

interface VersionRowProps {
  version: ModelVersion;
  isAdmin: boolean;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
}

function VersionRow({ version, isAdmin, isChosen, onChoose }: VersionRowProps) {
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          size="xs"
          checked={isChosen}
          aria-label={`Compare version ${version.number}`}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        <Link
          to="/projects/$projectId/models/$versionId"
          params={{ projectId: version.project, versionId: version.id }}
          style={{ color: "inherit", fontWeight: 600 }}
        >
          Version {version.number}
        </Link>
        <Text size="xs" c="dimmed">
          {version.name} · {count(version.members.length, "network")}
        </Text>
      </Table.Td>
      <Table.Td>
        <AliasBadges version={version} />
      </Table.Td>
      <Table.Td>{score(meanOf(version.metrics, "f1"))}</Table.Td>
      <Table.Td>{score(meanOf(version.metrics, "dice"))}</Table.Td>
      <Table.Td>{score(overallOf(version.metrics).iou.value)}</Table.Td>
      <Table.Td>
        <Text size="sm">{ago(version.created_at)}</Text>
      </Table.Td>
      <Table.Td>
        <Group justify="flex-end">{isAdmin && <PromoteButton version={version} />}</Group>
      </Table.Td>
    </Table.Tr>
  );
}

export function AliasBadges({ version }: { version: ModelVersion }) {
  if (version.aliases.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        –
      </Text>
    );
  }
  return (
    <Group gap={4}>
      {version.aliases.map((name) => (
        <Badge key={name} radius="sm" tt="none" variant="filled" color="iris.8">
          {aliasLabel(name)}
        </Badge>
      ))}
    </Group>
  );
}
