"""Change a course."""

from typing import Any

from django.db import transaction

from annotation.models import Course, CourseLevel, CourseState
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed

WORDS = ("title", "description", "level", "state")


def check_teacher(course: Course, actor: User) -> None:
    """Raises NotAllowed for others than the course's teachers."""
    if not may_annotate(actor, course.project_id):
        raise NotAllowed("Only experts and admins of the project change courses.")


@transaction.atomic
def course_edit(
    *,
    course: Course,
    actor: User,
    title: str | None = None,
    description: str | None = None,
    level: CourseLevel | None = None,
    state: CourseState | None = None,
) -> Course:
    """Change words, level or state; what is None stays.

    Raises NotAllowed for others than teachers, InvalidInput for an empty title or a course without
    questions that is to be opened, Conflict for an open course that is to be a draft again.
    """
    check_teacher(course, actor)
    row = Course.objects.select_for_update().get(pk=course.pk)
    if title is not None and not title.strip():
        raise InvalidInput("A course needs a title.", title=["Required."])
    if state == CourseState.OPEN and not row.questions.exists():
        raise InvalidInput("A course without questions cannot be opened.")
    if state == CourseState.DRAFT and row.state != CourseState.DRAFT:
        raise Conflict("A course that was opened can be closed, but is no draft any more.")
    before = row.state
    changes: dict[str, Any] = {
        "title": title and title.strip(),
        "description": description,
        "level": level,
        "state": state,
    }
    for name in WORDS:
        if changes[name] is not None:
            setattr(row, name, changes[name])
    row.save(update_fields=list(WORDS))
    if row.state != before:
        record_append(
            actor=actor,
            action=f"course.{row.state}",
            target=row,
            project_id=row.project_id,
            detail={"title": row.title},
        )
    return row


@transaction.atomic
def course_delete(*, course: Course, actor: User) -> None:
    """Remove a course. Raises NotAllowed for others than teachers, Conflict once answered."""
    check_teacher(course, actor)
    if course.enrolments.filter(attempts__isnull=False).exists():
        raise Conflict("Trainees have answered in this course. Close it instead.", code="answered")
    record_append(
        actor=actor,
        action="course.delete",
        target=course,
        project_id=course.project_id,
        detail={"title": course.title},
    )
    course.delete()
