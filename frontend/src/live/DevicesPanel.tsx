import {
  ActionIcon,
  Button,
  Code,
  CopyButton,
  Group,
  Paper,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
  Tooltip,
  VisuallyHidden,
} from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconCheck, IconCopy, IconPlugConnected, IconPlugX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keys } from "../api/keys";
import { createPairingCode, devicesQuery, revokeDevice } from "../api/live";
import type { Device, PairingCode, Project } from "../api/types";
import { ago } from "../format/text";
import { Problem } from "../parts/Problem";
import { tellDone, tellError } from "../parts/tell";
import classes from "./live.module.css";
import { runningTime } from "./RecordPanel";

/** Bridges that may stream into the project: pair one, see them, take a pairing back. */
export function DevicesPanel({ project }: { project: Project }) {
  const devices = useQuery(devicesQuery(project.id));
  const pairing = useMutation({
    mutationFn: () => createPairingCode(project.id),
    onError: (error) => tellError(error, "No code"),
  });
  const usable = devices.data?.filter(({ revoked_at }) => revoked_at === null) ?? [];
  const code = pairing.data;
  return (
    <section aria-label="Devices">
      <Group justify="space-between" mb="sm">
        <Title order={2}>Devices</Title>
        <Button
          variant={usable.length === 0 ? "filled" : "default"}
          leftSection={<IconPlugConnected size={16} />}
          loading={pairing.isPending}
          onClick={() => pairing.mutate()}
        >
          Pair a bridge
        </Button>
      </Group>
      {code !== undefined && (
        <PairingCard key={code.code} code={code} devices={usable} onDone={pairing.reset} />
      )}
      {devices.isPending && <Skeleton height={60} />}
      {devices.isError && <Problem error={devices.error} onRetry={devices.refetch} />}
      {devices.data !== undefined && usable.length === 0 && (
        <Text size="sm" c="dimmed">
          No bridge is paired. A code is good for one bridge and ten minutes; a pairing lasts until
          it is taken back here.
        </Text>
      )}
      {usable.length > 0 && (
        <Table.ScrollContainer minWidth={460}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Paired</Table.Th>
                <Table.Th>Last seen</Table.Th>
                <Table.Th>
                  <VisuallyHidden>Revoke</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {usable.map((device) => (
                <DeviceRow key={device.id} device={device} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

function PairingCard({
  code,
  devices,
  onDone,
}: {
  code: PairingCode;
  devices: readonly Device[];
  onDone: () => void;
}) {
  const [now, setNow] = useState(() => Date.now());
  const [before] = useState(() => new Set(devices.map(({ id }) => id)));
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const secondsLeft = (new Date(code.expires_at).getTime() - now) / 1000;
  const command = `fascicle-bridge pair ${code.code} --server ${window.location.origin}`;
  const paired = devices.find(({ id }) => !before.has(id));
  return (
    <Paper withBorder p="md" mb="md" bg="dark.6" role="status">
      {paired !== undefined ? (
        <Group justify="space-between">
          <Text>
            <b>{paired.name}</b> is paired. Start it with a source, and its session appears above.
          </Text>
          <Button variant="default" onClick={onDone}>
            Good
          </Button>
        </Group>
      ) : secondsLeft <= 0 ? (
        <Group justify="space-between">
          <Text>This code has expired.</Text>
          <Button variant="default" onClick={onDone}>
            Close
          </Button>
        </Group>
      ) : (
        <Stack gap="xs">
          <Text size="sm">On the computer beside the scanner, type:</Text>
          <Group gap={6} wrap="nowrap" align="flex-start">
            <Code block flex={1} className={classes.command}>
              {command}
            </Code>
            <CopyButton value={command}>
              {({ copied, copy }) => (
                <ActionIcon
                  variant="default"
                  size="lg"
                  aria-label="Copy the command"
                  onClick={copy}
                >
                  {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                </ActionIcon>
              )}
            </CopyButton>
          </Group>
          <Group gap="lg" align="baseline">
            <span className={classes.code} data-testid="pairing-code">
              {code.code}
            </span>
            <Text size="sm" c="dimmed">
              for one bridge, {runningTime(secondsLeft)} left
            </Text>
          </Group>
        </Stack>
      )}
    </Paper>
  );
}

function DeviceRow({ device }: { device: Device }) {
  const queries = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => revokeDevice(device.id),
    onSuccess: () => tellDone(`${device.name} may no longer stream.`),
    onError: (error) => tellError(error, "Not revoked"),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.devices(device.project) });
      void queries.invalidateQueries({ queryKey: keys.liveSessions(device.project) });
    },
  });
  const onRevoke = () =>
    modals.openConfirmModal({
      title: `Revoke ${device.name}?`,
      children: (
        <Text size="sm">
          What it streams now is cut off, and it must be paired anew. Recordings stay.
        </Text>
      ),
      labels: { confirm: "Revoke", cancel: "Keep" },
      confirmProps: { color: "red" },
      onConfirm: () => revoking.mutate(),
    });
  return (
    <Table.Tr>
      <Table.Td>{device.name}</Table.Td>
      <Table.Td>
        {ago(device.created_at)} by {device.paired_by.name}
      </Table.Td>
      <Table.Td>{device.last_seen_at === null ? "never" : ago(device.last_seen_at)}</Table.Td>
      <Table.Td>
        <Tooltip label="Take the pairing back">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Revoke ${device.name}`}
            loading={revoking.isPending}
            onClick={onRevoke}
          >
            <IconPlugX size={17} />
          </ActionIcon>
        </Tooltip>
      </Table.Td>
    </Table.Tr>
  );
}
