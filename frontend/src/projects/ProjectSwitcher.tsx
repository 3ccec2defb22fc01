import { Button, Menu, Text } from "@mantine/core";
import { IconCheck, IconChevronDown, IconStack2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { projectsQuery } from "../api/projects";
import { useCurrentProject } from "../app/useCurrentProject";

export function ProjectSwitcher() {
  const projects = useQuery(projectsQuery).data ?? [];
  const current = useCurrentProject();
  if (projects.length === 0) return null;
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          maw={{ base: 150, sm: 240 }}
          rightSection={<IconChevronDown size={14} />}
          aria-label={`Project: ${current?.name ?? "Choose a project"}`}
        >
          <Text size="sm" truncate>
            {current?.name ?? "Choose a project"}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {projects.map((project) => (
          <Menu.Item
            key={project.id}
            leftSection={
              project.id === current?.id ? <IconCheck size={16} /> : <span style={{ width: 16 }} />
            }
            renderRoot={(props) => (
              <Link
                to="/projects/$projectId/library"
                params={{ projectId: project.id }}
                {...props}
              />
            )}
          >
            {project.name}
            <Text size="xs" c="dimmed">
              {project.procedure.name}
            </Text>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconStack2 size={16} />}
          renderRoot={(props) => <Link to="/projects" {...props} />}
        >
          All projects
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
