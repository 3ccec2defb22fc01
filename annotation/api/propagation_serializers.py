"""JSON of carried shapes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.api.set_serializers import ShapeSerializer
from annotation.geometry import decode_shape, shape_to_json
from annotation.models import PropagatedShape, Propagation
from fascicle.jobs.models import JobState


class PropagationStartSerializer(serializers.Serializer[Any]):
    """What to carry, and where to."""

    track = serializers.UUIDField()
    structure = serializers.UUIDField()
    shape = serializers.JSONField()
    source_frame = serializers.IntegerField(min_value=0)
    last_frame = serializers.IntegerField(min_value=0)


class PropagationSerializer(serializers.ModelSerializer[Propagation]):
    """How far it has come."""

    structure = serializers.UUIDField(source="structure_id")
    track = serializers.UUIDField(source="track_id")
    state = serializers.ChoiceField(choices=JobState.choices, source="job.state")
    error = serializers.CharField(source="job.error")

    class Meta:
        model = Propagation
        fields = [
            "id", "annotation_set", "structure", "track", "source_frame", "last_frame", "state",
            "error", "stopped_because", "created_at",
        ]  # fmt: skip


class PropagatedShapeSerializer(serializers.ModelSerializer[PropagatedShape]):
    """The shape so many frames from the source."""

    shape = serializers.SerializerMethodField()

    class Meta:
        model = PropagatedShape
        fields = ["distance", "shape", "confidence"]

    @extend_schema_field(ShapeSerializer)
    def get_shape(self, row: PropagatedShape) -> dict[str, Any]:
        """From the stored bytes."""
        return shape_to_json(decode_shape(bytes(row.shape)))


class PropagationProgressSerializer(PropagationSerializer):
    """With the shapes beyond those that the page has."""

    shapes = PropagatedShapeSerializer(many=True)

    class Meta(PropagationSerializer.Meta):
        fields = [*PropagationSerializer.Meta.fields, "shapes"]
