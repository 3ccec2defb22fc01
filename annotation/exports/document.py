"""A whole export: clip after clip, then what is said about all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.exports.archive import Archive
from annotation.exports.clip_files import write_clip
from annotation.exports.coco import CocoFile
from annotation.exports.contents import (
    COCO,
    METAIMAGE,
    RESEARCH_USE_ONLY,
    ExportClip,
    ExportStructure,
)
from annotation.exports.readme import clip_lines, readme


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What is asked for. With `only_annotated` frames that the annotation is silent on stay out."""

    export_id: str
    project: Mapping[str, Any]  # id, name, procedure
    structures: Sequence[ExportStructure]
    formats: Sequence[str]
    only_annotated: bool
    made_at: str  # ISO 8601

    def indices(self, clip: ExportClip) -> list[int]:
        """The frames of a clip to write, rising."""
        if not self.only_annotated:
            return list(range(clip.frame_count))
        return sorted(clip.annotation.annotated) if clip.annotation else []


Frames = Callable[[ExportClip, Sequence[int]], Iterator[NDArray[np.uint8]]]


def write_export(
    path: Path,
    plan: ExportPlan,
    clips: Iterator[ExportClip],
    frames_of: Frames,
    written: Callable[[], None],
) -> None:
    """Write the zip at `path`. `frames_of` yields the grey frames of a clip in the given order;
    `written` is called after each frame and may raise to stop. Memory does not grow with a clip's
    length but for its frame table.
    """
    told: list[dict[str, Any]] = []
    lines: list[str] = []
    with Archive(path) as archive, ExitStack() as held:
        coco = held.enter_context(closing(CocoFile(archive))) if COCO in plan.formats else None
        groups = held.enter_context(archive.spool())
        for clip in clips:
            indices = plan.indices(clip)
            write_clip(
                archive,
                clip,
                zip(indices, frames_of(clip, indices), strict=True),
                coco=coco,
                with_volume=METAIMAGE in plan.formats,
                written=written,
            )
            for index in indices:
                pair = f"{json.dumps(clip.stem(index))}: {json.dumps(clip.subject)}"
                groups.write((",\n" if groups.tell() else "").encode() + pair.encode())
            told.append(_clip_entry(clip, len(indices)))
            lines.append(clip_lines(clip))
        if coco is not None:
            coco.write("coco.json", plan.structures, str(plan.project["name"]))
        with archive.writing("groups.json") as entry:
            entry.write(b"{\n")
            entry.copy(groups)
            entry.write(b"\n}\n")
        structures = {"structures": [asdict(each) for each in plan.structures]}
        archive.put_json("structures.json", structures)
        archive.put_json("manifest.json", {**_heading(plan), "clips": told})
        name = str(plan.project["name"])
        text = readme(name, plan.made_at, plan.structures, lines, plan.formats)
        archive.put("README.txt", text.encode(), is_packed=True)


def _heading(plan: ExportPlan) -> dict[str, Any]:
    return {
        "format": "fascicle-export",
        "version": 1,
        "notice": RESEARCH_USE_ONLY,
        "export": plan.export_id,
        "made_at": plan.made_at,
        "project": dict(plan.project),
        "formats": list(plan.formats),
        "frames": "annotated" if plan.only_annotated else "all",
    }


def _clip_entry(clip: ExportClip, exported_frames: int) -> dict[str, Any]:
    said = clip.annotation
    return {
        "name": clip.name,
        **clip.facts,
        "exported_frames": exported_frames,
        "annotation_set": None
        if said is None
        else {
            **said.facts,
            "revision": said.revision,
            "annotated_frames": len(said.annotated),
        },
    }
