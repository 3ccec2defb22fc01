export { browserSources, decoderPool } from "./browserSources";
export { type Chunk, ChunkError, parseChunk } from "./chunkFile";
export type { ChunkAddress } from "./chunkLoader";
export type { GrayPicture } from "./decoding";
export { type FilterRecipe, filtered, PLAIN, recipeKey } from "./filters/recipe";
export { dragged, isNeutral, NEUTRAL, type Tone, toneTable } from "./filters/tone";
export { type Frame, type FrameSources, FrameStore } from "./frameStore";
export { type FrameRange, Player, type PlayerState, SPEEDS } from "./player";
