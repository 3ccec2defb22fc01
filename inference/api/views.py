"""Models and aliases over HTTP."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from fascicle.accounts.models import Project
from fascicle.api.errors import ErrorSerializer
from fascicle.api.pagination import NewestFirst
from fascicle.api.people import person
from fascicle.errors import InvalidInput
from inference.api.serializers import (
    AliasSerializer,
    GateSerializer,
    ModelVersionSerializer,
    PromoteSerializer,
    RollbackSerializer,
)
from inference.models import Alias, AliasName, ModelVersion, Promotion
from inference.promotion_gate import promotion_gate
from inference.services.alias_requirements import SeenServing
from inference.services.alias_rollback import alias_rollback
from inference.services.model_promote import model_promote

CONFLICT = OpenApiResponse(ErrorSerializer, description="It stands so already, or cannot be done.")
PROMOTIONS_SHOWN = 50


class ByName(NewestFirst):
    """A handful of rows in the order of their names."""

    ordering = ("name", "id")


class ModelVersionFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")
    training_run_id = filters.UUIDFilter()

    class Meta:
        model = ModelVersion
        fields: list[str] = []


class ModelVersionViewSet(viewsets.ReadOnlyModelViewSet[ModelVersion]):
    """Models of one's projects."""

    queryset = ModelVersion.objects.none()
    serializer_class = ModelVersionSerializer
    filterset_class = ModelVersionFilter

    def get_queryset(self) -> QuerySet[ModelVersion]:
        """Only what is visible."""
        return ModelVersion.objects.visible_to(person(self.request)).prefetch_related("aliases")

    @extend_schema(
        request=PromoteSerializer, responses={200: ModelVersionSerializer, 409: CONFLICT}
    )
    @action(detail=True, methods=["post"])
    def promote(self, request: Request, pk: str) -> Response:
        """Let the model serve a purpose, with a reason."""
        del pk
        sent = PromoteSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        version = self.get_object()
        model_promote(
            version=version,
            name=AliasName(sent.validated_data["alias"]),
            reason=sent.validated_data["reason"],
            actor=person(request),
            is_override=sent.validated_data["is_override"],
            seen=_seen(sent.validated_data),
        )
        return Response(ModelVersionSerializer(self.get_queryset().get(pk=version.pk)).data)

    @extend_schema(
        parameters=[OpenApiParameter("alias", enum=AliasName.values, required=True)],
        responses={200: GateSerializer, 400: ErrorSerializer},
        filters=False,
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def gate(self, request: Request, pk: str) -> Response:
        """Whether the version may be promoted without overriding, and what that rests on."""
        del pk
        wanted = request.query_params.get("alias")
        if wanted not in AliasName.values:
            raise InvalidInput(
                "Name the purpose.", alias=[f"One of {', '.join(AliasName.values)}."]
            )
        verdict = promotion_gate(self.get_object(), AliasName(wanted))
        return Response(GateSerializer(verdict).data)


def _seen(sent: Mapping[str, Any]) -> SeenServing | None:
    return SeenServing(sent["serving"]) if "serving" in sent else None


class AliasFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")

    class Meta:
        model = Alias
        fields: list[str] = []


class AliasViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Alias]):
    """Which model serves which purpose."""

    queryset = Alias.objects.none()
    serializer_class = AliasSerializer
    filterset_class = AliasFilter
    pagination_class = ByName

    def get_queryset(self) -> QuerySet[Alias]:
        """Only what is visible."""
        return Alias.objects.visible_to(person(self.request)).select_related("model_version")

    def get_serializer_context(self) -> dict[str, Any]:
        """With the history of the asked project, or of all, read once."""
        rows = Promotion.objects.visible_to(person(self.request)).select_related(
            "model_version", "previous", "actor"
        )
        project = self.request.query_params.get("project")
        grouped: dict[tuple[UUID, str], list[Promotion]] = {}
        for row in rows.filter(project_id=project) if project else rows:
            history = grouped.setdefault((row.project_id, row.name), [])
            if len(history) < PROMOTIONS_SHOWN:
                history.append(row)
        return {**super().get_serializer_context(), "promotions": grouped}

    @extend_schema(request=RollbackSerializer, responses={200: AliasSerializer, 409: CONFLICT})
    @action(detail=False, methods=["post"])
    def rollback(self, request: Request) -> Response:
        """Go back to the model that served before."""
        sent = RollbackSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        projects = Project.objects.visible_to(person(request))
        project = get_object_or_404(projects, pk=sent.validated_data["project"])
        name = AliasName(sent.validated_data["alias"])
        alias_rollback(
            project=project,
            name=name,
            serving_id=sent.validated_data["serving"],
            reason=sent.validated_data["reason"],
            actor=person(request),
        )
        return Response(
            self.get_serializer(self.get_queryset().get(project=project, name=name)).data
        )
