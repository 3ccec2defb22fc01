"""Clips and their frames over HTTP."""

from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.api.clip_filters import ClipFilter
from annotation.api.clip_serializers import (
    ClipBulkDoneSerializer,
    ClipBulkSerializer,
    ClipDetailSerializer,
    ClipEditSerializer,
    ClipSerializer,
    FrameTableSerializer,
)
from annotation.api.stored_bytes import immutable, is_held, not_modified
from annotation.models import Chunk, Clip, FrameTable
from annotation.selectors.clips import clip_rows, frame_address
from annotation.services.clip_delete import clips_delete, clips_restore
from annotation.services.clip_edit import Calibration, clip_edit
from annotation.services.frame_store import read_all
from fascicle.api.any_accept import AnyAccept
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.errors import InvalidInput

_POSTGRES_INTEGER = 2**31 - 1


class ClipViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Clip]):
    """Clips of one's projects."""

    queryset = Clip.objects.none()
    serializer_class = ClipSerializer
    filterset_class = ClipFilter
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

    def get_queryset(self) -> QuerySet[Clip]:
        """Only what is visible."""
        is_deleted = self.action == "list" and _is_true(self.request.query_params.get("deleted"))
        rows = clip_rows(person(self.request), is_deleted=is_deleted)
        if self.action in {"retrieve", "partial_update"}:
            rows = rows.prefetch_related(Prefetch("chunks", Chunk.objects.order_by("number")))
        return rows

    @extend_schema(responses=ClipDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A clip with its chunks."""
        return Response(ClipDetailSerializer(self.get_object()).data)

    @extend_schema(request=ClipEditSerializer, responses=ClipDetailSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change label, scanner or the size of a pixel, also by two points; experts and admins."""
        clip = self.get_object()
        sent = ClipEditSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        points = told.pop("calibration", None)
        clip_edit(
            clip=clip,
            actor=person(request),
            calibration=Calibration(**points) if points else None,
            **told,
        )
        return Response(ClipDetailSerializer(self.get_object()).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a clip out of sight; admins only."""
        clips_delete(clips=[self.get_object()], actor=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={200: ClipSerializer, 409: ErrorSerializer})
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring a deleted clip back; admins only."""
        both = Clip.objects.visible_to(person(request)) | Clip.objects.deleted_of(person(request))
        clips_restore(clips=[get_object_or_404(both, pk=pk)], actor=person(request))
        return Response(ClipSerializer(self.get_object()).data)

    @extend_schema(
        request=ClipBulkSerializer,
        responses={200: ClipBulkDoneSerializer, 409: ErrorSerializer},
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def bulk(self, request: Request) -> Response:
        """Delete or restore many clips of one project: all or none; admins only."""
        sent = ClipBulkSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = set(sent.validated_data["clips"])
        both = Clip.objects.visible_to(person(request)) | Clip.objects.deleted_of(person(request))
        clips = list(both.filter(pk__in=wanted))
        if len(clips) != len(wanted):
            raise Http404
        if len({clip.project_id for clip in clips}) > 1:
            raise InvalidInput("These clips are of several projects.")
        act = clips_delete if sent.validated_data["action"] == "delete" else clips_restore
        changed = act(clips=clips, actor=person(request))
        return Response({"changed": [str(clip.pk) for clip in changed]})

    @extend_schema(responses=FrameTableSerializer, filters=False)
    @action(
        detail=True, url_path="frame-table", url_name="frame-table", pagination_class=None,
        filterset_class=None,
    )  # fmt: skip
    def frame_table(self, request: Request, pk: str) -> Response:
        """Index, time in seconds and SHA-256 of the grey pixels of every frame."""
        table = get_object_or_404(
            FrameTable.objects.filter(
                clip__in=Clip.objects.visible_to(person(request)).values("pk")
            ),
            clip_id=pk,
        )
        rows = zip(table.times_s.tolist(), table.sha256, strict=True)
        return Response(
            {
                "frame_count": table.frame_count,
                "frames": [
                    {"index": index, "time_s": time_s, "sha256": sha256}
                    for index, (time_s, sha256) in enumerate(rows)
                ],
            }
        )

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY, 304: None}, filters=False)
    @action(
        detail=True, url_path=r"frames/(?P<index>\d+)", url_name="frame",
        content_negotiation_class=AnyAccept,
    )  # fmt: skip
    def frame(self, request: Request, pk: str, index: str) -> HttpResponse:
        """The exact frame as an 8-bit grey PNG."""
        frame_index = _number(index)
        address = frame_address(Clip.objects.visible_to(person(request)), UUID(pk), frame_index)
        if address is None:
            raise Http404
        if is_held(request, address.sha256):
            response = not_modified(address.sha256)
        else:
            content = address.read_png(frame_index)
            response = immutable(HttpResponse(content, content_type="image/png"), address.sha256)
        response.headers["X-Frame-Index"] = str(frame_index)
        response.headers["X-Frame-SHA256"] = address.sha256
        return response

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, 304: None},
        filters=False,
    )
    @action(
        detail=True, url_path=r"chunks/(?P<number>\d+)", url_name="chunk",
        content_negotiation_class=AnyAccept,
    )  # fmt: skip
    def chunk(self, request: Request, pk: str, number: str) -> HttpResponse:
        """A run of frames in one file; `annotation.frames.chunk_file` gives the layout."""
        chunk = get_object_or_404(
            Chunk.objects.filter(clip__in=Clip.objects.visible_to(person(request)).values("pk")),
            clip_id=pk,
            number=_number(number),
        )
        return _stored(request, chunk.storage_key, "application/octet-stream")

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY, 304: None}, filters=False)
    @action(detail=True, content_negotiation_class=AnyAccept)
    def thumbnail(self, request: Request, pk: str) -> HttpResponse:
        """A small JPEG of the middle frame."""
        user = person(request)
        both = Clip.objects.visible_to(user) | Clip.objects.deleted_of(user)
        clip = get_object_or_404(both, pk=pk)
        return _stored(request, clip.thumbnail_key, "image/jpeg")


def _stored(request: Request, key: str, content_type: str) -> HttpResponse:
    etag = PurePosixPath(key).stem  # keys end in the SHA-256 of their content
    if is_held(request, etag):
        return not_modified(etag)
    return immutable(HttpResponse(read_all(key), content_type=content_type), etag)


def _is_true(text: str | None) -> bool:
    return (text or "").lower() in {"true", "1"}


def _number(text: str) -> int:
    if len(text) > 10 or int(text) > _POSTGRES_INTEGER // 64:
        raise Http404
    return int(text)
