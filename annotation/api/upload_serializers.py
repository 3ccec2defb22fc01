"""JSON of uploads."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.models import Upload, UploadState
from fascicle.jobs.api.serializers import JobOwnerSerializer


class UploadFormSerializer(serializers.Serializer[Any]):
    """A file and what is known about it. The file's own name is not kept."""

    file = serializers.FileField(allow_empty_file=True)
    project = serializers.UUIDField()
    subject = serializers.CharField(max_length=64, help_text="Pseudonym; made when new.")
    label = serializers.CharField(max_length=120, allow_blank=True, default="")  # type: ignore[assignment]  # a field of that name
    microns_per_pixel = serializers.FloatField(required=False, allow_null=True)
    scanner = serializers.CharField(max_length=80, allow_blank=True, default="")
    credit = serializers.CharField(max_length=200, allow_blank=True, default="")


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """Where a file on its way to becoming a clip stands. The clip has the upload's id."""

    title = serializers.CharField(source="__str__", read_only=True)
    owner = JobOwnerSerializer(allow_null=True)
    released_by = JobOwnerSerializer(allow_null=True)
    clip = serializers.SerializerMethodField()
    job = serializers.SerializerMethodField()
    expires_at = serializers.SerializerMethodField()
    is_mine = serializers.SerializerMethodField()

    class Meta:
        model = Upload
        fields = [
            "id", "project", "owner", "is_mine", "state", "title", "subject", "label", "scanner",
            "credit", "microns_per_pixel", "byte_size", "received_bytes", "clip", "job", "error",
            "error_code", "created_at", "expires_at", "released_by", "released_at", "finished_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_clip(self, upload: Upload) -> str | None:
        """The clip, once there is one."""
        return str(upload.pk) if upload.state == UploadState.DONE else None

    def get_is_mine(self, upload: Upload) -> bool:
        """Whether the person asking sent it."""
        return bool(upload.owner_id == self.context["request"].user.pk)

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_job(self, upload: Upload) -> str | None:
        """The Job at work on it, or that was last."""
        job = upload.ingest_job_id or upload.inspect_job_id
        return str(job) if job else None

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_expires_at(self, upload: Upload) -> str | None:
        """When it ends unless bytes arrive; null once all are there."""
        return upload.expires_at.isoformat() if upload.expires_at else None


class BoxSerializer(serializers.Serializer[Any]):
    """Columns x0 to x1 and rows y0 to y1, the last excluded, in pixels of the file's picture."""

    x0 = serializers.IntegerField(min_value=0)
    y0 = serializers.IntegerField(min_value=0)
    x1 = serializers.IntegerField(min_value=1)
    y1 = serializers.IntegerField(min_value=1)


class RedactionSerializer(serializers.Serializer[Any]):
    """What is kept of every frame: cut to `crop`, then 0 in `blanks` and outside `keep`."""

    crop = BoxSerializer(allow_null=True, default=None)
    blanks = BoxSerializer(many=True, default=list)
    keep = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        allow_null=True,
        default=None,
        help_text="Corners [x, y] of a polygon.",
    )


class FindingSerializer(serializers.Serializer[Any]):
    """Something seen in the picture, where, and why it counts; never what a text says."""

    kind = serializers.CharField()
    box = BoxSerializer()
    confidence = serializers.FloatField()
    reason = serializers.CharField()


class ProposalSerializer(serializers.Serializer[Any]):
    """What would be cut off and blanked, for a person to confirm or correct."""

    redaction = RedactionSerializer()
    findings = FindingSerializer(many=True)


class RegionSerializer(BoxSerializer):
    """A box that the file itself marks."""

    kind = serializers.CharField()


class FactsSerializer(serializers.Serializer[Any]):
    """What the file says of itself besides the pixels."""

    kind = serializers.CharField()
    source_format = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    frame_count = serializers.IntegerField()
    duration_s = serializers.FloatField()
    microns_per_pixel = serializers.FloatField(allow_null=True)
    microns_from = serializers.CharField(allow_null=True)
    scanner = serializers.CharField(allow_null=True)
    modality = serializers.CharField(allow_null=True)
    regions = RegionSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class PreviewSerializer(serializers.Serializer[Any]):
    """A sample frame as it came."""

    number = serializers.IntegerField()
    frame_index = serializers.IntegerField()
    time_s = serializers.FloatField()
    url = serializers.CharField()


class UploadDetailSerializer(UploadSerializer):
    """An upload with what was found in it."""

    facts = FactsSerializer(allow_null=True)
    proposal = ProposalSerializer(allow_null=True)
    redaction = RedactionSerializer(allow_null=True)
    previews = serializers.SerializerMethodField()

    class Meta(UploadSerializer.Meta):
        fields = [*UploadSerializer.Meta.fields, "facts", "proposal", "redaction", "previews"]

    @extend_schema_field(PreviewSerializer(many=True))
    def get_previews(self, upload: Upload) -> list[dict[str, Any]]:
        """Sample frames spread over the clip, in order; none once it is released and taken in."""
        return [
            {
                "number": number,
                **preview,
                "url": reverse("upload-preview", args=[upload.pk, number]),
            }
            for number, preview in enumerate(upload.previews)
        ]


class ReleaseSerializer(serializers.Serializer[Any]):
    """What a person has confirmed, and words of the upload they have corrected; those left out
    stay as they are.
    """

    redaction = RedactionSerializer()
    label = serializers.CharField(max_length=120, allow_blank=True, required=False)  # type: ignore[assignment]  # a field of that name
    scanner = serializers.CharField(max_length=80, allow_blank=True, required=False)
    microns_per_pixel = serializers.FloatField(required=False, allow_null=True)
