"""Exports over HTTP: ask for one, and fetch it."""

from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.core.files.base import File
from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.api.export_serializers import ExportSerializer, ExportStartSerializer
from annotation.models import AnnotationSet, Clip, Export
from annotation.services.export_fetch import export_fetch
from annotation.services.export_remove import export_remove
from annotation.services.export_start import export_start
from fascicle.accounts.models import Project
from fascicle.api.any_accept import AnyAccept
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.jobs.api.serializers import JobSerializer

_BLOCK_BYTES = 1 << 20


class ExportFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")

    class Meta:
        model = Export
        fields: list[str] = []


class ExportViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Export]
):
    """Zips made for oneself; admins see those of accepted work too."""

    queryset = Export.objects.none()
    serializer_class = ExportSerializer
    filterset_class = ExportFilter

    def get_queryset(self) -> QuerySet[Export]:
        """Only what is visible."""
        return Export.objects.visible_to(person(self.request)).select_related("owner")

    @extend_schema(request=ExportStartSerializer, responses={202: JobSerializer})
    def create(self, request: Request) -> Response:
        """Make a zip of clips (all of the project without `clips`) with what was accepted on
        them, or with one annotation set; the Job's `target_id` is the export.
        """
        sent = ExportStartSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        user = person(request)
        project = get_object_or_404(Project.objects.visible_to(user), pk=told.pop("project"))
        wanted, set_id = told.pop("clips", None), told.pop("annotation")
        clips = None
        if wanted is not None:
            clips = list(Clip.objects.visible_to(user).filter(pk__in=wanted))
            if len(clips) != len(set(wanted)):
                raise Http404
        annotation_set = None
        if set_id is not None:
            visible = AnnotationSet.objects.visible_to(user).select_related("clip")
            annotation_set = get_object_or_404(visible, pk=set_id, clip__project=project)
        job = export_start(
            project=project, actor=user, clips=clips, annotation_set=annotation_set, **told
        )
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove the zip, or stop its making."""
        export_remove(export=self.get_object(), actor=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        responses={(200, "application/zip"): OpenApiTypes.BINARY, 409: ErrorSerializer},
        filters=False,
    )
    @action(detail=True, content_negotiation_class=AnyAccept)
    def file(self, request: Request, pk: str) -> StreamingHttpResponse:
        """The zip; that it was fetched is recorded."""
        del pk
        export = self.get_object()
        content = export_fetch(export=export, actor=person(request))
        response = StreamingHttpResponse(_blocks(content), content_type="application/zip")
        response["Content-Length"] = str(export.byte_size)
        response["Content-Disposition"] = f'attachment; filename="fascicle-export-{export.pk}.zip"'
        response["Cache-Control"] = "no-store"
        return response


async def _blocks(content: "File[bytes]") -> AsyncIterator[bytes]:
    """Block by block: the server would gather a plain iterator in memory before sending it."""
    try:
        while block := await sync_to_async(content.read)(_BLOCK_BYTES):
            yield block
    finally:
        content.close()
