import { announceSessionExpired, csrfToken, errorOf } from "../../api/client";
import { parseShape } from "../../geometry";
import type { Operation, ServerRevision } from "./operations";
import type { Answer } from "./outbox";
import type { Batch } from "./outboxStorage";

/** Browsers refuse larger bodies for requests that may outlive their page. */
const KEEPALIVE_BYTES = 60_000;

/** Send a batch; every failure becomes an answer the outbox knows what to do with. */
export async function sendBatch(batch: Batch): Promise<Answer> {
  const body = JSON.stringify({
    base_revision: batch.base,
    idempotency_key: batch.key,
    ops: batch.operations,
  });
  let response: Response;
  try {
    response = await fetch(`/api/annotation-sets/${batch.set}/save/`, {
      method: "POST",
      credentials: "same-origin",
      keepalive: body.length < KEEPALIVE_BYTES,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": csrfToken(),
      },
      body,
    });
  } catch {
    return { kind: "unreachable" };
  }
  const parsed: unknown = await response.json().catch(() => null);
  if (response.ok) {
    const revision = (parsed as { revision?: unknown } | null)?.revision;
    // an answer that was cut off: ask again with the same key
    return typeof revision === "number" ? { kind: "applied", revision } : { kind: "unreachable" };
  }
  const error = errorOf(response.status, parsed);
  if (response.status === 401) {
    announceSessionExpired();
    return { kind: "login" };
  }
  if (response.status === 409 && error.code === "stale_revision") return staleAnswer(error.fields);
  if (response.status >= 500 || response.status === 408 || response.status === 429) {
    return { kind: "unreachable" };
  }
  return { kind: "refused", reason: error.detail };
}

function staleAnswer(fields: Record<string, unknown>): Answer {
  const revisions = Array.isArray(fields.revisions) ? fields.revisions : [];
  return {
    kind: "stale",
    revision: typeof fields.revision === "number" ? fields.revision : 0,
    revisions: revisions.map(revisionOf),
  };
}

function revisionOf(row: ServerRevision): ServerRevision {
  const ops = row.ops.map(
    (one): Operation =>
      one.op === "keyframe.put" ? { ...one, shape: parseShape(one.shape) } : one,
  );
  return { number: row.number, ops };
}
