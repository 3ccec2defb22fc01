"""JSON of suggestions, of models that are looking, and of what to look at first."""

from typing import Any

from rest_framework import serializers

from fascicle.jobs.models import Job, JobState
from inference.api.serializers import ModelNameSerializer
from inference.models import Suggestion
from inference.ranking.choose import Reason

REASONS = [(reason.value, reason.name.title()) for reason in Reason]


class PreannotateSerializer(serializers.Serializer[Any]):
    """Which clip to look at; without a model version the promoted one does."""

    clip = serializers.UUIDField()
    model_version = serializers.UUIDField(required=False, allow_null=True)


class PreannotationSerializer(serializers.ModelSerializer[Job]):
    """A model that looks at a clip, or waits to; `annotation_set` is there when it is done."""

    clip = serializers.UUIDField(source="target_id")
    model_version = serializers.UUIDField(source="payload.model_version")
    annotation_set = serializers.UUIDField(
        source="result.annotation_set", allow_null=True, default=None
    )
    state = serializers.ChoiceField(choices=JobState.choices)

    class Meta:
        model = Job
        fields = [
            "id", "clip", "model_version", "annotation_set", "state", "progress", "message",
            "error", "created_at",
        ]  # fmt: skip


class BegunShapeSerializer(serializers.Serializer[Any]):
    """A shape from this frame on: its stored bytes in base64; no confidence where it ends."""

    structure = serializers.UUIDField()
    confidence = serializers.FloatField(allow_null=True)
    shape = serializers.CharField()


class SeenFrameSerializer(serializers.Serializer[Any]):
    """A frame that the model has seen."""

    frame = serializers.IntegerField(source="frame_index")
    shapes = BegunShapeSerializer(many=True)


class PreannotationProgressSerializer(PreannotationSerializer):
    """With the frames that the page does not have, in order; none once it is done."""

    frames = SeenFrameSerializer(many=True, source="preannotated_frames.all")

    class Meta(PreannotationSerializer.Meta):
        fields = [*PreannotationSerializer.Meta.fields, "frames"]


class SuggestionSerializer(serializers.ModelSerializer[Suggestion]):
    """What a model said of a clip, and how sure it was: structure code -> one number a frame.

    `members` is how many networks answered, null where nobody kept their doubt; of one alone the
    doubt is its own hesitation, of more it is how far they are apart.
    """

    annotation_set = serializers.UUIDField(source="annotation_set_id")
    clip = serializers.UUIDField(source="annotation_set.clip_id")
    model_version = ModelNameSerializer()
    confidence = serializers.DictField(
        child=serializers.ListField(child=serializers.FloatField(allow_null=True))
    )
    members = serializers.IntegerField(source="doubt.members", allow_null=True, default=None)

    class Meta:
        model = Suggestion
        fields = [
            "annotation_set", "clip", "model_version", "confidence", "members", "created_at",
        ]  # fmt: skip


class RankedFrameSerializer(serializers.Serializer[Any]):
    """A frame to look at, and why."""

    frame = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=REASONS)
    structure = serializers.UUIDField(allow_null=True)
    score = serializers.FloatField()
    words = serializers.CharField()


class RankedFrameListSerializer(serializers.Serializer[Any]):
    """The most doubtful first, then those for spread and by chance."""

    frames = RankedFrameSerializer(many=True)


class RankedClipSerializer(serializers.Serializer[Any]):
    """A clip to look at, and why."""

    clip = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=REASONS)
    score = serializers.FloatField()
    words = serializers.CharField()


class ClipRankListSerializer(serializers.Serializer[Any]):
    """The most urgent first."""

    clips = RankedClipSerializer(many=True)
