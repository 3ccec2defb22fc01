"""Uploads over HTTP: resumable (tus 1.0.0) or as one form; looking at them and releasing them."""

from pathlib import Path
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import BaseParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from annotation.api import tus
from annotation.api.upload_serializers import (
    ReleaseSerializer,
    UploadDetailSerializer,
    UploadFormSerializer,
    UploadSerializer,
)
from annotation.clip_words import ClipWords, checked_words
from annotation.models import Upload, UploadState
from annotation.services.upload_append import ByteStream, upload_append
from annotation.services.upload_cancel import upload_cancel
from annotation.services.upload_checks import check_upload_size
from annotation.services.upload_open import upload_open
from annotation.services.upload_receive import upload_receive
from annotation.services.upload_release import upload_release
from annotation.services.waiting_upload import preview_path
from fascicle.accounts.models import Project
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.errors import FascicleError, InvalidInput
from fascicle.jobs.api.serializers import JobSerializer

_FORM_BYTES = 64 * 1024  # the other fields of the form
_TUS_HEADER = OpenApiParameter("Tus-Resumable", str, OpenApiParameter.HEADER, enum=[tus.VERSION])


class OffsetStreamParser(BaseParser):
    """Lets the body of a piece through; the view reads it itself, block by block."""

    media_type = tus.OFFSET_STREAM

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Nothing."""
        del stream, media_type, parser_context
        return {}


class UploadFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")
    state = filters.MultipleChoiceFilter(choices=UploadState.choices)

    class Meta:
        model = Upload
        fields: list[str] = []


class UploadViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Upload]
):
    """Files on their way to becoming clips; for experts and admins of the project."""

    queryset = Upload.objects.none()
    serializer_class = UploadSerializer
    filterset_class = UploadFilter
    parser_classes = [MultiPartParser, JSONParser, OffsetStreamParser]

    def get_queryset(self) -> QuerySet[Upload]:
        """Only what is visible."""
        rows = Upload.objects.visible_to(person(self.request))
        return rows.select_related("owner", "released_by")

    @extend_schema(
        operation_id="uploads_create",
        request={"multipart/form-data": UploadFormSerializer},
        responses={
            201: OpenApiResponse(description="tus: created, at Location."),
            202: JobSerializer,
            409: OpenApiResponse(ErrorSerializer, description="The project has this file."),
        },
    )
    def create(self, request: Request) -> Response:
        """Send a clip as a form (202, the Job that looks at it), or begin a resumable upload by
        tus 1.0.0 (201). Experts and admins only.
        """
        return self._begin(request) if tus.is_tus(request) else self._form(request)

    def _begin(self, request: Request) -> Response:
        wrong = tus.check_version(request)
        if wrong is not None:
            return tus.with_headers(wrong)
        told = tus.metadata(request)
        sha256 = told.pop("sha256", "").lower()
        sent = UploadFormSerializer(data=told, partial=True)
        sent.is_valid(raise_exception=True)
        if not {"project", "subject"} <= sent.validated_data.keys():
            raise InvalidInput("Upload-Metadata names no project or subject.", code="tus_header")
        project, words = self._words(request, dict(sent.validated_data))
        upload = upload_open(
            project=project,
            actor=person(request),
            byte_size=tus.whole_number(request, "Upload-Length"),
            words=words,
            sha256=sha256,
        )
        response = Response(status=status.HTTP_201_CREATED)
        response["Location"] = reverse("upload-detail", args=[upload.pk])
        return tus.with_headers(response, upload)

    def _form(self, request: Request) -> Response:
        stated = int(request.META.get("CONTENT_LENGTH") or 0)
        if stated:
            check_upload_size(max(1, stated - _FORM_BYTES))  # before the body is read
        sent = UploadFormSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        fields = dict(sent.validated_data)
        file = fields.pop("file")
        project, words = self._words(request, fields)
        job = upload_receive(
            project=project,
            actor=person(request),
            source=Path(file.temporary_file_path()),
            words=words,
            may_move=True,
        )
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    def _words(self, request: Request, fields: dict[str, Any]) -> tuple[Project, ClipWords]:
        visible = Project.objects.visible_to(person(request))
        project = get_object_or_404(visible, pk=fields.pop("project"))
        return project, checked_words(**fields)

    @extend_schema(exclude=True)
    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """What of tus the server can do."""
        return tus.options()

    @extend_schema(responses=UploadDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """An upload with what was found in it and what is proposed."""
        response = Response(self._shown(self.get_object()))
        response["Cache-Control"] = "no-store"
        return response

    def _shown(self, upload: Upload) -> Any:
        return UploadDetailSerializer(upload, context=self.get_serializer_context()).data

    @extend_schema(exclude=True)
    def offset(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """tus: how many bytes have arrived."""
        upload = self.get_object()
        gone = upload.state in {UploadState.CANCELLED, UploadState.FAILED} and not upload.is_whole
        return tus.with_headers(Response(status=410 if gone else 200), None if gone else upload)

    @extend_schema(
        operation_id="uploads_append",
        parameters=[
            _TUS_HEADER,
            OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, required=True),
            OpenApiParameter("Upload-Checksum", str, OpenApiParameter.HEADER),
        ],
        request={tus.OFFSET_STREAM: OpenApiTypes.BINARY},
        responses={204: None, 409: ErrorSerializer},
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """tus: bytes of the upload from Upload-Offset on."""
        upload = self.get_object()
        wrong = tus.check_version(request)
        if wrong is not None:
            return tus.with_headers(wrong)
        if request.content_type != tus.OFFSET_STREAM:
            body = {"detail": f"Send {tus.OFFSET_STREAM}.", "code": "tus_header", "fields": {}}
            return tus.with_headers(Response(body, status=415))
        try:
            upload = upload_append(
                upload=upload,
                actor=person(request),
                offset=tus.whole_number(request, "Upload-Offset"),
                stream=cast("ByteStream", request._request),  # noqa: SLF001  # DRF's own would buffer it
                checksum=tus.checksum(request),
            )
        except FascicleError as error:
            answer = tus.problem(error)
            if answer is None:
                raise
            return tus.with_headers(answer)
        return tus.with_headers(Response(status=status.HTTP_204_NO_CONTENT), upload)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Cancel an upload and remove its bytes; its owner or an admin."""
        upload_cancel(upload=self.get_object(), actor=person(request))
        return tus.with_headers(Response(status=status.HTTP_204_NO_CONTENT))

    @extend_schema(request=ReleaseSerializer, responses={202: JobSerializer, 409: ErrorSerializer})
    def release(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Confirm what is cut off and blanked; the answer is the Job that makes the clip."""
        upload = self.get_object()
        sent = ReleaseSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        words = dict(sent.validated_data)
        job = upload_release(
            upload=upload, actor=person(request), redaction=words.pop("redaction"), words=words
        )
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY}, filters=False)
    def preview(self, request: Request, pk: str, number: int) -> HttpResponse:
        """A sample frame as it came, not redacted."""
        upload = self.get_object()
        path = preview_path(upload.pk, number)
        if number >= len(upload.previews) or not path.exists():
            raise Http404
        response = HttpResponse(path.read_bytes(), content_type="image/png")
        response["Cache-Control"] = "no-store"
        return response
