import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { keys } from "../../api/keys";
import { tellError } from "../../parts/tell";
import type { AnnotationSession } from "../core/session";

interface ToAdjudicationProps {
  clipId: string;
  session: AnnotationSession;
}

/** Back from drawing a consensus to where it is signed; everything is saved first. */
export function ToAdjudication({ clipId, session }: ToAdjudicationProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: async () => {
      await session.outbox.flush();
      if (!session.outbox.isEmpty) {
        throw new Error("Some changes have not reached the server yet. Try again in a moment.");
      }
      await queries.invalidateQueries({ queryKey: keys.annotationSets(clipId) });
      await queries.invalidateQueries({ queryKey: ["annotation-sets"] });
      await navigate({ to: "/clips/$clipId/adjudicate", params: { clipId } });
    },
    onError: (error) => tellError(error),
  });
  return (
    <Button size="xs" loading={leave.isPending} onClick={() => leave.mutate()}>
      Back to the readers
    </Button>
  );
}
