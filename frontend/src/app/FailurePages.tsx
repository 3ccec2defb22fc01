import { Button, Group } from "@mantine/core";
import { IconBug, IconCompassOff } from "@tabler/icons-react";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { sentenceOf } from "../api/client";
import { EmptyState } from "../parts/EmptyState";

export function NotFoundPage() {
  return (
    <EmptyState
      icon={IconCompassOff}
      title="There is no such page"
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
          To the start
        </Button>
      }
    >
      The address may be old, or cut off when it was copied.
    </EmptyState>
  );
}

/** In place of a page that broke while it was drawn. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
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
