import {
  ActionIcon,
  Button,
  Group,
  Select,
  Skeleton,
  Table,
  Text,
  Tooltip,
  VisuallyHidden,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import { IconUserMinus, IconUserPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../api/keys";
import { changeRole, membersQuery, removeMember } from "../api/projects";
import { useMe } from "../api/session";
import type { Membership, Project, Role } from "../api/types";
import { ago } from "../format/text";
import { Problem } from "../parts/Problem";
import { tellDone, tellError } from "../parts/tell";
import { InviteDialog } from "./InviteDialog";
import { ROLES, roleLabel } from "./roles";

export function MemberList({ project }: { project: Project }) {
  const members = useQuery(membersQuery(project.id));
  const [isInviting, inviting] = useDisclosure(false);
  const isAdmin = project.role === "admin";
  if (members.isPending) return <Skeleton height={160} />;
  if (members.isError) return <Problem error={members.error} onRetry={members.refetch} />;
  return (
    <>
      {isAdmin && (
        <Group justify="flex-end" mb="sm">
          <Button leftSection={<IconUserPlus size={16} />} onClick={inviting.open}>
            Invite
          </Button>
        </Group>
      )}
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>E-mail</Table.Th>
              <Table.Th>Role</Table.Th>
              <Table.Th>Since</Table.Th>
              {isAdmin && (
                <Table.Th>
                  <VisuallyHidden>Remove</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.data.map((member) => (
              <MemberRow key={member.id} member={member} isAdmin={isAdmin} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <InviteDialog projectId={project.id} isOpen={isInviting} onClose={inviting.close} />
    </>
  );
}

function MemberRow({ member, isAdmin }: { member: Membership; isAdmin: boolean }) {
  const queries = useQueryClient();
  const isMe = useMe()?.id === member.user.id;
  const name = member.user.name || member.user.email;
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: keys.members(member.project) });
    if (isMe) void queries.invalidateQueries({ queryKey: keys.projects });
  };
  const changing = useMutation({
    mutationFn: (role: Role) => changeRole(member.id, role),
    onSuccess: (_, role) => tellDone(`${name} is now ${roleLabel(role).toLowerCase()}.`),
    onError: (error) => tellError(error, "The role stays as it was"),
    onSettled: refresh,
  });
  const removing = useMutation({
    mutationFn: () => removeMember(member.id),
    onSuccess: () => tellDone(`${name} has left the project.`),
    onError: (error) => tellError(error, "Not removed"),
    onSettled: refresh,
  });
  const onRemove = () =>
    modals.openConfirmModal({
      title: `Remove ${name}?`,
      children: <Text size="sm">They no longer see this project. What they delineated stays.</Text>,
      labels: { confirm: "Remove", cancel: "Keep" },
      confirmProps: { color: "red" },
      onConfirm: () => removing.mutate(),
    });
  return (
    <Table.Tr>
      <Table.Td>
        {member.user.name || "–"}
        {isMe && (
          <Text span c="dimmed">
            {" "}
            (you)
          </Text>
        )}
      </Table.Td>
      <Table.Td>{member.user.email}</Table.Td>
      <Table.Td>
        {isAdmin ? (
          <Select
            size="xs"
            w={120}
            aria-label={`Role of ${name}`}
            allowDeselect={false}
            disabled={changing.isPending}
            data={ROLES.map(({ role, label }) => ({ value: role, label }))}
            value={member.role}
            onChange={(role) => role !== null && changing.mutate(role as Role)}
          />
        ) : (
          roleLabel(member.role)
        )}
      </Table.Td>
      <Table.Td>{ago(member.created_at)}</Table.Td>
      {isAdmin && (
        <Table.Td>
          <Tooltip label="Remove from the project">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove ${name}`}
              loading={removing.isPending}
              onClick={onRemove}
            >
              <IconUserMinus size={17} />
            </ActionIcon>
          </Tooltip>
        </Table.Td>
      )}
    </Table.Tr>
  );
}
