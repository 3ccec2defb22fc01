/** Corrections that are not released yet outlive a page that is loaded anew. */
import { fromJson, type Redaction, toJson } from "./redaction";

const keyOf = (uploadId: string): string => `fascicle.redaction.${uploadId}`;

export function storedDraft(uploadId: string): Redaction | null {
  try {
    const text = sessionStorage.getItem(keyOf(uploadId));
    return text === null ? null : fromJson(JSON.parse(text));
  } catch {
    return null;
  }
}

export function storeDraft(uploadId: string, redaction: Redaction): void {
  sessionStorage.setItem(keyOf(uploadId), JSON.stringify(toJson(redaction)));
}

export const dropDraft = (uploadId: string): void => sessionStorage.removeItem(keyOf(uploadId));
