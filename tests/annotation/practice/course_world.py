"""A course on clips whose truth is known to the pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from annotation.models import (
    AnnotationSet,
    Clip,
    Course,
    CourseLevel,
    CourseState,
    Decision,
    PracticeMode,
    Structure,
)
from annotation.services.course_create import course_create
from annotation.services.course_edit import course_edit
from annotation.services.review_decide import review_decide
from annotation.services.set_open import set_open
from annotation.services.set_save import set_save
from annotation.services.set_submit import set_submit
from fascicle.accounts.models import User
from tests.factories import Team, make_clip, make_team

FRAMES = 20
MODES = list(PracticeMode)
ABSENT = {"kind": "absent"}


def box(left: float, top: float, right: float, bottom: float) -> dict[str, Any]:
    """A polygon around the pixels left..right-1, top..bottom-1."""
    corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
    return {"kind": "polygon", "points": corners}


# odd places, so that they can be told from other numbers in an answer
FIRST, SECOND = box(10, 11, 29, 27), box(38, 13, 57, 31)


def read(
    clip: Clip, author: User, shapes: Mapping[Structure, Mapping[int, dict[str, Any]]]
) -> AnnotationSet:
    """The author's reading of a clip, handed in: for each structure shapes by frame."""
    row = set_open(clip=clip, actor=author)
    operations: list[dict[str, Any]] = []
    for structure, keyframes in shapes.items():
        track = str(uuid4())
        operations.append({"op": "track.add", "track": track, "structure": str(structure.pk)})
        operations += [
            {
                "op": "keyframe.put", "track": track, "frame": frame, "shape": shape,
                "source": "drawn",
            }
            for frame, shape in keyframes.items()
        ]  # fmt: skip
    set_save(
        annotation_set=row, actor=author, base_revision=0, idempotency_key=uuid4(), ops=operations
    )
    row.refresh_from_db()
    return set_submit(annotation_set=row, actor=author, revision=row.revision)


def accept(row: AnnotationSet, reviewer: User) -> AnnotationSet:
    """A colleague's agreement."""
    review_decide(
        annotation_set=row,
        actor=reviewer,
        decision=Decision.ACCEPT,
        remark="",
        revision=row.revision,
    )
    row.refresh_from_db()
    return row


@dataclass(frozen=True)
class CourseWorld:
    """An open course on one clip: `first` is in all frames, `second` from the middle on."""

    team: Team
    clip: Clip
    truth: AnnotationSet
    course: Course
    first: Structure
    second: Structure


def make_course(
    modes: list[PracticeMode] = MODES, *, state: CourseState = CourseState.OPEN
) -> CourseWorld:
    """See CourseWorld. The clip has 500 micrometres a pixel."""
    team = make_team()
    first, second = team.structures[0], team.structures[3]
    clip = make_clip(team, frame_count=FRAMES)
    Clip.objects.filter(pk=clip.pk).update(microns_per_pixel=500.0)
    clip.refresh_from_db()
    shapes = {
        first: {0: FIRST, FRAMES - 1: FIRST},
        second: {0: ABSENT, FRAMES - 6: SECOND, FRAMES - 1: SECOND},
    }
    truth = accept(read(clip, team.expert, shapes), team.colleague)
    course = course_create(
        project=team.project,
        actor=team.expert,
        title="Axillary nerves",
        level=CourseLevel.NOVICE,
        clips=[clip.pk],
        structures=[first.pk, second.pk],
        modes=modes,
    )
    if state != CourseState.DRAFT:
        course = course_edit(course=course, actor=team.expert, state=state)
    return CourseWorld(team, clip, truth, course, first, second)
