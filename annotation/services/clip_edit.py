"""Correct the words about a clip and the size of its pixels; the pixels never change."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.clip_words import (
    MAX_LABEL,
    MAX_SCANNER,
    checked_line,
    checked_scale,
)
from annotation.models import Clip
from annotation.permissions import may_upload
from annotation.services.clip_store import CALIBRATED, STATED
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed

EDITABLE = frozenset({"label", "scanner", "microns_per_pixel", "calibration"})
_NEAREST_PIXELS = 8.0  # two clicks closer than this measure nothing
_MAX_MILLIMETRES = 1000.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two points of the clip's picture, in its pixels, and how far apart they are."""

    x0: float
    y0: float
    x1: float
    y1: float
    millimetres: float

    @property
    def microns_per_pixel(self) -> float:
        """The side of a pixel, taken as square."""
        return 1000 * self.millimetres / math.hypot(self.x1 - self.x0, self.y1 - self.y0)


@transaction.atomic
def clip_edit(
    *,
    clip: Clip,
    actor: User,
    calibration: Calibration | None = None,
    **changes: str | float | None,
) -> Clip:
    """Change `label`, `scanner` or `microns_per_pixel`, whichever are given, or find the last from
    two points. Where the pixel size comes from is kept with it.

    Raises NotAllowed for trainees, InvalidInput for values that cannot be.
    """
    if not may_upload(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project change its clips.")
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"a clip has no editable {', '.join(sorted(unknown))}")
    if calibration is not None and "microns_per_pixel" in changes:
        raise InvalidInput("Give a pixel size or two points, not both.")
    locked = Clip.objects.select_for_update(no_key=True).get(pk=clip.pk)
    before = locked.microns_per_pixel
    if "label" in changes:
        locked.label = checked_line(str(changes["label"] or ""), "label", MAX_LABEL)
    if "scanner" in changes:
        locked.scanner = checked_line(str(changes["scanner"] or ""), "scanner", MAX_SCANNER)
    if "microns_per_pixel" in changes:
        scale = changes["microns_per_pixel"]
        _scale(locked, None if scale is None else float(scale), STATED, None)
    if calibration is not None:
        _check(calibration, locked)
        told = {**asdict(calibration), "by": str(actor.pk), "at": timezone.now().isoformat()}
        _scale(locked, calibration.microns_per_pixel, CALIBRATED, told)
    locked.save(update_fields=[*sorted(EDITABLE), "microns_source"])
    detail: dict[str, Any] = {"changed": sorted(changes)}
    if before != locked.microns_per_pixel:
        detail |= {
            "microns_per_pixel": [before, locked.microns_per_pixel],
            "microns_source": locked.microns_source,
        }
    record_append(
        actor=actor, action="clip.calibrate" if calibration else "clip.edit", target=locked,
        project_id=locked.project_id, detail=detail,
    )  # fmt: skip
    return locked


def _scale(clip: Clip, microns: float | None, source: str, told: dict[str, Any] | None) -> None:
    clip.microns_per_pixel = checked_scale(microns)
    clip.microns_source = source if microns is not None else ""
    clip.calibration = told


def _check(calibration: Calibration, clip: Clip) -> None:
    told = asdict(calibration)
    inside = all(
        math.isfinite(told[name]) and 0 <= told[name] <= most
        for name, most in (
            ("x0", clip.width),
            ("x1", clip.width),
            ("y0", clip.height),
            ("y1", clip.height),
        )
    )
    if not inside:
        raise InvalidInput("Both points must lie on the picture.", calibration=["Outside."])
    apart = math.hypot(told["x1"] - told["x0"], told["y1"] - told["y0"])
    if apart < _NEAREST_PIXELS:
        raise InvalidInput(
            f"The points are {apart:.1f} pixels apart; choose some at least "
            f"{_NEAREST_PIXELS:.0f} apart.",
            calibration=["Too near."],
        )
    if not 0 < calibration.millimetres <= _MAX_MILLIMETRES:
        raise InvalidInput(
            f"The distance must lie between 0 and {_MAX_MILLIMETRES:,.0f} mm.",
            calibration=["Out of range."],
        )
