"""The practice room over HTTP."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.practice_figures import (
    CertificateSerializer,
    CohortSerializer,
    StructureProgressSerializer,
)
from annotation.api.practice_serializers import (
    AttemptCommitSerializer,
    CourseCreateSerializer,
    CourseEditSerializer,
    CourseSerializer,
    EnrolmentSerializer,
    EnrolSerializer,
    NextQuestionSerializer,
    QuestionAddSerializer,
    QuestionEditSerializer,
    QuestionSerializer,
    RevealSerializer,
)
from annotation.models import Assignment, Attempt, Clip, Course, Enrolment, Question
from annotation.selectors.practice_cohort import cohort_of
from annotation.selectors.practice_progress import certificate_of, progress_of
from annotation.selectors.practice_questions import course_row, course_rows, next_question
from annotation.selectors.practice_reveal import reveal_of
from annotation.services.attempt_commit import attempt_commit
from annotation.services.course_create import course_create
from annotation.services.course_edit import course_delete, course_edit
from annotation.services.enrolment_make import course_join, enrolment_end, enrolments_make
from annotation.services.question_edit import (
    question_add,
    question_delete,
    question_edit,
    question_move,
)
from fascicle.accounts.api.wanted_project import wanted_project
from fascicle.accounts.models import Project
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.errors import NotAllowed

CONFLICT = OpenApiResponse(ErrorSerializer, description="Answered, not due, changed, or not open.")
PROJECT = OpenApiParameter("project", str, required=True)
PERSON = OpenApiParameter("person", str, description="For teachers: whose; one's own without.")


class CourseViewSet(viewsets.GenericViewSet[Any]):
    """Courses one may see. What answers a question is for teachers."""

    queryset = Course.objects.none()
    serializer_class = CourseSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[Course]:
        """Only what is visible."""
        return Course.objects.visible_to(person(self.request))

    @extend_schema(parameters=[PROJECT], responses=CourseSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The courses of a project, newest first."""
        rows = course_rows(person(request), wanted_project(request))
        return Response(CourseSerializer(rows, many=True).data)

    @extend_schema(request=CourseCreateSerializer, responses={201: CourseSerializer})
    def create(self, request: Request) -> Response:
        """A draft of a course with its questions proposed; experts and admins only."""
        sent = CourseCreateSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        visible = Project.objects.visible_to(person(request))
        project = get_object_or_404(visible, pk=told.pop("project"))
        course = course_create(project=project, actor=person(request), **told)
        return self._answer(course, status.HTTP_201_CREATED)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One course."""
        del request, pk
        return self._answer(self.get_object())

    @extend_schema(request=CourseEditSerializer, responses=CourseSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change words or level, open it, close it."""
        del pk
        sent = CourseEditSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        return self._answer(
            course_edit(course=self.get_object(), actor=person(request), **sent.validated_data)
        )

    @extend_schema(responses={204: None, 409: CONFLICT})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a course that nobody has answered in."""
        del pk
        course_delete(course=self.get_object(), actor=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(methods=["GET"], responses=QuestionSerializer(many=True))
    @extend_schema(
        methods=["POST"], request=QuestionAddSerializer, responses={201: QuestionSerializer}
    )
    @action(detail=True, methods=["get", "post"])
    def questions(self, request: Request, pk: str) -> Response:
        """For teachers: all questions with their answers; or one more."""
        del pk
        course = self._taught()
        rows = question_rows(Question.objects.visible_to(person(request)).filter(course=course))
        if request.method == "GET":
            return Response(QuestionSerializer(rows, many=True).data)
        sent = QuestionAddSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        clips = Clip.objects.visible_to(person(request)).filter(project=course.project_id)
        clip = get_object_or_404(clips, pk=told.pop("clip"))
        structure = get_object_or_404(course.structures.all(), pk=told.pop("structure"))
        made = question_add(
            course=course, actor=person(request), clip=clip, structure=structure, **told
        )
        return Response(
            QuestionSerializer(rows.get(pk=made.pk)).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(methods=["GET"], responses=EnrolmentSerializer(many=True))
    @extend_schema(
        methods=["POST"], request=EnrolSerializer, responses=EnrolmentSerializer(many=True)
    )
    @action(detail=True, methods=["get", "post"])
    def enrolments(self, request: Request, pk: str) -> Response:
        """For teachers: who is in the course; or enrol people."""
        del pk
        course = self._taught()
        if request.method == "GET":
            rows = list(course.enrolments.select_related("person"))
        else:
            sent = EnrolSerializer(data=request.data)
            sent.is_valid(raise_exception=True)
            rows = enrolments_make(course=course, actor=person(request), **sent.validated_data)
        return Response(EnrolmentSerializer(rows, many=True).data)

    @extend_schema(request=None, responses={200: CourseSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def join(self, request: Request, pk: str) -> Response:
        """Enrol oneself in an open course. Its clips' annotations are veiled from then on."""
        del pk
        course = self.get_object()
        course_join(course=course, actor=person(request))
        return self._answer(course)

    @extend_schema(responses=NextQuestionSerializer)
    @action(detail=True)
    def next(self, request: Request, pk: str) -> Response:
        """What the person asking is to answer now."""
        del pk
        row = self._enrolment(person(request).pk)
        return Response(NextQuestionSerializer(next_question(row)).data)

    @extend_schema(parameters=[PERSON], responses={200: CertificateSerializer, 409: CONFLICT})
    @action(detail=True)
    def certificate(self, request: Request, pk: str) -> Response:
        """The certificate of completion, once every question was answered."""
        del pk
        me, wanted = person(request).pk, request.query_params.get("person")
        row = self._enrolment(me if wanted is None else _uuid(wanted))
        if not Enrolment.objects.visible_to(person(request)).filter(pk=row.pk).exists():
            raise Http404
        return Response(CertificateSerializer(certificate_of(row)).data)

    @extend_schema(
        parameters=[OpenApiParameter("cohort", str, description="Only this cohort.")],
        responses=CohortSerializer,
    )
    @action(detail=True)
    def cohort(self, request: Request, pk: str) -> Response:
        """For teachers: everyone's progress, the hardest clips, what is taken for what."""
        del pk
        return Response(
            CohortSerializer(cohort_of(self._taught(), request.query_params.get("cohort"))).data
        )

    def _taught(self) -> Course:
        course: Course = self.get_object()
        if not Course.objects.taught_by(person(self.request)).filter(pk=course.pk).exists():
            raise NotAllowed("This page is for the course's teachers.")
        return course

    def _enrolment(self, person_id: UUID) -> Enrolment:
        rows = Enrolment.objects.select_related("course__project", "person")
        return get_object_or_404(rows, course=self.get_object(), person=person_id)

    def _answer(self, course: Course, code: int = status.HTTP_200_OK) -> Response:
        row = course_row(person(self.request), course)
        return Response(CourseSerializer(row).data, status=code)


class QuestionViewSet(viewsets.GenericViewSet[Question]):
    """Questions of courses one teaches."""

    queryset = Question.objects.none()
    serializer_class = QuestionSerializer

    def get_queryset(self) -> QuerySet[Question]:
        """Only what is visible."""
        return question_rows(Question.objects.visible_to(person(self.request)))

    @extend_schema(request=QuestionEditSerializer, responses={200: QuestionSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Write the note, ask about other frames, or at another place."""
        del pk
        sent = QuestionEditSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        position = told.pop("position", None)
        question = self.get_object()
        with transaction.atomic():
            if told:
                question_edit(question=question, actor=person(request), **told)
            if position is not None:
                question_move(question=question, actor=person(request), position=position)
        return Response(QuestionSerializer(question).data)

    @extend_schema(responses={204: None, 409: CONFLICT})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take out a question that nobody has answered."""
        del pk
        question_delete(question=self.get_object(), actor=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class EnrolmentViewSet(viewsets.GenericViewSet[Enrolment]):
    """Enrolments one may see."""

    queryset = Enrolment.objects.none()
    serializer_class = EnrolmentSerializer

    def get_queryset(self) -> QuerySet[Enrolment]:
        """Only what is visible."""
        return Enrolment.objects.visible_to(person(self.request)).select_related("course", "person")

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Leave the course for good, or take somebody out."""
        del pk
        enrolment_end(enrolment=self.get_object(), actor=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class AttemptViewSet(viewsets.GenericViewSet[Any]):
    """One's own answers."""

    queryset = Attempt.objects.none()
    serializer_class = RevealSerializer

    def get_queryset(self) -> QuerySet[Attempt]:
        """Only what is visible."""
        me = person(self.request)
        to_read = Assignment.objects.blinded_readings(me).values("clip")
        rows = Attempt.objects.visible_to(me).exclude(question__clip__in=to_read)
        return rows.select_related(
            "enrolment",
            "question__clip__frame_table",
            "question__structure",
            "question__annotation_set__author",
            "question__annotation_set__clip",
            "taken_for",
        )

    @extend_schema(
        request=AttemptCommitSerializer, responses={201: RevealSerializer, 409: CONFLICT}
    )
    def create(self, request: Request) -> Response:
        """Commit to an answer, and see the truth. The same again gives the same."""
        sent = AttemptCommitSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        me, told = person(request), dict(sent.validated_data)
        to_read = Assignment.objects.blinded_readings(me).values("clip")  # a reveal would show it
        asked = Question.objects.present().filter(course__in=Course.objects.visible_to(me))
        asked = asked.exclude(clip__in=to_read)
        question = get_object_or_404(
            asked.select_related(
                "clip__frame_table", "structure", "course", "annotation_set__clip"
            ),
            pk=told.pop("question"),
        )
        attempt = attempt_commit(question=question, actor=me, **told)
        reveal = reveal_of(self.get_queryset().get(pk=attempt.pk))
        return Response(RevealSerializer(reveal).data, status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, pk: str) -> Response:
        """The reveal again, until the question is asked again."""
        del request, pk
        return Response(RevealSerializer(reveal_of(self.get_object())).data)


class PracticeProgressView(APIView):
    """One's own progress."""

    @extend_schema(responses=StructureProgressSerializer(many=True))
    def get(self, request: Request) -> Response:
        """By region and structure, over all of one's courses."""
        return Response(StructureProgressSerializer(progress_of(person(request)), many=True).data)


def question_rows(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Questions with what teachers read of them."""
    answered = Attempt.objects.filter(question=OuterRef("pk"))
    return (
        questions.filter(clip__deleted_at__isnull=True)
        .select_related("clip", "structure", "course")
        .annotate(is_answered=Exists(answered))
        .order_by("number")
    )


def _uuid(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Http404 from None
