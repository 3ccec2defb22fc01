import { Text, UnstyledButton } from "@mantine/core";
import { Swatch } from "../../parts/StructureLegend";
import type { Annotator } from "../core/annotator";
import { SideSection } from "./SideSection";
import classes from "./sidePanels.module.css";
import { useStore } from "./useStore";

const SHOWN = 6;

interface DoubtListProps {
  annotator: Annotator;
  onGo(frame: number): void;
}

/** Which frames to look at first, and why. */
export function DoubtList({ annotator, onGo }: DoubtListProps) {
  useStore(annotator.state);
  useStore(annotator.answers.state);
  const doubts = annotator.suggestions.doubts();
  return (
    <SideSection title="Frames to look at" count={doubts.length} folds="open">
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
                  <span className={classes.what}>
                    <span>
                      Frame {frame}
                      {!reason.includes(structure.name) && `, ${structure.name}`}
                    </span>
                    <span className={classes.why}>{reason}</span>
                  </span>
                </UnstyledButton>
              </li>
            ))}
          </ul>
          <Text size="xs" c="dimmed" mt={4}>
            {doubts.length > SHOWN && `${doubts.length - SHOWN} more, less urgent. `}
            Page down goes to the next.
          </Text>
        </>
      )}
    </SideSection>
  );
}
