"""Phantom clips through the ordinary ingest, and their exact labels as an expert's reading."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from annotation.clip_words import ClipWords
from annotation.deidentify import Redaction
from annotation.geometry import Absent, mask_from_dense
from annotation.models import AnnotationSet, Clip, Decision, SetState, Upload, UploadState
from annotation.models.upload import LIVE
from annotation.operations import KeyframePut, Operation, TrackAdd
from annotation.services.review_decide import review_decide
from annotation.services.set_open import set_open
from annotation.services.set_save import revision_apply
from annotation.services.set_submit import set_submit
from annotation.services.upload_receive import upload_receive
from fascicle.accounts.models import Project, User
from fascicle.errors import InvalidInput
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.tasks import run
from inference.selectors import project_structures
from phantom import PhantomFrame, Scene, write_video


class LaterScene(Scene):
    """The same subject some time later: frame 0 is the plain scene's frame `first_frame`."""

    first_frame = 0

    def frame(self, index: int) -> PhantomFrame:
        drawn = super().frame(index + self.first_frame)
        return replace(drawn, index=index, time_s=index / self.frames_per_second)


class SlidingScene(Scene):
    """A square view of a wider scene: the probe rests at its left for 0.6 s, then slides to the
    right by 1.75 % of the view a frame, until the middle is in view.
    """

    REST_FRAMES = 15

    def __init__(self, anatomy: str, seed: int, side: int) -> None:
        super().__init__(anatomy, seed, side, side)
        self._wide = Scene(anatomy, seed, side, round(side * 9 / 4))

    def frame(self, index: int) -> PhantomFrame:
        wide = self._wide.frame(index)
        slid = max(0, index - self.REST_FRAMES) * 0.0175
        left = round(min(slid, 0.625) * self.height)
        view = (slice(None), slice(left, left + self.width))
        return replace(wide, image=wide.image[view].copy(), labels=wide.labels[view].copy())


def scene_of(anatomy: str, seed: int, side: int, *, first_frame: int = 0) -> Scene:
    """A square scene that begins at `first_frame`."""
    scene = LaterScene(anatomy, seed, side, side)
    scene.first_frame = first_frame
    return scene


def clip_take_in(
    *, project: Project, actor: User, scene: Scene, frame_count: int, words: ClipWords
) -> Clip:
    """Record the scene without loss and ingest it here and now; found again by its label.

    Raises InvalidInput with the ingest's own sentence when it fails.
    """
    made = Clip.objects.filter(project=project, label=words.label, deleted_at__isnull=True).first()
    if made is not None:
        return made
    upload = Upload.objects.filter(project=project, label=words.label, state__in=LIVE).first()
    if upload is None:
        with TemporaryDirectory(prefix="demo-") as folder:
            source = Path(folder) / "clip.mkv"
            write_video(source, scene, frame_count, codec="ffv1")
            job = upload_receive(
                project=project,
                actor=actor,
                source=source,
                words=words,
                may_move=True,
                releaser=actor,  # drawn by a program: there is nobody to identify
                redaction=Redaction(),
            )
        upload = Upload.objects.get(pk=str(job.target_id))
    while not upload.is_finished:
        _work(upload)
        upload.refresh_from_db()
        if upload.state == UploadState.AWAITING_RELEASE:
            raise InvalidInput(f"The clip {words.label} waits to be released.")
    if upload.state != UploadState.DONE:
        raise InvalidInput(f"The clip {words.label} could not be ingested: {upload.error}")
    return Clip.objects.get(pk=upload.pk)


def _work(upload: Upload) -> None:
    """Do the upload's present Job here, also one left under its lease by a load that was killed."""
    job = Job.objects.get(pk=str(upload.ingest_job_id or upload.inspect_job_id))
    if job.state == JobState.RUNNING:
        Job.objects.filter(pk=job.pk, attempt=job.attempt).update(lease_until=timezone.now())
    run(str(job.pk))


@transaction.atomic
def reading_import(
    *,
    clip: Clip,
    author: User,
    labels: Iterable[NDArray[np.uint8]],
    credit: str = "",
    said: str = "Imported from the phantom's exact labels",
) -> AnnotationSet:
    """Make label maps uint8 (H, W), one a frame, the author's reading of the clip, and submit it;
    `said` is what its history says of that.

    A reading already submitted or accepted is left as it is.
    """
    reading = set_open(clip=clip, actor=author)
    if reading.state != SetState.DRAFT or reading.revision > 0:
        return reading
    operations: list[Operation] = []
    seen: dict[UUID, bool] = {}
    structures = project_structures(clip.project_id)
    tracks = {each.channel: uuid4() for each in structures}
    for index, label_map in enumerate(labels):
        for each in structures:
            track = tracks[each.channel]
            pixels = label_map == each.channel
            if pixels.any():
                if track not in seen:
                    operations.append(TrackAdd(track, each.id))
                shape = mask_from_dense(pixels)
                operations.append(KeyframePut(track, index, shape, "imported"))
                seen[track] = True
            elif seen.get(track):
                operations.append(KeyframePut(track, index, Absent(), "imported"))
                seen[track] = False
    saved = revision_apply(
        annotation_set_id=reading.pk,
        actor=author,
        base_revision=0,
        idempotency_key=uuid4(),
        operations=operations,
        summary_text=said,
    )
    if credit:
        AnnotationSet.objects.filter(pk=reading.pk).update(credit=credit)
    reading.refresh_from_db()
    return set_submit(annotation_set=reading, actor=author, revision=saved.revision)


def reading_accept(*, reading: AnnotationSet, reviewer: User) -> None:
    """Let a colleague accept it, unless that has happened."""
    reading.refresh_from_db()
    if reading.state == SetState.SUBMITTED:
        review_decide(
            annotation_set=reading,
            actor=reviewer,
            decision=Decision.ACCEPT,
            remark="Exact by construction.",
            revision=reading.revision,
        )
