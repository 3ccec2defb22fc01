import type { Player } from "../../frames";

/** Keys that every page with a clip understands. */
export function playerKey(player: Player, key: string): boolean {
  switch (key) {
    case "space":
    case "k":
      player.toggle();
      return true;
    case "j":
      player.play(-1);
      return true;
    case "l":
      player.play(1);
      return true;
    case "arrowright":
      player.step(1);
      return true;
    case "arrowleft":
      player.step(-1);
      return true;
    case "shift+arrowright":
      player.step(10);
      return true;
    case "shift+arrowleft":
      player.step(-10);
      return true;
    case "home":
      player.go(0);
      return true;
    case "end":
      player.go(player.frameCount - 1);
      return true;
    default:
      return false;
  }
}

export const PLAYER_KEYS: readonly (readonly [string, string])[] = [
  ["Space", "Play or pause"],
  ["← →", "One frame back or on"],
  ["Shift ← →", "Ten frames back or on"],
  ["Home End", "First or last frame"],
  ["J K L", "Play backwards, pause, play"],
];
