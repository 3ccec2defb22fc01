import { beforeEach, describe, expect, it } from "vitest";
import { ActiveClock } from "./activeClock";

let now = 0;
let clock: ActiveClock;
beforeEach(() => {
  now = 5000;
  clock = new ActiveClock(() => now);
});
const pass = (seconds: number) => {
  now += seconds * 1000;
};

describe("active time", () => {
  it("runs from one act to the next and half a minute beyond the last", () => {
    clock.touch();
    pass(10);
    clock.touch();
    pass(20);
    expect(clock.take()).toBe(30);
    pass(100);
    expect(clock.take()).toBe(10);
    pass(100);
    expect(clock.take()).toBe(0);
  });

  it("does not run before the first act, nor while the page is hidden", () => {
    pass(60);
    expect(clock.take()).toBe(0);
    clock.touch();
    pass(5);
    clock.hide();
    pass(20);
    expect(clock.take()).toBe(5);
    clock.touch();
    pass(1);
    expect(clock.take()).toBe(1);
  });

  it("loses neither parts of seconds nor what could not be sent", () => {
    clock.touch();
    pass(1.6);
    expect(clock.take()).toBe(1);
    clock.touch();
    pass(1.4);
    expect(clock.take()).toBe(2);
    clock.giveBack(2);
    expect(clock.take()).toBe(2);
  });
});
