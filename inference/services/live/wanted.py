"""The state of a session that the hub shall bring about, read from the rows."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from annotation.models import Protocol, Structure
from inference.live.wanted import WantedModel, WantedRecording, WantedSession
from inference.models import AliasName, LiveSession, ModelVersion, Recording, RecordingState
from inference.selectors import alias_model, foreign_codes
from inference.services.live.board import publish_wanted

MAX_RECORDING_SECONDS = 20 * 60


def recording_path(recording_id: object) -> Path:
    """Where the hub writes kept frames: a waiting place, never the permanent storage."""
    return Path(settings.UPLOAD_WAITING_ROOT) / "recordings" / f"{recording_id}.mkv"


def model_of(session: LiveSession) -> ModelVersion | None:
    """The model the session runs: its own choice, else the one promoted for live."""
    if session.is_model_off:
        return None
    version = session.model_version or alias_model(session.project_id, AliasName.LIVE)
    if version is None:
        return None
    # a procedure edited since the promotion: no mask rather than a wrongly named one
    codes = (each["code"] for each in version.structures)
    return None if foreign_codes(codes, session.project_id) else version


def wanted_session(session: LiveSession) -> WantedSession:
    """Everything the hub must know."""
    procedure = Protocol.objects.filter(project_id=session.project_id).values("procedure_id")
    structures = Structure.objects.filter(procedure_id__in=procedure).order_by("channel")
    version = model_of(session)
    recording = session.recordings.filter(
        state=RecordingState.RECORDING, stop_asked_at__isnull=True
    ).first()
    return WantedSession(
        id=str(session.pk),
        project=str(session.project_id),
        project_name=session.project.name,
        device=str(session.device_id),
        device_name=session.device.name,
        source=session.source,
        structures=[
            {
                "channel": each.channel,
                "code": each.code,
                "name": each.name,
                "colour": each.colour,
                "kind": each.kind,
            }
            for each in structures
        ],
        model=None if version is None else _model(version),
        recording=None if recording is None else _recording(recording),
        is_ended=session.ended_at is not None,
    )


def follow(session: LiveSession, *, must_reach: bool = True) -> None:
    """Publish the wanted state once the transaction stands.

    Without `must_reach` a Redis that is away is logged and stops nothing that comes after.
    """
    session_id = session.pk

    def publish() -> None:
        rows = LiveSession.objects.select_related("project", "device", "model_version")
        publish_wanted(wanted_session(rows.get(pk=session_id)))

    transaction.on_commit(publish, robust=not must_reach)


def _model(version: ModelVersion) -> WantedModel:
    return WantedModel(
        id=str(version.pk), number=version.number, label=str(version), members=version.members
    )


def _recording(recording: Recording) -> WantedRecording:
    return WantedRecording(
        id=str(recording.pk),
        path=str(recording_path(recording.pk)),
        max_seconds=MAX_RECORDING_SECONDS,
        max_bytes=settings.UPLOAD_MAX_BYTES,
    )
