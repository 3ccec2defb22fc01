import { Button, Card, Group, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconStack2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { projectsQuery } from "../api/projects";
import { useMe } from "../api/session";
import type { Project } from "../api/types";
import { count } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { StructureLegend } from "../parts/StructureLegend";
import { NewProjectDialog } from "./NewProjectDialog";

export function ProjectsPage() {
  const projects = useQuery(projectsQuery);
  const isStaff = useMe()?.is_staff === true;
  const [isCreating, creating] = useDisclosure(false);
  const create = isStaff && (
    <Button leftSection={<IconPlus size={16} />} onClick={creating.open}>
      New project
    </Button>
  );
  return (
    <RoomPage title="Projects" actions={projects.data?.length !== 0 && create}>
      {projects.isPending && <Skeleton height={140} />}
      {projects.isError && <Problem error={projects.error} onRetry={projects.refetch} />}
      {projects.data?.length === 0 && (
        <EmptyState icon={IconStack2} title="No project yet" action={create}>
          {isStaff
            ? "Create the first one: choose the examination it is about, then invite people."
            : "Ask an admin to add you to a project; it then appears here."}
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {projects.data?.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </SimpleGrid>
      <NewProjectDialog isOpen={isCreating} onClose={creating.close} />
    </RoomPage>
  );
}

function ProjectCard({ project }: { project: Project }) {
  return (
    <Card
      withBorder
      bg="dark.6"
      renderRoot={(props) => (
        <Link to="/projects/$projectId/library" params={{ projectId: project.id }} {...props} />
      )}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2}>{project.name}</Title>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {project.role ?? ""}
        </Text>
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {project.procedure.name} · {count(project.clip_count, "clip")}
      </Text>
      {project.description !== "" && (
        <Text size="sm" lineClamp={3} mb="xs">
          {project.description}
        </Text>
      )}
      <StructureLegend structures={project.procedure.structures} />
    </Card>
  );
}
