"""What passes between the rooms of the bridge."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class State(StrEnum):
    """What a viewer is told; decided by frames arriving, never by what a library claims."""

    CONNECTING = "CONNECTING"
    LIVE = "LIVE"
    FROZEN = "FROZEN"
    STALLED = "STALLED"
    LOST = "LOST"


class SourceError(Exception):
    """A source that cannot go on; the sentence says why and what to do.

    `retry` False: the same again would fail again (a wrong address, a missing library).
    """

    def __init__(self, sentence: str, *, retry: bool = True) -> None:
        super().__init__(sentence)
        self.retry = retry


class CommandRefusedError(Exception):
    """A command that was not sent to the scanner; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A grey frame uint8 (H, W), C-contiguous and nobody else's.

    `t_source_ns` is on the scanner's clock (from its boot), or the file's own time;
    `has_source_time` says whether it is one. `t_bridge_us` is the wall clock when the bridge had
    the frame. `microns_per_pixel` 0 = unknown. `sequence` grows by one a frame within an `epoch`.
    """

    grey: NDArray[np.uint8]
    t_source_ns: int
    has_source_time: bool
    t_bridge_us: int
    microns_per_pixel: float
    sequence: int
    epoch: int


class Sink(Protocol):
    """Where a source puts what it has; every method may be called from any thread."""

    def picture(
        self,
        grey: NDArray[np.uint8],
        *,
        t_source_ns: int | None = None,
        microns_per_pixel: float = 0.0,
        t_bridge_us: int | None = None,
    ) -> None:
        """A frame uint8 (H, W) that the caller will not write to again."""

    def connected(self, advice: str) -> None:
        """The link is up and frames are due; `advice` is the sentence if none comes."""

    def frozen(self, *, is_frozen: bool) -> None:
        """The scanner says that its image stands still, or moves again."""

    def note(self, sentence: str) -> None:
        """What the source says of itself, shown while no frames come."""

    def restarted(self) -> None:
        """The source began anew: what follows is a new epoch."""


class Source(Protocol):
    """Frames from somewhere. `run` blocks in a thread of its own until `stop` is set."""

    kind: str
    device: str
    commands: tuple[str, ...]
    rate: float

    def run(self, sink: Sink, stop: threading.Event) -> None:
        """Put frames into the sink. Raises SourceError when it cannot go on; is called again."""

    def command(self, name: str, value: float | None) -> None:
        """Do what a viewer asked for. Raises CommandRefusedError with the reason."""


OpenSource = Callable[[], Source]
