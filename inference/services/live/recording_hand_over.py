"""A closed recording goes to the uploads, once, and its file is never lost on the way."""

import os
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotation.clip_words import checked_words
from annotation.deidentify import Redaction
from annotation.services.upload_receive import upload_receive
from fascicle.errors import FascicleError
from fascicle.jobs.models import Job
from inference.live.wanted import scale_path
from inference.models import Recording, RecordingState
from inference.services.live.wanted import recording_path


def recording_hand_over(*, recording_id: UUID | str) -> bool:
    """Make the recording's file an upload; False where that is done, or another process is at it.

    The upload's rows and the recording's stand together or not at all. What is cut off in between
    may be asked for again: until the upload stands the file keeps its place and its name. A file
    that is refused stays there too, and the recording fails with a sentence that says so.
    """
    with transaction.atomic():
        recording = (
            # held to the end, so that a hub and a beat never hand over the same file
            Recording.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("session__project", "started_by", "session__device")
            .filter(pk=recording_id, state=RecordingState.INGESTING, clip_id__isnull=True)
            .first()
        )
        if recording is None:
            return False
        path = recording_path(recording.pk)
        if not path.is_file():
            recording_fail(recording, "The recording's file is gone.")
            return True
        try:
            with transaction.atomic():
                job = _receive(recording, path)
        except FascicleError as error:
            recording_fail(recording, _refused(error.detail, path))
            return True
        except OSError as error:
            reason = f"The server could not read or move the file: {error.strerror}."
            recording_fail(recording, _refused(reason, path))
            return True
        Recording.objects.filter(pk=recording.pk).update(clip_id=job.target_id)
    recording_file_remove(recording.pk)
    return True


def recording_fail(recording: Recording, sentence: str) -> None:
    """No clip comes of it; what becomes of its file is the caller's to say."""
    Recording.objects.filter(pk=recording.pk).update(
        state=RecordingState.FAILED, error=sentence, closed_at=timezone.now()
    )


def recording_file_remove(recording_id: object) -> None:
    """Remove the file and what stands beside it. May be repeated."""
    path = recording_path(recording_id)
    path.unlink(missing_ok=True)
    scale_path(path).unlink(missing_ok=True)


def _receive(recording: Recording, path: Path) -> Job:
    session = recording.session
    words = checked_words(
        subject=recording.subject,
        label=recording.label or "Live recording",
        scanner=session.device.name[:80],
        microns_per_pixel=_microns_of(path),
    )
    given = _second_name(path)
    try:
        return upload_receive(
            project=session.project,
            actor=recording.started_by,
            source=given or path,
            words=words,
            may_move=given is not None,
            # without a confirmed look the recording waits in the confirm room like any upload
            releaser=recording.started_by if recording.is_look_confirmed else None,
            redaction=Redaction() if recording.is_look_confirmed else None,
        )
    finally:
        if given is not None:
            given.unlink(missing_ok=True)


def _second_name(path: Path) -> Path | None:
    """Another name of the same bytes, to be moved: an upload that fails deletes what it was given.
    None on a disk without such names, where the file has to be copied.
    """
    given = path.with_suffix(".handing-over")
    try:
        given.unlink(missing_ok=True)  # of one that was killed
        os.link(path, given)
        given.touch()  # the sweep takes an old file whose upload is not committed for a stray
    except OSError:
        return None
    return given


def _microns_of(path: Path) -> float | None:
    """The scale as the hub wrote it beside the frames it kept; it may show another by now."""
    try:
        microns = float(scale_path(path).read_text())
    except (OSError, ValueError):
        return None
    return microns if microns > 0 else None


def _refused(reason: str, path: Path) -> str:
    return f"{reason} The recording is kept in the server's recordings folder as {path.name}."
