"""Two model versions side by side over HTTP."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.errors import InvalidInput, NotAllowed
from inference.models import ModelVersion
from training.comparisons import version_comparison
from training.permissions import may_read_runs


class ComparedVersionSerializer(serializers.Serializer[Any]):
    """A version, by name."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    name = serializers.CharField()


class DetectionDifferenceSerializer(serializers.Serializer[Any]):
    """F1 of detected regions by both versions, and the difference with its interval."""

    first = serializers.FloatField()
    second = serializers.FloatField()
    difference = serializers.FloatField()
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class PairedDifferenceSerializer(serializers.Serializer[Any]):
    """See `training.evaluate.compare.PairedDifference`; the code "all" is all together."""

    code = serializers.CharField()
    frames = serializers.IntegerField(source="images")
    units = serializers.IntegerField()
    first = serializers.FloatField(allow_null=True)
    second = serializers.FloatField(allow_null=True)
    difference = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    t_p = serializers.FloatField(allow_null=True)
    t_p_holm = serializers.FloatField(allow_null=True)
    wilcoxon_p = serializers.FloatField(allow_null=True)
    wilcoxon_p_holm = serializers.FloatField(allow_null=True)
    rank_direction = serializers.IntegerField(min_value=-1, max_value=1)
    detection = DetectionDifferenceSerializer(allow_null=True)


class PairedComparisonSerializer(serializers.Serializer[Any]):
    """On how many frames of how many subjects, and what the tests count."""

    frames = serializers.IntegerField(source="images")
    subjects = serializers.IntegerField(source="groups")
    unit = serializers.ChoiceField(choices=["subject", "image"])
    structures = PairedDifferenceSerializer(many=True)


class ChangedFrameSerializer(serializers.Serializer[Any]):
    """A frame and its IoU by both versions."""

    title = serializers.CharField()
    clip = serializers.UUIDField()
    frame_index = serializers.IntegerField()
    first = serializers.FloatField()
    second = serializers.FloatField()


class ModelComparisonSerializer(serializers.Serializer[Any]):
    """`comparison` is null where there is no frame in common; `reason` says why."""

    first = ComparedVersionSerializer()
    second = ComparedVersionSerializer()
    comparison = PairedComparisonSerializer(allow_null=True)
    reason = serializers.CharField()
    worsened = ChangedFrameSerializer(many=True)
    improved = ChangedFrameSerializer(many=True)


class ModelComparisonView(APIView):
    """Two versions of a project on the frames that both were measured on."""

    @extend_schema(
        parameters=[
            OpenApiParameter("first", OpenApiTypes.UUID, required=True),
            OpenApiParameter("second", OpenApiTypes.UUID, required=True),
        ],
        responses={200: ModelComparisonSerializer, 400: ErrorSerializer},
        operation_id="model_comparison",
    )
    def get(self, request: Request) -> Response:
        """The second version's Dice minus the first's, with intervals and tests."""
        first, second = (_version(request, name) for name in ("first", "second"))
        if first.project_id != second.project_id:
            raise InvalidInput("Choose two versions of one project.", second=["Another project."])
        if not may_read_runs(person(request), first.project_id):
            raise NotAllowed("Only experts and admins of the project compare models.")
        found = version_comparison(first, second, seen_by=person(request))
        return Response(ModelComparisonSerializer(found).data)


def _version(request: Request, name: str) -> ModelVersion:
    named: UUID | None = filters.UUIDFilter().field.clean(request.query_params.get(name, ""))
    if named is None:
        raise InvalidInput(f"Name two versions: {name} is missing.")
    return get_object_or_404(ModelVersion.objects.visible_to(person(request)), pk=named)
