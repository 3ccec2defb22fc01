/** Corrections that are not released yet outlive a page that is loaded anew. */
import { fromJson, type Redaction, toJson } from "./redaction";
import type { Words } from "./words";

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

const wordsKeyOf = (uploadId: string): string => `fascicle.words.${uploadId}`;

export function storedWords(uploadId: string): Words | null {
  try {
    const held: unknown = JSON.parse(sessionStorage.getItem(wordsKeyOf(uploadId)) ?? "null");
    if (typeof held !== "object" || held === null) return null;
    const { label, scanner, pixelSize } = held as Record<string, unknown>;
    return { label: String(label), scanner: String(scanner), pixelSize: String(pixelSize) };
  } catch {
    return null;
  }
}

export function storeWords(uploadId: string, words: Words): void {
  sessionStorage.setItem(wordsKeyOf(uploadId), JSON.stringify(words));
}

export function dropDraft(uploadId: string): void {
  sessionStorage.removeItem(keyOf(uploadId));
  sessionStorage.removeItem(wordsKeyOf(uploadId));
}
