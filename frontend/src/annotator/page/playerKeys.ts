import type { Player } from "../../frames";

/** Keys that every page with a clip understands. */
export function playerKey(player: Player, key: string): boolean {
  switch (key) {
    case "space":
      player.toggle();
      return true;
    case "j":
      player.shuttle(-1);
      return true;
    case "k":
      player.pause();
      return true;
    case "l":
      player.shuttle(1);
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
    case "[":
      player.markIn();
      return true;
    case "]":
      player.markOut();
      return true;
    case "\\":
      player.setRange(null);
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
  ["G", "Go to a frame by its number (also: double click on the number)"],
  ["J K L", "Play backwards, pause, play; pressed again, twice as fast"],
  ["[ ]", "Play only from, or only up to, this frame (also: Shift drag on the bar)"],
  ["\\", "Play the whole clip again"],
];
