"""Annotation sets over HTTP."""

import io
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.api.contents_json import contents_to_json
from annotation.api.pictures import palette_png
from annotation.api.set_serializers import (
    AnnotationSetDetailSerializer,
    AnnotationSetSerializer,
    IssueAddSerializer,
    IssueSerializer,
    PresenceSerializer,
    PresenceTellSerializer,
    ReviewDecideSerializer,
    ReviewSerializer,
    RevisionSerializer,
    SetAtRevisionSerializer,
    SetOpenSerializer,
    SetReopenSerializer,
    SetRestoreSerializer,
    SetSavedSerializer,
    SetSaveRequestSerializer,
    SetSaveSerializer,
    SetSubmitSerializer,
)
from annotation.models import AnnotationSet, Clip, SetPurpose, SetState, Structure
from annotation.selectors import label_maps
from annotation.selectors.history import contents_at
from annotation.services.issue_add import issue_add
from annotation.services.presence_tell import presence_tell
from annotation.services.review_decide import review_decide
from annotation.services.set_open import set_open
from annotation.services.set_reopen import set_reopen
from annotation.services.set_restore import set_restore
from annotation.services.set_save import set_save_by_id
from annotation.services.set_submit import set_submit
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.errors import InvalidInput, NotAllowed

HISTORY_LINES = 200
PACKED = "packed"
SHAPES = OpenApiParameter(
    "shapes",
    str,
    enum=[PACKED],
    description=(
        "`packed`: for large sets. Each track has, in place of `keyframes`, a member `packed` with "
        "lists `frames`, `sources`, `confidences`, `revisions` and `sizes`, and `shapes`: the "
        "base64 of the bytes of all shapes one after another."
    ),
)
CONFLICT = OpenApiResponse(ErrorSerializer, description="The set has moved on or is closed.")


class AnnotationSetFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    clip = filters.UUIDFilter(field_name="clip_id")
    project = filters.UUIDFilter(field_name="clip__project_id")
    purpose = filters.ChoiceFilter(choices=SetPurpose.choices)
    state = filters.ChoiceFilter(choices=SetState.choices)

    class Meta:
        model = AnnotationSet
        fields: list[str] = []


class AnnotationSetViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[AnnotationSet]
):
    """Sets one may see; writing only to one's own."""

    queryset = AnnotationSet.objects.none()
    filterset_class = AnnotationSetFilter
    serializer_class = AnnotationSetSerializer

    def get_queryset(self) -> QuerySet[AnnotationSet]:
        """Only what is visible; shapes only where one set is read."""
        rows = AnnotationSet.objects.visible_to(person(self.request)).select_related(
            "author", "clip"
        )
        if self.action != "retrieve":
            return rows
        return rows.prefetch_related(
            "frame_qualities",
            "not_visible",
            "notes",
            "reviews__reviewer",
            "issues__author",
            "issues__resolved_by",
            "issues__replies__author",
            "transitions__actor",
        )

    @extend_schema(parameters=[SHAPES], responses=AnnotationSetDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A set with its shapes, decisions and remarks."""
        context = {
            "request": request,
            "is_packed": request.query_params.get("shapes") == PACKED,
        }
        return Response(AnnotationSetDetailSerializer(self.get_object(), context=context).data)

    @extend_schema(request=SetOpenSerializer, responses={200: AnnotationSetSerializer})
    def create(self, request: Request) -> Response:
        """One's own reader set of a clip, made when there is none."""
        sent = SetOpenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        visible = Clip.objects.visible_to(person(request))
        clip = get_object_or_404(visible, pk=sent.validated_data["clip"])
        row = set_open(clip=clip, actor=person(request))
        return Response(AnnotationSetSerializer(row, context={"request": request}).data)

    @extend_schema(
        request=SetSaveRequestSerializer, responses={200: SetSavedSerializer, 409: CONFLICT}
    )
    @action(detail=True, methods=["post"])
    def save(self, request: Request, pk: str) -> Response:
        """Apply operations as the next revision; the same key again gives the same answer."""
        sent = SetSaveSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            saved = set_save_by_id(
                annotation_set_id=UUID(pk), actor=person(request), **sent.validated_data
            )
        except (ValueError, AnnotationSet.DoesNotExist):
            raise Http404 from None
        except (InvalidInput, NotAllowed):
            self.get_object()  # of a set that may not be seen nothing is told
            raise
        return Response(SetSavedSerializer(saved).data)

    @extend_schema(
        parameters=[OpenApiParameter("before", int, description="Only revisions before this one.")],
        responses=RevisionSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def revisions(self, request: Request, pk: str) -> Response:
        """The newest lines of the history, oldest first; `before` asks for those before."""
        del pk
        rows = self.get_object().revisions.select_related("author").defer("operations")
        before = request.query_params.get("before", "")
        if before.isdecimal():
            rows = rows.filter(number__lt=int(before[:9]))
        newest = list(rows.order_by("-number")[:HISTORY_LINES])
        return Response(RevisionSerializer(newest[::-1], many=True).data)

    @extend_schema(responses=SetAtRevisionSerializer)
    @action(detail=True, methods=["get"], url_path=r"revisions/(?P<number>\d{1,9})")
    def revision(self, request: Request, pk: str, number: str) -> Response:
        """The set as it was after a revision; 0 is the empty set."""
        del request, pk
        row = self.get_object()
        if int(number) > row.revision:
            raise Http404
        return Response(contents_to_json(contents_at(row.pk, int(number)), int(number)))

    @extend_schema(request=SetRestoreSerializer, responses={200: SetSavedSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring an earlier revision back as a new one."""
        del pk
        sent = SetRestoreSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        saved = set_restore(
            annotation_set=self.get_object(), actor=person(request), **sent.validated_data
        )
        return Response(SetSavedSerializer(saved).data)

    @extend_schema(
        request=SetSubmitSerializer, responses={200: AnnotationSetSerializer, 409: CONFLICT}
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Hand the reading in for review."""
        del pk
        sent = SetSubmitSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = set_submit(
            annotation_set=self.get_object(), actor=person(request), **sent.validated_data
        )
        return Response(AnnotationSetSerializer(row, context={"request": request}).data)

    @extend_schema(
        request=PresenceTellSerializer, responses=PresenceSerializer(many=True), filters=False
    )
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def presence(self, request: Request, pk: str) -> Response:
        """Say that a page has the set open; returns the other pages that do."""
        del pk
        sent = PresenceTellSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        others = presence_tell(
            annotation_set=self.get_object(), actor=person(request), **sent.validated_data
        )
        return Response(PresenceSerializer(others, many=True, context={"request": request}).data)

    @extend_schema(request=ReviewDecideSerializer, responses={200: ReviewSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def review(self, request: Request, pk: str) -> Response:
        """Accept or return a colleague's reading."""
        del pk
        sent = ReviewDecideSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        decided = review_decide(
            annotation_set=self.get_object(), actor=person(request), **sent.validated_data
        )
        return Response(ReviewSerializer(decided).data)

    @extend_schema(
        request=SetReopenSerializer, responses={200: AnnotationSetSerializer, 409: CONFLICT}
    )
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Take an accepted reading up again, saying why."""
        del pk
        sent = SetReopenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = set_reopen(
            annotation_set=self.get_object(), actor=person(request), **sent.validated_data
        )
        return Response(AnnotationSetSerializer(row, context={"request": request}).data)

    @extend_schema(request=IssueAddSerializer, responses={201: IssueSerializer})
    @action(detail=True, methods=["post"])
    def issues(self, request: Request, pk: str) -> Response:
        """Pin a remark to a frame."""
        del pk
        sent = IssueAddSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        issue = issue_add(
            annotation_set=self.get_object(), actor=person(request), **sent.validated_data
        )
        return Response(IssueSerializer(issue).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], url_path=r"labels/(?P<index>\d+)")
    def labels(self, request: Request, pk: str, index: str) -> HttpResponse:
        """The label map of a frame as a palette PNG: the index is the structure's channel."""
        del request, pk
        row = self.get_object()
        if int(index) >= row.clip.frame_count:
            raise Http404
        _, labels = next(iter(label_maps(row.pk, [int(index)])))
        colours = dict(
            Structure.objects.filter(
                procedure__protocols__project_id=row.clip.project_id
            ).values_list("channel", "colour")
        )
        stream = io.BytesIO()
        palette_png(labels, colours).save(stream, format="PNG")
        response = HttpResponse(stream.getvalue(), content_type="image/png")
        response.headers["X-Revision"] = str(row.revision)
        response.headers["Cache-Control"] = "no-store"
        return response
