"""What a file says about its clip besides the pixels, and nothing that says whose it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["video", "pictures", "dicom", "metaimage", "gif"]
RegionKind = Literal["tissue", "colour flow", "m-mode", "spectral doppler", "trace", "other"]


@dataclass(frozen=True, slots=True)
class PixelRegion:
    """A box that the scanner marked, in pixels of the picture as it is read.

    Columns x0 <= x < x1 and rows y0 <= y < y1; always within the picture.
    """

    x0: int
    y0: int
    x1: int
    y1: int
    kind: RegionKind


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Facts of an opened file; whatever it does not say is None or empty.

    `frame_count` is what the file promises. `microns_from` names the field of `microns_per_pixel`,
    for a person. `fields` are further words of the file worth keeping, in its order: an allow-list
    of names that describe acquisition and tracking. `notes` are sentences for whoever looks at the
    clip before it is released.
    """

    kind: Kind
    container: str
    codec: str
    width: int
    height: int
    frame_count: int | None = None
    microns_per_pixel: float | None = None
    microns_from: str | None = None
    scanner: str | None = None
    regions: tuple[PixelRegion, ...] = ()
    modality: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def source_format(self) -> str:
        """Container and codec for people, at most 40 characters: "mov / h264"."""
        return (f"{self.container} / {self.codec}" if self.codec else self.container)[:40]

    def with_notes(self, *notes: str) -> SourceFacts:
        """The same facts with further notes."""
        return replace(self, notes=(*self.notes, *notes))
