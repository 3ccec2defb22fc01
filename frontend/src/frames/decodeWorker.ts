import { ChunkError } from "./chunkFile";
import type { DecodeAnswer, DecodeQuestion } from "./decoderPool";
import { decodedPicture } from "./decoding";

const here = self as unknown as {
  onmessage: (event: MessageEvent<DecodeQuestion>) => void;
  postMessage(answer: DecodeAnswer, transfer: Transferable[]): void;
};

here.onmessage = async ({ data: { id, file, recipe } }) => {
  try {
    const picture = await decodedPicture(file, recipe);
    here.postMessage({ id, picture }, [picture.gray.buffer]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "It could not be read.";
    here.postMessage({ id, reason, isDamaged: error instanceof ChunkError }, []);
  }
};
