"""JSON of progress, certificates and the teacher's page."""

from typing import Any

from rest_framework import serializers

from annotation.api.clip_serializers import StructureSerializer
from annotation.api.practice_serializers import ClipNameSerializer, EnrolmentSerializer
from annotation.models import CourseLevel, PracticeMode


class ShareSerializer(serializers.Serializer[Any]):
    """`count` of `total` with its 95 % interval (Wilson); null of nothing."""

    count = serializers.IntegerField()
    total = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class FiguresSerializer(serializers.Serializer[Any]):
    """See `annotation.selectors.practice_progress.Figures`."""

    answered = serializers.IntegerField()
    first_looks = ShareSerializer()
    now = ShareSerializer()
    dice = serializers.FloatField(allow_null=True)
    yardstick = serializers.FloatField(allow_null=True)
    distance_mm = serializers.FloatField(allow_null=True)


class StructureProgressSerializer(serializers.Serializer[Any]):
    """One's figures for a structure in a region."""

    region = serializers.CharField()
    structure = StructureSerializer()
    figures = FiguresSerializer()


class ModeFiguresSerializer(serializers.Serializer[Any]):
    """Figures of one mode."""

    mode = serializers.ChoiceField(choices=PracticeMode.choices)
    figures = FiguresSerializer()


class StructureFiguresSerializer(serializers.Serializer[Any]):
    """Figures of one structure."""

    structure = StructureSerializer()
    figures = FiguresSerializer()


class CertificateSerializer(serializers.Serializer[Any]):
    """A finished course in honest numbers."""

    course = serializers.CharField(source="enrolment.course.title")
    level = serializers.ChoiceField(source="enrolment.course.level", choices=CourseLevel.choices)
    region = serializers.CharField(source="enrolment.course.project.protocol.procedure.name")
    project = serializers.CharField(source="enrolment.course.project.name")
    person = serializers.CharField(source="enrolment.person.__str__")
    begun_at = serializers.DateTimeField(source="enrolment.created_at")
    finished_at = serializers.DateTimeField()
    questions = serializers.IntegerField()
    clips = serializers.IntegerField()
    overall = FiguresSerializer()
    by_mode = ModeFiguresSerializer(many=True)
    by_structure = StructureFiguresSerializer(many=True)


class TraineeRowSerializer(serializers.Serializer[Any]):
    """One person in the course."""

    enrolment = EnrolmentSerializer()
    figures = FiguresSerializer()
    last_answer_at = serializers.DateTimeField(allow_null=True)


class HardClipSerializer(serializers.Serializer[Any]):
    """A clip, and how often its structures were found at first look."""

    clip = ClipNameSerializer()
    found = ShareSerializer()


class TakenForSerializer(serializers.Serializer[Any]):
    """How often a structure was taken for this one."""

    structure = StructureSerializer()
    count = serializers.IntegerField()


class ConfusionSerializer(serializers.Serializer[Any]):
    """What became of the answers about one structure."""

    structure = StructureSerializer()
    found = serializers.IntegerField()
    taken_for = TakenForSerializer(many=True)
    elsewhere = serializers.IntegerField()
    overlooked = serializers.IntegerField()


class CohortSerializer(serializers.Serializer[Any]):
    """The teacher's page."""

    questions = serializers.IntegerField()
    trainees = TraineeRowSerializer(many=True)
    hardest = HardClipSerializer(many=True)
    confusions = ConfusionSerializer(many=True)
