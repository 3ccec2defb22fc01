import { ActionIcon, Button, Group, Text, Textarea } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { Note } from "../core/judgement";
import type { Judging } from "../core/judging";
import { SideSection } from "./SideSection";
import classes from "./sidePanels.module.css";

interface NotesOfFrameProps {
  judging: Judging;
  notes: ReadonlyMap<string, Note>;
  frame: number;
  isReadOnly: boolean;
}

/** Notes of the frame shown and of the clip. */
export function NotesOfFrame({ judging, notes, frame, isReadOnly }: NotesOfFrameProps) {
  const [text, setText] = useState("");
  const shown = [...notes].filter(([, one]) => one.frame === null || one.frame === frame);
  const elsewhere = notes.size - shown.length;
  const write = (isOfClip: boolean) => {
    judging.note(text.trim(), isOfClip);
    setText("");
  };
  return (
    <SideSection title="Notes" count={notes.size} folds="folded">
      <ul className={classes.list}>
        {shown.map(([id, note]) => (
          <li key={id}>
            <Group gap={4} wrap="nowrap" align="flex-start" justify="space-between">
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                {note.frame === null ? "Clip: " : ""}
                {note.text}
              </Text>
              {!isReadOnly && (
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove the note “${note.text.slice(0, 30)}”`}
                  onClick={() => judging.removeNote(id)}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              )}
            </Group>
          </li>
        ))}
      </ul>
      {elsewhere > 0 && (
        <Text size="xs" c="dimmed">
          {elsewhere} on other frames
        </Text>
      )}
      {shown.length === 0 && isReadOnly && (
        <Text size="sm" c="dimmed">
          None here.
        </Text>
      )}
      {!isReadOnly && (
        <>
          <Textarea
            mt={4}
            size="xs"
            autosize
            minRows={1}
            maxRows={5}
            maxLength={2000}
            aria-label="New note"
            placeholder="A note"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {text.trim() !== "" && (
            <Group gap={6} mt={6}>
              <Button size="compact-sm" onClick={() => write(false)}>
                On this frame
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => write(true)}>
                On the clip
              </Button>
            </Group>
          )}
        </>
      )}
    </SideSection>
  );
}
