import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { reportPicture } from "../../api/reports";
import type { RunReport } from "../../api/types";
import { score } from "../../format/text";
import { foldName } from "../curves";
import type { ReportContents } from "./readReport";
import classes from "./report.module.css";

interface GalleryProps {
  report: RunReport;
  structures: ReportContents["structures"];
}

/** The frames that went worst: as recorded, as read, as predicted. */
export function Gallery({ report, structures }: GalleryProps) {
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        Each picture: the frame, what the reader drew, what the model predicted. No subject fills
        more than a third while there are others.
      </Text>
      <div className={classes.gallery}>
        {report.gallery.map((frame, number) => {
          const dices = structures
            .filter(({ code }) => typeof frame.dices[code] === "number")
            .map(({ code, name }) => `${name} ${score(frame.dices[code])}`);
          return (
            <figure key={`${frame.clip}-${frame.frame_index}`} className={classes.figure}>
              <img
                loading="lazy"
                src={reportPicture(report, number)}
                alt={`${frame.title}: the frame, the truth and the prediction`}
              />
              <figcaption>
                <Link
                  to="/clips/$clipId/explore"
                  params={{ clipId: frame.clip }}
                  search={{ frame: frame.frame_index }}
                  className={classes.link}
                >
                  {frame.title}
                </Link>
                , {foldName(frame.fold).toLowerCase()}: IoU {score(frame.iou)}. Dice:{" "}
                {dices.join(", ")}.
              </figcaption>
            </figure>
          );
        })}
      </div>
    </>
  );
}
