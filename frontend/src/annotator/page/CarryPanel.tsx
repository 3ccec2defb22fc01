import { Button, Group, Menu, Progress, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { percent } from "../../format/text";
import type { TimeDesk } from "../core/time/timeDesk";
import { SideSection } from "./SideSection";
import { useStore } from "./useStore";

interface CarryPanelProps {
  time: TimeDesk;
  /** What the chosen structure is called. */
  name: string | null;
  nameOf: (structure: string) => string;
  frame: number;
  onGo: (frame: number) => void;
}

/** Carrying a shape through neighbouring frames: begin, watch, stop, keep or throw away. */
export function CarryPanel({ time, name, nameOf, frame, onGo }: CarryPanelProps) {
  const state = useStore(time.propagations.state);
  return (
    <SideSection title="Through time" label="Carry on through time">
      {state === null ? (
        <Start time={time} name={name} />
      ) : (
        <Under time={time} name={nameOf(state.structure)} frame={frame} onGo={onGo} />
      )}
    </SideSection>
  );
}

function Start({ time, name }: { time: TimeDesk; name: string | null }) {
  const isOff = name === null;
  return (
    <Group gap="xs" grow>
      {([-1, 1] as const).map((direction) => (
        <Button.Group key={direction}>
          <Button
            size="xs"
            variant="light"
            style={{ flex: 1 }}
            disabled={isOff}
            onClick={() => void time.propagate(direction)}
          >
            {direction < 0 ? "Carry back" : "Carry on"}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                size="xs"
                px={6}
                variant="light"
                disabled={isOff}
                aria-label={direction < 0 ? "How far back" : "How far on"}
              >
                <IconChevronDown size={14} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>
                Carry {name} {direction < 0 ? "back" : "on"}
              </Menu.Label>
              <Menu.Item onClick={() => void time.propagate(direction, "keyframe")}>
                to the {direction < 0 ? "keyframe before" : "next keyframe"}
              </Menu.Item>
              {[5, 20, 50].map((count) => (
                <Menu.Item key={count} onClick={() => void time.propagate(direction, count)}>
                  by {count} frames
                </Menu.Item>
              ))}
              <Menu.Item onClick={() => void time.propagate(direction, "end")}>
                to the {direction < 0 ? "start" : "end"} of the clip
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Button.Group>
      ))}
    </Group>
  );
}

function Under({ time, name, frame, onGo }: Omit<CarryPanelProps, "nameOf"> & { name: string }) {
  const state = useStore(time.propagations.state);
  if (state === null) return null;
  const total = Math.abs(state.lastFrame - state.sourceFrame);
  const done = state.shapes.length;
  const here = state.shapes.find((one) => one.frame === frame);
  const last = state.shapes.at(-1);
  const least = state.shapes.reduce((low, one) => Math.min(low, one.confidence ?? 1), 1);
  return (
    <div data-testid="carried" data-running={state.isRunning} data-count={done}>
      <Text size="sm" role="status">
        {name}: {done} of {total} frames
        {state.isRunning ? "" : state.isFailed ? ", failed" : ", ready"}
      </Text>
      <Progress
        size="sm"
        my={6}
        value={(100 * done) / total}
        color={state.isRunning ? "iris" : "teal"}
        aria-label="Frames carried"
      />
      {state.reason !== "" && (
        <Text size="xs" c="yellow.4">
          {state.reason}
        </Text>
      )}
      {done > 0 && (
        <Text size="xs" c="dark.1">
          {here ? `Expected overlap here ${percent(here.confidence ?? 1)}` : "Not on this frame"} ·
          lowest {percent(least)}
        </Text>
      )}
      <Group gap={6} mt={8}>
        {state.isRunning && (
          <Button size="xs" variant="default" onClick={() => void time.propagations.cancel()}>
            Stop (Esc)
          </Button>
        )}
        {!state.isRunning && done > 0 && (
          <Button size="xs" onClick={() => time.keep()}>
            Keep all
          </Button>
        )}
        {done > 0 && here && here.frame !== last?.frame && (
          <Button size="xs" variant="light" onClick={() => time.keep(frame)}>
            Keep up to here
          </Button>
        )}
        {done > 0 && last && last.frame !== frame && (
          <Button size="xs" variant="subtle" color="gray" onClick={() => onGo(last.frame)}>
            Go to the last
          </Button>
        )}
        <Button size="xs" variant="subtle" color="gray" onClick={() => time.discard()}>
          Discard
        </Button>
      </Group>
    </div>
  );
}
