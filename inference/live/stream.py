"""A publisher's frames made fit to pass on: checked, in order, in the hub's time."""

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
import simplejpeg

from inference.live.clock import now_us
from inference.live.closing import Close, Refused
from inference.live.wire import Codec, Flag, Frame, Kind, WireError, decode_frame, labels_of

# the same clock may be read a hair earlier by another thread of the bridge
BACKWARDS_US = 1_000


@dataclass(frozen=True, slots=True)
class Taken:
    """`frame` is None for one that is not newer than the last. `sequence` and `epoch` are the
    bridge's own, to be acknowledged.
    """

    frame: Frame | None
    sequence: int
    epoch: int


class Stream:
    """The order of one publisher's frames. `new_epoch` gives a number that no stream had before."""

    def __init__(self, new_epoch: Callable[[], int]) -> None:
        self._new_epoch = new_epoch
        self._last: Frame | None = None
        self._epoch = 0
        self._arrived_us: deque[int] = deque(maxlen=64)
        self.stale_count = 0
        self.missing_count = 0

    def take(self, message: bytes, *, offset_us: int | None, channels: Collection[int]) -> Taken:
        """Read a message; `offset_us` is the bridge's clock minus the hub's, `channels` the label
        values there may be. Raises Refused.
        """
        arrived_us = now_us()
        try:
            frame = decode_frame(message)
            _check_picture(frame)
            _check_labels(frame, channels)
        except WireError as error:
            close = Close.TOO_LARGE if error.code == "too_large" else Close.UNREADABLE
            raise Refused(close, error.code, str(error)) from error
        last = self._last
        if last is None or frame.epoch != last.epoch or _goes_back(frame, last):
            self._epoch = self._new_epoch()
        elif frame.sequence <= last.sequence:
            self.stale_count += 1
            return Taken(None, frame.sequence, frame.epoch)
        else:
            self.missing_count += frame.sequence - last.sequence - 1
        self._last = frame
        self._arrived_us.append(arrived_us)
        t_bridge_us = frame.t_bridge_us - (offset_us or 0)
        if frame.t_bridge_us <= 0 or t_bridge_us > arrived_us:
            t_bridge_us = arrived_us  # without a clock to go by, as young as it can be known to be
        passed_on = replace(
            frame,
            epoch=self._epoch,
            t_bridge_us=t_bridge_us,
            t_hub_in_us=arrived_us,
            t_hub_out_us=0,
        )
        return Taken(passed_on, frame.sequence, frame.epoch)

    def frames_per_second(self) -> float:
        """Over the last two seconds."""
        since = now_us() - 2_000_000
        recent = [each for each in self._arrived_us if each >= since]
        if len(recent) < 2:
            return 0.0
        return round((len(recent) - 1) * 1e6 / max(recent[-1] - recent[0], 1), 1)


def _goes_back(frame: Frame, last: Frame) -> bool:
    """Whether a newer frame claims to be older: the scanner or the bridge began anew."""
    if frame.sequence <= last.sequence:
        # a repeated or late frame is not a restart, one far behind is
        return last.sequence - frame.sequence > 1000
    return (
        frame.t_source_ns < last.t_source_ns or frame.t_bridge_us + BACKWARDS_US < last.t_bridge_us
    )


def _check_picture(frame: Frame) -> None:
    image = frame.segment(Kind.IMAGE)
    if image is None or frame.segments[0] is not image or image.codec != Codec.JPEG:
        raise WireError("no_picture", "A frame begins with its picture, a JPEG.")
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(image.data)
    except ValueError as error:
        raise WireError("wrong_picture", "The picture is not a readable JPEG.") from error
    if (width, height) != (frame.width, frame.height) or colours.lower() != "gray":
        raise WireError(
            "wrong_picture",
            f"The picture is {width}x{height} {colours}; the frame says "
            f"{frame.width}x{frame.height}, and pictures are grey.",
        )


def _check_labels(frame: Frame, channels: Collection[int]) -> None:
    segment = frame.segment(Kind.LABELS)
    if segment is None:
        if frame.flags & Flag.INFERRED:
            raise WireError("wrong_labels", "The frame says that it has labels, and has none.")
        return
    labels = labels_of(segment)
    present = np.flatnonzero(np.bincount(labels.ravel(), minlength=1))
    if not set(map(int, present)) <= {0, *channels}:
        raise WireError("wrong_labels", "The label map names a structure the session has not.")
