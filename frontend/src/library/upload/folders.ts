/** Folders that were chosen or dropped, as the files to be sent: one for each clip. */
import { storedZip } from "./storedZip";

export interface FoundFile {
  /** With the folders it lies in; empty before the last name for a file chosen by itself. */
  path: string;
  file: File;
}

const FRAME = /\.(png|jpe?g|bmp|tiff?|webp)$/i;
/** A MetaImage header names the file of its pixels, so these keep their names. */
const HEADER_AND_RAW = /\.(mhd|z?raw)$/i;
const NO_CLIP = /^(\..*|thumbs\.db|desktop\.ini|dicomdir)$/i;

/**
 * Of each folder the pictures are the frames of one clip, in the natural order of their names, and
 * become a zip in which numbers stand for names, which may name a patient. A MetaImage header and
 * its raw file are a clip too; every other file is one by itself.
 */
export async function clipsOf(found: readonly FoundFile[]): Promise<File[]> {
  const folders = new Map<string, FoundFile[]>();
  for (const one of found) {
    if (NO_CLIP.test(lastName(one.path))) continue;
    const folder = one.path.slice(0, one.path.lastIndexOf("/") + 1);
    folders.set(folder, [...(folders.get(folder) ?? []), one]);
  }
  const clips: File[] = [];
  for (const [folder, files] of folders) {
    const ofKind = (kind: RegExp) => files.filter(({ path }) => kind.test(path));
    // files chosen by themselves are what someone pointed at, each a clip
    const frames = folder === "" ? [] : ofKind(FRAME);
    const raws = folder === "" || ofKind(/\.mhd$/i).length !== 1 ? [] : ofKind(HEADER_AND_RAW);
    const named = folder.split("/").at(-2) ?? "folder";
    if (frames.length > 1) clips.push(await zipped(named, numbered(frames)));
    if (raws.length > 1) {
      const entries = raws.map(({ path, file }) => ({ name: lastName(path), content: file }));
      clips.push(await zipped(named, entries));
    }
    const packed = new Set([...(frames.length > 1 ? frames : []), ...raws]);
    clips.push(...files.filter((one) => !packed.has(one)).map(({ file }) => file));
  }
  return clips;
}

const lastName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

function numbered(frames: readonly FoundFile[]) {
  const order = new Intl.Collator("en", { numeric: true });
  return [...frames]
    .sort((a, b) => order.compare(a.path, b.path))
    .map(({ path, file }, index) => ({
      name: String(index + 1).padStart(6, "0") + path.slice(path.lastIndexOf(".")).toLowerCase(),
      content: file,
    }));
}

async function zipped(folder: string, entries: Parameters<typeof storedZip>[0]): Promise<File> {
  return new File([await storedZip(entries)], `${folder}.zip`, { type: "application/zip" });
}

/** Files of an input; one that takes folders says where each lies. */
export const chosenFiles = (files: readonly File[]): FoundFile[] =>
  files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** Files dropped, those in folders too. To be called before the event ends. */
export function droppedFiles(transfer: DataTransfer): Promise<FoundFile[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const plain = chosenFiles([...transfer.files]);
  if (!entries.some((entry) => entry?.isDirectory)) return Promise.resolve(plain);
  return Promise.all(entries.map((entry) => (entry === null ? [] : within(entry, "")))).then(
    (found) => found.flat(),
  );
}

async function within(entry: FileSystemEntry, folder: string): Promise<FoundFile[]> {
  const path = `${folder}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FoundFile[] = [];
  for (;;) {
    // a reader gives some at a time, and none when it is through
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await within(one, `${path}/`)));
  }
}
