import { Alert, Button, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { sentenceOf } from "../api/client";

interface ProblemProps {
  error: unknown;
  title?: string;
  onRetry?: (() => unknown) | undefined;
}

/** A failed read or act, said where it happened. */
export function Problem({ error, title = "This could not be loaded", onRetry }: ProblemProps) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={title} role="alert">
      <Group justify="space-between" gap="sm">
        {sentenceOf(error)}
        {onRetry && (
          <Button size="xs" variant="default" onClick={() => onRetry()}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
