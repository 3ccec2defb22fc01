"""A small course of the practice room, which the demo's trainee can join."""

from collections.abc import Sequence

from annotation.models import Clip, Course, CourseLevel, CourseState, PracticeMode
from annotation.services.course_create import course_create
from annotation.services.course_edit import course_edit
from fascicle.accounts.models import Project, User
from training.demo import plan


def course_make(*, project: Project, teacher: User, clips: Sequence[Clip]) -> Course | None:
    """The open course on nerves, unless it was made before; None without its clips."""
    made = Course.objects.filter(project=project, title=plan.COURSE_TITLE).first()
    if made is not None:
        return made
    asked = [clip.pk for clip in clips if clip.label in plan.COURSE_CLIPS]
    if len(asked) < len(plan.COURSE_CLIPS):
        return None
    nerves = project.protocol.procedure.structures.filter(kind="nerve")
    course = course_create(
        project=project,
        actor=teacher,
        title=plan.COURSE_TITLE,
        description=plan.COURSE_WORDS,
        level=CourseLevel.NOVICE,
        clips=asked,
        structures=[structure.pk for structure in nerves],
        modes=list(PracticeMode),
    )
    course.questions.update(note=plan.COURSE_NOTE)
    return course_edit(course=course, actor=teacher, state=CourseState.OPEN)
