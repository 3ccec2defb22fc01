import { Button, Group, Text } from "@mantine/core";
import { IconBug, IconRefresh } from "@tabler/icons-react";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { sentenceOf } from "../api/client";
import { DoorPage } from "../login/DoorPage";
import { EmptyState } from "../parts/EmptyState";
import { isMissingFile } from "./staleBuild";

export function NotFoundPage() {
  return (
    <DoorPage title="There is no such page">
      <Text size="sm" mb="md">
        The address may be old, or cut off when it was copied.
      </Text>
      <Button variant="default" fullWidth renderRoot={(props) => <Link to="/" {...props} />}>
        To the start
      </Button>
    </DoorPage>
  );
}

/** In place of a page that broke while it was drawn. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  if (isMissingFile(error)) {
    return (
      <EmptyState
        icon={IconRefresh}
        title="This page could not be fetched"
        action={<Button onClick={() => window.location.reload()}>Load the page anew</Button>}
      >
        Fascicle was renewed while this tab was open, or the connection is away. What was saved is
        safe.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={IconBug}
      title="This page has a fault"
      action={
        <Group gap="xs">
          <Button onClick={reset}>Try again</Button>
          <Button variant="default" onClick={() => window.location.reload()}>
            Load the page anew
          </Button>
        </Group>
      }
    >
      What was saved is safe. If it happens again, tell whoever runs this server:{" "}
      <em>{sentenceOf(error)}</em>
    </EmptyState>
  );
}
