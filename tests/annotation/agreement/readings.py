"""Readings of people, handed in through the front door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from annotation.models import AgreementReport, AnnotationSet, Clip, Structure
from annotation.services.agreement_start import agreement_start
from annotation.services.set_open import set_open
from annotation.services.set_save import set_save
from annotation.services.set_submit import set_submit
from fascicle.accounts.models import User
from fascicle.jobs.tasks import run
from tests.factories import Team


def box(left: int, top: int = 10, side: int = 20) -> dict[str, Any]:
    """A square whose pixels are whole columns and rows."""
    right, bottom = left + side, top + side
    points = [[left, top], [right, top], [right, bottom], [left, bottom]]
    return {"kind": "polygon", "points": points}


def drawn(structure: Structure, shapes: Mapping[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Operations that put shapes at frames on one new track."""
    track = str(uuid4())
    return [
        {"op": "track.add", "track": track, "structure": str(structure.pk)},
        *(
            {"op": "keyframe.put", "track": track, "frame": frame, "shape": shape}
            for frame, shape in shapes.items()
        ),
    ]


def unseen(structure: Structure, first: int, last: int) -> list[dict[str, Any]]:
    """The operation that judges a structure not visible."""
    return [
        {
            "op": "structure.judge", "structure": str(structure.pk), "frame": first,
            "to_frame": last, "visible": False,
        }
    ]  # fmt: skip


def write(row: AnnotationSet, author: User, ops: list[dict[str, Any]]) -> AnnotationSet:
    """Save as the author's next revision."""
    row.refresh_from_db()
    set_save(
        annotation_set=row, actor=author, base_revision=row.revision, idempotency_key=uuid4(),
        ops=ops,
    )  # fmt: skip
    row.refresh_from_db()
    return row


def read(clip: Clip, reader: User, ops: list[dict[str, Any]]) -> AnnotationSet:
    """Open, draw and hand in."""
    row = write(set_open(clip=clip, actor=reader), reader, ops)
    return set_submit(annotation_set=row, actor=reader, revision=row.revision)


def made_report(team: Team, actor: User | None = None, **asked: Any) -> AgreementReport:
    """A report, and the work of its job done."""
    job = agreement_start(project=team.project, actor=actor or team.admin, **asked)
    run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "done", job.error
    return AgreementReport.objects.get(pk=job.target_id)
