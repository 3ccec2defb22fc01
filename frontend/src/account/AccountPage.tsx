import {
  ActionIcon,
  Button,
  Group,
  Skeleton,
  Table,
  Text,
  Tooltip,
  VisuallyHidden,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import { IconKey, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../api/keys";
import { projectsQuery, removeToken, tokensQuery } from "../api/projects";
import type { ApiToken } from "../api/types";
import { ago, moment } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { tellDone, tellError } from "../parts/tell";
import { NewTokenDialog } from "./NewTokenDialog";

/** One's own tokens, with which scripts speak to the API. */
export function AccountPage() {
  const tokens = useQuery(tokensQuery);
  const [isCreating, creating] = useDisclosure(false);
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={creating.open}>
      New token
    </Button>
  );
  const usable = tokens.data?.filter(({ revoked_at: revokedAt }) => !revokedAt) ?? [];
  return (
    <RoomPage
      title="Access tokens"
      subtitle="A script that carries a token acts in your name. Give each script its own."
      actions={usable.length > 0 && create}
    >
      {tokens.isPending && <Skeleton height={120} />}
      {tokens.isError && <Problem error={tokens.error} onRetry={tokens.refetch} />}
      {tokens.isSuccess && usable.length === 0 && (
        <EmptyState icon={IconKey} title="No token" action={create}>
          You need one only to use the API from a script or the bridge.
        </EmptyState>
      )}
      {usable.length > 0 && (
        <Table.ScrollContainer minWidth={600}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>May</Table.Th>
                <Table.Th>Project</Table.Th>
                <Table.Th>Made</Table.Th>
                <Table.Th>Last used</Table.Th>
                <Table.Th>Ends</Table.Th>
                <Table.Th>
                  <VisuallyHidden>Revoke</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {usable.map((token) => (
                <TokenRow key={token.id} token={token} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <NewTokenDialog isOpen={isCreating} onClose={creating.close} />
    </RoomPage>
  );
}

function TokenRow({ token }: { token: ApiToken }) {
  const queries = useQueryClient();
  const projects = useQuery(projectsQuery).data;
  const revoking = useMutation({
    mutationFn: () => removeToken(token.id),
    onSuccess: () => tellDone(`The token “${token.name}” is revoked.`),
    onError: (error) => tellError(error, "Not revoked"),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.tokens }),
  });
  const onRevoke = () =>
    modals.openConfirmModal({
      title: `Revoke “${token.name}”?`,
      children: <Text size="sm">Scripts that carry it stop working at once.</Text>,
      labels: { confirm: "Revoke", cancel: "Keep" },
      confirmProps: { color: "red" },
      onConfirm: () => revoking.mutate(),
    });
  return (
    <Table.Tr>
      <Table.Td>{token.name}</Table.Td>
      <Table.Td>{token.is_read_only ? "read" : "read and write"}</Table.Td>
      <Table.Td>
        {token.project === null
          ? "all of mine"
          : (projects?.find(({ id }) => id === token.project)?.name ?? "–")}
      </Table.Td>
      <Table.Td>{ago(token.created_at)}</Table.Td>
      <Table.Td>{token.last_used_at ? ago(token.last_used_at) : "never"}</Table.Td>
      <Table.Td>{token.expires_at ? moment(token.expires_at) : "never"}</Table.Td>
      <Table.Td>
        <Group justify="flex-end">
          <Tooltip label="Revoke">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Revoke ${token.name}`}
              onClick={onRevoke}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
