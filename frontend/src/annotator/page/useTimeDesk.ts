import { useEffect, useMemo } from "react";
import { get, post, remove } from "../../api/client";
import { allOf } from "../../api/pages";
import { tellDone, tellError } from "../../parts/tell";
import type { Annotator } from "../core/annotator";
import type { AnnotationSession } from "../core/session";
import type { PropagationRow, PropagationServer, PropagationWish } from "../core/time/propagations";
import { TimeDesk } from "../core/time/timeDesk";
import type { ClipFrames } from "./useClipFrames";

function serverOf(set: string): PropagationServer {
  const at = (id: string) => `/api/propagations/${id}/`;
  return {
    start: (wish: PropagationWish) =>
      post<PropagationRow>("/api/propagations/", { annotation_set: set, ...wish }),
    open: () => allOf<PropagationRow>("/api/propagations/", { annotation_set: set }),
    read: (id, after) => get<PropagationRow>(at(id), { after }),
    cancel: (id) => post(`${at(id)}cancel/`),
    close: (id) => remove(at(id)),
  };
}

/** What can be done through time on the open set; takes up what was going on before a reload. */
export function useTimeDesk(
  annotator: Annotator,
  session: AnnotationSession,
  { player }: ClipFrames,
  set: string,
): TimeDesk {
  const desk = useMemo(
    () =>
      new TimeDesk({
        annotator,
        session,
        frameCount: player.frameCount,
        server: serverOf(set),
        range: () => player.snapshot().range,
        tell: tellDone,
        failed: (error) => tellError(error, "The shape could not be carried on"),
      }),
    [annotator, session, player, set],
  );
  useEffect(() => {
    desk.enter();
    return () => desk.leave();
  }, [desk]);
  return desk;
}
