"""Make a course of accepted clips: its questions are proposed, the expert only looks them over."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from annotation.models import (
    AnnotationSet,
    Clip,
    Course,
    CourseLevel,
    FrameTable,
    PracticeMode,
    Question,
    Structure,
)
from annotation.practice import propose_frames, propose_scan
from annotation.selectors.practice_truth import Truth, truth_of
from annotation.selectors.sets import accepted_sets
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed

MOST_CLIPS = 100
STILL_MODES = (PracticeMode.FIND, PracticeMode.NAME, PracticeMode.DELINEATE)


@transaction.atomic
def course_create(
    *,
    project: Project,
    actor: User,
    title: str,
    level: CourseLevel,
    clips: Sequence[UUID],
    structures: Sequence[UUID],
    modes: Sequence[PracticeMode],
    description: str = "",
) -> Course:
    """Write a draft course with one question for each clip, structure and mode that the accepted
    annotations allow, in an order that changes clip and mode from one question to the next.

    Raises NotAllowed for people who do not annotate in the project, InvalidInput for clips without
    accepted annotations, structures of another procedure, a name where the procedure
    has one structure only, or a choice that gives no question.
    """
    if not may_annotate(actor, project.pk):
        raise NotAllowed("Only experts and admins of the project make courses.")
    if not title.strip():
        raise InvalidInput("A course needs a title.", title=["Required."])
    if not clips or not structures or not modes:
        raise InvalidInput("Choose clips, structures and at least one way of asking.")
    if len(clips) > MOST_CLIPS:
        raise InvalidInput(f"A course has at most {MOST_CLIPS} clips.", clips=["Too many."])
    wanted = list(
        Structure.objects.filter(procedure__protocols__project=project, pk__in=structures)
    )
    if len(wanted) != len(set(structures)):
        raise InvalidInput("Choose structures of the project's procedure.", structures=["Unknown."])
    if PracticeMode.NAME in modes:
        check_choice(wanted[0].procedure_id)
    accepted = accepted_sets(project.pk, seen_by=actor)
    missing = [clip for clip in clips if clip not in accepted]
    if missing:
        names = ", ".join(str(row) for row in Clip.objects.filter(project=project, pk__in=missing))
        raise InvalidInput(
            f"Only clips with accepted annotations can be asked about. Not yet: {names or '?'}.",
            clips=["Not accepted."],
        )
    course = Course.objects.create(
        project=project,
        title=title.strip(),
        description=description.strip(),
        level=level,
        created_by=actor,
    )
    course.structures.set(wanted)
    proposed = _proposed(course, [accepted[clip] for clip in dict.fromkeys(clips)], wanted, modes)
    if not proposed:
        raise InvalidInput(
            "These clips give no question: the structures are too small, or never come into view."
        )
    Question.objects.bulk_create(proposed)
    record_append(
        actor=actor,
        action="course.create",
        target=course,
        project_id=project.pk,
        detail={"clips": len(set(clips)), "questions": len(proposed)},
    )
    return course


def check_choice(procedure_id: UUID) -> None:
    """Raises InvalidInput where a name is asked for and the procedure has but one structure."""
    if Structure.objects.filter(procedure_id=procedure_id).count() < 2:
        raise InvalidInput(
            "The procedure has one structure only, so there is nothing to tell it from by name. "
            "Ask in other ways.",
            mode=["Only one to choose."],
        )


def _proposed(
    course: Course,
    sets: Sequence[AnnotationSet],
    structures: Sequence[Structure],
    modes: Sequence[PracticeMode],
) -> list[Question]:
    tables = FrameTable.objects.in_bulk([row.clip_id for row in sets])
    rounds: dict[tuple[int, int], list[Question]] = {}
    for row in sets:
        truth = truth_of(row, row.revision)
        for place, structure in enumerate(structures):
            asked = _of_structure(truth, structure, modes, tables[row.clip_id])
            for mode, (first, last) in asked.items():
                question = Question(
                    course=course,
                    mode=mode,
                    clip=row.clip,
                    structure=structure,
                    first_frame=first,
                    last_frame=last,
                    annotation_set=row,
                    revision=row.revision,
                )
                # each structure once in every round, and in the next one in another way: what was
                # just revealed is not asked next
                turn = (modes.index(mode) - place) % len(modes)
                rounds.setdefault((turn, place), []).append(question)
    ordered = [question for number in sorted(rounds) for question in rounds[number]]
    for number, question in enumerate(ordered):
        question.number = number
    return ordered


def _of_structure(
    truth: Truth, structure: Structure, modes: Sequence[PracticeMode], table: FrameTable
) -> dict[PracticeMode, tuple[int, int]]:
    """First and last frame for each mode that the clip can be asked in."""
    areas = truth.areas[structure.channel]
    still = [mode for mode in STILL_MODES if mode in modes]
    picture = truth.clip.width * truth.clip.height
    asked: dict[PracticeMode, tuple[int, int]] = {}
    frames = propose_frames(areas, picture, len(still))
    for place, mode in enumerate(still):
        if frames:
            frame = frames[place % len(frames)]
            asked[mode] = (frame, frame)
    if PracticeMode.SCAN in modes:
        span = propose_scan(areas, table.times_s)
        if span is not None:
            asked[PracticeMode.SCAN] = span
    return asked
