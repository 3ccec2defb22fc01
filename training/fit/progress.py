"""Shows a fit's events: as JSON lines for programs, as one moving line for people."""

from __future__ import annotations

import json
import sys
from statistics import median
from typing import Any, TextIO

CLEAR_LINE = "\r\x1b[K"


def print_json(event: dict[str, Any]) -> None:
    """Write an event as one line of JSON to standard output, at once."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


class ProgressLine:
    """One line an epoch, and on a terminal a bar that moves within the epoch."""

    def __init__(self, stream: TextIO, width: int = 24) -> None:
        self._stream = stream
        self._width = width
        self._is_terminal = stream.isatty()
        self._seconds: list[float] = []  # of this fold's epochs

    def __call__(self, event: dict[str, Any]) -> None:
        fold = "" if event["fold"] is None else f"fold {event['fold']}  "
        clear = CLEAR_LINE if self._is_terminal else ""
        if event["event"] == "batch":
            if self._is_terminal:
                self._write(clear + fold + self._bar(event))
            return
        self._write(f"{clear}{fold}{_sentence(event)}{self._left(event)}\n")

    def _left(self, event: dict[str, Any]) -> str:
        """How much longer, from the epochs so far; the first of them also compiles."""
        if event["event"] == "start":
            self._seconds.clear()
        if event["event"] != "epoch":
            return ""
        self._seconds.append(event["seconds"])
        left_s = (event["epochs"] - event["epoch"]) * median(self._seconds)
        if not left_s:
            return ""
        return f"  {left_s / 60:.0f} min left" if left_s >= 90 else f"  {left_s:.0f} s left"

    def _bar(self, event: dict[str, Any]) -> str:
        filled = round(self._width * event["batch"] / event["batches"])
        return (
            f"epoch {event['epoch']}/{event['epochs']} [{'#' * filled:<{self._width}}] "
            f"loss {event['loss']:.4f}  {event['images_per_second']:.0f} images/s"
        )

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


class CountLine:
    """On a terminal, how many images are done; elsewhere nothing."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()

    def __call__(self, done: int, images: int) -> None:
        if self._is_terminal:
            said = CLEAR_LINE if done == images else f"{CLEAR_LINE}image {done} of {images}"
            self._stream.write(said)
            self._stream.flush()


def _sentence(event: dict[str, Any]) -> str:
    if event["event"] == "start":
        start = f"goes on after epoch {event['from_epoch']}" if event["resumed"] else "starts"
        if event["layers_taken"]:
            start += " from {} of {} layers of the model".format(*event["layers_taken"])
        return (
            f"{event['recipe']} ({event['parameters']:,} parameters) {start}: "
            f"{event['images']} images, {event['held_out']} held out, {event['epochs']} epochs, "
            f"{event['input'][0]}x{event['input'][1]}, {event['precision']} on {event['device']}"
        )
    if event["event"] == "memory":
        return str(event["message"])
    if event["event"] == "done":
        metrics = event["metrics"]
        iou = "" if metrics is None or metrics["iou"] is None else f", IoU {metrics['iou']:.3f}"
        return f"done: {event['model']}{iou}"
    held_out = "" if event["val_loss"] is None else f"  held out {event['val_loss']:.4f}"
    dice = "".join(
        f"  {code} {value:.3f}" for code, value in event["val_dice"].items() if value is not None
    )
    return (
        f"epoch {event['epoch']}/{event['epochs']}  loss {event['loss']:.4f}{held_out}"
        f"{'  Dice' if dice else ''}{dice}  {event['seconds']:.1f} s"
    )
