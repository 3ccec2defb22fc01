"""JSON of agreement reports."""

from typing import Any

from rest_framework import serializers

from annotation.models import AgreementBasis, AgreementReading, AgreementReport
from annotation.services.agreement_start import MAX_CLIPS
from fascicle.jobs.api.serializers import JobOwnerSerializer


class AgreementStartSerializer(serializers.Serializer[Any]):
    """Whose readings of which clips to compare; all of the project that there are without them."""

    project = serializers.UUIDField()
    clips = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_empty=False, max_length=MAX_CLIPS
    )
    readers = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_empty=False, max_length=200
    )
    basis = serializers.ChoiceField(
        choices=AgreementBasis.choices, required=False, default=AgreementBasis.CURRENT
    )


class AgreementReaderSerializer(serializers.Serializer[Any]):
    """A person, and which of their readings of a clip."""

    id = serializers.UUIDField()
    reading = serializers.IntegerField()
    name = serializers.CharField()


class AgreementStructureSerializer(serializers.Serializer[Any]):
    """A structure as it was called when the report was made."""

    channel = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    colour = serializers.CharField()


class AgreementClipSerializer(serializers.Serializer[Any]):
    """A clip of a report."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    subject = serializers.CharField()


class AgreementReportSerializer(serializers.ModelSerializer[AgreementReport]):
    """A report without its figures. `moved_on`: of how many of its readings there is a later
    revision by now.
    """

    owner = JobOwnerSerializer(allow_null=True)
    readers = AgreementReaderSerializer(many=True)
    structures = AgreementStructureSerializer(many=True)
    clips = AgreementClipSerializer(many=True)
    moved_on = serializers.IntegerField()
    is_stale = serializers.SerializerMethodField()

    class Meta:
        model = AgreementReport
        fields = [
            "id", "project", "job_id", "owner", "basis", "readers", "structures", "clips",
            "moved_on", "is_stale", "sha256", "created_at", "made_at",
        ]  # fmt: skip

    def get_is_stale(self, report: AgreementReport) -> bool:
        """A set has moved on since."""
        return bool(getattr(report, "moved_on", 0))


class AgreementReadingSerializer(serializers.ModelSerializer[AgreementReading]):
    """A set and the revision that was compared; `reader` and `clip` are places in the lists."""

    class Meta:
        model = AgreementReading
        fields = ["annotation_set", "revision", "reader", "clip"]


class AgreementDetailSerializer(AgreementReportSerializer):
    """A report with its figures, as `annotation.agreement.agreement_figures` gives them."""

    figures = serializers.DictField()
    readings = AgreementReadingSerializer(many=True)

    class Meta(AgreementReportSerializer.Meta):
        fields = [*AgreementReportSerializer.Meta.fields, "figures", "readings"]


class ComparableClipSerializer(serializers.Serializer[Any]):
    """A clip that at least two readers have handed in, and their places among `readers`."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    subject = serializers.CharField()
    readers = serializers.ListField(child=serializers.UUIDField())


class ComparableSerializer(serializers.Serializer[Any]):
    """What there is to compare."""

    readers = AgreementReaderSerializer(many=True)
    clips = ComparableClipSerializer(many=True)


class DisagreementSerializer(serializers.Serializer[Any]):
    """A structure in a frame that two readers see differently. Readers are places in the list."""

    clip = serializers.UUIDField()
    title = serializers.CharField()
    frame = serializers.IntegerField()
    structure = serializers.CharField()
    first = serializers.IntegerField()
    second = serializers.IntegerField()
    state = serializers.CharField()
    dice = serializers.FloatField()
    iou = serializers.FloatField()
    hd95_px = serializers.FloatField(allow_null=True)
    surface_distance_px = serializers.FloatField(allow_null=True)


class DisagreementPageSerializer(serializers.Serializer[Any]):
    """The worst first, in the form of every list."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = DisagreementSerializer(many=True)


class AgreementRowsQuerySerializer(serializers.Serializer[Any]):
    """Which compared frames are meant: all without more."""

    structure = serializers.SlugField(required=False)
    clip = serializers.UUIDField(required=False)
    first = serializers.IntegerField(required=False, min_value=0)
    second = serializers.IntegerField(required=False, min_value=0)


class DisagreementQuerySerializer(AgreementRowsQuerySerializer):
    """And how many."""

    limit = serializers.IntegerField(required=False, min_value=1, max_value=500, default=50)


class BreakdownQuerySerializer(AgreementRowsQuerySerializer):
    """And by what; by frame of one clip only."""

    by = serializers.ChoiceField(choices=["subject", "clip", "frame"])


class BreakdownRowSerializer(serializers.Serializer[Any]):
    """Figures of one subject, clip or frame; `name` says which."""

    name = serializers.CharField()
    compared = serializers.IntegerField()
    neither = serializers.IntegerField()
    only_first = serializers.IntegerField()
    only_second = serializers.IntegerField()
    both = serializers.IntegerField()
    figures = serializers.DictField(child=serializers.FloatField(allow_null=True))


class BreakdownPageSerializer(serializers.Serializer[Any]):
    """All of them, in the form of every list."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = BreakdownRowSerializer(many=True)
