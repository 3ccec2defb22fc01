"""JSON of models and aliases."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from fascicle.jobs.api.serializers import JobOwnerSerializer
from inference.models import Alias, AliasName, ModelVersion, Promotion


class ModelMemberSerializer(serializers.Serializer[Any]):
    """One fold's weights."""

    fold = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    byte_size = serializers.IntegerField()


class ModelStructureSerializer(serializers.Serializer[Any]):
    """One output of the network."""

    channel = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


class ModelVersionSerializer(serializers.ModelSerializer[ModelVersion]):
    """A model version with its figures and card."""

    structures = ModelStructureSerializer(many=True)
    metrics = serializers.DictField()
    card = serializers.DictField()
    members = ModelMemberSerializer(many=True)
    aliases = serializers.SerializerMethodField()

    class Meta:
        model = ModelVersion
        fields = [
            "id", "project", "number", "name", "recipe", "structures", "metrics", "card",
            "training_run_id", "snapshot_sha256", "members", "aliases", "created_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(AliasName.choices)))
    def get_aliases(self, version: ModelVersion) -> list[str]:
        """The purposes it serves now."""
        return sorted(alias.name for alias in version.aliases.all())


class ModelNameSerializer(serializers.ModelSerializer[ModelVersion]):
    """A model version, by name."""

    class Meta:
        model = ModelVersion
        fields = ["id", "number", "name"]


class PromotionSerializer(serializers.ModelSerializer[Promotion]):
    """One act of promoting or rolling back."""

    model_version = ModelNameSerializer()
    previous = ModelNameSerializer(allow_null=True)
    actor = JobOwnerSerializer(allow_null=True)
    overridden = serializers.SerializerMethodField()

    class Meta:
        model = Promotion
        fields = [
            "id", "name", "model_version", "previous", "reason", "actor", "is_rollback",
            "is_override", "overridden", "created_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=["worse", "doubt"], allow_null=True))
    def get_overridden(self, promotion: Promotion) -> str | None:
        """What the gate had said where it was overridden: worse, or that it cannot be told."""
        if not promotion.is_override:
            return None
        is_worse = any(each["is_worse"] for each in promotion.gate["structures"])
        return "worse" if is_worse else "doubt"


class AliasSerializer(serializers.ModelSerializer[Alias]):
    """What serves a purpose, and how that came about, newest first."""

    model_version = ModelNameSerializer()
    promotions = serializers.SerializerMethodField()

    class Meta:
        model = Alias
        fields = ["name", "project", "model_version", "promotions"]

    @extend_schema_field(PromotionSerializer(many=True))
    def get_promotions(self, alias: Alias) -> Any:
        """The latest ones; all are in the record."""
        rows = self.context["promotions"].get((alias.project_id, alias.name), [])
        return PromotionSerializer(rows, many=True).data


class PromoteSerializer(serializers.Serializer[Any]):
    """Which purpose, and why."""

    alias = serializers.ChoiceField(choices=AliasName.choices)
    reason = serializers.CharField(max_length=1000)
    is_override = serializers.BooleanField(default=False)
    serving = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="The version that you were shown as serving, null for none. Another one by now "
        "is a conflict. Required with is_override.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An override holds against the version that it was given against, and no other."""
        if attrs["is_override"] and "serving" not in attrs:
            raise serializers.ValidationError(
                {"serving": "Name the version that this is promoted against, or null for none."}
            )
        return attrs


class StructureVerdictSerializer(serializers.Serializer[Any]):
    """One measure of one structure before and after: its Dice, or the F1 of its detection."""

    code = serializers.CharField()
    name = serializers.CharField()
    measure = serializers.ChoiceField(choices=["dice", "f1"])
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)
    basis = serializers.ChoiceField(choices=["paired", "interval", "both", "none", "doubt"])
    frames = serializers.IntegerField()
    is_worse = serializers.BooleanField()
    sentence = serializers.CharField()


class GateSerializer(serializers.Serializer[Any]):
    """Whether a version may take the place of the one that serves now."""

    is_passed = serializers.BooleanField()
    against = ModelNameSerializer(allow_null=True)
    structures = StructureVerdictSerializer(many=True)
    doubt = serializers.CharField()


class RollbackSerializer(serializers.Serializer[Any]):
    """Whose alias is to go back, and why."""

    alias = serializers.ChoiceField(choices=AliasName.choices)
    reason = serializers.CharField(max_length=1000)
    project = serializers.UUIDField()
    serving = serializers.UUIDField(
        help_text="The version that shall be replaced. Where another one serves by now, nothing "
        "is changed."
    )
