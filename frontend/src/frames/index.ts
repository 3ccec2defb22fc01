export { type Chunk, ChunkError, parseChunk } from "./chunkFile";
export {
  browserSources,
  type ChunkAddress,
  type Frame,
  type FrameSources,
  FrameStore,
  type Picture,
} from "./frameStore";
export { Player, type PlayerState } from "./player";
