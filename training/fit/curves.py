"""A fold's curves on disk: JSON lines of our own, and TensorBoard events beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from training.whole_file import write_whole

CURVES = "curves.jsonl"
EVENTS = "tensorboard"
_SCALAR = 1  # DATA_CLASS_SCALAR of TensorFlow's summary.proto


class Curves:
    """Keeps `curves.jsonl` and `tensorboard/` of a fold's folder; use as a context manager.

    Both hold every epoch once, also one that was trained again after a kill: they start anew from
    the epochs that the checkpoint knows. Raises OSError where the disk refuses.
    """

    def __init__(self, folder: Path, epochs: Sequence[Mapping[str, Any]]) -> None:
        self._folder = folder
        self._board = _EventBoard(folder / EVENTS)
        self._write_lines(epochs)
        for event in epochs:
            self._board.write(event)
        self._board.flush()

    def write(self, epochs: Sequence[Mapping[str, Any]]) -> None:
        """Write all "epoch" events so far, of which the last one is new."""
        self._write_lines(epochs)
        self._board.write(epochs[-1])
        self._board.flush()

    def __enter__(self) -> Curves:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._board.close()

    def _write_lines(self, epochs: Sequence[Mapping[str, Any]]) -> None:
        lines = "".join(json.dumps(event) + "\n" for event in epochs)
        write_whole(self._folder / CURVES, lines)


class _EventBoard:
    """TensorBoard scalars `loss/training`, `loss/held-out`, `dice/CODE`, `seconds`; step: epoch."""

    def __init__(self, folder: Path) -> None:
        # the events' format is TensorFlow's, whichever backend trains
        import tensorflow as tf  # noqa: PLC0415

        self._tensorflow = tf
        folder.mkdir(parents=True, exist_ok=True)
        for former in folder.glob("events.out.tfevents.*"):
            former.unlink()
        with self._disk():
            self._writer = tf.summary.create_file_writer(str(folder))
        # what tf.summary.scalar says of a figure; calling it would take TensorBoard itself
        self._metadata = tf.compat.v1.SummaryMetadata(
            plugin_data={"plugin_name": "scalars"}, data_class=_SCALAR
        )

    def write(self, event: Mapping[str, Any]) -> None:
        with self._disk(), self._writer.as_default(step=event["epoch"]):
            for tag, value in _scalars(event).items():
                figure = self._tensorflow.constant(value, self._tensorflow.float32)
                self._tensorflow.summary.write(tag, figure, metadata=self._metadata)

    def flush(self) -> None:
        with self._disk():
            self._writer.flush()

    def close(self) -> None:
        with suppress(self._tensorflow.errors.OpError):  # all that was written is flushed
            self._writer.close()

    @contextmanager
    def _disk(self) -> Iterator[None]:
        """Within it what the disk refuses is an OSError.

        A full disk is "resource exhausted" here, which elsewhere in a fit means memory.
        """
        try:
            yield
        except self._tensorflow.errors.OpError as refusal:
            raise OSError(refusal.message) from refusal


def _scalars(event: Mapping[str, Any]) -> dict[str, float]:
    found = {
        "loss/training": event["loss"],
        "loss/held-out": event["val_loss"],
        **{f"dice/{code}": value for code, value in event["val_dice"].items()},
        "seconds": event["seconds"],
    }
    return {tag: float(value) for tag, value in found.items() if value is not None}
