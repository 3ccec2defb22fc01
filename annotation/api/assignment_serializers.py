"""JSON of assignments, rules and what waits for a person."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.api.clip_serializers import MOST_AT_ONCE, ClipSerializer
from annotation.api.set_serializers import AnnotationSetSerializer, PersonSerializer
from annotation.models import Assignment, AssignmentCheck, AssignmentTask, Clip


class QueuedSetSerializer(serializers.Serializer[Any]):
    """A set and its clip."""

    clip = ClipSerializer()
    annotation_set = AnnotationSetSerializer()


class QueuedAssignmentSerializer(serializers.Serializer[Any]):
    """Work that was given to the person asking. What it measures, if anything, is not told."""

    id = serializers.UUIDField(source="assignment.pk")
    task = serializers.ChoiceField(choices=AssignmentTask.choices, source="assignment.task")
    due_on = serializers.DateField(source="assignment.due_on", allow_null=True)
    is_blinded_to_model = serializers.BooleanField(source="assignment.is_blinded_to_model")
    created_at = serializers.DateTimeField(source="assignment.created_at")
    clip = ClipSerializer()
    annotation_set = AnnotationSetSerializer(allow_null=True)


class QueueSerializer(serializers.Serializer[Any]):
    """What waits for the person asking."""

    assigned = QueuedAssignmentSerializer(many=True)
    assigned_count = serializers.IntegerField()
    to_annotate = ClipSerializer(many=True)
    returned = QueuedSetSerializer(many=True)
    to_review = QueuedSetSerializer(many=True)


class QueuePageSerializer(serializers.Serializer[Any]):
    """A page of assignments; `after` asks for the next one."""

    results = QueuedAssignmentSerializer(many=True, source="rows")
    after = serializers.CharField(allow_null=True)


class AssignedClipSerializer(serializers.ModelSerializer[Clip]):
    """A clip by name."""

    title = serializers.CharField(source="__str__")

    class Meta:
        model = Clip
        fields = ["id", "title"]


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """An assignment as those who manage them see it. Of one's own it is not told how it came, nor
    whether others read the clip too: a check would show itself.
    """

    clip = AssignedClipSerializer()
    assignee = PersonSerializer()
    assigned_by = serializers.SerializerMethodField()
    check_kind = serializers.SerializerMethodField()
    is_by_rule = serializers.SerializerMethodField()
    is_blinded_to_readers = serializers.SerializerMethodField()

    class Meta:
        model = Assignment
        fields = [
            "id", "clip", "assignee", "task", "state", "due_on", "is_blinded_to_readers",
            "is_blinded_to_model", "check_kind", "is_by_rule", "assigned_by", "created_at",
            "closed_at",
        ]  # fmt: skip

    def get_check_kind(self, row: Assignment) -> str:
        """What it measures: never told to the person who has it, admin or not."""
        return "" if self._is_own(row) else row.check_kind

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_assigned_by(self, row: Assignment) -> Any:
        """Nobody where a rule gave it."""
        if self._is_own(row) or row.assigned_by is None:
            return None
        return PersonSerializer(row.assigned_by).data

    def get_is_by_rule(self, row: Assignment) -> bool | None:
        """Whether a rule gave it; null of one's own."""
        return None if self._is_own(row) else row.is_by_rule

    def get_is_blinded_to_readers(self, row: Assignment) -> bool | None:
        """Whether other readings are hidden from the reader; null of one's own."""
        return None if self._is_own(row) else row.is_blinded_to_readers

    def _is_own(self, row: Assignment) -> bool:
        return bool(row.assignee_id == self.context["request"].user.pk)


class AssignSerializer(serializers.Serializer[Any]):
    """Clips and people: each reads each clip, or they share the readings to review."""

    project = serializers.UUIDField()
    clips = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE
    )
    people = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=20)
    task = serializers.ChoiceField(choices=AssignmentTask.choices)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    is_blinded_to_readers = serializers.BooleanField(default=True)
    is_blinded_to_model = serializers.BooleanField(default=False)


class AssignCheckSerializer(serializers.Serializer[Any]):
    """Clips that measure their reader: read again, `count` of them by chance, or known."""

    project = serializers.UUIDField()
    clips = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE
    )
    people = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=20)
    check_kind = serializers.ChoiceField(
        choices=[AssignmentCheck.REREAD, AssignmentCheck.GROUND_TRUTH]
    )
    count = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)
    after_days = serializers.IntegerField(default=14, min_value=0, max_value=3650)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class SkippedSerializer(serializers.Serializer[Any]):
    """A clip that was not assigned, and why."""

    clip = serializers.UUIDField(source="clip_id")
    person = serializers.UUIDField(source="person_id", allow_null=True)
    reason = serializers.CharField()


class AssignedSerializer(serializers.Serializer[Any]):
    """What came of assigning."""

    made_count = serializers.SerializerMethodField()
    skipped = SkippedSerializer(many=True)

    def get_made_count(self, done: Any) -> int:
        """How many assignments there are now that were not there before."""
        return len(done.made)


class AssignmentDaySerializer(serializers.Serializer[Any]):
    """Another day by which it is due, or none."""

    due_on = serializers.DateField(allow_null=True)


class AssignmentRuleSerializer(serializers.Serializer[Any]):
    """How clips find their readers; without people named, everyone who annotates."""

    readers_per_clip = serializers.IntegerField(min_value=0, max_value=20, default=0)
    is_blinded_to_readers = serializers.BooleanField(default=True)
    is_blinded_to_model = serializers.BooleanField(default=False)
    read_within_days = serializers.IntegerField(
        min_value=0, max_value=3650, allow_null=True, default=None
    )
    assigns_reviewer = serializers.BooleanField(default=False)
    review_within_days = serializers.IntegerField(
        min_value=0, max_value=3650, allow_null=True, default=None
    )
    readers = serializers.ListField(child=serializers.UUIDField(), default=list, max_length=200)
    reviewers = serializers.ListField(child=serializers.UUIDField(), default=list, max_length=200)
