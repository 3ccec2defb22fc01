"""From a handful of sample frames to a redaction a person can confirm or correct."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from annotation.geometry import contour, dense_from_mask, shape_mask

from .findings import Finding, FindingKind, Proposal
from .lines import ScreenLine, screen_lines
from .overlays import find_marks, find_rulers, find_still_patches, find_still_rims, still_ink
from .problem import DeidentifyError
from .redaction import Box, Grey, Redaction
from .region import Flags, Region, Scene, find_region, scene

MOST_SAMPLES = 24  # more say nothing new and cost memory
_MARGIN = 2  # pixels kept around a detected picture
_TEXT_PAD = 3
_SURE_OUTSIDE = 0.5
_WHOLE = 0.98  # a stated region of nearly the whole frame says nothing
_BESIDE = 0.5


def propose(
    samples: Sequence[Grey], known_regions: Sequence[Box] = (), moments: Sequence[Grey] = ()
) -> Proposal:
    """What to cut and blank in a clip, and why.

    `samples`: frames uint8 (H, W), all of one size, spread over the clip; one is enough, sixteen
    are better; beyond 24 they are thinned out evenly. `known_regions`: boxes of B-mode pictures
    the file states, such as those of DICOM's Sequence of Ultrasound Regions (0018,6011) whose
    spatial format is 2D. `moments`: further frames, looked at for text
    only. Raises DeidentifyError when the samples are no such frames.

    The proposal crops to the ultrasound picture, blanks text and logos inside the crop, and keeps
    only the sector where the picture is one. Nothing of what is written is read.
    """
    chosen = _checked(samples)
    if moments and _checked(moments)[0].shape != chosen[0].shape:
        raise DeidentifyError("The frames to look at must be 8-bit grey and of one size.")
    seen = scene(chosen)
    height, width = seen.typical.shape
    within = _stated(known_regions, height, width)
    lines = screen_lines(seen, moments)
    written = _painted((_core(line.core) for line in lines if line.is_drawn), height, width)
    region = find_region(seen, written, within)
    inside = _inside(region, height, width)

    texts = _texts(lines, region, height, width)
    findings = [] if region is None else [_region_finding(region, seen, stated=within is not None)]
    findings += texts
    text_pixels = _painted((found.box for found in texts), height, width)
    overlays = _overlays(seen, region, inside, text_pixels)
    findings += overlays

    crop = None
    if region is not None:
        crop = region.box if within is not None else region.box.grown(_MARGIN, height, width)
        if crop == Box(0, 0, width, height):
            crop = None
    shown = crop or Box(0, 0, width, height)
    blanks = [
        found.box
        for found in findings
        if found.kind in ("text", "logo")
        and found.box.overlap(shown) > 0
        and (region is None or region.corners is None or _shows(inside, found.box))
    ]
    keep = None if region is None else region.corners
    return Proposal(Redaction(crop, tuple(blanks), keep), tuple(findings))


def _core(box: Box) -> Box:
    """The box of a line; of several lines seen as one block, which is too wide, its middle.

    The detector's margin grows with a block, and over the picture's edge it would move that edge.
    """
    if box.width > box.height:
        return box
    rim = min(box.width, box.height) // 10
    return Box(box.x0 + rim, box.y0 + rim, box.x1 - rim, box.y1 - rim)


def _checked(samples: Sequence[Grey]) -> tuple[Grey, ...]:
    if not samples:
        raise DeidentifyError("There is no frame to look at.")
    size = samples[0].shape
    for sample in samples:
        if sample.ndim != 2 or sample.dtype != np.uint8 or sample.shape != size:
            raise DeidentifyError("The frames to look at must be 8-bit grey and of one size.")
    if min(size) < 16:
        raise DeidentifyError("The frames are smaller than 16 pixels; there is no picture in them.")
    step = np.linspace(0, len(samples) - 1, min(len(samples), MOST_SAMPLES)).round().astype(int)
    return tuple(np.ascontiguousarray(samples[index]) for index in step)


def _stated(known: Sequence[Box], height: int, width: int) -> Box | None:
    """One box around the stated pictures of about the same size, inside the frame."""
    fitting = [
        Box(box.x0, box.y0, min(box.x1, width), min(box.y1, height))
        for box in known
        if box.x0 < width and box.y0 < height
    ]
    if not fitting:
        return None
    largest = max(box.area for box in fitting)
    pictures = [box for box in fitting if box.area >= _BESIDE * largest]
    whole = Box(
        min(box.x0 for box in pictures),
        min(box.y0 for box in pictures),
        max(box.x1 for box in pictures),
        max(box.y1 for box in pictures),
    )
    return None if whole.area > _WHOLE * height * width else whole


def _texts(
    lines: Sequence[ScreenLine], region: Region | None, height: int, width: int
) -> list[Finding]:
    found = []
    for line in lines:
        shared = 0 if region is None else line.box.overlap(region.box)
        if shared > 0.3 * line.box.area:
            # tissue makes the finder see text where there is none, but never sharply drawn
            if not line.is_drawn:
                continue
        elif line.confidence < _SURE_OUTSIDE:
            continue
        # off the picture the crop takes what the box may lack
        whole = line.whole() if shared and line.is_drawn else line
        box = whole.box.grown(_TEXT_PAD, height, width)
        where = _where(line.box, region)
        found.append(Finding("text", box, line.confidence, f"Text {where}."))
    return _without_repeats(found)


def _without_repeats(found: list[Finding]) -> list[Finding]:
    """Without boxes that lie in a larger one, which was seen in another picture."""
    left: list[Finding] = []
    for one in sorted(found, key=lambda each: each.box.area, reverse=True):
        if all(one.box.overlap(other.box) < 0.9 * one.box.area for other in left):
            left.append(one)
    return sorted(left, key=lambda each: (each.box.y0, each.box.x0))


def _region_finding(region: Region, seen: Scene, *, stated: bool) -> Finding:
    kind: FindingKind = "ultrasound-region" if region.corners is None else "sector"
    form = "a rectangle" if region.corners is None else "a sector"
    if stated:
        reason = f"The file states where the ultrasound picture is; it is {form}."
    elif seen.is_moving:
        reason = f"Echo texture that changes over {len(seen.samples)} sample frames, in {form}."
    else:
        reason = f"Echo texture fills {form}; nothing moves, so look closely."
    return Finding(kind, region.box, region.confidence, reason)


def _overlays(
    seen: Scene, region: Region | None, inside: Flags, text_pixels: Flags
) -> list[Finding]:
    height, width = seen.typical.shape
    ink = still_ink(seen) & ~text_pixels
    found = []
    outside = ~inside
    rest = outside.copy()
    if region is not None:
        for ruler in find_rulers(ink, outside):
            direction = "depth" if ruler.is_vertical else "width"
            reason = (
                f"{ruler.ticks} ticks {ruler.spacing:.1f} pixels apart {_where(ruler.box, region)}:"
                f" a {direction} ruler. Calibrate before it is cut off."
            )
            found.append(Finding("ruler", ruler.box, ruler.confidence, reason))
            rest &= ~_painted([ruler.box], height, width)
        # the picture's own rim is no overlay
        rest &= ~_painted([region.box.grown(_MARGIN + 2, height, width)], height, width) | inside
        for rest_box in find_still_rims(seen, inside & ~text_pixels, region.box):
            reason = "Stands still at the side of the picture; please look whether it is an echo."
            found.append(Finding("static-overlay", rest_box, 0.5, reason))
        for mark in find_marks(seen, inside & ~text_pixels, region.box):
            reason = "An evenly filled mark on the rim of the picture."
            found.append(Finding("logo", mark.grown(1, height, width), 0.6, reason))
    still = f"Does not change over {len(seen.samples)} sample frames"
    for box in find_still_patches(ink, rest & outside):
        compact = max(box.width, box.height) <= 2.5 * min(box.width, box.height)
        small = box.area <= 0.02 * height * width
        kind: FindingKind = "logo" if compact and small and box.area >= 150 else "static-overlay"
        cause = still if seen.is_moving else "Stands"
        found.append(Finding(kind, box, 0.7, f"{cause}, {_where(box, region)}."))
    return found


def _inside(region: Region | None, height: int, width: int) -> Flags:
    """The pixels of the picture, bool (H, W)."""
    if region is None:
        return np.zeros((height, width), dtype=np.bool_)
    if region.corners is None:
        return _painted([region.box], height, width)
    mask = shape_mask(contour("polygon", region.corners), width, height)
    return dense_from_mask(mask, width, height)


def _shows(inside: Flags, box: Box) -> bool:
    """Whether anything of a box lies in the picture."""
    return bool(inside[box.y0 : box.y1, box.x0 : box.x1].any())


def _painted(boxes: Iterable[Box], height: int, width: int) -> Flags:
    painted = np.zeros((height, width), dtype=np.bool_)
    for box in boxes:
        painted[box.y0 : box.y1, box.x0 : box.x1] = True
    return painted


def _where(box: Box, region: Region | None) -> str:
    """Where a box stands relative to the picture."""
    if region is None:
        return "on the screen"
    picture = region.box
    if box.overlap(picture) > 0.3 * box.area:
        return "inside the picture"
    gaps = {
        "above": picture.y0 - box.y1,
        "below": box.y0 - picture.y1,
        "left of": picture.x0 - box.x1,
        "right of": box.x0 - picture.x1,
    }
    return f"{max(gaps, key=gaps.__getitem__)} the picture"
