"""The work of an `upload_inspect` Job: read the file, propose what to cut off, ask a person."""

import errno
import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from annotation.deidentify import Proposal
from annotation.deidentify.onsets import OnsetWatch
from annotation.frames.opening import open_source
from annotation.frames.png import encode_png
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import FrameSource
from annotation.frames.times import presentation_times
from annotation.models import Upload, UploadState
from annotation.services.frame_samples import FrameSamples, Sample
from annotation.services.job_progress import DecodingProgress
from annotation.services.redaction_propose import redaction_propose
from annotation.services.upload_release import upload_release
from annotation.services.waiting_upload import DISK_FULL, preview_path, waiting_path
from fascicle.errors import InvalidInput, NotAllowed
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import Job, JobState

logger = logging.getLogger(__name__)

_DECODING_SHARE = 0.8  # of the progress bar; the rest is looking for text


def upload_inspect(context: JobContext) -> dict[str, Any]:
    """Decode the waiting file once, keep a few frames to show, and propose a redaction.

    The whole file is read, so that nobody is asked about one that is damaged further on. Returns
    {"upload": id}. Raises InvalidInput with a sentence for the uploader.
    """
    upload = Upload.objects.select_related("releaser").filter(pk=str(context.target_id)).first()
    if upload is None:
        raise InvalidInput("There is no such upload any more.")
    if upload.state != UploadState.INSPECTING:  # an attempt was killed just after its commit
        _release_as_stated(upload)
        return {"upload": str(upload.pk)}
    waiting = waiting_path(upload.pk)
    if not waiting.exists():
        raise InvalidInput("The uploaded file is gone; upload it again.", code="upload_gone")
    context.report(0.0, "Opening the file")
    try:
        source = open_source(waiting)
        facts, samples, moments = _read(context, source)
        context.report(_DECODING_SHARE, "Looking for text and the ultrasound picture")
        proposal = redaction_propose(
            [sample.grey for sample in samples],
            source.facts.regions,
            [moment.grey for moment in moments],
        )
        samples = _in_order(samples, moments)
        _write_previews(upload, samples)
    except UnreadableSourceError as damage:
        raise InvalidInput(str(damage), code="unreadable_clip") from damage
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise InvalidInput(DISK_FULL, code="disk_full") from error
        raise
    context.check()
    _release_as_stated(_commit(context, upload, facts, proposal, samples))
    return {"upload": str(upload.pk)}


def _read(
    context: JobContext, source: FrameSource
) -> tuple[dict[str, Any], list[Sample], list[Sample]]:
    said = _said(source)
    progress = DecodingProgress(context, source.expected_frames, _DECODING_SHARE)
    samples = FrameSamples()
    watch = OnsetWatch()
    times: list[float | None] = []
    shape = (0, 0)
    for index, frame in enumerate(source.frames()):
        shape = frame.grey.shape[0], frame.grey.shape[1]
        times.append(frame.time_s)
        samples.add(index, frame.grey)
        watch.add(index, frame.grey)
        progress.frame_decoded(index + 1)
    if not times:
        raise UnreadableSourceError("No picture in this file could be decoded.")
    times_s = presentation_times(times, source.nominal_rate)
    facts = {
        **said,
        "source_format": source.source_format,
        "height": shape[0],
        "width": shape[1],
        "frame_count": len(times),
        "duration_s": float(times_s[-1]),
    }
    chosen = samples.chosen()
    seen = {sample.frame_index for sample in chosen}
    moments = [Sample(one.frame_index, one.grey) for one in watch.chosen()]
    moments = [moment for moment in moments if moment.frame_index not in seen]
    shown = _in_order(chosen, moments)
    facts["sample_times_s"] = [float(times_s[sample.frame_index]) for sample in shown]
    return facts, chosen, moments


def _in_order(samples: Sequence[Sample], moments: Sequence[Sample]) -> list[Sample]:
    """What a person is shown: the samples and the moments at which something appeared."""
    return sorted([*samples, *moments], key=lambda sample: sample.frame_index)


def _said(source: FrameSource) -> dict[str, Any]:
    """What the file says of itself, as JSON."""
    said = asdict(source.facts)
    said["fields"] = [list(each) for each in said["fields"]]
    return said


def _write_previews(upload: Upload, samples: Sequence[Sample]) -> None:
    for number, sample in enumerate(samples):
        path = preview_path(upload.pk, number)
        path.write_bytes(encode_png(sample.grey))
        path.chmod(0o600)


@transaction.atomic
def _commit(
    context: JobContext,
    upload: Upload,
    facts: dict[str, Any],
    proposal: Proposal,
    samples: Sequence[Sample],
) -> Upload:
    held_job = (
        Job.objects.select_for_update()
        .filter(pk=context.job_id, attempt=context.attempt, state=JobState.RUNNING)
        .exists()
    )
    if not held_job:
        raise JobStopped(is_lost=True)
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.state != UploadState.INSPECTING:
        raise JobStopped(is_lost=False)
    times_s = facts.pop("sample_times_s")
    locked.facts = facts
    locked.proposal = proposal.to_json()
    locked.previews = [
        {"frame_index": sample.frame_index, "time_s": time_s}
        for sample, time_s in zip(samples, times_s, strict=True)
    ]
    locked.state = UploadState.AWAITING_RELEASE
    locked.save(update_fields=["facts", "proposal", "previews", "state"])
    return locked


def _release_as_stated(upload: Upload) -> None:
    """Release what its owner, when uploading, has stated to have looked at."""
    if upload.releaser is None or upload.state != UploadState.AWAITING_RELEASE:
        return
    try:
        upload_release(
            upload=upload,
            actor=upload.releaser,
            redaction=upload.redaction or (upload.proposal or {}).get("redaction"),
            is_stated_beforehand=True,
        )
    except (InvalidInput, NotAllowed) as refused:
        logger.info("upload %s waits for a person: %s", upload.pk, refused.code)
