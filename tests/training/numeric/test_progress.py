"""What a fit tells a person at a terminal, and in a file."""

from __future__ import annotations

import io
from typing import Any

from training.fit.arithmetic import device
from training.fit.progress import CLEAR_LINE, CountLine, ProgressLine

START = {
    "event": "start", "fold": 3, "recipe": "tiny", "parameters": 12345, "images": 8, "held_out": 4,
    "epochs": 300, "precision": "float32", "device": "2 cores", "input": [64, 32],
    "resumed": False, "from_epoch": 0, "layers_taken": None,
}  # fmt: skip
BATCH = {
    "event": "batch", "fold": 3, "epoch": 1, "epochs": 300, "batch": 1, "batches": 2,
    "loss": 0.5, "images_per_second": 40.0,
}  # fmt: skip


def epoch(number: int, seconds: float) -> dict[str, Any]:
    told = {"val_loss": 0.25, "val_dice": {"nerve": 0.5, "vessel": None}}
    return {**BATCH, "event": "epoch", "epoch": number, "seconds": seconds, **told}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(stream: io.StringIO, *events: dict[str, Any]) -> str:
    line = ProgressLine(stream)
    for event in events:
        line(event)
    return stream.getvalue()


def test_a_file_gets_a_line_an_epoch_with_what_is_left() -> None:
    events = (START, BATCH, epoch(1, 60.0), epoch(2, 10.0), epoch(3, 10.0), epoch(299, 10.0))
    lines = told(io.StringIO(), *events, epoch(300, 10.0)).splitlines()
    assert lines[0] == (
        "fold 3  tiny (12,345 parameters) starts: 8 images, 4 held out, 300 epochs, 64x32, "
        "float32 on 2 cores"
    )
    assert lines[1].startswith("fold 3  epoch 1/300  loss 0.5000  held out 0.2500  Dice  nerve 0.5")
    # the first epoch compiles: it is not what the others take
    assert [line.partition(" s  ")[2] for line in lines[1:]] == [
        "299 min left", "174 min left", "50 min left", "10 s left", "",
    ]  # fmt: skip


def test_on_a_terminal_a_bar_moves_within_the_epoch() -> None:
    shown = told(Terminal(), BATCH, epoch(1, 1.0))
    assert shown.startswith(f"{CLEAR_LINE}fold 3  epoch 1/300 [############            ] loss 0.5")
    assert shown.count("\n") == 1


def test_how_much_of_a_model_it_starts_from_is_said() -> None:
    shown = told(io.StringIO(), {**START, "layers_taken": [4, 40]})
    assert "starts from 4 of 40 layers of the model: 8 images" in shown


def test_images_are_counted_on_a_terminal_alone() -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        line = CountLine(stream)
        for done in (1, 2, 3):
            line(done, 3)
    assert terminal.getvalue() == (f"{CLEAR_LINE}image 1 of 3{CLEAR_LINE}image 2 of 3{CLEAR_LINE}")
    assert file.getvalue() == ""


def test_what_is_trained_on_is_named() -> None:
    number, name = device().split()
    assert int(number) >= 1
    assert name.rstrip("s") in {"core", "GPU"}
