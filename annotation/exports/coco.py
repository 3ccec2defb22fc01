"""COCO instances: one annotation for each structure's region on each frame.

The format is that of "Data format" at cocodataset.org: polygons in pixels with the origin at the
top-left corner of the top-left pixel, as here; masks as uncompressed run lengths in column order.
`area` and `bbox` are those of the pixels, so they agree with the masks of the export.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import IO, Any

import numpy as np

from annotation.exports.archive import Archive
from annotation.exports.contents import RESEARCH_USE_ONLY, ExportClip, ExportStructure, ExportTrack
from annotation.geometry import GRID, Contour, Mask, dense_from_mask, outline, shape_mask


class CocoFile:
    """Collects images and annotations in two spools, and joins them at the end."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._images, self._annotations = archive.spool(), archive.spool()
        self._image_count = self._annotation_count = 0

    def add(
        self,
        clip: ExportClip,
        frame_index: int,
        shapes: Sequence[tuple[ExportTrack, Contour | Mask | None]],
    ) -> None:
        """A frame with the regions on it; a region outside the picture is left out."""
        self._image_count += 1
        image = {
            "id": self._image_count,
            "file_name": f"images/{clip.stem(frame_index)}.png",
            "width": clip.width,
            "height": clip.height,
            "clip": clip.facts["id"],
            "frame_index": frame_index,
            "time_s": clip.times_s[frame_index],
            "frame_sha256": clip.sha256[frame_index],
        }
        _append(self._images, image, is_first=self._image_count == 1)
        for track, shape in shapes:
            region = shape_mask(shape, clip.width, clip.height)
            if shape is None or region.is_empty:
                continue
            self._annotation_count += 1
            annotation = {
                "id": self._annotation_count,
                "image_id": self._image_count,
                "category_id": track.structure.channel,
                "segmentation": segmentation(shape, clip.width, clip.height),
                "area": int(region.counts[1::2].sum()),
                "bbox": [region.x, region.y, region.width, region.height],
                "iscrowd": 0,
                "track_id": track.track_id,
            }
            _append(self._annotations, annotation, is_first=self._annotation_count == 1)

    def write(self, name: str, structures: Sequence[ExportStructure], project: str) -> None:
        """Write the entry `name`."""
        info = {"description": f"{project}. {RESEARCH_USE_ONLY}", "version": "1"}
        categories = [
            {"id": each.channel, "name": each.code, "supercategory": each.kind}
            for each in structures
        ]
        with self._archive.writing(name) as entry:
            entry.write(b'{"info": ' + json.dumps(info).encode())
            entry.write(b',\n"licenses": [],\n"categories": ' + json.dumps(categories).encode())
            entry.write(b',\n"images": [\n')
            entry.copy(self._images)
            entry.write(b'\n],\n"annotations": [\n')
            entry.copy(self._annotations)
            entry.write(b"\n]}\n")

    def close(self) -> None:
        """Give the spools back."""
        self._images.close()
        self._annotations.close()


def segmentation(shape: Contour | Mask, width: int, height: int) -> Any:
    """A contour as [[x1, y1, x2, y2, ...]] in pixels, a mask as {"size", "counts"}."""
    if isinstance(shape, Contour):
        return [(outline(shape).vertices / GRID).ravel().tolist()]
    dense = dense_from_mask(shape_mask(shape, width, height), width, height)
    columns = np.concatenate(([False], dense.T.ravel(), [not dense[-1, -1]]))
    edges = np.flatnonzero(columns[1:] != columns[:-1])
    return {"size": [height, width], "counts": np.diff(edges, prepend=0).tolist()}


def _append(spool: IO[bytes], document: Mapping[str, Any], *, is_first: bool) -> None:
    spool.write((b"" if is_first else b",\n") + json.dumps(document).encode())
