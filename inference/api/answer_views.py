"""Answers to suggestions over HTTP."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.models import AnnotationSet
from fascicle.accounts.api.serializers import UserSerializer
from fascicle.accounts.api.wanted_project import wanted_project
from fascicle.accounts.models import Project
from fascicle.api.people import person
from inference.answer_scores import answer_scores, model_fare
from inference.models import Answer, ModelVersion, Suggestion, SuggestionAnswer
from inference.services.suggestion_answer import Given, suggestion_answer


class GivenSerializer(serializers.Serializer[Any]):
    """An answer for a structure on a frame; null takes it back."""

    structure = serializers.UUIDField()
    frame = serializers.IntegerField(min_value=0)
    answer = serializers.ChoiceField(choices=Answer.choices, allow_null=True)
    seconds = serializers.FloatField(min_value=0, allow_null=True, default=None)


class AnswerListSerializer(serializers.Serializer[Any]):
    """Answers, in any order."""

    answers = GivenSerializer(many=True)


class WorkedOnSerializer(serializers.Serializer[Any]):
    """The annotation set that was worked on while answering."""

    annotation_set = serializers.UUIDField()


class GivenListSerializer(WorkedOnSerializer):
    """Answers, in any order, given while working on an annotation set."""

    answers = GivenSerializer(many=True)


class AnswerScoreSerializer(serializers.Serializer[Any]):
    """How one model version fared with one person."""

    person = UserSerializer()
    model = serializers.CharField()
    accepted = serializers.IntegerField()
    edited = serializers.IntegerField()
    rejected = serializers.IntegerField()
    seconds = serializers.FloatField(allow_null=True)


class AnswerScoreListSerializer(serializers.Serializer[Any]):
    """By person and model version."""

    scores = AnswerScoreSerializer(many=True)


class StructureFareSerializer(serializers.Serializer[Any]):
    """Answers for one structure; `kept_dice` is how much of what was accepted was handed in."""

    code = serializers.CharField()
    name = serializers.CharField()
    accepted = serializers.IntegerField()
    edited = serializers.IntegerField()
    rejected = serializers.IntegerField()
    kept_dice = serializers.FloatField(allow_null=True)


class ModelFareSerializer(serializers.Serializer[Any]):
    """What people made of one model version's suggestions."""

    people = serializers.IntegerField()
    accepted = serializers.IntegerField()
    edited = serializers.IntegerField()
    rejected = serializers.IntegerField()
    seconds = serializers.FloatField(allow_null=True)
    handed_in = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    kept_dice = serializers.FloatField(allow_null=True)
    structures = StructureFareSerializer(many=True)


class SuggestionAnswerView(APIView):
    """One's own answers to a suggestion, whose annotation set the path names. Each reading that
    they were given for has its own; an earlier one is hidden while the clip is read again.
    """

    def _suggestion(self, request: Request, pk: str) -> Suggestion:
        seen = Suggestion.objects.visible_to(person(request))
        return get_object_or_404(seen.select_related("annotation_set__clip"), pk=pk)

    def _worked_on(self, request: Request, pk: UUID) -> AnnotationSet:
        return get_object_or_404(AnnotationSet.objects.visible_to(person(request)), pk=pk)

    @extend_schema(parameters=[WorkedOnSerializer], responses=AnswerListSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """What the person asking answered so far while working on the set."""
        asked = WorkedOnSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        mine = SuggestionAnswer.objects.filter(
            suggestion=self._suggestion(request, pk),
            annotation_set=self._worked_on(request, asked.validated_data["annotation_set"]),
            user=person(request),
        )
        rows = mine.order_by("frame_index", "structure_id")
        answers = [
            {
                "structure": row.structure_id,
                "frame": row.frame_index,
                "answer": row.answer,
                "seconds": row.seconds,
            }
            for row in rows
        ]
        return Response(AnswerListSerializer({"answers": answers}).data)

    @extend_schema(request=GivenListSerializer, responses={204: None})
    def post(self, request: Request, pk: str) -> Response:
        """Answer, or take answers back."""
        suggestion = self._suggestion(request, pk)
        sent = GivenListSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = [
            Given(
                structure=one["structure"],
                frame=one["frame"],
                answer=Answer(one["answer"]) if one["answer"] else None,
                seconds=one["seconds"],
            )
            for one in sent.validated_data["answers"]
        ]
        suggestion_answer(
            suggestion=suggestion,
            annotation_set=self._worked_on(request, sent.validated_data["annotation_set"]),
            actor=person(request),
            given=given,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class AnswerScoreView(APIView):
    """How suggestions fared in a project: with oneself, or with everyone for its admins."""

    @extend_schema(
        parameters=[OpenApiParameter("project", str, required=True)],
        responses=AnswerScoreListSerializer,
    )
    def get(self, request: Request) -> Response:
        """By person and model version."""
        me = person(request)
        project = get_object_or_404(Project.objects.visible_to(me), pk=wanted_project(request))
        return Response(AnswerScoreListSerializer({"scores": answer_scores(me, project.pk)}).data)


class ModelFareView(APIView):
    """How a model version's suggestions fared: with oneself, or with everyone for admins."""

    @extend_schema(responses=ModelFareSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """Answers, the time they took, and how much of what was accepted is left."""
        me = person(request)
        version = get_object_or_404(ModelVersion.objects.visible_to(me), pk=pk)
        return Response(ModelFareSerializer(model_fare(me, version)).data)
