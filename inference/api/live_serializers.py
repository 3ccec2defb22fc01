"""JSON of devices, live sessions and recordings."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from fascicle.jobs.api.serializers import JobOwnerSerializer
from inference.api.serializers import ModelNameSerializer
from inference.models import Device, LiveSession, Recording
from inference.services.live.session_open import SOURCES
from inference.services.live.wanted import model_of


class DeviceSerializer(serializers.ModelSerializer[Device]):
    """A paired bridge."""

    paired_by = JobOwnerSerializer()

    class Meta:
        model = Device
        fields = ["id", "project", "name", "paired_by", "created_at", "last_seen_at", "revoked_at"]


class ProjectNamedSerializer(serializers.Serializer[Any]):
    """Which project."""

    project = serializers.UUIDField()


class PairingCodeSerializer(serializers.Serializer[Any]):
    """A code to type at the scanner, shown once."""

    code = serializers.CharField()
    expires_at = serializers.DateTimeField()


class PairSerializer(serializers.Serializer[Any]):
    """What a bridge sends to be paired."""

    code = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=80)


class PairedSerializer(serializers.Serializer[Any]):
    """What it keeps: the token is never shown again."""

    token = serializers.CharField()
    device = serializers.UUIDField()
    name = serializers.CharField()
    project = serializers.UUIDField()
    project_name = serializers.CharField()


class PublishSerializer(serializers.Serializer[Any]):
    """What a bridge will stream."""

    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]  # a field of ours


class PublishCheckSerializer(serializers.Serializer[Any]):
    """The name that the bridge is known by, and the hub that it would publish to."""

    device = serializers.CharField()
    hub = serializers.CharField()


class TicketSerializer(serializers.Serializer[Any]):
    """What opens the hub, for a minute: `{hub}/live/publish?ticket=` or `/live/view?ticket=`."""

    session = serializers.UUIDField()
    ticket = serializers.CharField()
    hub = serializers.CharField()


class SeenSerializer(serializers.Serializer[Any]):
    """What the hub says of a session now; absent when it has said nothing for ten seconds."""

    state = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    frames_per_second = serializers.FloatField()
    viewers = serializers.IntegerField()


class RecordingSerializer(serializers.ModelSerializer[Recording]):
    """A recording on its way to a clip; `clip_id` names upload and clip."""

    started_by = JobOwnerSerializer()

    class Meta:
        model = Recording
        fields = [
            "id", "session", "state", "subject", "label", "is_look_confirmed", "started_by",
            "started_at", "stop_asked_at", "closed_at", "frame_count", "clip_id",
            "is_preannotation_asked", "error",
        ]  # fmt: skip


class LiveSessionSerializer(serializers.ModelSerializer[LiveSession]):
    """A session. `model` is what it runs now, `chosen_model` its own choice or null."""

    device_name = serializers.CharField(source="device.name")
    model = serializers.SerializerMethodField()
    chosen_model = ModelNameSerializer(source="model_version", allow_null=True)
    seen = serializers.SerializerMethodField()
    recording = serializers.SerializerMethodField()

    class Meta:
        model = LiveSession
        fields = [
            "id", "project", "device", "device_name", "source", "model", "chosen_model",
            "is_model_off", "seen", "recording", "created_at", "ended_at",
        ]  # fmt: skip

    @extend_schema_field(ModelNameSerializer(allow_null=True))
    def get_model(self, session: LiveSession) -> Any:
        """The model whose masks are shown."""
        version = model_of(session)
        return None if version is None else ModelNameSerializer(version).data

    @extend_schema_field(SeenSerializer(allow_null=True))
    def get_seen(self, session: LiveSession) -> Any:
        """From the hub."""
        return self.context.get("seen", {}).get(str(session.pk))

    @extend_schema_field(RecordingSerializer(allow_null=True))
    def get_recording(self, session: LiveSession) -> Any:
        """The latest one."""
        rows = sorted(session.recordings.all(), key=lambda row: row.started_at)
        return RecordingSerializer(rows[-1]).data if rows else None


class ChooseModelSerializer(serializers.Serializer[Any]):
    """A model version, or null for the promoted one, or none at all."""

    model_version = serializers.UUIDField(allow_null=True, required=False)
    is_off = serializers.BooleanField(default=False)


class RecordSerializer(serializers.Serializer[Any]):
    """What is recorded, and what the person who records states."""

    subject = serializers.CharField(max_length=64)
    label = serializers.CharField(  # type: ignore[assignment]  # a field of ours
        max_length=120, required=False, allow_blank=True, default=""
    )
    is_consent_noted = serializers.BooleanField()
    is_look_confirmed = serializers.BooleanField(default=False)
