/** Tells a file again after the page was closed, without keeping its name: from samples of its bytes. */
import { bytesOf } from "./storedZip";

const SAMPLES = 16;
const SAMPLE_BYTES = 16 * 1024;

export async function fingerprintOf(file: Blob, projectId: string): Promise<string> {
  const hash = newHash();
  const step = Math.max(0, file.size - SAMPLE_BYTES) / (SAMPLES - 1);
  for (let number = 0; number < SAMPLES; number += 1) {
    const start = Math.floor(number * step);
    hash.add(new Uint8Array(await bytesOf(file.slice(start, start + SAMPLE_BYTES))));
    if (step === 0) break;
  }
  return `${projectId}.${file.size}.${hash.text()}`;
}

const FNV_PRIME = 0x01000193;

/** Two runs of FNV-1a (32 bit) from different beginnings: telling apart, not protecting. */
function newHash() {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  return {
    add(bytes: Uint8Array): void {
      for (const byte of bytes) {
        a = Math.imul(a ^ byte, FNV_PRIME);
        b = Math.imul(b ^ byte ^ (a >>> 24), FNV_PRIME);
      }
    },
    text: (): string => [a, b].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join(""),
  };
}

const HASHED_BYTES = 64 * 1024 * 1024;

/**
 * SHA-256 of a file in hexadecimal, so that the server tells a known file before a byte is sent.
 * Null for a long file, and where the browser hashes nothing (a page without TLS).
 */
export async function sha256Of(file: Blob): Promise<string | null> {
  if (file.size > HASHED_BYTES || globalThis.crypto?.subtle === undefined) return null;
  const digest = await crypto.subtle.digest("SHA-256", await bytesOf(file));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
