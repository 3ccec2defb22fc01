"""JSON of recipes, snapshots and runs."""

from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.selectors import LabelChoice
from fascicle.jobs.api.serializers import JobOwnerSerializer
from fascicle.jobs.models import JobState
from fascicle.jobs.selectors import is_queue_served
from training.api.frame_names import without_names
from training.estimates import Basis
from training.label_words import labels_of
from training.models import DatasetSnapshot, Epoch, Fold, FoldState, TrainingRun
from training.services.run_settle import UNFINISHED_FOLD
from training.services.run_start import MAX_EMPTY_WEIGHT, MAX_EPOCHS, MAX_FOLDS

LABELS = [(each, each) for each in get_args(LabelChoice)]


class RecipeSerializer(serializers.Serializer[Any]):
    """A recipe to choose."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the name is part of the format
    input_height = serializers.IntegerField(source="height")
    input_width = serializers.IntegerField(source="width")
    default_epochs = serializers.IntegerField(source="epochs")
    batch_size = serializers.IntegerField()
    loss = serializers.CharField()
    optimiser = serializers.CharField()
    learning_rate = serializers.FloatField()


class RecipePageSerializer(serializers.Serializer[Any]):
    """All recipes, in the form of every list."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = RecipeSerializer(many=True)


class StructureCountSerializer(serializers.Serializer[Any]):
    """In how many frames and subjects a structure is delineated."""

    channel = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    frame_count = serializers.IntegerField()
    subject_count = serializers.IntegerField()


class ReaderWorkSerializer(serializers.Serializer[Any]):
    """Of how many clips a person's own reading is accepted."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    clip_count = serializers.IntegerField()


class SnapshotPreviewSerializer(serializers.Serializer[Any]):
    """What a snapshot frozen now would hold."""

    frame_count = serializers.IntegerField()
    clip_count = serializers.IntegerField()
    subject_count = serializers.IntegerField()
    structures = StructureCountSerializer(many=True)
    readers = ReaderWorkSerializer(many=True)


class SnapshotSerializer(serializers.ModelSerializer[DatasetSnapshot]):
    """A snapshot without its manifest."""

    created_by = JobOwnerSerializer(allow_null=True)
    labels = serializers.SerializerMethodField()

    class Meta:
        model = DatasetSnapshot
        fields = [
            "id", "project", "number", "sha256", "frame_count", "clip_count", "subject_count",
            "created_at", "created_by", "labels",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=LABELS))
    def get_labels(self, snapshot: DatasetSnapshot) -> str:
        """What is learnt where several have read a clip; lists do not read the manifest for it."""
        if hasattr(snapshot, "labels"):
            return snapshot.labels or "accepted"
        return labels_of(snapshot.manifest)


class SnapshotDetailSerializer(SnapshotSerializer):
    """A snapshot with every frame it names."""

    manifest = serializers.DictField()

    class Meta(SnapshotSerializer.Meta):
        fields = [*SnapshotSerializer.Meta.fields, "manifest"]


class LabelChoiceSerializer(serializers.Serializer[Any]):
    """Of which project, and what is learnt where several have read a clip: `accepted` (the
    consensus, else what was accepted first), `consensus` only, one `reader`, or `soft`: the share
    of readers at each pixel.
    """

    project = serializers.UUIDField()
    labels = serializers.ChoiceField(
        choices=LABELS,
        required=False,
        default="accepted",
    )
    reader = serializers.UUIDField(required=False, allow_null=True, default=None)


class SnapshotFreezeSerializer(LabelChoiceSerializer):
    """What to freeze."""


def _told(error: str, project_id: UUID, context: Mapping[str, Any]) -> str:
    return error if project_id in context["admin_of"] else without_names(error)


class EpochSerializer(serializers.ModelSerializer[Epoch]):
    """A point of a fold's curves."""

    held_out_dice = serializers.DictField(child=serializers.FloatField(allow_null=True))

    class Meta:
        model = Epoch
        fields = ["number", "loss", "held_out_loss", "held_out_dice", "seconds"]


class FoldStateSerializer(serializers.ModelSerializer[Fold]):
    """How far a fold is."""

    progress = serializers.FloatField(source="job.progress")

    class Meta:
        model = Fold
        fields = ["index", "state", "progress"]


class FoldSerializer(FoldStateSerializer):
    """A fold with its curves, and how far its job is."""

    metrics = serializers.DictField()
    error = serializers.SerializerMethodField()
    message = serializers.CharField(source="job.message")
    job = serializers.UUIDField(source="job_id")
    is_stranded = serializers.SerializerMethodField()
    epochs = EpochSerializer(many=True)

    class Meta(FoldStateSerializer.Meta):
        fields = [
            "index", "state", "metrics", "error", "note", "progress", "message", "is_stranded",
            "job", "epochs", "start_member",
        ]  # fmt: skip

    def get_error(self, fold: Fold) -> str:
        """Why it failed."""
        return _told(fold.error, fold.run.project_id, self.context)

    def get_is_stranded(self, fold: Fold) -> bool:
        """Whether its worker is gone, and no other has taken it up yet."""
        return fold.state == FoldState.RUNNING and fold.job.is_stranded


class RunHeadSerializer(serializers.ModelSerializer[TrainingRun]):
    """What a run is, and how it ended.

    In the context `admin_of`: the projects whose files its errors may name to the reader.
    """

    metrics = serializers.DictField()
    error = serializers.SerializerMethodField()
    model_version_id = serializers.SerializerMethodField()

    class Meta:
        model = TrainingRun
        fields = [
            "id", "project", "snapshot", "number", "recipe", "fold_count", "epoch_count", "seed",
            "state", "error", "note", "metrics", "created_at", "finished_at", "model_version_id",
            "start_from", "empty_weight",
        ]  # fmt: skip

    def get_error(self, run: TrainingRun) -> str:
        """Why it failed."""
        return _told(run.error, run.project_id, self.context)

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_model_version_id(self, run: TrainingRun) -> str | None:
        """The model that came out; the job that registered it says."""
        return run.finalise_job.result.get("model_version") if run.finalise_job else None


class TrainingRunSerializer(RunHeadSerializer):
    """A run with its folds."""

    folds = FoldSerializer(many=True)
    is_worker_missing = serializers.SerializerMethodField()

    class Meta(RunHeadSerializer.Meta):
        fields = [*RunHeadSerializer.Meta.fields, "folds", "is_worker_missing"]

    def get_is_worker_missing(self, run: TrainingRun) -> bool:
        """Whether folds wait for a worker, and none that trains shows a sign of life."""
        waiting = any(
            fold.state in UNFINISHED_FOLD
            and (fold.job.state == JobState.QUEUED or fold.job.is_stranded)
            for fold in run.folds.all()
        )
        return waiting and not is_queue_served("train")


class ListedRunSerializer(RunHeadSerializer):
    """A run in a list, which is asked for every other second while one is under way."""

    folds = FoldStateSerializer(many=True)
    curve = serializers.SerializerMethodField()

    class Meta(RunHeadSerializer.Meta):
        fields = [*RunHeadSerializer.Meta.fields, "folds", "curve"]

    @extend_schema_field(serializers.ListField(child=serializers.FloatField()))
    def get_curve(self, run: TrainingRun) -> list[float]:
        """The mean held-out Dice over folds and structures, epoch by epoch."""
        curve: list[float] = self.context["curves"].get(run.pk, [])
        return curve


class RunStartSerializer(serializers.Serializer[Any]):
    """What to train on what."""

    project = serializers.UUIDField()
    snapshot = serializers.UUIDField()
    recipe = serializers.CharField(max_length=40)
    fold_count = serializers.IntegerField(min_value=0)
    epoch_count = serializers.IntegerField(min_value=0)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    start_from = serializers.UUIDField(required=False, allow_null=True, default=None)
    empty_weight = serializers.FloatField(
        min_value=0, max_value=MAX_EMPTY_WEIGHT, required=False, default=1.0
    )


class RunEstimateSerializer(serializers.Serializer[Any]):
    """Seconds that all folds take one after another, likely from `low` to `high`."""

    seconds = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    basis = serializers.ChoiceField(choices=[each.value for each in Basis])


class RunEstimateQuerySerializer(serializers.Serializer[Any]):
    """What would be trained."""

    project = serializers.UUIDField()
    recipe = serializers.CharField(max_length=40)
    frame_count = serializers.IntegerField(min_value=1)
    fold_count = serializers.IntegerField(min_value=2, max_value=MAX_FOLDS)
    epoch_count = serializers.IntegerField(min_value=1, max_value=MAX_EPOCHS)
