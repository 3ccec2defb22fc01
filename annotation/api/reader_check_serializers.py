"""JSON of what hidden re-reads and checks found."""

from typing import Any

from rest_framework import serializers

from annotation.api.agreement_serializers import AgreementStructureSerializer
from annotation.api.set_serializers import PersonSerializer
from annotation.models import AssignmentCheck
from annotation.selectors.reader_checks import CheckPoint

KINDS = [AssignmentCheck.REREAD, AssignmentCheck.GROUND_TRUTH]
STATES = ["measured", "pending", "nothing_shared", "no_reference"]


class ReaderChecksQuerySerializer(serializers.Serializer[Any]):
    """Of which project."""

    project = serializers.UUIDField()


def _figures(**more: Any) -> serializers.DictField:
    return serializers.DictField(child=serializers.FloatField(allow_null=True), **more)


class CheckKindSummarySerializer(serializers.Serializer[Any]):
    """A reader's checks of one kind; `figures` over all structures."""

    check_kind = serializers.ChoiceField(choices=KINDS)
    open = serializers.IntegerField()
    done = serializers.IntegerField()
    measured = serializers.IntegerField()
    figures = _figures(allow_null=True)


class ReaderSummarySerializer(serializers.Serializer[Any]):
    """A reader in the list; `pending` checks were handed in and wait to be measured."""

    person = PersonSerializer()
    kinds = CheckKindSummarySerializer(many=True)
    pending = serializers.IntegerField()
    last_handed_in_at = serializers.DateTimeField(allow_null=True)


class ReaderSummaryPageSerializer(serializers.Serializer[Any]):
    """All readers, in the form of every list."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ReaderSummarySerializer(many=True)


class CheckedStructureSerializer(serializers.Serializer[Any]):
    """Figures of a structure between a reader and the reference; channel null: all together.
    `only_first` counts frames in which the reference alone shows it, `only_second` the reader.
    """

    channel = serializers.IntegerField(allow_null=True)
    compared = serializers.IntegerField()
    neither = serializers.IntegerField()
    only_first = serializers.IntegerField()
    only_second = serializers.IntegerField()
    both = serializers.IntegerField()
    figures = _figures()
    intervals = serializers.DictField(
        child=serializers.ListField(
            child=serializers.FloatField(), min_length=2, max_length=2, allow_null=True
        )
    )


class CheckKindFindingsSerializer(serializers.Serializer[Any]):
    """What checks of one kind found."""

    check_kind = serializers.ChoiceField(choices=KINDS)
    open = serializers.IntegerField()
    done = serializers.IntegerField()
    subjects = serializers.IntegerField()
    frames = serializers.IntegerField()
    structures = CheckedStructureSerializer(many=True)


class CheckPointSerializer(serializers.Serializer[CheckPoint]):
    """A check that was handed in. The revisions are those that were compared, null before."""

    id = serializers.UUIDField(source="row.assignment.pk")
    check_kind = serializers.ChoiceField(choices=KINDS, source="row.assignment.check_kind")
    clip = serializers.UUIDField(source="row.assignment.clip_id")
    title = serializers.CharField(source="row.assignment.clip")
    handed_in_at = serializers.DateTimeField(source="row.assignment.closed_at")
    reading = serializers.UUIDField(source="row.assignment.annotation_set_id")
    reading_revision = serializers.SerializerMethodField()
    reference = serializers.UUIDField(source="row.assignment.reference_id", allow_null=True)
    reference_revision = serializers.SerializerMethodField()
    reference_by = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=STATES)
    is_stale = serializers.BooleanField(source="row.is_stale")
    sha256 = serializers.SerializerMethodField()
    figures = _figures(allow_null=True)
    dice = _figures()

    def get_reading_revision(self, point: CheckPoint) -> int | None:
        """Of the check."""
        return point.row.finding.reading_revision if point.row.finding else None

    def get_reference_revision(self, point: CheckPoint) -> int | None:
        """Of what it is compared with."""
        return point.row.finding.reference_revision if point.row.finding else None

    def get_reference_by(self, point: CheckPoint) -> str:
        """Whose the truth is; empty for an own earlier reading, or without one."""
        reference = point.row.assignment.reference
        if reference is None or reference.author_id == point.row.assignment.assignee_id:
            return ""
        return str(reference.author)

    def get_sha256(self, point: CheckPoint) -> str:
        """Of the stored frames: the same for the same revisions."""
        return point.row.finding.sha256 if point.row.finding else ""


class CheckWorstSerializer(serializers.Serializer[Any]):
    """A structure in a frame of a check. `state` first: the reference alone shows it."""

    check = serializers.UUIDField()
    frame = serializers.IntegerField()
    structure = serializers.CharField()
    state = serializers.CharField()
    dice = serializers.FloatField()
    hd95_px = serializers.FloatField(allow_null=True)
    hd95_mm = serializers.FloatField(allow_null=True)


class ReaderFindingsSerializer(serializers.Serializer[Any]):
    """Everything that is told of one reader."""

    person = PersonSerializer()
    pending = serializers.IntegerField()
    structures = AgreementStructureSerializer(many=True)
    kinds = CheckKindFindingsSerializer(many=True)
    checks = CheckPointSerializer(many=True)
    worst = CheckWorstSerializer(many=True)
