import { describe, expect, it } from "vitest";
import type { Clip } from "../api/types";
import { byRank } from "./clipRanks";

const clip = (id: string, mine: string | null = null) => ({ id, my_set_state: mine }) as Clip;

describe("the clips to annotate", () => {
  it("keep what one has begun in front, then follow the ranks, then their own order", () => {
    const clips = [clip("a"), clip("b"), clip("c", "draft"), clip("d"), clip("e")];
    const ranks = ["e", "c", "b"].map((id) => ({ clip: id, words: "doubtful" }));
    expect(byRank(clips, ranks).map(({ id }) => id)).toEqual(["c", "e", "b", "a", "d"]);
  });
});
