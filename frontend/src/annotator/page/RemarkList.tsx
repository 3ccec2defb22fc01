import { ActionIcon, Group, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconCheck, IconMapPin } from "@tabler/icons-react";
import { ago } from "../../format/text";
import type { Remark } from "../queries";
import type { Pin } from "../view/scene";
import classes from "./page.module.css";

interface RemarkListProps {
  remarks: readonly Remark[];
  onGo(frame: number): void;
  onResolve?: ((remark: Remark) => void) | undefined;
}

/** Remarks by frame; a click goes to the frame, where the pin with the same number is. */
export function RemarkList({ remarks, onGo, onResolve }: RemarkListProps) {
  return (
    <ul style={{ margin: 0, padding: 0, listStyle: "none" }} aria-label="Remarks">
      {remarks.map((remark, i) => (
        <li key={remark.id}>
          <Group gap={2} wrap="nowrap" align="flex-start">
            <UnstyledButton className={classes.remark} onClick={() => onGo(remark.frame_index)}>
              <Text size="xs" c="dimmed">
                <IconMapPin size={12} aria-hidden style={{ verticalAlign: "-1px" }} /> {i + 1} ·
                frame {remark.frame_index} · {remark.author.name}, {ago(remark.created_at)}
              </Text>
              <Text size="sm" td={remark.resolved_at === null ? undefined : "line-through"}>
                {remark.text}
              </Text>
            </UnstyledButton>
            {onResolve && remark.resolved_at === null && (
              <Tooltip label="Settled">
                <ActionIcon
                  mt={8}
                  variant="subtle"
                  color="teal"
                  aria-label={`Mark remark ${i + 1} as settled`}
                  onClick={() => onResolve(remark)}
                >
                  <IconCheck size={16} />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        </li>
      ))}
    </ul>
  );
}

/** Pins of the remarks on one frame that have a place. */
export function pinsAt(remarks: readonly Remark[], frame: number): Pin[] {
  return remarks.flatMap((remark, i) =>
    remark.frame_index === frame && remark.x !== null && remark.y !== null
      ? [
          {
            key: remark.id,
            number: i + 1,
            at: [remark.x, remark.y] as const,
            isResolved: remark.resolved_at !== null,
          },
        ]
      : [],
  );
}
