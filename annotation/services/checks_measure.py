"""The work of a `checks_measure` Job."""

import hashlib
from typing import Any

from annotation.agreement import ClipReadings, FrameTable, Reading, measure_clip, pack_table
from annotation.models import Assignment, CheckFinding, Structure
from annotation.selectors.agreement import structure_channels, tracks_at_revision
from annotation.selectors.check_rows import Revisions, check_rows, checks_handed_in
from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext


def checks_measure(context: JobContext) -> dict[str, Any]:
    """Compare every check of the project that is not measured yet, or whose truth has moved on, and
    keep what is found; returns {"measured": how many}.

    May be repeated, also at once: the same revisions give the same finding, which is kept once.
    Raises InvalidInput without a project, JobStopped when it must stop.
    """
    if context.project_id is None:
        raise InvalidInput("Checks are measured in a project.")
    waiting = [
        row for row in check_rows(list(checks_handed_in(context.project_id))) if row.is_pending
    ]
    structures: list[dict[str, Any]] = [
        dict(row)
        for row in Structure.objects.filter(procedure__protocols__project_id=context.project_id)
        .order_by("channel")
        .values("channel", "code", "name", "colour")
    ]
    channels = structure_channels(context.project_id)
    for number, row in enumerate(waiting):
        context.report(number / len(waiting), f"Measured {number:,} of {len(waiting):,} checks")
        if row.latest is not None:
            _measure(row.assignment, row.latest, structures, channels)
    return {"measured": len(waiting)}


def _measure(
    check: Assignment,
    at: Revisions,
    structures: list[dict[str, Any]],
    channels: dict[Any, tuple[int, str]],
) -> None:
    reading, reference, clip = check.annotation_set, check.reference, check.clip
    if reading is None or reference is None:
        return
    is_rejected = reading.rejected_for != "" or reference.rejected_for != ""
    compared = ClipReadings(
        clip=0,
        subject=clip.subject.pseudonym,
        width=clip.width,
        height=clip.height,
        frame_count=clip.frame_count,
        microns_per_pixel=clip.microns_per_pixel,
        readings=tuple(
            Reading(place, () if is_rejected else tuple(tracks_at_revision(pk, number, channels)))
            for place, (pk, number) in enumerate(
                ((reference.pk, at.reference), (reading.pk, at.reading))
            )
        ),
    )
    measured = measure_clip(compared, [each["channel"] for each in structures])
    frames = pack_table(FrameTable(measured.rows))
    CheckFinding.objects.bulk_create(
        [
            CheckFinding(
                assignment=check,
                reading=reading,
                reading_revision=at.reading,
                reference=reference,
                reference_revision=at.reference,
                structures=structures,
                frames=frames,
                sha256=hashlib.sha256(frames).hexdigest(),
            )
        ],
        ignore_conflicts=True,
    )
