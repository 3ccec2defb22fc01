"""Who practises in a course."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotation.models import Course, CourseState, Enrolment
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import Membership, Role, User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed


@transaction.atomic
def enrolments_make(
    *, course: Course, actor: User, people: Sequence[UUID], cohort: str = ""
) -> list[Enrolment]:
    """Enrol trainees of the project; those enrolled already get the cohort's name.

    From now on annotations of the course's clips are veiled from them. Raises NotAllowed for
    others than teachers, InvalidInput for people who are not trainees of the project.
    """
    if not may_annotate(actor, course.project_id):
        raise NotAllowed("Only experts and admins of the project enrol others.")
    trainees = set(
        Membership.objects.filter(
            project=course.project_id, role=Role.TRAINEE, user__in=people
        ).values_list("user_id", flat=True)
    )
    if len(trainees) != len(set(people)):
        raise InvalidInput("Only trainees of the project can be enrolled.", people=["Unknown."])
    rows = []
    for person_id in dict.fromkeys(people):
        row, _ = Enrolment.objects.update_or_create(
            course=course, person_id=person_id, defaults={"cohort": cohort.strip()}
        )
        rows.append(row)
    record_append(
        actor=actor,
        action="course.enrol",
        target=course,
        project_id=course.project_id,
        detail={"people": len(rows), "cohort": cohort.strip()},
    )
    return rows


@transaction.atomic
def course_join(*, course: Course, actor: User) -> Enrolment:
    """Enrol oneself in an open course; joined already, nothing changes.

    Raises NotAllowed for others than trainees of the project, Conflict for a course that is not
    open, or that one has left.
    """
    is_trainee = Membership.objects.of(actor, roles=[Role.TRAINEE])
    if not is_trainee.filter(project=course.project_id).exists():
        raise NotAllowed("Courses are for trainees; as a teacher you see all answers.")
    if course.state != CourseState.OPEN:
        raise Conflict("This course is not open.", code="course_not_open")
    row, is_new = Enrolment.objects.get_or_create(course=course, person=actor)
    if not row.is_active:
        raise Conflict("You have left this course, and it cannot be entered again.", code="left")
    if is_new:
        record_append(
            actor=actor, action="course.join", target=course, project_id=course.project_id
        )
    return row


@transaction.atomic
def enrolment_end(*, enrolment: Enrolment, actor: User) -> Enrolment:
    """Leave a course for good, or take somebody out; what was answered stays.

    Raises NotAllowed for others than the person and the course's teachers.
    """
    course = enrolment.course
    if enrolment.person_id != actor.pk and not may_annotate(actor, course.project_id):
        raise NotAllowed("Only you and the course's teachers end this.")
    row = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        record_append(
            actor=actor,
            action="course.leave",
            target=course,
            project_id=course.project_id,
            detail={"person": str(row.person_id)},
        )
    return row
