import { Button, Group, Popover, TextInput, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../api/keys";
import type { Assignment } from "../api/types";
import { postponeAssignment } from "../api/work";
import { tellError } from "../parts/tell";
import { dueText } from "./dueText";
import classes from "./queue.module.css";

/** By when an open assignment is due; a press gives it another day, or none. */
export function DueDay({ row, projectId }: { row: Assignment; projectId: string }) {
  const queries = useQueryClient();
  const [isOpen, panel] = useDisclosure(false);
  const [day, setDay] = useState(row.due_on ?? "");
  const postpone = useMutation({
    mutationFn: (dueOn: string | null) => postponeAssignment(row.id, dueOn),
    onSuccess: async () => {
      panel.close();
      await queries.invalidateQueries({ queryKey: keys.assignments(projectId) });
      await queries.invalidateQueries({ queryKey: keys.queue(projectId) });
    },
    onError: (error) => tellError(error, "The day was not changed"),
  });
  const shown = dueText(row.due_on) || "no day";
  return (
    <Popover opened={isOpen} onChange={panel.toggle} trapFocus withArrow position="bottom">
      <Popover.Target>
        <UnstyledButton
          className={classes.due}
          aria-label={`${shown}: change the day for ${row.clip.title} and ${row.assignee.name}`}
          onClick={() => {
            setDay(row.due_on ?? "");
            panel.toggle();
          }}
        >
          {shown}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput
          type="date"
          label="Due on"
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <Group mt="sm" gap="xs" justify="flex-end">
          <Button
            size="xs"
            variant="default"
            disabled={row.due_on === null}
            onClick={() => postpone.mutate(null)}
          >
            No day
          </Button>
          <Button
            size="xs"
            loading={postpone.isPending}
            disabled={day === ""}
            onClick={() => postpone.mutate(day)}
          >
            Set
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
