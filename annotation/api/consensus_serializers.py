"""JSON of adjudication."""

from typing import Any

from rest_framework import serializers

from annotation.agreement.consensus import BLENDS


class ConsensusOpenSerializer(serializers.Serializer[Any]):
    """Of which clip."""

    clip = serializers.UUIDField()


class ConsensusSettleSerializer(serializers.Serializer[Any]):
    """One structure in the frames from the first to the last, both included: as one of `readings`
    (sets) says, or as a `blend` of several.
    """

    structure = serializers.UUIDField()
    first_frame = serializers.IntegerField(min_value=0)
    last_frame = serializers.IntegerField(min_value=0)
    readings = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=50
    )
    blend = serializers.ChoiceField(
        choices=[(each, each) for each in BLENDS], required=False, allow_null=True, default=None
    )
    base_revision = serializers.IntegerField(min_value=0)
    idempotency_key = serializers.UUIDField()


class ConsensusSignSerializer(serializers.Serializer[Any]):
    """The revision that was looked at."""

    revision = serializers.IntegerField(min_value=0)


class ConsensusReopenSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=2000)
