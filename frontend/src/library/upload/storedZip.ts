/** A zip without compression, of files that stay where they are until they are sent. */

export interface ZipEntry {
  name: string;
  content: Blob;
}

// what the format counts in without its 64-bit extension (APPNOTE 6.3.10, 4.4)
const MOST_BYTES = 0xffffffff;
const MOST_FILES = 0xfffe;
const READ_AT_ONCE = 1 << 22;
const VERSION = 20;
const UTF8_NAMES = 1 << 11;
/** 1980-01-01, the earliest a zip can say: no date of the files is kept. */
const DATED = (1 << 5) | 1;

/** Rejects with a sentence when a zip cannot count so many files or bytes. */
export async function storedZip(entries: readonly ZipEntry[]): Promise<Blob> {
  const total = entries.reduce((sum, { content }) => sum + content.size + 256, 0);
  if (entries.length > MOST_FILES || total > MOST_BYTES) {
    throw new Error("The folder is too large to be sent as one; send it as a zip or a video.");
  }
  const parts: BlobPart[] = [];
  const directory: BlobPart[] = [];
  let offset = 0;
  let directoryBytes = 0;
  for (const { name, content } of entries) {
    const letters = new TextEncoder().encode(name);
    const common = numbers([
      [2, VERSION],
      [2, UTF8_NAMES],
      [2, 0], // stored
      [2, 0], // midnight
      [2, DATED],
      [4, await crc32(content)],
      [4, content.size],
      [4, content.size],
      [2, letters.length],
      [2, 0], // no extra field
    ]);
    const local = [numbers([[4, 0x04034b50]]), common, letters];
    const central = [
      numbers([
        [4, 0x02014b50],
        [2, VERSION],
      ]),
      common,
      numbers([
        [2, 0], // no comment
        [2, 0], // first disk
        [2, 0],
        [4, 0],
        [4, offset],
      ]),
      letters,
    ];
    parts.push(...local, content);
    directory.push(...central);
    offset += byteCount(local) + content.size;
    directoryBytes += byteCount(central);
  }
  const end = numbers([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
    [4, directoryBytes],
    [4, offset],
    [2, 0],
  ]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

const byteCount = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, part) => sum + part.length, 0);

/** Little-endian numbers, each as [bytes, value]. */
function numbers(fields: readonly (readonly [2 | 4, number])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value;
});

/** CRC-32 of ISO 3309, as zip and PNG have it. */
export async function crc32(content: Blob): Promise<number> {
  let value = 0xffffffff;
  for (let at = 0; at < content.size; at += READ_AT_ONCE) {
    const bytes = new Uint8Array(await bytesOf(content.slice(at, at + READ_AT_ONCE)));
    for (const byte of bytes) value = (TABLE[(value ^ byte) & 0xff] as number) ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** Read by a reader: `Blob.arrayBuffer` is missing where the tests run. */
export function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}
