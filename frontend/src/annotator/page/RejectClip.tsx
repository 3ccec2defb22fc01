import { Button, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Judging } from "../core/judging";
import { SideSection } from "./SideSection";

interface RejectClipProps {
  judging: Judging;
  rejected: { readonly reason: string } | null;
  isReadOnly: boolean;
}

/** A clip that is of no use is said to be so, with the reason; no model learns from it. */
export function RejectClip({ judging, rejected, isReadOnly }: RejectClipProps) {
  const [reason, setReason] = useState<string | null>(null);
  if (isReadOnly && rejected === null) return null;
  return (
    <SideSection title="The clip as a whole" folds={rejected === null ? "folded" : undefined}>
      {rejected !== null ? (
        <>
          <Text size="sm">Rejected: {rejected.reason}</Text>
          {!isReadOnly && (
            <Button mt={6} size="compact-sm" variant="default" onClick={() => judging.takeClip()}>
              Take it back in
            </Button>
          )}
        </>
      ) : reason === null ? (
        <Button size="compact-sm" variant="default" onClick={() => setReason("")}>
          Reject the clip
        </Button>
      ) : (
        <>
          <TextInput
            size="xs"
            label="Why is it of no use?"
            maxLength={400}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group gap={6} mt={6}>
            <Button
              size="compact-sm"
              color="red"
              variant="light"
              disabled={reason.trim() === ""}
              onClick={() => {
                judging.rejectClip(reason.trim());
                setReason(null);
              }}
            >
              Reject it
            </Button>
            <Button size="compact-sm" variant="subtle" onClick={() => setReason(null)}>
              Keep it
            </Button>
          </Group>
        </>
      )}
    </SideSection>
  );
}
