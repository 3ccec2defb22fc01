import { describe, expect, it } from "vitest";
import { clipsOf } from "./folders";
import { bytesOf, crc32 } from "./storedZip";

const file = (path: string, content = path) => ({
  path,
  file: new File([content], path.slice(path.lastIndexOf("/") + 1)),
});

/** Names and contents of a stored zip, by its directory. */
async function unzipped(zip: Blob): Promise<[string, string][]> {
  const buffer = await bytesOf(zip);
  const view = new DataView(buffer);
  const text = (at: number, length: number) =>
    new TextDecoder().decode(new Uint8Array(buffer, at, length));
  const end = buffer.byteLength - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  let at = view.getUint32(end + 16, true);
  expect(at + view.getUint32(end + 12, true)).toBe(end);
  return Array.from({ length: view.getUint16(end + 10, true) }, () => {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const [size, nameLength] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const local = view.getUint32(at + 42, true);
    expect(view.getUint32(local, true)).toBe(0x04034b50);
    const name = text(at + 46, nameLength);
    at += 46 + nameLength;
    return [name, text(local + 30 + nameLength, size)] as [string, string];
  });
}

describe("a folder", () => {
  it("of frames is one clip, in natural order, and its names are not sent", async () => {
    const [clip, ...rest] = await clipsOf(
      ["Meier/frame10.PNG", "Meier/frame9.png", "Meier/.DS_Store", "Meier/frame1.png"].map((path) =>
        file(path),
      ),
    );
    expect(rest).toEqual([]);
    expect(await unzipped(clip as File)).toEqual([
      ["000001.png", "Meier/frame1.png"],
      ["000002.png", "Meier/frame9.png"],
      ["000003.png", "Meier/frame10.PNG"],
    ]);
    expect(new TextDecoder().decode(await bytesOf((clip as File).slice(0, 60)))).not.toContain(
      "frame1.png\u0000",
    );
  });

  it("of recordings is a clip for each, and its index is none", async () => {
    const found = ["a/DICOMDIR", "a/IM_0001", "a/IM_0002", "a/b/left.mp4"].map((path) =>
      file(path),
    );
    expect((await clipsOf(found)).map(({ name }) => name)).toEqual([
      "IM_0001",
      "IM_0002",
      "left.mp4",
    ]);
  });

  it("keeps a MetaImage header and its raw file together under their names", async () => {
    const [clip, ...rest] = await clipsOf([file("s/one.mhd"), file("s/one.zraw")]);
    expect(rest).toEqual([]);
    expect((await unzipped(clip as File)).map(([name]) => name)).toEqual(["one.mhd", "one.zraw"]);
  });

  it("is told from files chosen by themselves, each a clip of its own", async () => {
    const found = [file("a.png"), file("b.png")];
    expect(await clipsOf(found)).toEqual(found.map((one) => one.file));
  });
});

it("checks what is sent as zip and PNG do", async () => {
  expect(await crc32(new Blob(["123456789"]))).toBe(0xcbf43926);
  expect(await crc32(new Blob([]))).toBe(0);
});
