"""JSON of procedures, projects, subjects and clips."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.api.upload_serializers import RedactionSerializer
from annotation.models import Chunk, Clip, ClipState, Procedure, SetState, Structure, Subject
from fascicle.accounts.models import Project, Role
from fascicle.jobs.api.serializers import JobOwnerSerializer

MOST_AT_ONCE = 200


class StructureSerializer(serializers.ModelSerializer[Structure]):
    """One thing to delineate."""

    class Meta:
        model = Structure
        fields = ["id", "code", "name", "kind", "colour", "channel"]


class ProcedureSerializer(serializers.ModelSerializer[Procedure]):
    """An examination with its structures in channel order."""

    structures = StructureSerializer(many=True)

    class Meta:
        model = Procedure
        fields = ["id", "code", "name", "description", "structures"]


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """A project as the person asking sees it."""

    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    procedure = ProcedureSerializer(source="protocol.procedure")
    clip_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Project
        fields = ["id", "name", "description", "created_at", "role", "procedure", "clip_count"]


class ProjectCreateSerializer(serializers.Serializer[Any]):
    """A new project."""

    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=4000, allow_blank=True, default="")
    procedure = serializers.SlugRelatedField(
        slug_field="code", queryset=Procedure.objects.all(), help_text="The procedure's code."
    )


class ProjectEditSerializer(serializers.Serializer[Any]):
    """What an admin may change."""

    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=4000, allow_blank=True, required=False)


class SubjectSerializer(serializers.ModelSerializer[Subject]):
    """A pseudonym and how many clips it has."""

    clip_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Subject
        fields = ["id", "project", "pseudonym", "clip_count", "created_at"]


class SubjectCreateSerializer(serializers.Serializer[Any]):
    """A new subject."""

    project = serializers.UUIDField()
    pseudonym = serializers.CharField(max_length=64)


class SubjectNameSerializer(serializers.ModelSerializer[Subject]):
    """A subject as a clip names it."""

    class Meta:
        model = Subject
        fields = ["id", "pseudonym"]


class ClipSerializer(serializers.ModelSerializer[Clip]):
    """A clip of a list made by `annotation.selectors.clips.clip_rows`."""

    subject = SubjectNameSerializer()
    title = serializers.CharField(source="__str__", read_only=True)
    state = serializers.ChoiceField(choices=ClipState.choices, source="shown_state", read_only=True)
    thumbnail = serializers.SerializerMethodField()
    has_suggestion = serializers.BooleanField(read_only=True)
    my_set_state = serializers.ChoiceField(
        choices=SetState.choices, read_only=True, allow_null=True
    )
    redaction = RedactionSerializer(allow_null=True, read_only=True)
    redaction_by = JobOwnerSerializer(allow_null=True, read_only=True)

    class Meta:
        model = Clip
        fields = [
            "id", "project", "subject", "number", "label", "title", "state", "width", "height",
            "frame_count", "duration_s", "microns_per_pixel", "microns_source", "scanner", "credit",
            "thumbnail", "created_at", "deleted_at", "has_suggestion", "my_set_state", "redaction",
            "redaction_by", "redaction_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.CharField())
    def get_thumbnail(self, clip: Clip) -> str:
        """Path of a JPEG."""
        return reverse("clip-thumbnail", args=[clip.pk])


class ChunkSerializer(serializers.ModelSerializer[Chunk]):
    """A run of frames that is fetched at once."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Chunk
        fields = ["number", "first_frame", "frame_count", "byte_size", "url"]

    def get_url(self, chunk: Chunk) -> str:
        """Path of the chunk file."""
        return reverse("clip-chunk", args=[chunk.clip_id, chunk.number])


class CalibrationSerializer(serializers.Serializer[Any]):
    """Two points of the picture, in its pixels, and how far apart they are."""

    x0 = serializers.FloatField()
    y0 = serializers.FloatField()
    x1 = serializers.FloatField()
    y1 = serializers.FloatField()
    millimetres = serializers.FloatField()


class ClipDetailSerializer(ClipSerializer):
    """A clip with its chunks."""

    chunks = ChunkSerializer(many=True)
    calibration = CalibrationSerializer(allow_null=True, read_only=True)

    class Meta(ClipSerializer.Meta):
        fields = [*ClipSerializer.Meta.fields, "source_format", "calibration", "chunks"]


class ClipEditSerializer(serializers.Serializer[Any]):
    """What may be said anew about a clip."""

    label = serializers.CharField(max_length=120, allow_blank=True, required=False)  # type: ignore[assignment]  # a field of that name
    scanner = serializers.CharField(max_length=80, allow_blank=True, required=False)
    microns_per_pixel = serializers.FloatField(required=False, allow_null=True)
    calibration = CalibrationSerializer(required=False)


class ClipBulkSerializer(serializers.Serializer[Any]):
    """The same act on many clips of one project."""

    clips = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE
    )
    action = serializers.ChoiceField(choices=["delete", "restore"])


class ClipBulkDoneSerializer(serializers.Serializer[Any]):
    """Which clips were changed; the others were so already."""

    changed = serializers.ListField(child=serializers.UUIDField())


class ProjectStorageSerializer(serializers.Serializer[Any]):
    """Bytes and counts of a project."""

    clip_count = serializers.IntegerField()
    frame_count = serializers.IntegerField()
    chunk_bytes = serializers.IntegerField()
    waiting_bytes = serializers.IntegerField(help_text="Uploads that are not clips yet.")
    deleted_clip_count = serializers.IntegerField()
    deleted_bytes = serializers.IntegerField(help_text="Clips that an admin may restore.")


class ScannerFacetSerializer(serializers.Serializer[Any]):
    """A scanner and its clips."""

    name = serializers.CharField()
    clip_count = serializers.IntegerField()


class AssigneeFacetSerializer(serializers.Serializer[Any]):
    """A person and the clips they have begun to read."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    clip_count = serializers.IntegerField()


class ProjectFacetsSerializer(serializers.Serializer[Any]):
    """What lists of a project's clips can be narrowed to."""

    scanners = ScannerFacetSerializer(many=True)
    assignees = AssigneeFacetSerializer(many=True)


class FrameSerializer(serializers.Serializer[Any]):
    """One frame's time and the SHA-256 of its grey pixels."""

    index = serializers.IntegerField()
    time_s = serializers.FloatField()
    sha256 = serializers.CharField()


class FrameTableSerializer(serializers.Serializer[Any]):
    """Every frame of a clip in order."""

    frame_count = serializers.IntegerField()
    frames = FrameSerializer(many=True)
