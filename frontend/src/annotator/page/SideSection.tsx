import { UnstyledButton } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconChevronRight } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";
import classes from "./sideSection.module.css";

interface SideSectionProps {
  title: string;
  /** What the section is called where the title says less. */
  label?: string;
  /** How much is in it, beside the title. */
  count?: number;
  /** Can be folded away; the choice is kept in this browser under the title. */
  folds?: "open" | "folded";
  children: ReactNode;
}

/** One section of the panel beside the picture. */
export function SideSection({ title, label = title, count, folds, children }: SideSectionProps) {
  const [isFolded, setIsFolded] = useLocalStorage({
    key: `fascicle.side.${title}`,
    defaultValue: folds === "folded",
    getInitialValueInEffect: false,
  });
  const id = useId();
  const amount = count !== undefined && count > 0 && <span className={classes.count}>{count}</span>;
  if (folds === undefined) {
    return (
      <section className={classes.section} aria-label={label}>
        <h2 className={classes.heading}>
          {title}
          {amount}
        </h2>
        {children}
      </section>
    );
  }
  return (
    <section className={classes.section} aria-label={label} data-folded={isFolded || undefined}>
      <h2 className={classes.heading}>
        <UnstyledButton
          className={classes.fold}
          aria-expanded={!isFolded}
          aria-controls={id}
          onClick={() => setIsFolded(!isFolded)}
        >
          <IconChevronRight size={13} className={classes.arrow} aria-hidden />
          {title}
          {amount}
        </UnstyledButton>
      </h2>
      <div id={id} hidden={isFolded}>
        {!isFolded && children}
      </div>
    </section>
  );
}
