"""JSON of exports."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.exports.contents import FORMATS
from annotation.models import Export
from annotation.services.export_start import MAX_CLIPS

ACCEPTED = "accepted"


@extend_schema_field({"type": "string", "description": '"accepted" or the id of a set'})
class AnnotationChoiceField(serializers.Field[Any, Any, Any, Any]):
    """ "accepted", or the id of an annotation set; None and a UUID within."""

    def to_internal_value(self, data: Any) -> Any:
        """None for "accepted"."""
        return None if data == ACCEPTED else serializers.UUIDField().run_validation(data)

    def to_representation(self, value: Any) -> str:
        """Back to what was sent."""
        return ACCEPTED if value is None else str(value)


class ExportStartSerializer(serializers.Serializer[Any]):
    """What to export."""

    project = serializers.UUIDField()
    clips = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_empty=False, max_length=MAX_CLIPS
    )
    annotation = AnnotationChoiceField(required=False, default=None)
    formats = serializers.ListField(
        child=serializers.ChoiceField(choices=FORMATS), required=False, default=list
    )
    only_annotated = serializers.BooleanField(required=False, default=False)


class ExportSerializer(serializers.ModelSerializer[Export]):
    """An export as its row has it."""

    annotation = AnnotationChoiceField(source="annotation_set_id", read_only=True)
    owner = serializers.CharField(source="owner.__str__", read_only=True, allow_null=True)
    clips = serializers.ListField(child=serializers.UUIDField(), read_only=True)
    formats = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Export
        fields = [
            "id", "project", "job_id", "owner", "clips", "annotation", "formats", "only_annotated",
            "is_ready", "byte_size", "sha256", "created_at", "made_at", "expires_at", "removed_at",
        ]  # fmt: skip
        read_only_fields = fields
        extra_kwargs = {"is_ready": {"help_text": "there is a zip to download"}}
