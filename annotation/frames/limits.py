"""How large a clip may be, and what is said about one that is larger."""

from __future__ import annotations

from annotation.frames.problem import UnreadableSourceError

MIN_SIDE = 16
MAX_SIDE = 8192
MAX_PIXELS = 64_000_000
MAX_FRAMES = 100_000
MAX_PICTURE_BYTES = 256 * 1024**2  # of one picture inside a zip, unpacked
# A zip of pictures unpacks to about its own size; a bomb to a thousand times that.
MAX_UNPACKED_FACTOR = 100
FREE_UNPACKED_BYTES = 256 * 1024**2


def check_size(width: int, height: int, what: str = "The picture") -> None:
    """Raise UnreadableSourceError for a picture of `width` x `height` pixels outside the limits."""
    if width < MIN_SIDE or height < MIN_SIDE:
        raise UnreadableSourceError(
            f"{what} is {width} x {height} pixels; at least {MIN_SIDE} x {MIN_SIDE} are needed."
        )
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise UnreadableSourceError(
            f"{what} is {width} x {height} pixels; at most {MAX_SIDE} a side and "
            f"{MAX_PIXELS // 1_000_000} million in all can be taken in."
        )


def check_frame_count(count: int) -> None:
    """Raise UnreadableSourceError for a clip with too many frames."""
    if count > MAX_FRAMES:
        raise UnreadableSourceError(
            f"The clip has more than {MAX_FRAMES:,} frames; cut it into shorter ones."
        )
