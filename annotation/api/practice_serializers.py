"""JSON of courses, questions, answers and what they reveal."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.api.clip_serializers import StructureSerializer
from annotation.api.set_serializers import PersonSerializer, ShapeSerializer
from annotation.geometry import shape_to_json
from annotation.models import (
    Clip,
    CourseLevel,
    CourseState,
    Enrolment,
    PracticeMode,
    Question,
)
from annotation.practice import Outcome
from annotation.selectors.practice_questions import AskedQuestion
from annotation.selectors.practice_reveal import HeatBand, Overlay, Reveal

OUTCOMES = [each.value for each in Outcome]


class EnrolmentSerializer(serializers.ModelSerializer[Enrolment]):
    """One person in one course."""

    person = PersonSerializer()

    class Meta:
        model = Enrolment
        fields = ["id", "person", "cohort", "created_at", "ended_at"]
        read_only_fields = fields


class CourseSerializer(serializers.Serializer[Any]):
    """A course in a list; `enrolment`, `answered` and `due` are those of the person asking."""

    id = serializers.UUIDField(source="course.id")
    project = serializers.UUIDField(source="course.project_id")
    title = serializers.CharField(source="course.title")
    description = serializers.CharField(source="course.description")
    level = serializers.ChoiceField(source="course.level", choices=CourseLevel.choices)
    state = serializers.ChoiceField(source="course.state", choices=CourseState.choices)
    structures = StructureSerializer(source="course.structures", many=True)
    created_at = serializers.DateTimeField(source="course.created_at")
    questions = serializers.IntegerField()
    clips = serializers.IntegerField()
    trainees = serializers.IntegerField()
    enrolment = EnrolmentSerializer(allow_null=True)
    answered = serializers.IntegerField()
    due = serializers.IntegerField()


class CourseCreateSerializer(serializers.Serializer[Any]):
    """A new course."""

    project = serializers.UUIDField()
    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=4000, allow_blank=True, default="")
    level = serializers.ChoiceField(choices=CourseLevel.choices)
    clips = serializers.ListField(child=serializers.UUIDField(), max_length=200)
    structures = serializers.ListField(child=serializers.UUIDField(), max_length=50)
    modes = serializers.ListField(child=serializers.ChoiceField(choices=PracticeMode.choices))


class CourseEditSerializer(serializers.Serializer[Any]):
    """What a teacher may change."""

    title = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    level = serializers.ChoiceField(choices=CourseLevel.choices, required=False)
    state = serializers.ChoiceField(choices=CourseState.choices, required=False)


class ClipNameSerializer(serializers.ModelSerializer[Clip]):
    """A clip by its name."""

    title = serializers.CharField(source="__str__")

    class Meta:
        model = Clip
        fields = ["id", "title", "frame_count"]


class QuestionSerializer(serializers.ModelSerializer[Question]):
    """A question with its answer, for teachers."""

    clip = ClipNameSerializer()
    structure = StructureSerializer()
    is_answered = serializers.BooleanField()

    class Meta:
        model = Question
        fields = [
            "id", "number", "mode", "clip", "structure", "first_frame", "last_frame", "note",
            "annotation_set", "revision", "is_answered",
        ]  # fmt: skip


class QuestionAddSerializer(serializers.Serializer[Any]):
    """One thing more to ask; `last_frame` only of a timed scan."""

    mode = serializers.ChoiceField(choices=PracticeMode.choices)
    clip = serializers.UUIDField()
    structure = serializers.UUIDField()
    first_frame = serializers.IntegerField(min_value=0)
    last_frame = serializers.IntegerField(min_value=0, required=False)
    note = serializers.CharField(max_length=4000, allow_blank=True, default="")


class QuestionEditSerializer(serializers.Serializer[Any]):
    """The expert's note, other frames, or another place among the questions, from 0."""

    note = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    first_frame = serializers.IntegerField(min_value=0, required=False)
    last_frame = serializers.IntegerField(min_value=0, required=False)
    position = serializers.IntegerField(min_value=0, required=False)


class EnrolSerializer(serializers.Serializer[Any]):
    """Whom to enrol."""

    people = serializers.ListField(child=serializers.UUIDField(), max_length=500)
    cohort = serializers.CharField(max_length=80, allow_blank=True, default="")


class PlaceSerializer(serializers.Serializer[Any]):
    """A place in image pixels."""

    x = serializers.FloatField()
    y = serializers.FloatField()


class AskedQuestionSerializer(serializers.Serializer[AskedQuestion]):
    """A question as it is put: nothing in it answers it. `structure` is null and `mark` is given
    where the structure is to be named.
    """

    id = serializers.UUIDField(source="question.id")
    mode = serializers.ChoiceField(source="question.mode", choices=PracticeMode.choices)
    clip = serializers.UUIDField(source="question.clip_id")
    first_frame = serializers.IntegerField(source="question.first_frame")
    last_frame = serializers.IntegerField(source="question.last_frame")
    number = serializers.IntegerField()
    structure = StructureSerializer(allow_null=True)
    mark = serializers.SerializerMethodField()
    choices = StructureSerializer(many=True)

    @extend_schema_field(PlaceSerializer(allow_null=True))
    def get_mark(self, asked: AskedQuestion) -> dict[str, float] | None:
        """Where the structure to be named lies."""
        return None if asked.mark is None else {"x": asked.mark[0], "y": asked.mark[1]}


class NextQuestionSerializer(serializers.Serializer[Any]):
    """What to do now."""

    asked = AskedQuestionSerializer(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    total = serializers.IntegerField()
    answered = serializers.IntegerField()
    due = serializers.IntegerField()


class AnswerSerializer(serializers.Serializer[Any]):
    """An answer; which members are there depends on the question's mode."""

    absent = serializers.BooleanField(required=False)
    x = serializers.FloatField(required=False)
    y = serializers.FloatField(required=False)
    structure = serializers.UUIDField(required=False)
    shape = ShapeSerializer(required=False)
    frame = serializers.IntegerField(required=False)


class AttemptCommitSerializer(serializers.Serializer[Any]):
    """Commit to an answer. `number` and the frames are those of the question as it was put; an
    answer is not scored against frames that were not shown.
    """

    question = serializers.UUIDField()
    number = serializers.IntegerField(min_value=1)
    first_frame = serializers.IntegerField(min_value=0, required=False)
    last_frame = serializers.IntegerField(min_value=0, required=False)
    answer = AnswerSerializer()


class ScoreSerializer(serializers.Serializer[Any]):
    """Figures of an answer; those that the mode does not have are null."""

    dice = serializers.FloatField(allow_null=True)
    mean_distance_px = serializers.FloatField(allow_null=True)
    mean_distance_mm = serializers.FloatField(allow_null=True)
    hd95_px = serializers.FloatField(allow_null=True)
    hd95_mm = serializers.FloatField(allow_null=True)
    distance_px = serializers.FloatField(allow_null=True)
    distance_mm = serializers.FloatField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True)


class YardstickSerializer(serializers.Serializer[Any]):
    """The Dice that experts reach with each other; without two readers the published mean."""

    dice = serializers.FloatField()
    readers = serializers.IntegerField()
    is_of_frame = serializers.BooleanField()


class OverlaySerializer(serializers.Serializer[Overlay]):
    """Shapes of the asked structure, and whose they are."""

    whose = serializers.SerializerMethodField()
    shapes = serializers.SerializerMethodField()

    def get_whose(self, overlay: Overlay) -> str:
        """The author, those who are credited, or the model."""
        row = overlay.annotation_set
        return row.credit or row.model_label or str(row.author)

    @extend_schema_field(ShapeSerializer(many=True))
    def get_shapes(self, overlay: Overlay) -> list[dict[str, Any]]:
        """In image pixels."""
        return [shape_to_json(shape) for shape in overlay.shapes]


class HeatBandSerializer(serializers.Serializer[HeatBand]):
    """Pixels drawn too much or left out, `least` to `most` away from the border; null: beyond."""

    side = serializers.ChoiceField(source="band.side", choices=["extra", "missing"])
    least = serializers.FloatField(source="band.least")
    most = serializers.FloatField(source="band.most", allow_null=True)
    unit = serializers.ChoiceField(source="band.unit", choices=["mm", "px"])
    mask = serializers.SerializerMethodField()

    @extend_schema_field(ShapeSerializer())
    def get_mask(self, heat: HeatBand) -> dict[str, Any]:
        """A mask in image pixels."""
        return shape_to_json(heat.mask)


class RevealSerializer(serializers.Serializer[Reveal]):
    """A committed answer and the truth about what was asked."""

    id = serializers.UUIDField(source="attempt.id")
    question = serializers.UUIDField(source="attempt.question_id")
    mode = serializers.ChoiceField(source="attempt.question.mode", choices=PracticeMode.choices)
    clip = serializers.UUIDField(source="attempt.question.clip_id")
    first_frame = serializers.IntegerField(source="attempt.question.first_frame")
    last_frame = serializers.IntegerField(source="attempt.question.last_frame")
    structure = StructureSerializer(source="attempt.question.structure")
    number = serializers.IntegerField(source="attempt.number")
    committed_at = serializers.DateTimeField(source="attempt.committed_at")
    answer = AnswerSerializer(source="attempt.answer")
    outcome = serializers.ChoiceField(source="attempt.outcome", choices=OUTCOMES)
    is_found = serializers.SerializerMethodField()
    is_first_look = serializers.BooleanField(source="attempt.is_first_look")
    score = serializers.SerializerMethodField()
    due_at = serializers.DateTimeField()
    note = serializers.CharField(source="attempt.question.note")
    revision = serializers.IntegerField(source="attempt.question.revision")
    expert = OverlaySerializer()
    consensus = OverlaySerializer(allow_null=True)
    model = OverlaySerializer(allow_null=True)
    heat = HeatBandSerializer(many=True)
    yardstick = YardstickSerializer()
    spans = serializers.SerializerMethodField()
    taken_for = StructureSerializer(allow_null=True)

    def get_is_found(self, reveal: Reveal) -> bool:
        """Whether the structure, or its absence, was detected."""
        return Outcome(reveal.attempt.outcome).is_found

    @extend_schema_field(ScoreSerializer())
    def get_score(self, reveal: Reveal) -> dict[str, Any]:
        """Figures of the answer."""
        kept = reveal.attempt.score
        return {str(name): kept.get(str(name)) for name in ScoreSerializer().fields}

    @extend_schema_field(
        serializers.ListField(
            child=serializers.ListField(
                child=serializers.IntegerField(), min_length=2, max_length=2
            )
        )
    )
    def get_spans(self, reveal: Reveal) -> list[tuple[int, int]]:
        """Frames of a timed scan, first and last, in which the structure is to be seen."""
        return list(reveal.spans)
