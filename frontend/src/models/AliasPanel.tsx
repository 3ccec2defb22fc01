import { Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { aliasesQuery } from "../api/models";
import type { Alias, Project } from "../api/types";
import { ago } from "../format/text";
import { Problem } from "../parts/Problem";
import { ALIASES } from "./aliasNames";
import { PromotionHistory } from "./PromotionHistory";
import { RollBackButton } from "./RollBackButton";
import { versionBefore } from "./versionBefore";

/** A card a purpose: which version serves it, since when, and the way back. */
export function AliasPanel({ project }: { project: Project }) {
  const aliases = useQuery(aliasesQuery(project.id));
  if (aliases.isPending) return <Skeleton height={120} />;
  if (aliases.isError) return <Problem error={aliases.error} onRetry={aliases.refetch} />;
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {ALIASES.map(({ name, label, description }) => {
          const alias = aliases.data.find((each) => each.name === name);
          const before = alias && versionBefore(alias);
          return (
            <Paper key={name} withBorder p="sm" bg="dark.6">
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <Title order={2} size="h3">
                  {label}
                </Title>
                {alias && before && project.role === "admin" && (
                  <RollBackButton projectId={project.id} alias={alias} before={before} />
                )}
              </Group>
              <Serving alias={alias} projectId={project.id} />
              <Text size="xs" c="dimmed" mt={4}>
                {description}
              </Text>
            </Paper>
          );
        })}
      </SimpleGrid>
      <PromotionHistory aliases={aliases.data} />
    </Stack>
  );
}

function Serving({ alias, projectId }: { alias: Alias | undefined; projectId: string }) {
  if (alias === undefined) {
    return (
      <Text size="sm" c="dimmed" mt={4}>
        No version is promoted.
      </Text>
    );
  }
  const since = alias.promotions[0]?.created_at;
  return (
    <Text size="sm" mt={4}>
      <Link
        to="/projects/$projectId/models/$versionId"
        params={{ projectId, versionId: alias.model_version.id }}
        style={{ color: "var(--mantine-color-iris-3)" }}
      >
        Version {alias.model_version.number}
      </Link>
      {since !== undefined && `, since ${ago(since)}`.replace("since just now", "just now")}
    </Text>
  );
}
