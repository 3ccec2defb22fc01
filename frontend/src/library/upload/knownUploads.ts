/**
 * What this browser remembers of uploads that have not ended: their addresses by fingerprint.
 * Names, subjects and labels are not kept here; the server has what is needed to go on.
 */
import type { PreviousUpload, UrlStorage } from "tus-js-client";

const PREFIX = "fascicle.upload.";

interface Known {
  uploadUrl: string | null;
  size: number | null;
  creationTime: string;
}

function read(key: string): PreviousUpload | null {
  try {
    const known = JSON.parse(localStorage.getItem(key) ?? "null") as Known | null;
    if (known === null || typeof known.uploadUrl !== "string") return null;
    return { ...known, metadata: {}, urlStorageKey: key, parallelUploadUrls: null };
  } catch {
    return null;
  }
}

const allKeys = (): string[] =>
  Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? "").filter((key) =>
    key.startsWith(PREFIX),
  );

export const knownUploads: UrlStorage = {
  findAllUploads: async () => allKeys().flatMap((key) => read(key) ?? []),
  findUploadsByFingerprint: async (fingerprint) => {
    const known = read(PREFIX + fingerprint);
    return known === null ? [] : [known];
  },
  removeUpload: async (key) => localStorage.removeItem(key),
  addUpload: async (fingerprint, { uploadUrl, size, creationTime }) => {
    const key = PREFIX + fingerprint;
    localStorage.setItem(key, JSON.stringify({ uploadUrl, size, creationTime }));
    return key;
  },
};

/** The id of an upload from its address. */
export const idOfAddress = (address: string | null): string | null =>
  /\/uploads\/([0-9a-f-]{36})\/?$/i.exec(address ?? "")?.[1] ?? null;

export async function knownIdOf(fingerprint: string): Promise<string | null> {
  const [known] = await knownUploads.findUploadsByFingerprint(fingerprint);
  return idOfAddress(known?.uploadUrl ?? null);
}

/** The fingerprint under which this browser began an upload; null when it was begun elsewhere. */
export function fingerprintFor(uploadId: string): string | null {
  const key = allKeys().find((each) => idOfAddress(read(each)?.uploadUrl ?? null) === uploadId);
  return key === undefined ? null : key.slice(PREFIX.length);
}

export function forget(fingerprint: string): void {
  localStorage.removeItem(PREFIX + fingerprint);
}
