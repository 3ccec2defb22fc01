"""The files of one clip, written frame by frame."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotation.exports.archive import Archive
from annotation.exports.coco import CocoFile
from annotation.exports.contents import ExportClip, ExportTrack
from annotation.exports.label_volume import LabelVolume
from annotation.frames.png import encode_png
from annotation.geometry import (
    GRID,
    Contour,
    Mask,
    label_map,
    outline,
    shape_to_json,
)

Shapes = list[tuple[ExportTrack, Contour | Mask | None]]


class WrongPixelsError(Exception):
    """A stored frame is not the one that its frame table names."""


def write_clip(
    archive: Archive,
    clip: ExportClip,
    frames: Iterable[tuple[int, NDArray[np.uint8]]],
    *,
    coco: CocoFile | None,
    with_volume: bool,
    written: Callable[[], None],
) -> None:
    """Write images, masks, table, shapes and contours of `frames`: (index, uint8 (H, W)), rising.

    `written` is called after each frame and may raise to stop. A volume has a slice for every
    index up to the last of the clip. Raises WrongPixelsError rather than export another picture
    under a frame's index.
    """
    contours = archive.spool()
    volume = LabelVolume(archive, clip) if with_volume and clip.annotation else None
    exported: set[int] = set()
    next_slice = 0
    try:
        for index, grey in frames:
            if hashlib.sha256(grey.tobytes()).hexdigest() != clip.sha256[index]:
                raise WrongPixelsError(f"frame {index} of {clip.name}")
            exported.add(index)
            archive.put(f"images/{clip.stem(index)}.png", encode_png(grey))
            labels, shapes = _annotated(clip, index)
            if labels is not None:
                archive.put(f"masks/{clip.stem(index)}.png", mask_png(labels, _colours(clip)))
                contours.write(json.dumps(_contours(index, shapes)).encode() + b"\n")
            if coco is not None:
                coco.add(clip, index, shapes)
            if volume is not None:
                for _ in range(next_slice, index):
                    volume.add(None)
                volume.add(labels)
                next_slice = index + 1
            written()
        folder = f"clips/{clip.name}"
        if volume is not None:
            for _ in range(next_slice, clip.frame_count):
                volume.add(None)
            volume.write(f"{folder}/labels.mha")
        archive.put(f"{folder}/frame_table.csv", _table(clip, exported), is_packed=True)
        if clip.annotation is not None:
            archive.put_json(f"{folder}/shapes.json", _shapes(clip))
            with archive.writing(f"{folder}/contours.jsonl") as entry:
                entry.copy(contours)
    finally:
        contours.close()
        if volume is not None:
            volume.close()


def mask_png(labels: NDArray[np.uint8], colours: Mapping[int, str]) -> bytes:
    """A palette PNG of uint8 (H, W): the index is the label; `colours` maps it to "#RRGGBB"."""
    picture = Image.fromarray(labels)
    palette = np.zeros((256, 3), dtype=np.uint8)
    for channel, colour in colours.items():
        palette[channel] = list(bytes.fromhex(colour.removeprefix("#")))
    picture.putpalette(palette.ravel().tolist())
    stream = io.BytesIO()
    picture.save(stream, format="PNG")
    return stream.getvalue()


def _annotated(clip: ExportClip, index: int) -> tuple[NDArray[np.uint8] | None, Shapes]:
    if clip.annotation is None or index not in clip.annotation.annotated:
        return None, []
    shapes = [(track, track.shape_at(index)) for track in clip.annotation.tracks]
    layers = [(track.structure.channel, shape) for track, shape in shapes]
    return label_map(layers, clip.width, clip.height), shapes


def _colours(clip: ExportClip) -> dict[int, str]:
    tracks = clip.annotation.tracks if clip.annotation else ()
    return {track.structure.channel: track.structure.colour for track in tracks}


def _contours(index: int, shapes: Shapes) -> dict[str, Any]:
    """A frame's shapes; a contour's `outline` is the closed polyline that its mask is filled by."""
    listed = []
    for track, shape in shapes:
        if shape is None:
            continue
        one = {
            "track": track.track_id,
            "structure": track.structure.code,
            **shape_to_json(shape),
        }
        if isinstance(shape, Contour):
            one["outline"] = (outline(shape).vertices / GRID).tolist()
        listed.append(one)
    return {"frame_index": index, "shapes": listed}


def _shapes(clip: ExportClip) -> dict[str, Any]:
    assert clip.annotation is not None  # noqa: S101  # the caller has looked
    return {
        "clip": clip.facts["id"],
        "annotation_set": clip.annotation.facts,
        "revision": clip.annotation.revision,
        "annotated_frames": sorted(clip.annotation.annotated),
        **clip.annotation.judgements,
        "tracks": [
            {
                "id": track.track_id,
                "structure": track.structure.code,
                "channel": track.structure.channel,
                "keyframes": list(track.keyframes),
            }
            for track in clip.annotation.tracks
        ],
    }


def _table(clip: ExportClip, exported: set[int]) -> bytes:
    """Every frame of the clip; `file` is empty for those that were left out."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["index", "time_s", "sha256", "file", "is_annotated"])
    annotated = clip.annotation.annotated if clip.annotation else frozenset()
    for index, (time_s, sha256) in enumerate(zip(clip.times_s, clip.sha256, strict=True)):
        file = f"images/{clip.stem(index)}.png" if index in exported else ""
        table.writerow([index, repr(float(time_s)), sha256, file, int(index in annotated)])
    return text.getvalue().encode()
