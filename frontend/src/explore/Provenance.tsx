import { Text } from "@mantine/core";
import classes from "../annotator/page/page.module.css";
import type { AnnotationSetDetail, Suggestion } from "../annotator/queries";
import { moment } from "../format/text";
import type { Shown } from "./exploreScene";

interface ProvenanceProps {
  model: Suggestion | null;
  expert: AnnotationSetDetail | null;
  shown: Shown;
}

/** Whose shapes are on the picture: which model version, who drew, who accepted. */
export function Provenance({ model, expert, shown }: ProvenanceProps) {
  const isOn = (which: "model" | "expert") => shown === which || shown === "both";
  return (
    <>
      <section className={classes.section} aria-label="Model" style={faded(isOn("model"))}>
        <h2 className={classes.heading}>Model (key M)</h2>
        {model === null ? (
          <Text size="sm" c="dimmed">
            No model has looked at this clip yet, or the clip is part of a course you are in. An
            expert can pre-annotate it from the library.
          </Text>
        ) : (
          <Text size="sm">
            {model.model_version.name}, version {model.model_version.number}
            <br />
            <Text span size="xs" c="dimmed">
              Computed {moment(model.created_at)}. A model can be wrong. Research use only.
            </Text>
          </Text>
        )}
      </section>
      <section className={classes.section} aria-label="Experts" style={faded(isOn("expert"))}>
        <h2 className={classes.heading}>Experts (key E)</h2>
        {expert === null ? (
          <Text size="sm" c="dimmed">
            No delineation of this clip has been accepted yet, or the clip is part of a course you
            are in: then the practice room shows it after your answers.
          </Text>
        ) : (
          <Accepted set={expert} />
        )}
      </section>
    </>
  );
}

const faded = (isOn: boolean) => (isOn ? {} : { opacity: 0.8 });

function Accepted({ set }: { set: AnnotationSetDetail }) {
  const review = set.reviews.filter((one) => one.decision === "accept").at(-1);
  return (
    <Text size="sm">
      {set.credit !== "" ? `Masks: ${set.credit}` : `Drawn by ${set.author?.name ?? "an expert"}`}
      {review !== undefined && (
        <>
          <br />
          Accepted by {review.reviewer.name}
          <br />
          <Text span size="xs" c="dimmed">
            {moment(review.created_at)}, revision {review.revision}. Research use only.
          </Text>
        </>
      )}
    </Text>
  );
}
