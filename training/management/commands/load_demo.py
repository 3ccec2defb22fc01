"""Load the demo project once: people, phantom clips, delineations and two small models."""

from typing import Any

from django.core.management.base import CommandError
from django.db import connection, transaction

from annotation.clip_words import checked_words
from annotation.models import Clip, Procedure
from annotation.services.project_create import project_create
from fascicle.accounts.models import Project
from fascicle.audit.models import AuditRecord
from fascicle.audit.services import record_append
from fascicle.command import QuickCommand
from fascicle.errors import FascicleError
from training.demo import plan
from training.demo.checks import checks_make
from training.demo.clips import (
    SlidingScene,
    clip_take_in,
    reading_accept,
    reading_import,
    scene_of,
)
from training.demo.course import course_make
from training.demo.models import STARTER_FOLDER, models_register, suggestion_make
from training.demo.people import DemoPeople, logins_write, members_add, people_make

BEGUN, DONE = "demo.begin", "demo.load"
LOCK = 0x66617363  # "fasc": two loads at once would do everything twice


class Command(QuickCommand):
    """`./manage.py load_demo`: does nothing once it has run to its end, goes on when it has not.

    The record says whether it has, so a demo project that was renamed or archived stays so.
    """

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing."""
        del args, options
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise CommandError("Another load of the demo project is at work.")
            try:
                self._load()
            except FascicleError as error:
                raise CommandError(error.detail) from error
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def _load(self) -> None:
        if AuditRecord.objects.filter(action=DONE).exists():
            self.stdout.write("The demo project has been loaded before.")
            return
        people = people_make()
        self.stdout.write(f"Log-ins are in {logins_write(people)}")
        project = _project(people)
        members_add(project, people)
        clips = [self._clip(project, people, wanted) for wanted in plan.CLIPS]
        versions = models_register(project=project, actor=people.admin)
        if versions:
            self.stdout.write(f"Models: {', '.join(str(version) for version in versions)}")
            for clip, wanted in zip(clips, plan.CLIPS, strict=True):
                if wanted.stage is plan.Stage.SUGGESTED:
                    self.stdout.write(f"{clip}: the model looks at it")
                    suggestion_make(clip=clip, actor=people.expert, version=versions[-1])
        else:
            self.stdout.write(f"No starter models in {STARTER_FOLDER}: the project has none.")
        course = course_make(project=project, teacher=people.expert, clips=clips)
        if course is not None:
            self.stdout.write(f"Course: {course}, {course.questions.count()} questions")
        checks = checks_make(project=project, people=people, clips=clips)
        self.stdout.write(f"Re-reads and checks: {len(checks)}")
        record_append(actor=None, action=DONE, target=project, project_id=project.pk)
        self.stdout.write(f"The demo project is ready: {project}, {len(clips)} clips.")

    def _clip(self, project: Project, people: DemoPeople, wanted: plan.DemoClip) -> Clip:
        scene = (
            SlidingScene(plan.ANATOMY, wanted.seed, plan.SIDE)
            if wanted.slides
            else scene_of(plan.ANATOMY, wanted.seed, plan.SIDE, first_frame=wanted.first_frame)
        )
        clip = clip_take_in(
            project=project,
            actor=people.expert,
            scene=scene,
            frame_count=wanted.frame_count,
            words=checked_words(
                subject=wanted.subject,
                label=wanted.label,
                scanner="Phantom",
                credit=plan.CREDIT,
                microns_per_pixel=scene.microns_per_pixel,
            ),
        )
        if wanted.stage in {plan.Stage.SUBMITTED, plan.Stage.ACCEPTED}:
            labels = (frame.labels for frame in scene.frames(wanted.frame_count))
            reading = reading_import(
                clip=clip, author=people.expert, labels=labels, credit=plan.CREDIT
            )
            if wanted.stage is plan.Stage.ACCEPTED:
                # who has reviewed a clip cannot be checked on it
                is_check = wanted.label == plan.CHECK_CLIP
                reviewer = people.admin if is_check else people.second_expert
                reading_accept(reading=reading, reviewer=reviewer)
        self.stdout.write(f"{wanted.subject}, {clip}: {clip.frame_count} frames")
        return clip


@transaction.atomic
def _project(people: DemoPeople) -> Project:
    begun = AuditRecord.objects.filter(action=BEGUN).order_by("-pk").first()
    if begun is not None:
        project = Project.objects.filter(pk=begun.target_id).first()
        if project is not None:
            return project
    project = project_create(
        name=plan.PROJECT_NAME,
        procedure=Procedure.objects.get(code=plan.PROCEDURE),
        actor=people.admin,
        description="Simulated recordings with exact delineations, to try everything out on.",
    )
    record_append(actor=None, action=BEGUN, target=project, project_id=project.pk)
    return project
