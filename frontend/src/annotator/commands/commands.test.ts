import { describe, expect, it } from "vitest";
import type { Player } from "../../frames";
import type { Annotator } from "../core/annotator";
import type { AnnotationSession } from "../core/session";
import { allCommands } from "./allCommands";
import { catalogue } from "./catalogue";
import type { Command } from "./command";
import { LAYOUTS } from "./handed";
import { clashesOf, NO_REMAP, press, spoken, withKeys, written } from "./keymap";
import { playerCommands } from "./playerCommands";
import { roomCommands, stoppingCommands } from "./roomCommands";
import { viewCommands } from "./viewCommands";

const nothing = () => {};

const command = (id: string, keys: string[], part: Partial<Command> = {}): Command => ({
  id,
  title: id,
  group: "Draw",
  keys,
  run: nothing,
  ...part,
});

/** Every command of the annotator's page. */
function everyCommand(): Command[] {
  const annotator = {
    isReadOnly: false,
    structures: Array.from({ length: 9 }, (_, i) => ({ id: String(i), name: `Structure ${i}` })),
  } as unknown as Annotator;
  const acts = {
    isMeasuring: false,
    isFull: false,
    setMeasuring: nothing,
    toggleFull: nothing,
    hide: nothing,
    typeNumber: nothing,
    zoomTimeline: nothing,
    showKeys: nothing,
    showPalette: nothing,
  };
  const player = {} as unknown as Player;
  const session = {} as unknown as AnnotationSession;
  return [
    ...stoppingCommands(acts),
    ...allCommands({ annotator, session, player, stage: null }),
    ...roomCommands(acts),
    ...viewCommands(nothing, null),
    ...playerCommands(player),
  ];
}

describe("the commands of the annotator", () => {
  it("have one stable name each", () => {
    const ids = everyCommand().map((one) => one.id);
    expect(ids.length).toBeGreaterThan(30);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("share no key but Escape", () => {
    const seen = new Map<string, string>();
    const shared = everyCommand().flatMap((one) =>
      one.keys.filter((key) => {
        const isTaken = seen.has(key);
        seen.set(key, one.id);
        return isTaken;
      }),
    );
    expect(new Set(shared)).toEqual(new Set(["escape"]));
  });
});

describe("the keys for one hand", () => {
  it.each(["left", "right"] as const)("of the %s clash with none", (hand) => {
    expect(clashesOf(catalogue(), LAYOUTS[hand])).toEqual([]);
  });

  it("name commands that there are", () => {
    const known = new Set(catalogue().map((one) => one.id));
    const named = [...Object.keys(LAYOUTS.left), ...Object.keys(LAYOUTS.right)];
    expect(named.filter((one) => !known.has(one))).toEqual([]);
  });
});

describe("a key", () => {
  it("is for the first command that is available and has something to do", () => {
    const done: string[] = [];
    const commands = [
      command("off", ["a"], { isAvailable: () => false, run: () => done.push("off") }),
      command("idle", ["a"], { run: () => false }),
      command("on", ["a"], { run: () => void done.push("on") }),
      command("late", ["a"], { run: () => done.push("late") }),
    ];
    expect(press(commands, NO_REMAP, "a")?.id).toBe("on");
    expect(done).toEqual(["on"]);
    expect(press(commands, NO_REMAP, "b")).toBeNull();
  });

  it("that a person chose stands in place of those a command had", () => {
    const commands = [command("one", ["a"]), command("two", ["b"])];
    const remap = { one: ["x"] };
    expect(press(commands, remap, "x")?.id).toBe("one");
    expect(press(commands, remap, "a")).toBeNull();
    expect(press(commands, remap, "b")?.id).toBe("two");
  });

  it("that is given back its usual value needs no entry", () => {
    const one = command("one", ["a"]);
    const changed = withKeys(NO_REMAP, one, ["x", "y"]);
    expect(changed).toEqual({ one: ["x", "y"] });
    expect(withKeys(changed, one, ["a"])).toEqual({});
    expect(withKeys(changed, one, [])).toEqual({ one: [] });
  });

  it("clashes when two commands come to have it, unless they were made to share it", () => {
    const commands = [command("one", ["a", "escape"]), command("two", ["b", "escape"])];
    expect(clashesOf(commands, NO_REMAP)).toEqual([]);
    expect(clashesOf(commands, { one: ["b"] })).toEqual([{ key: "b", ids: ["one", "two"] }]);
  });

  it("is written for people and for screen readers", () => {
    expect(["ctrl+shift+z", "arrowleft", "+", "alt++", "["].map(written)).toEqual([
      "Ctrl Shift Z",
      "←",
      "+",
      "Alt +",
      "[",
    ]);
    expect(spoken("ctrl+k")).toBe("Control+K");
  });
});
