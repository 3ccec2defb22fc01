import type { LiveClass } from "./hubMessages";
import { Followed, placeLabels } from "./labelPlaces";
import type { Region } from "./regions";

interface Tag {
  readonly element: HTMLElement;
  readonly name: string;
  readonly colour: string;
  width: number;
  height: number;
}

/** Names of structures over the picture, placed by hand at each frame: React never hears of it. */
export class LabelLayer {
  private readonly tags = new Map<number, Tag>();
  private readonly followed = new Followed();
  private shownAtMs = 0;

  constructor(private readonly host: HTMLElement) {}

  /** `regions` in pixels of the frame, of classes that are shown; `box` in screen pixels. */
  show(
    regions: readonly Region[],
    classes: readonly LiveClass[],
    frame: { width: number },
    box: { width: number; height: number },
  ): void {
    const nowMs = performance.now();
    const centres = this.followed.follow(regions, nowMs - this.shownAtMs);
    this.shownAtMs = nowMs;
    const scale = box.width / frame.width;
    const wanted = centres.flatMap(({ index, x, y, width, height }) => {
      const tag = this.tagOf(index, classes);
      if (tag === null) return [];
      return [
        {
          index,
          x: x * scale,
          y: y * scale,
          width: tag.width,
          height: tag.height,
          regionWidth: width * scale,
          regionHeight: height * scale,
        },
      ];
    });
    const places = new Map(
      placeLabels(wanted, box.width, box.height).map((place) => [place.index, place]),
    );
    for (const [index, tag] of this.tags) {
      const place = places.get(index);
      tag.element.hidden = place === undefined;
      if (place === undefined) continue;
      const [x, y] = [place.x - tag.width / 2, place.y - tag.height / 2];
      tag.element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    }
  }

  clear(): void {
    this.followed.clear();
    for (const { element } of this.tags.values()) element.hidden = true;
  }

  private tagOf(index: number, classes: readonly LiveClass[]): Tag | null {
    const known = classes.find((each) => each.index === index);
    const tag = this.tags.get(index);
    if (tag && known && tag.name === known.name && tag.colour === known.colour) return tag;
    tag?.element.remove();
    this.tags.delete(index);
    if (known === undefined) return null;
    const element = document.createElement("span");
    element.textContent = known.name;
    element.style.setProperty("--structure", known.colour);
    this.host.append(element);
    const made = {
      element,
      name: known.name,
      colour: known.colour,
      width: element.offsetWidth,
      height: element.offsetHeight,
    };
    this.tags.set(index, made);
    return made;
  }
}
