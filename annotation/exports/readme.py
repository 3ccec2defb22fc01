"""The sentences that go with an export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotation.exports.contents import (
    COCO,
    METAIMAGE,
    RESEARCH_USE_ONLY,
    ExportClip,
    ExportStructure,
)

_OF_FORMAT = {
    COCO: "coco.json              COCO instances of images/: polygons, or run lengths of masks",
    METAIMAGE: "clips/NAME/labels.mha  all label maps of the clip; slice = frame index",
}


def readme(
    project: str,
    made_at: str,
    structures: Sequence[ExportStructure],
    clips: Sequence[str],
    formats: Sequence[str],
) -> str:
    """README.txt; `made_at` is ISO 8601, `clips` what `clip_lines` says of each."""
    classes = ",".join(f"{each.channel}={each.code}" for each in structures)
    lines = [
        f"Export of {project}",
        f"Made {made_at}",
        "",
        RESEARCH_USE_ONLY.upper(),
        "",
        "What is where",
        "  images/NAME_INDEX.png  the exact 8-bit grey frame; INDEX counts from 0",
        "  masks/NAME_INDEX.png   palette picture, its index is the structure (structures.json);",
        "                         there is one where the annotation says something of the frame",
        "  clips/NAME/frame_table.csv   index, time_s, sha256 of the grey pixels row by row",
        "  clips/NAME/shapes.json       tracks and keyframes as drawn, with author and revision",
        "  clips/NAME/contours.jsonl    every annotated frame's shapes, one line a frame",
        "  manifest.json          clips, scale, credit, redaction, annotation sets and revisions",
        "  groups.json            which subject each picture is of: never split a subject",
        "  SHA256SUMS             of all files; check with: sha256sum -c SHA256SUMS",
        *(f"  {_OF_FORMAT[each]}" for each in formats),
        "",
        "Coordinates are image pixels with the origin at the top-left corner of the top-left",
        "pixel, whose centre is therefore (0.5, 0.5). A pixel belongs to a shape when its centre",
        "does, by the even-odd rule.",
        "",
        f'It can be read back with: manage.py import_pairs DIR --classes "{classes}" --project P',
        "",
        "Clips",
        *clips,
    ]
    return "\n".join(lines) + "\n"


def clip_lines(clip: ExportClip) -> str:
    """Credit, redaction and revision of one clip."""
    facts = clip.facts
    scale = (
        "scale unknown"
        if clip.microns_per_pixel is None
        else f"{clip.microns_per_pixel:g} micrometres a pixel"
    )
    size = f"{clip.width} x {clip.height}, {clip.frame_count} frames"
    lines = [
        f"  {clip.name}: subject {clip.subject}, {size}, {scale}",
        f"    credit: {facts['credit'] or 'none stated'}",
        f"    redaction: {_redacted(facts['redaction'])}",
        f"    source file's SHA-256: {facts['source_sha256']}",
    ]
    if clip.annotation is None:
        lines.append("    annotation: none")
        return "\n".join(lines)
    said = clip.annotation.facts
    lines.append(
        f"    annotation: {said['purpose']} by {said['author']}, {said['state']}, "
        f"revision {clip.annotation.revision}, set {said['id']}"
    )
    if said["credit"]:
        lines.append(f"    credit of the annotation: {said['credit']}")
    return "\n".join(lines)


def _redacted(redaction: Mapping[str, Any] | None) -> str:
    if not redaction:
        return "none recorded"
    parts = []
    if crop := redaction.get("crop"):
        parts.append(
            f"cut to columns {crop['x0']} to {crop['x1']}, rows {crop['y0']} to {crop['y1']}"
        )
    if blanks := redaction.get("blanks"):
        parts.append(f"{len(blanks)} {'area' if len(blanks) == 1 else 'areas'} blanked")
    if redaction.get("keep"):
        parts.append("everything outside the sector blanked")
    return "; ".join(parts) or "confirmed, nothing cut off or blanked"
