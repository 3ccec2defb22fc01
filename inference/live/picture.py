"""A frame on its way out, encoded once for all viewers of a session that want it alike."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

from inference.live.adapt import Encoding, encode_again
from inference.live.wire import Codec, Flag, Frame, Kind, Segment, encode_frame


class Picture:
    """One frame of a session; `order` grows by one a frame and never starts again.

    `arrived_s`: seconds of the loop's clock. `is_still`: it stands, and is judged by itself alone.
    """

    def __init__(
        self, frame: Frame, *, order: int, arrived_s: float, is_still: bool = False
    ) -> None:
        self.frame = frame
        self.order = order
        self.arrived_s = arrived_s
        self.is_still = is_still
        self._messages: dict[Encoding | None, asyncio.Future[bytes]] = {}

    @property
    def key(self) -> tuple[int, int]:
        """What a viewer names it by: epoch and sequence."""
        return (self.frame.epoch, self.frame.sequence)

    @property
    def jpeg(self) -> bytes:
        """The picture's bytes as they came."""
        segment = self.frame.segment(Kind.IMAGE)
        return segment.data if segment is not None else b""

    def standing(self) -> "Picture":
        """The same, as one that stands still."""
        return Picture(self.frame, order=self.order, arrived_s=self.arrived_s, is_still=True)

    def without_overlay(self) -> "Picture":
        """The picture alone, as it is shown once the pictures have stopped."""
        bare = replace(
            self.frame,
            segments=self.frame.segments[:1],
            model=0,
            inference_us=0,
            flags=Flag(self.frame.flags & ~Flag.INFERRED),
        )
        return Picture(bare, order=self.order, arrived_s=self.arrived_s)

    async def message(self, encoding: Encoding | None, executor: Executor) -> bytes:
        """The message with this encoding of the picture. A picture that cannot be read again goes
        as it came.
        """
        made = self._messages.get(encoding)
        if made is None:
            loop = asyncio.get_running_loop()
            make: Callable[[], bytes]
            if encoding is None:
                made = loop.create_future()
                made.set_result(encode_frame(self.frame))
            else:
                make = partial(_smaller, self.frame, encoding)
                made = loop.run_in_executor(executor, make)
            self._messages[encoding] = made
        return await asyncio.shield(made)


def _smaller(frame: Frame, encoding: Encoding) -> bytes:
    segments: list[Segment] = []
    for each in frame.segments:
        if each.kind != Kind.IMAGE:
            segments.append(each)
            continue
        try:
            data, width, height = encode_again(each.data, encoding)
        except ValueError:
            segments.append(each)
            continue
        is_smaller = len(data) < len(each.data)
        new = Segment(Kind.IMAGE, Codec.JPEG, width, height, data)
        segments.append(new if is_smaller else each)
    return encode_frame(replace(frame, segments=tuple(segments)))
