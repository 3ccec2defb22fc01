import { describe, expect, it, vi } from "vitest";
import { type GivenAnswer, SuggestionAnswers } from "./answers";

const rejected = (frame: number): GivenAnswer => ({
  structure: "Nerve",
  frame,
  answer: "rejected",
  seconds: null,
});

describe("answers to a suggestion", () => {
  it("are sent together, with the time the suggestion was in front of the person", async () => {
    let now = 0;
    const send = vi.fn(async (_: readonly GivenAnswer[]) => undefined);
    const answers = new SuggestionAnswers(send, () => now, 1e9);
    answers.show(4);
    now = 2340;
    answers.give("Nerve", [4], "accepted");
    answers.give("Nerve", [5, 6], "accepted");
    await answers.flush();
    expect(send).toHaveBeenCalledTimes(1);
    const given = send.mock.calls[0]?.[0] ?? [];
    expect(given.map(({ frame, seconds }) => [frame, seconds])).toEqual([
      [4, 2.3],
      [5, null],
      [6, null],
    ]);
    await answers.flush();
    expect(send).toHaveBeenCalledTimes(1);
    answers.close();
  });

  it("of earlier visits are known again, and give way to what was just given", () => {
    const answers = new SuggestionAnswers(
      async () => undefined,
      () => 0,
      1e9,
    );
    answers.give("Nerve", [2], "accepted");
    answers.load([rejected(1), rejected(2)]);
    expect(answers.answerTo("Nerve", 1)).toBe("rejected");
    expect(answers.answerTo("Nerve", 2)).toBe("accepted");
    answers.give("Nerve", [1], null);
    expect(answers.answerTo("Nerve", 1)).toBeNull();
    answers.close();
  });

  it("that could not be sent wait for the next time", async () => {
    const send = vi
      .fn<(answers: readonly GivenAnswer[]) => Promise<unknown>>()
      .mockRejectedValueOnce(new Error("away"))
      .mockResolvedValue(undefined);
    const answers = new SuggestionAnswers(send, () => 0, 1e9);
    answers.give("Nerve", [1], "rejected");
    await answers.flush();
    await answers.flush();
    expect(send.mock.calls.map(([given]) => given.length)).toEqual([1, 1]);
    answers.close();
  });
});
