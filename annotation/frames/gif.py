"""Animated GIF: every frame as a viewer composes it, at the times the file gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from annotation.frames.facts import SourceFacts
from annotation.frames.grey import grey_from_picture
from annotation.frames.limits import check_frame_count, check_size
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import SourceFrame

_TRAILER, _EXTENSION, _IMAGE = 0x3B, 0x21, 0x2C
_GRAPHIC_CONTROL = 0xF9
_UNSAID_DELAY_S = 0.1  # what browsers show for a delay of 0
_DAMAGED = "The GIF is damaged or cut short"


def frame_delays(content: bytes) -> list[float]:
    """Seconds that each image of a GIF stays (GIF89a, section 23); 0.1 where the file says 0.

    Walks the blocks without unpacking pixels. Raises UnreadableSourceError when the file ends
    before its trailer or holds something that is no block.
    """
    delays: list[float] = []
    delay = _UNSAID_DELAY_S
    try:
        at = 13 + _colours(content[10])
        while content[at] != _TRAILER:
            if content[at] == _EXTENSION:
                if content[at + 1] == _GRAPHIC_CONTROL and content[at + 2] >= 4:
                    hundredths = int.from_bytes(content[at + 4 : at + 6], "little")
                    delay = hundredths / 100 or _UNSAID_DELAY_S
                at = _after_blocks(content, at + 2)
            elif content[at] == _IMAGE:
                at = _after_blocks(content, at + 11 + _colours(content[at + 9]))
                delays.append(delay)
                delay = _UNSAID_DELAY_S
                check_frame_count(len(delays))
            else:
                raise UnreadableSourceError(f"{_DAMAGED}: {len(delays)} frames could be read.")
    except IndexError as end:
        raise UnreadableSourceError(f"{_DAMAGED}: {len(delays)} frames could be read.") from end
    if not delays:
        raise UnreadableSourceError("The GIF holds no picture.")
    return delays


class GifSource:
    """A GIF with one frame or more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with Image.open(path, formats=("GIF",)) as picture:
                width, height = picture.size
        except Image.DecompressionBombError as bomb:
            raise UnreadableSourceError("The GIF has more pixels than can be taken in.") from bomb
        except (OSError, SyntaxError, ValueError, EOFError) as damage:
            raise UnreadableSourceError(f"{_DAMAGED}.") from damage
        check_size(width, height)
        self._delays = frame_delays(path.read_bytes())
        self.nominal_rate: float | None = None
        self.expected_frames: int | None = len(self._delays)
        self.facts = SourceFacts(
            kind="gif", container="gif", codec="", width=width, height=height,
            frame_count=len(self._delays),
        )  # fmt: skip
        self.source_format = self.facts.source_format

    def frames(self) -> Iterator[SourceFrame]:
        """Each frame as composed over the ones before it; see FrameSource."""
        time_s = 0.0
        for index, delay in enumerate(self._delays):
            if index == 0:
                picture = self._first()
            self._seek(picture, index)
            yield SourceFrame(grey_from_picture(picture), time_s)
            time_s += delay
        picture.close()

    def _first(self) -> Image.Image:
        try:
            return Image.open(self._path, formats=("GIF",))
        except (OSError, SyntaxError, ValueError, EOFError) as damage:
            raise UnreadableSourceError(f"{_DAMAGED}.") from damage

    def _seek(self, picture: Image.Image, index: int) -> None:
        try:
            picture.seek(index)
            picture.load()
        except (OSError, SyntaxError, ValueError, EOFError, IndexError) as damage:
            raise UnreadableSourceError(
                f"{_DAMAGED}: {index} of its {len(self._delays)} frames could be read."
            ) from damage


def _colours(flags: int) -> int:
    """Bytes of the colour table that the flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    """The place after a chain of sub-blocks that begins at `at`."""
    while content[at]:
        at += content[at] + 1
    return at + 1
