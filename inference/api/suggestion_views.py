"""Asking a model to look at a clip, watching it, and what it said, over HTTP."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.models import Assignment, Clip
from fascicle.accounts.api.wanted_project import wanted_project
from fascicle.accounts.models import Project
from fascicle.api.errors import ErrorSerializer
from fascicle.api.pagination import NewestFirst
from fascicle.api.people import person
from fascicle.errors import NotAllowed
from fascicle.jobs.api.serializers import JobSerializer
from fascicle.jobs.models import Job
from inference.api.suggestion_serializers import (
    ClipRankListSerializer,
    PreannotateSerializer,
    PreannotationProgressSerializer,
    PreannotationSerializer,
    RankedFrameListSerializer,
    SuggestionSerializer,
)
from inference.doubt_ranks import ranked_clips, ranked_frames
from inference.models import DoubtMap, ModelVersion, PreannotatedFrame, Suggestion
from inference.services.preannotate_start import KIND, preannotate_start

CONFLICT = OpenApiResponse(ErrorSerializer, description="It stands so already, or cannot be done.")
FRAMES_RANKED = 12
FRAMES_AT_MOST = 100
MAP_SECONDS = 3600


class PreannotationFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    clip = filters.UUIDFilter(field_name="target_id")

    class Meta:
        model = Job
        fields: list[str] = []


class PreannotationViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Job]):
    """Models looking at clips one may see: what waits or runs."""

    queryset = Job.objects.none()
    serializer_class = PreannotationSerializer
    filterset_class = PreannotationFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Job]:
        """Whoever may see the clip may watch, but for those who are to read it blinded, and
        trainees who are asked about it.
        """
        me = person(self.request)
        blinded = (
            Assignment.objects.open_readings(me).filter(is_blinded_to_model=True).values("clip")
        )
        veiled = Clip.objects.veiled_from(me).values("pk")
        clips = Clip.objects.visible_to(me).exclude(pk__in=blinded).exclude(pk__in=veiled)
        looks = Job.objects.filter(kind=KIND, target_id__in=clips.values("pk"))
        return looks.unfinished() if self.action == "list" else looks

    @extend_schema(request=PreannotateSerializer, responses={202: JobSerializer, 409: CONFLICT})
    def create(self, request: Request) -> Response:
        """Queue the look; the job's result names the suggestion set."""
        sent = PreannotateSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user = person(request)
        clip = get_object_or_404(Clip.objects.visible_to(user), pk=sent.validated_data["clip"])
        to_read = Assignment.objects.open_readings(user).filter(clip=clip)
        if to_read.filter(is_blinded_to_model=True).exists():
            raise NotAllowed("You are to read this clip before you see what a model says of it.")
        wanted = sent.validated_data.get("model_version")
        version = None
        if wanted is not None:
            version = get_object_or_404(ModelVersion.objects.visible_to(user), pk=wanted)
        job = preannotate_start(clip=clip, actor=user, model_version=version)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        parameters=[OpenApiParameter("after", int, description="Frames the page has already.")],
        responses=PreannotationProgressSerializer,
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """How far it is, and what begins on the frames from number `after` on."""
        text = request.query_params.get("after", "0")
        after = int(text) if text.isdecimal() and len(text) < 8 else 0
        rows = self.get_queryset().prefetch_related(
            Prefetch(
                "preannotated_frames",
                PreannotatedFrame.objects.filter(frame_index__gte=after),
            )
        )
        return Response(PreannotationProgressSerializer(get_object_or_404(rows, pk=pk)).data)


class SuggestionFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    clip = filters.UUIDFilter(field_name="annotation_set__clip_id")
    project = filters.UUIDFilter(field_name="annotation_set__clip__project_id")

    class Meta:
        model = Suggestion
        fields: list[str] = []


class SuggestionsFirst(NewestFirst):
    """Newest first, by the set they are in."""

    ordering = ("-created_at", "-annotation_set_id")


class SuggestionViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Suggestion]):
    """What models said of clips one may see."""

    queryset = Suggestion.objects.none()
    serializer_class = SuggestionSerializer
    filterset_class = SuggestionFilter
    pagination_class = SuggestionsFirst

    def get_queryset(self) -> QuerySet[Suggestion]:
        """Only what is visible."""
        return Suggestion.objects.visible_to(person(self.request)).select_related(
            "model_version", "annotation_set__clip", "doubt"
        )

    @extend_schema(
        parameters=[OpenApiParameter("count", int, description="At most so many; 12 without.")],
        responses=RankedFrameListSerializer,
    )
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def frames(self, request: Request, pk: str) -> Response:
        """The frames to look at first, with the reason."""
        del pk
        text = request.query_params.get("count", "")
        count = int(text) if text.isdecimal() and len(text) < 5 else FRAMES_RANKED
        ranked = ranked_frames(self.get_object(), min(count, FRAMES_AT_MOST))
        return Response(RankedFrameListSerializer({"frames": ranked}).data)


class DoubtMapView(APIView):
    """Where on a frame a suggestion is doubtful."""

    @extend_schema(
        responses={
            (200, "image/png"): OpenApiTypes.BINARY,
            204: OpenApiResponse(description="Nothing on this frame is doubtful."),
        }
    )
    def get(self, request: Request, pk: str, frame: int) -> HttpResponse:
        """A small grey picture to be stretched over the frame: 255 where doubt is greatest."""
        seen = Suggestion.objects.visible_to(person(request))
        suggestion = get_object_or_404(seen, pk=pk)
        found = DoubtMap.objects.filter(suggestion=suggestion, frame_index=frame).first()
        if found is None:
            return HttpResponse(status=status.HTTP_204_NO_CONTENT)
        answer = HttpResponse(bytes(found.png), content_type="image/png")
        # a page names the suggestion's time in the address, so a newer one is another picture
        answer.headers["Cache-Control"] = f"private, max-age={MAP_SECONDS}"
        return answer


class ClipRankView(APIView):
    """Which clips to look at first."""

    @extend_schema(
        parameters=[OpenApiParameter("project", str, required=True)],
        responses=ClipRankListSerializer,
    )
    def get(self, request: Request) -> Response:
        """Clips with a suggestion that are not accepted, the most urgent first, with the reason."""
        me = person(request)
        project = get_object_or_404(Project.objects.visible_to(me), pk=wanted_project(request))
        ranks: dict[str, Any] = {"clips": ranked_clips(me, project.pk)}
        return Response(ClipRankListSerializer(ranks).data)
