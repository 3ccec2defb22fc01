import type { Player } from "../../frames";
import type { Command } from "./command";

/** Moving through a clip. */
export function playerCommands(player: Player): Command[] {
  const frames = (
    id: string,
    title: string,
    keys: readonly string[],
    run: () => void,
  ): Command => ({
    id: `frames.${id}`,
    title,
    group: "Frames",
    keys,
    run,
  });
  return [
    frames("play", "Play or pause", ["space"], () => player.toggle()),
    frames("next", "One frame on", ["arrowright"], () => player.step(1)),
    frames("previous", "One frame back", ["arrowleft"], () => player.step(-1)),
    frames("next10", "Ten frames on", ["shift+arrowright"], () => player.step(10)),
    frames("previous10", "Ten frames back", ["shift+arrowleft"], () => player.step(-10)),
    frames("first", "First frame", ["home"], () => player.go(0)),
    frames("last", "Last frame", ["end"], () => player.go(player.frameCount - 1)),
    frames("backwards", "Play backwards; again, twice as fast", ["j"], () => player.shuttle(-1)),
    frames("pause", "Pause", ["k"], () => player.pause()),
    frames("forwards", "Play on; again, twice as fast", ["l"], () => player.shuttle(1)),
    frames("from", "Play only from this frame", ["{"], () => player.markIn()),
    frames("to", "Play only up to this frame", ["}"], () => player.markOut()),
    frames("whole", "Play the whole clip again", ["\\"], () => player.setRange(null)),
  ];
}
