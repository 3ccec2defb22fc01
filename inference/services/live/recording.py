"""Record a live session: kept frames become a clip, and the model looks at it."""

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.clip_words import checked_words
from annotation.models import Clip, Upload, UploadState
from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, FascicleError, InvalidInput, NotAllowed
from inference.models import LiveSession, Recording, RecordingState
from inference.permissions import may_go_live
from inference.services.live.board import seen_if_readable
from inference.services.live.recording_hand_over import (
    recording_fail,
    recording_file_remove,
    recording_hand_over,
)
from inference.services.live.wanted import MAX_RECORDING_SECONDS, follow, model_of, recording_path
from inference.services.preannotate_start import preannotate_start

logger = logging.getLogger(__name__)

MIN_FRAMES = 2
# after a stop is asked or the hub is silent, how long until what lies on the disk is taken as it is
ABANDONED_AFTER = timedelta(seconds=20)
# who closed a recording hands it over at once: after this, that one was cut off
CUT_OFF_AFTER = timedelta(minutes=1)


@transaction.atomic
def recording_start(
    *,
    session: LiveSession,
    actor: User,
    subject: str,
    is_consent_noted: bool,
    is_look_confirmed: bool,
    label: str = "",
) -> Recording:
    """Keep frames from now on.

    Raises NotAllowed for trainees, InvalidInput without consent or for words that cannot be,
    Conflict for a session that is over or is being recorded.
    """
    if not may_go_live(actor, session.project_id):
        raise NotAllowed("Only experts and admins of the project record.")
    if not is_consent_noted:
        raise InvalidInput(
            "Record only with the subject's consent, and note here that you have it.",
            code="no_consent",
            is_consent_noted=["Required."],
        )
    words = checked_words(subject=subject, label=label)
    row = LiveSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if row.ended_at is not None:
        raise Conflict("This session has ended.", code="ended")
    try:
        with transaction.atomic():
            recording = Recording.objects.create(
                session=row,
                subject=words.subject,
                label=words.label,
                is_consent_noted=True,
                is_look_confirmed=is_look_confirmed,
                started_by=actor,
            )
    except IntegrityError:
        raise Conflict("This session is being recorded already.", code="recording") from None
    path = recording_path(recording.pk)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    record_append(
        actor=actor,
        action="recording.start",
        target=recording,
        project_id=row.project_id,
        detail={"session": str(row.pk), "is_look_confirmed": is_look_confirmed},
    )
    follow(row)
    return recording


@transaction.atomic
def recording_stop(*, recording: Recording, actor: User) -> Recording:
    """Ask the hub to close the file. Raises NotAllowed for trainees, Conflict when it is over."""
    if not may_go_live(actor, recording.session.project_id):
        raise NotAllowed("Only experts and admins of the project stop a recording.")
    row = Recording.objects.select_for_update(of=("self",)).get(pk=recording.pk)
    if row.state != RecordingState.RECORDING:
        raise Conflict("This recording is over.", code="not_recording", state=row.state)
    if row.stop_asked_at is None:
        row.stop_asked_at = timezone.now()
        row.save(update_fields=["stop_asked_at"])
        follow(recording.session)
    return row


def recording_closed(*, recording_id: str, frame_count: int | None) -> None:
    """The hub has closed the file, or lost its bridge: what was kept becomes a clip.

    Nothing happens for a recording that is over. Fewer than two frames make no clip: the recording
    fails with a sentence and the file is deleted. `frame_count` is None where only reading the file
    can tell. May be repeated after having been cut off.
    """
    with transaction.atomic():
        recording = (
            Recording.objects.select_for_update(of=("self",))
            .select_related("session")
            .filter(pk=recording_id, state=RecordingState.RECORDING)
            .first()
        )
        is_empty = recording is not None and _close(recording, frame_count)
    if is_empty:
        recording_file_remove(recording_id)
    recording_hand_over(recording_id=recording_id)


def recordings_settle() -> int:
    """Beat calls this: recordings whose hub fell silent, hand-overs that were cut off, and clips
    that are ready; how many.
    """
    return _close_abandoned() + _take_up_again() + _follow_clips()


def _close(recording: Recording, frame_count: int | None) -> bool:
    """Whether it holds nothing to keep."""
    recording.closed_at = timezone.now()
    recording.frame_count = frame_count or 0
    # a hub that starts again must not record into a file that is over; a Redis that is away must
    # not keep what was recorded from being handed over
    follow(recording.session, must_reach=False)
    is_short = frame_count is not None and frame_count < MIN_FRAMES
    is_empty = is_short or not recording_path(recording.pk).is_file()
    if is_empty:
        recording_fail(recording, "Nothing was recorded: no picture arrived while it ran.")
    else:
        recording.state = RecordingState.INGESTING
        recording.save()
    return is_empty


def _close_abandoned() -> int:
    now = timezone.now()
    closed = 0
    running = Recording.objects.filter(state=RecordingState.RECORDING)
    seen = seen_if_readable([str(each.session_id) for each in running])
    if seen is None:
        # who is silent cannot be told, and a hub that runs on must not lose its file
        return 0
    for recording in running:
        asked, is_silent = recording.stop_asked_at, str(recording.session_id) not in seen
        is_late = asked is not None and now - asked > ABANDONED_AFTER
        is_lost = is_silent and now - recording.started_at > ABANDONED_AFTER
        is_long = now - recording.started_at > timedelta(seconds=2 * MAX_RECORDING_SECONDS)
        if is_late or is_lost or is_long:
            # how many frames the file holds is found when it is read
            exists = recording_path(recording.pk).is_file()
            frame_count = MIN_FRAMES if exists else 0
            try:
                recording_closed(recording_id=str(recording.pk), frame_count=frame_count)
            except Exception:  # whatever it is, it keeps no other recording waiting
                logger.exception("Recording %s is not closed yet", recording.pk)
            closed += 1
    return closed


def _take_up_again() -> int:
    cut_off = Recording.objects.filter(
        state=RecordingState.INGESTING,
        clip_id__isnull=True,
        closed_at__lt=timezone.now() - CUT_OFF_AFTER,
    )
    taken = 0
    for recording_id in list(cut_off.values_list("pk", flat=True)):
        try:
            taken += recording_hand_over(recording_id=recording_id)
        except Exception:  # whatever it is, it keeps no other recording waiting
            logger.exception("Recording %s is not handed over yet", recording_id)
    return taken


def _follow_clips() -> int:
    settled = 0
    waiting = Recording.objects.filter(state=RecordingState.INGESTING)
    for recording in waiting.select_related("session__project", "started_by"):
        if recording.clip_id is None:
            continue
        # left by one that was cut off after the hand-over: the bytes are the upload's now
        recording_file_remove(recording.pk)
        clip = Clip.objects.filter(pk=recording.clip_id).first()
        if clip is not None:
            _look(recording, clip)
            settled += 1
            continue
        upload = Upload.objects.filter(pk=recording.clip_id).first()
        ended = (UploadState.FAILED, UploadState.CANCELLED)
        if upload is None or upload.state in ended:
            sentence = (upload.error if upload else "") or "The upload was cancelled."
            recording_fail(recording, sentence)
            settled += 1
    return settled


def _look(recording: Recording, clip: Clip) -> None:
    version = model_of(recording.session)
    is_asked = False
    if version is not None:
        try:
            preannotate_start(clip=clip, actor=recording.started_by, model_version=version)
            is_asked = True
        except FascicleError as error:
            logger.info("recording %s is not looked at: %s", recording.pk, error.detail)
    Recording.objects.filter(pk=recording.pk).update(
        state=RecordingState.DONE, is_preannotation_asked=is_asked, frame_count=clip.frame_count
    )
