import { Text, UnstyledButton } from "@mantine/core";
import { Swatch } from "../../parts/StructureLegend";
import type { Annotator } from "../core/annotator";
import classes from "./sidePanels.module.css";
import { useStore } from "./useStore";

const SHOWN = 6;

interface DoubtListProps {
  annotator: Annotator;
  onGo(frame: number): void;
}

/** Where the model is least sure, and why it says so. */
export function DoubtList({ annotator, onGo }: DoubtListProps) {
  useStore(annotator.state);
  useStore(annotator.answers.state);
  const doubts = annotator.doubts();
  return (
    <section className={classes.section} aria-label="Frames to look at">
      <h2 className={classes.heading}>Frames to look at</h2>
      {doubts.length === 0 ? (
        <Text size="sm" c="dimmed">
          Every suggestion has been answered.
        </Text>
      ) : (
        <>
          <ul className={classes.list}>
            {doubts.slice(0, SHOWN).map(({ frame, structure, reason }) => (
              <li key={`${structure.id} ${frame}`}>
                <UnstyledButton
                  className={classes.row}
                  onClick={() => {
                    onGo(frame);
                    annotator.show(frame);
                    annotator.chooseStructure(structure.id);
                  }}
                >
                  <Swatch colour={structure.colour} />
                  <Text span size="sm">
                    Frame {frame}, {structure.name}: {reason}
                  </Text>
                </UnstyledButton>
              </li>
            ))}
          </ul>
          <Text size="xs" c="dimmed" mt={4}>
            {doubts.length > SHOWN && `${doubts.length - SHOWN} more, surer ones. `}
            Page down goes to the next.
          </Text>
        </>
      )}
    </section>
  );
}
