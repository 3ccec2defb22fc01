"""JSON of annotation sets, revisions, reviews and remarks."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.models import (
    AnnotationSet,
    Decision,
    FrameQuality,
    ImageQuality,
    Issue,
    IssueReply,
    Keyframe,
    KeyframeSource,
    Note,
    NotVisible,
    Review,
    Revision,
    SetTransition,
    Track,
)
from annotation.selectors.correcting import is_reviewed
from annotation.selectors.set_rows import packed_track_rows, track_rows
from annotation.services.presence_tell import Presence
from fascicle.accounts.models import User


class PersonSerializer(serializers.ModelSerializer[User]):
    """A colleague, by name."""

    name = serializers.CharField(source="__str__")

    class Meta:
        model = User
        fields = ["id", "name"]


class ShapeSerializer(serializers.Serializer[Any]):
    """A shape as `annotation.geometry` defines it; which members are there depends on `kind`."""

    kind = serializers.ChoiceField(choices=["spline", "polygon", "mask", "absent"])
    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        required=False,
    )
    uncertain = serializers.ListField(child=serializers.BooleanField(), required=False)
    x = serializers.IntegerField(required=False)
    y = serializers.IntegerField(required=False)
    width = serializers.IntegerField(required=False)
    height = serializers.IntegerField(required=False)
    counts = serializers.ListField(child=serializers.IntegerField(), required=False)


class KeyframeSerializer(serializers.ModelSerializer[Keyframe]):
    """A shape at a frame; only for the schema, `annotation.selectors.set_rows` writes them."""

    frame = serializers.IntegerField(source="frame_index")
    shape = ShapeSerializer()

    class Meta:
        model = Keyframe
        fields = ["frame", "shape", "source", "confidence", "revision"]


class TrackSerializer(serializers.ModelSerializer[Track]):
    """One structure through time; only for the schema."""

    structure = serializers.UUIDField(source="structure_id")
    keyframes = KeyframeSerializer(many=True)

    class Meta:
        model = Track
        fields = ["id", "structure", "keyframes"]


class QualitySerializer(serializers.ModelSerializer[FrameQuality]):
    """The image quality of a frame."""

    frame = serializers.IntegerField(source="frame_index")

    class Meta:
        model = FrameQuality
        fields = ["frame", "quality"]


class NotVisibleSerializer(serializers.ModelSerializer[NotVisible]):
    """A structure judged not to be seen from `frame` to `to_frame`, both included."""

    structure = serializers.UUIDField(source="structure_id")
    frame = serializers.IntegerField(source="first_frame")
    to_frame = serializers.IntegerField(source="last_frame")

    class Meta:
        model = NotVisible
        fields = ["structure", "frame", "to_frame"]


class NoteSerializer(serializers.ModelSerializer[Note]):
    """The author's own words on a frame, or on the clip."""

    frame = serializers.IntegerField(source="frame_index", allow_null=True)

    class Meta:
        model = Note
        fields = ["id", "frame", "text"]


class RejectionSerializer(serializers.Serializer[Any]):
    """Why the clip is rejected."""

    reason = serializers.CharField(source="rejected_for")


class JudgementSerializer(serializers.Serializer[Any]):
    """What a set says besides its shapes."""

    quality = QualitySerializer(many=True, source="frame_qualities")
    not_visible = NotVisibleSerializer(many=True)
    rejected = serializers.SerializerMethodField()
    notes = NoteSerializer(many=True)

    @extend_schema_field(RejectionSerializer(allow_null=True))
    def get_rejected(self, row: AnnotationSet) -> dict[str, str] | None:
        """The reason, where there is one."""
        return {"reason": row.rejected_for} if row.rejected_for else None


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A decision."""

    reviewer = PersonSerializer()

    class Meta:
        model = Review
        fields = ["id", "decision", "remark", "reviewer", "revision", "created_at"]


class IssueReplySerializer(serializers.ModelSerializer[IssueReply]):
    """An answer under a remark."""

    author = PersonSerializer()

    class Meta:
        model = IssueReply
        fields = ["id", "text", "author", "created_at"]


class IssueSerializer(serializers.ModelSerializer[Issue]):
    """A remark pinned to the frames from `frame_index` to `last_frame`, both included."""

    author = PersonSerializer()
    resolved_by = PersonSerializer(allow_null=True)
    replies = IssueReplySerializer(many=True)

    class Meta:
        model = Issue
        fields = [
            "id", "frame_index", "last_frame", "x", "y", "text", "author", "created_at",
            "resolved_at", "resolved_by", "replies",
        ]  # fmt: skip


class TransitionSerializer(serializers.ModelSerializer[SetTransition]):
    """A step that a set has taken."""

    actor = PersonSerializer()

    class Meta:
        model = SetTransition
        fields = ["step", "from_state", "to_state", "revision", "actor", "reason", "at"]


class AnnotationSetSerializer(serializers.ModelSerializer[AnnotationSet]):
    """A set without its shapes."""

    author = PersonSerializer(allow_null=True)
    is_mine = serializers.SerializerMethodField()

    class Meta:
        model = AnnotationSet
        fields = [
            "id", "clip", "purpose", "state", "revision", "author", "model_version_id",
            "model_label", "credit", "created_at", "updated_at", "submitted_at", "is_mine",
        ]  # fmt: skip

    def get_is_mine(self, row: AnnotationSet) -> bool:
        """Whether the person asking wrote it."""
        return bool(row.author_id == self.context["request"].user.pk)


class AnnotationSetDetailSerializer(AnnotationSetSerializer):
    """A set with its shapes, decisions and remarks."""

    tracks = serializers.SerializerMethodField()
    judgement = JudgementSerializer(source="*")
    reviews = ReviewSerializer(many=True)
    issues = IssueSerializer(many=True)
    transitions = TransitionSerializer(many=True)
    is_reviewed = serializers.SerializerMethodField()

    class Meta(AnnotationSetSerializer.Meta):
        fields = [
            *AnnotationSetSerializer.Meta.fields,
            *("tracks", "judgement", "reviews", "issues", "transitions", "is_reviewed"),
        ]

    def get_is_reviewed(self, row: AnnotationSet) -> bool:
        """Whether colleagues decide on it: not on what measures its reader, who is not told."""
        return self.get_is_mine(row) or is_reviewed(row)

    @extend_schema_field(TrackSerializer(many=True))
    def get_tracks(self, row: AnnotationSet) -> list[dict[str, Any]]:
        """Without a serializer for each keyframe; packed where the context says so."""
        rows = packed_track_rows if self.context.get("is_packed") else track_rows
        return rows(row.pk)


class RevisionSerializer(serializers.ModelSerializer[Revision]):
    """A line of the history."""

    author = PersonSerializer(allow_null=True)

    class Meta:
        model = Revision
        fields = ["number", "author", "created_at", "summary", "op_count"]


class SetAtRevisionSerializer(serializers.Serializer[Any]):
    """A set as it was after a revision, in the form of a set as it is."""

    number = serializers.IntegerField()
    tracks = TrackSerializer(many=True)
    judgement = JudgementSerializer()


class PresenceTellSerializer(serializers.Serializer[Any]):
    """An open page of the person; `is_leaving` when it is being closed."""

    page = serializers.UUIDField()
    is_leaving = serializers.BooleanField(default=False)


class PresenceSerializer(serializers.Serializer[Any]):
    """Another open page on the set."""

    page = serializers.UUIDField()
    name = serializers.CharField()
    is_me = serializers.SerializerMethodField()
    is_author = serializers.BooleanField()

    def get_is_me(self, presence: Presence) -> bool:
        """Whether it is the same person, elsewhere."""
        return bool(presence.person_id == self.context["request"].user.pk)


class SetOpenSerializer(serializers.Serializer[Any]):
    """Which clip to read."""

    clip = serializers.UUIDField()


JUDGEMENTS = ["frame.judge", "structure.judge", "clip.judge", "note.put", "note.delete"]


class OperationSerializer(serializers.Serializer[Any]):
    """One operation; only for the schema, `annotation.operations` reads them."""

    op = serializers.ChoiceField(
        choices=["track.add", "track.delete", "keyframe.put", "keyframe.delete", *JUDGEMENTS]
    )
    track = serializers.UUIDField(required=False)
    structure = serializers.UUIDField(required=False)
    frame = serializers.IntegerField(required=False, min_value=0, allow_null=True)
    to_frame = serializers.IntegerField(required=False, min_value=0)
    shape = ShapeSerializer(required=False)
    quality = serializers.ChoiceField(choices=ImageQuality.choices, required=False, allow_null=True)
    visible = serializers.BooleanField(required=False, allow_null=True)
    rejected = serializers.BooleanField(required=False)
    reason = serializers.CharField(required=False, max_length=400)
    note = serializers.UUIDField(required=False)
    text = serializers.CharField(required=False, max_length=4000)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`source` is a member of every Field, so it cannot be declared in the class body."""
        source = serializers.ChoiceField(choices=KeyframeSource.choices, required=False)
        return {**super().get_fields(), "source": source}


class SetSaveSerializer(serializers.Serializer[Any]):
    """A batch of operations on a known revision."""

    base_revision = serializers.IntegerField(min_value=0)
    idempotency_key = serializers.UUIDField()
    ops = serializers.JSONField()  # read by annotation.operations, which says what is wrong


class SetSaveRequestSerializer(SetSaveSerializer):
    """The same, as the schema shows it."""

    ops = OperationSerializer(many=True)  # type: ignore[assignment]


class SetSavedSerializer(serializers.Serializer[Any]):
    """The revision that the operations became."""

    revision = serializers.IntegerField()
    idempotency_key = serializers.UUIDField()


class SetRestoreSerializer(serializers.Serializer[Any]):
    """Which revision to bring back."""

    number = serializers.IntegerField(min_value=0)
    base_revision = serializers.IntegerField(min_value=0)
    idempotency_key = serializers.UUIDField()


class SetSubmitSerializer(serializers.Serializer[Any]):
    """The revision that the author sees."""

    revision = serializers.IntegerField(min_value=0)


class ReviewDecideSerializer(serializers.Serializer[Any]):
    """A decision on the revision that was looked at."""

    decision = serializers.ChoiceField(choices=Decision.choices)
    remark = serializers.CharField(allow_blank=True, default="", max_length=4000)
    revision = serializers.IntegerField(min_value=0)


class IssueAddSerializer(serializers.Serializer[Any]):
    """A remark; `x` and `y` in image pixels or neither; without `last_frame` about one frame."""

    frame_index = serializers.IntegerField(min_value=0)
    last_frame = serializers.IntegerField(
        min_value=0, required=False, allow_null=True, default=None
    )
    text = serializers.CharField(max_length=4000)
    x = serializers.FloatField(required=False, allow_null=True, default=None)
    y = serializers.FloatField(required=False, allow_null=True, default=None)


class IssueReplyAddSerializer(serializers.Serializer[Any]):
    """An answer."""

    text = serializers.CharField(max_length=4000)


class IssueResolveSerializer(serializers.Serializer[Any]):
    """Whether the remark is settled, or was settled too early."""

    is_resolved = serializers.BooleanField(default=True)


class SetReopenSerializer(serializers.Serializer[Any]):
    """Why an accepted set is to be changed."""

    reason = serializers.CharField(max_length=4000, allow_blank=True)
