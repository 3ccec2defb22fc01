"""Reading a source to its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.frames.opening import open_source
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.times import presentation_times


def frames_of(path: Path) -> NDArray[np.uint8]:
    """All frames, uint8 (n, H, W)."""
    return np.stack([frame.grey for frame in open_source(path).frames()])


def times_of(path: Path) -> NDArray[Any]:
    """When each is shown, in seconds."""
    source = open_source(path)
    return presentation_times([frame.time_s for frame in source.frames()], source.nominal_rate)


def read_or_refuse(path: Path) -> str:
    """The sentence of a refusal, or "" when facts and every frame could be read."""
    try:
        source = open_source(path)
        facts = source.facts
        for frame in source.frames():
            assert frame.grey.shape == (facts.height, facts.width)
            assert frame.grey.flags.c_contiguous
    except UnreadableSourceError as refused:
        return str(refused)
    return ""
