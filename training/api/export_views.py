"""Models in other runtimes' formats over HTTP."""

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from fascicle.api.any_accept import AnyAccept
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.jobs.api.serializers import JobOwnerSerializer
from inference.models import ModelVersion
from training.export import FORMATS
from training.models import ModelExport
from training.services.model_export_fetch import model_export_fetch
from training.services.model_export_start import model_export_start

CONFLICT = OpenApiResponse(ErrorSerializer, description="It is being made, or not made yet.")


class RuntimeParitySerializer(serializers.Serializer[Any]):
    """How far a runtime's answers are from the original's; `refused` says why it is not used."""

    name = serializers.CharField()
    refused = serializers.CharField(allow_null=True)
    largest = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True)
    golden_dice = serializers.FloatField(allow_null=True)
    images_dice = serializers.FloatField(allow_null=True)
    dice_loss = serializers.FloatField(allow_null=True)


class ExportedFileSerializer(serializers.Serializer[Any]):
    """A file of the zip."""

    name = serializers.CharField()
    byte_size = serializers.IntegerField()


class ModelExportSerializer(serializers.ModelSerializer[ModelExport]):
    """An export, how far its making is, and what it cost in accuracy."""

    created_by = JobOwnerSerializer(allow_null=True)
    formats = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField(source="job.state")
    progress = serializers.FloatField(source="job.progress")
    message = serializers.CharField(source="job.message")
    error = serializers.CharField(source="job.error")
    is_ready = serializers.SerializerMethodField()
    images = serializers.IntegerField(source="report.images", default=0)
    runtimes = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()
    failed = serializers.SerializerMethodField()

    class Meta:
        model = ModelExport
        fields = [
            "id", "model_version", "member", "formats", "state", "progress", "message", "error",
            "is_ready", "byte_size", "sha256", "images", "runtimes", "files", "failed",
            "created_at", "created_by",
        ]  # fmt: skip

    def get_is_ready(self, export: ModelExport) -> bool:
        """Whether there is a zip to fetch."""
        return bool(export.storage_key)

    @extend_schema_field(RuntimeParitySerializer(many=True))
    def get_runtimes(self, export: ModelExport) -> Any:
        """In the order of the report."""
        empty = dict.fromkeys(("largest", "mean", "golden_dice", "images_dice", "dice_loss"))
        rows = export.report.get("runtimes", {})
        return [{**empty, "name": name, **row} for name, row in rows.items()]

    @extend_schema_field(ExportedFileSerializer(many=True))
    def get_files(self, export: ModelExport) -> Any:
        """What a runtime reads, with sizes."""
        sizes = export.report.get("sizes", {})
        files = export.report.get("files", [])
        return [{"name": name, "byte_size": sizes.get(name, 0)} for name in files]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_failed(self, export: ModelExport) -> list[str]:
        """Why a file could not be made, in sentences."""
        return list(export.report.get("failed", {}).values())


class ModelExportStartSerializer(serializers.Serializer[Any]):
    """Which version; without `member` the network with the best held-out IoU."""

    model_version = serializers.UUIDField()
    member = serializers.IntegerField(required=False, min_value=0)
    formats = serializers.ListField(
        child=serializers.ChoiceField(choices=list(FORMATS)), required=False, min_length=1
    )


class ModelExportFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    model_version = filters.UUIDFilter(field_name="model_version_id")

    class Meta:
        model = ModelExport
        fields: list[str] = []


class ModelExportViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ModelExport]
):
    """Exports of the models of one's projects."""

    queryset = ModelExport.objects.none()
    serializer_class = ModelExportSerializer
    filterset_class = ModelExportFilter

    def get_queryset(self) -> QuerySet[ModelExport]:
        """Only what is visible."""
        rows = ModelExport.objects.visible_to(person(self.request))
        return rows.select_related("job", "created_by")

    @extend_schema(
        request=ModelExportStartSerializer,
        responses={202: ModelExportSerializer, 400: ErrorSerializer, 409: CONFLICT},
    )
    def create(self, request: Request) -> Response:
        """Queue the conversion to ONNX, OpenVINO IR and TFLite, with a parity report."""
        sent = ModelExportStartSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        versions = ModelVersion.objects.visible_to(person(request)).select_related("project")
        version = get_object_or_404(versions, pk=told.pop("model_version"))
        export = model_export_start(version=version, actor=person(request), **told)
        return Response(
            ModelExportSerializer(self.get_queryset().get(pk=export.pk)).data,
            status=status.HTTP_202_ACCEPTED,
        )

    @extend_schema(
        responses={(200, "application/zip"): OpenApiTypes.BINARY, 409: CONFLICT}, filters=False
    )
    @action(detail=True, content_negotiation_class=AnyAccept)
    def file(self, request: Request, pk: str) -> FileResponse:
        """The zip; that it was fetched is recorded."""
        del pk
        export = self.get_object()
        key = model_export_fetch(export=export, actor=person(request))
        name = f"fascicle-model-{export.model_version.number}-network-{export.member + 1}.zip"
        return FileResponse(default_storage.open(key, "rb"), as_attachment=True, filename=name)
