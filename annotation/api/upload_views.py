"""Uploads over HTTP."""

from pathlib import Path

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.clip_serializers import UploadSerializer
from annotation.clip_words import checked_words
from annotation.services.upload_receive import check_upload_size, upload_receive
from fascicle.accounts.models import Project
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.jobs.api.serializers import JobSerializer

_FORM_BYTES = 64 * 1024  # the other fields of the form


class UploadView(APIView):
    """Where clips come in."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="uploads_create",
        request={"multipart/form-data": UploadSerializer},
        responses={
            202: JobSerializer,
            409: OpenApiResponse(ErrorSerializer, description="The project has this file."),
        },
    )
    def post(self, request: Request) -> Response:
        """Send a clip; the answer is the Job that decodes it. Experts and admins only."""
        stated = int(request.META.get("CONTENT_LENGTH") or 0)
        if stated:
            check_upload_size(max(1, stated - _FORM_BYTES))  # before the body is read
        sent = UploadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        fields = dict(sent.validated_data)
        file = fields.pop("file")
        visible = Project.objects.visible_to(person(request))
        project = get_object_or_404(visible, pk=fields.pop("project"))
        words = checked_words(**fields)
        job = upload_receive(
            project=project,
            actor=person(request),
            source=Path(file.temporary_file_path()),
            words=words,
            may_move=True,
        )
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)
