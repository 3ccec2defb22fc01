"""One project with a row of everything, for tests that walk all routes."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from annotation.frames.chunk_file import write_chunk
from annotation.models import (
    AgreementReport,
    AnnotationSet,
    Assignment,
    Attempt,
    Chunk,
    Clip,
    Course,
    CourseLevel,
    CourseState,
    Decision,
    Enrolment,
    Export,
    Issue,
    PracticeMode,
    Propagation,
    Question,
    Upload,
    UploadState,
)
from annotation.services.agreement_start import agreement_start
from annotation.services.assignment_make import reviews_assign
from annotation.services.attempt_commit import attempt_commit
from annotation.services.consensus_open import consensus_open
from annotation.services.course_create import course_create
from annotation.services.course_edit import course_edit
from annotation.services.enrolment_make import course_join
from annotation.services.export_start import export_row
from annotation.services.issue_add import issue_add
from annotation.services.propagation_start import propagation_start
from annotation.services.review_decide import review_decide
from annotation.services.set_open import set_open
from annotation.services.set_save import set_save
from annotation.services.set_submit import set_submit
from annotation.services.suggestion_write import suggestion_write
from annotation.services.waiting_upload import preview_path
from fascicle.accounts.models import ApiToken, Membership, User
from fascicle.accounts.services import token_create
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create
from fascicle.jobs.tasks import run as run_job
from inference.models import (
    Alias,
    AliasName,
    Device,
    LiveSession,
    ModelVersion,
    Promotion,
    Recording,
    Suggestion,
)
from inference.services.live.device_pair import device_pair, pairing_code_create
from inference.services.live.recording import recording_start
from inference.services.live.session_open import session_publish
from tests.factories import Team, make_clip, make_team
from training.models import DatasetSnapshot, ModelExport, RunReport, TrainingRun
from training.services import run_start, snapshot_freeze
from training.services.model_export_start import model_export_start

FRAMES = 2
ABSENT_ANSWER = {"absent": True}
SQUARE = {"kind": "polygon", "points": [[10, 10], [30, 10], [30, 30], [10, 30]]}
FACTS = {
    "kind": "video", "source_format": "mov / h264", "width": 64, "height": 48, "frame_count": 2,
    "duration_s": 0.04, "microns_per_pixel": None, "microns_from": None, "scanner": None,
    "modality": None, "regions": [], "notes": [],
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """A project half way round the loop, and `foreign`: another with an admin of its own."""

    team: Team
    foreign: Team
    clip: Clip
    draft: AnnotationSet  # the expert's
    submitted: AnnotationSet  # the colleague's, waiting for review
    issue: Issue
    upload: Upload  # the expert's, waiting for release
    export: Export  # the expert's, of accepted work
    agreement: AgreementReport  # made, on a clip that two have read
    consensus: AnnotationSet  # the admin's, of that clip
    job: Job  # the expert's
    token: ApiToken  # the expert's
    propagation: Propagation  # the expert's
    membership: Membership  # the trainee's
    snapshot: DatasetSnapshot
    run: TrainingRun  # with a report of one figure and one frame
    first_model: ModelVersion
    model: ModelVersion
    model_export: ModelExport  # of the first model, waiting
    device: Device
    device_token: str
    session: LiveSession
    recording: Recording
    suggestion: Suggestion
    assignment: Assignment  # the expert's: to review what the colleague submitted
    course: Course  # open, on an accepted clip; the trainee has answered its one question
    question: Question
    enrolment: Enrolment
    attempt: Attempt

    @property
    def secrets(self) -> set[str]:
        """What nobody outside the project may ever read in an answer."""
        rows = (
            self.team.project, self.clip, self.clip.subject, self.draft, self.submitted, self.issue,
            self.propagation, self.upload, self.export, self.agreement, self.consensus, self.job,
            self.token, self.membership, self.snapshot, self.run, self.model, self.device,
            self.session, self.recording, self.suggestion, self.assignment, self.course,
            self.question, self.enrolment, self.attempt,
            self.model_export,
        )  # fmt: skip
        return {str(row.pk) for row in rows}


def make_world() -> World:
    """Everything of the loop, in rows and a few bytes of storage."""
    team, foreign = make_team(), make_team("femoral")
    for number in range(2):
        clip = make_clip(team, subject=f"S-{number}", frame_count=FRAMES)
        accepted = _submit(_draw(clip, team.expert, team), team.expert)
        review_decide(
            annotation_set=accepted,
            actor=team.colleague,
            decision=Decision.ACCEPT,
            remark="",
            revision=accepted.revision,
        )
    course, attempt = _course(team, clip)
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    run = run_start(
        snapshot=snapshot, recipe="tiny", fold_count=2, epoch_count=1, actor=team.admin, seed=1
    )
    _report(run)
    clip = make_clip(team, subject="S-9", frame_count=FRAMES)
    _store_pixels(clip)
    submitted = _submit(_draw(clip, team.colleague, team), team.colleague)
    first_model, model = _models(team)
    code = pairing_code_create(project=team.project, actor=team.expert).code
    paired = device_pair(code=code, name="Trolley")
    session = session_publish(device=paired.device, source="phantom").session
    draft = _draw(clip, team.expert, team)
    agreement = _agreement(team)
    return World(
        team=team,
        foreign=foreign,
        clip=clip,
        draft=draft,
        propagation=propagation_start(
            annotation_set=draft,
            actor=team.expert,
            track=uuid4(),
            structure=team.structures[0].pk,
            shape=SQUARE,
            source_frame=0,
            last_frame=1,
        ),
        submitted=submitted,
        issue=issue_add(annotation_set=submitted, actor=team.expert, frame_index=0, text="Here."),
        upload=_upload(team),
        export=export_row(project=team.project, actor=team.expert, clips=None),
        agreement=agreement,
        consensus=consensus_open(
            clip=Clip.objects.get(pk=agreement.clips[0]["id"]), actor=team.admin
        ),
        job=job_create(kind="x", queue="default", owner=team.expert, project=team.project),
        token=token_create(user=team.expert, name="script", project=team.project).token,
        membership=Membership.objects.get(project=team.project, user=team.trainee),
        snapshot=snapshot,
        run=run,
        first_model=first_model,
        model=model,
        model_export=model_export_start(version=first_model, actor=team.admin),
        device=paired.device,
        device_token=paired.token,
        session=session,
        recording=recording_start(
            session=session,
            actor=team.expert,
            subject="S-11",
            is_consent_noted=True,
            is_look_confirmed=True,
        ),
        suggestion=_suggest(clip, model),
        course=course,
        question=attempt.question,
        enrolment=attempt.enrolment,
        attempt=attempt,
        assignment=reviews_assign(
            project=team.project,
            actor=team.admin,
            clips=[clip],
            reviewers=[team.expert],
            due_on=None,
        ).made[0],
    )


def _agreement(team: Team) -> AgreementReport:
    clip = make_clip(team, subject="S-5", frame_count=FRAMES)
    for reader in (team.expert, team.colleague):
        _submit(_draw(clip, reader, team), reader)
    job = agreement_start(project=team.project, actor=team.admin)
    run_job(str(job.pk))
    return AgreementReport.objects.get(pk=job.target_id)


def _report(run: TrainingRun) -> None:
    job = job_create(kind="run_report", queue="default", owner=None, project=run.project)
    key = default_storage.save("training/report.bytes", ContentFile(b"of subjects"))
    row = {"name": "bars", "title": "Bars", "caption": "", "storage_key": key}
    frame = {"title": "F", "clip": str(uuid4()), "frame_index": 0, "fold": 0, "iou": None}
    RunReport.objects.create(
        run=run,
        job=job,
        figures=[row],
        gallery=[{**frame, "dices": {}, "storage_key": key}],
        html_key=key,
        pdf_key=key,
        made_at=timezone.now(),
    )


def drawing(team: Team) -> list[dict[str, Any]]:
    """Operations that draw the first structure on the first frame."""
    track, structure = str(uuid4()), str(team.structures[0].pk)
    return [
        {"op": "track.add", "track": track, "structure": structure},
        {"op": "keyframe.put", "track": track, "frame": 0, "shape": SQUARE, "source": "drawn"},
    ]


def _draw(clip: Clip, author: User, team: Team) -> AnnotationSet:
    row = set_open(clip=clip, actor=author)
    set_save(
        annotation_set=row,
        actor=author,
        base_revision=0,
        idempotency_key=uuid4(),
        ops=drawing(team),
    )
    row.refresh_from_db()
    return row


def _submit(row: AnnotationSet, author: User) -> AnnotationSet:
    return set_submit(annotation_set=row, actor=author, revision=row.revision)


def _store_pixels(clip: Clip) -> None:
    stream = io.BytesIO()
    Image.new("L", (clip.width, clip.height), 90).save(stream, format="PNG")
    content = write_chunk(0, [stream.getvalue()] * clip.frame_count)
    key = f"chunks/{clip.pk}/{hashlib.sha256(content).hexdigest()}.fck"
    default_storage.save(key, ContentFile(content))
    Chunk.objects.create(
        clip=clip,
        number=0,
        first_frame=0,
        frame_count=clip.frame_count,
        storage_key=key,
        byte_size=len(content),
    )
    clip.thumbnail_key = f"thumbnails/{clip.pk}/{hashlib.sha256(b'thumbnail').hexdigest()}.jpg"
    default_storage.save(clip.thumbnail_key, ContentFile(b"thumbnail"))
    clip.save(update_fields=["thumbnail_key"])


def _suggest(clip: Clip, model: ModelVersion) -> Suggestion:
    written = suggestion_write(
        clip_id=clip.pk, model_version_id=model.pk, model_label=str(model), tracks=[]
    )
    return Suggestion.objects.create(annotation_set=written, model_version=model)


def _course(team: Team, clip: Clip) -> tuple[Course, Attempt]:
    course = course_create(
        project=team.project,
        actor=team.expert,
        title="Course",
        level=CourseLevel.NOVICE,
        clips=[clip.pk],
        structures=[team.structures[0].pk],
        modes=[PracticeMode.FIND],
    )
    course = course_edit(course=course, actor=team.expert, state=CourseState.OPEN)
    course_join(course=course, actor=team.trainee)
    question = course.questions.get()
    return course, attempt_commit(
        question=question, actor=team.trainee, number=1, answer=ABSENT_ANSWER
    )


def _upload(team: Team) -> Upload:
    upload = Upload.objects.create(
        project=team.project,
        owner=team.expert,
        state=UploadState.AWAITING_RELEASE,
        subject="S-10",
        byte_size=5,
        received_bytes=5,
        sha256="1" * 64,
        facts=FACTS,
        previews=[{"frame_index": 0, "time_s": 0.0}],
    )
    preview = preview_path(upload.pk, 0)
    preview.parent.mkdir(parents=True, exist_ok=True)
    preview.write_bytes(b"picture")
    return upload


def _models(team: Team) -> tuple[ModelVersion, ModelVersion]:
    structures = [{"channel": s.channel, "code": s.code, "name": s.name} for s in team.structures]
    members = [{"fold": 0, "storage_key": "models/none", "sha256": "0" * 64, "byte_size": 1}]
    first, second = (
        ModelVersion.objects.create(
            project=team.project,
            number=number,
            name=f"Model {number}",
            recipe="tiny",
            members=members,
            structures=structures,
        )
        for number in (1, 2)
    )
    previous = None
    for version in (first, second):
        Promotion.objects.create(
            project=team.project,
            name=AliasName.PREANNOTATE,
            model_version=version,
            previous=previous,
            reason="Better.",
            actor=team.admin,
        )
        previous = version
    Alias.objects.create(project=team.project, name=AliasName.PREANNOTATE, model_version=second)
    return first, second
