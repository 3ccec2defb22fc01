"""What goes into an export, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.geometry import Contour, Mask

RESEARCH_USE_ONLY = "Research use only: not for diagnosis, not for guiding a needle."
COCO, METAIMAGE = "coco", "metaimage"
FORMATS = (COCO, METAIMAGE)  # beside frames, masks, tables and shapes, which are always there


@dataclass(frozen=True, slots=True)
class ExportStructure:
    """One structure; `channel` is its number in masks, 1 to 255. `colour` is "#RRGGBB"."""

    code: str
    name: str
    kind: str
    colour: str
    channel: int


@dataclass(frozen=True, slots=True)
class ExportTrack:
    """One structure through time. `keyframes` is the JSON of its keyframes with their authors,
    `shape_at` gives its shape in a frame, None where it is not.
    """

    track_id: str
    structure: ExportStructure
    shape_at: Callable[[int], Contour | Mask | None]
    keyframes: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ExportSet:
    """The annotation set that is exported with a clip, as it stood at `revision`."""

    facts: Mapping[str, Any]
    revision: int
    tracks: Sequence[ExportTrack]
    judgements: Mapping[str, Any]  # of frames and structures, beside the shapes
    annotated: frozenset[int]  # frames that the set says something about


@dataclass(frozen=True, slots=True)
class ExportClip:
    """One clip. `times_s` and `sha256` have one entry a frame."""

    name: str  # of its files, such as "clip0012"
    subject: str
    width: int
    height: int
    microns_per_pixel: float | None
    times_s: Sequence[float]
    sha256: Sequence[str]
    facts: Mapping[str, Any]
    annotation: ExportSet | None

    @property
    def frame_count(self) -> int:
        """Frames of the whole clip."""
        return len(self.sha256)

    def stem(self, frame_index: int) -> str:
        """Name of a frame's files without ending: it ends in the frame index."""
        return f"{self.name}_{frame_index:06}"
