import type { Command } from "./command";

export interface RoomActs {
  readonly isMeasuring: boolean;
  setMeasuring(isOn: boolean): void;
  readonly isFull: boolean;
  toggleFull(): void;
  hide(isHeld: boolean): void;
  typeNumber(): void;
  /** Show so many times as much of the clip on the timeline. */
  zoomTimeline(factor: number): void;
  showKeys(): void;
  showPalette(): void;
}

/** What stops something that is going on: it gets Escape before anything else. */
export function stoppingCommands(acts: RoomActs): Command[] {
  return [
    {
      id: "view.measureStop",
      title: "Stop measuring",
      group: "View",
      keys: ["escape"],
      isAvailable: () => acts.isMeasuring,
      run: () => acts.setMeasuring(false),
    },
  ];
}

/** What every room with a clip can do apart from playing and looking. */
export function roomCommands(acts: RoomActs): Command[] {
  return [
    {
      id: "view.hide",
      title: "Hide everything but the picture while held",
      group: "View",
      keys: ["q"],
      run: () => acts.hide(true),
      release: () => acts.hide(false),
    },
    {
      id: "frames.go",
      title: "Go to a frame by its number",
      group: "Frames",
      keys: ["g"],
      run: () => acts.typeNumber(),
    },
    {
      id: "frames.timelineCloser",
      title: "Show the timeline closer",
      group: "Frames",
      keys: ["alt+arrowup"],
      run: () => acts.zoomTimeline(0.5),
    },
    {
      id: "frames.timelineWider",
      title: "Show more of the clip on the timeline",
      group: "Frames",
      keys: ["alt+arrowdown"],
      run: () => acts.zoomTimeline(2),
    },
    {
      id: "view.full",
      title: "Full screen",
      group: "View",
      keys: ["shift+f"],
      run: () => acts.toggleFull(),
    },
    {
      id: "view.leaveFull",
      title: "Leave the full screen",
      group: "View",
      keys: ["escape"],
      isAvailable: () => acts.isFull,
      run: () => acts.toggleFull(),
    },
    {
      id: "view.measure",
      title: "Measure between two places",
      group: "View",
      keys: ["shift+m"],
      run: () => acts.setMeasuring(!acts.isMeasuring),
    },
    {
      id: "work.palette",
      title: "Find a command by its name",
      group: "Work",
      keys: ["ctrl+k"],
      run: () => acts.showPalette(),
    },
    {
      id: "work.keys",
      title: "Keys on this page",
      group: "Work",
      keys: ["?"],
      run: () => acts.showKeys(),
    },
  ];
}
