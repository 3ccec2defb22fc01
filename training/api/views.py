"""Recipes, snapshots and runs over HTTP."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import Http404
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fascicle.accounts.models import Project
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.errors import InvalidInput, NotAllowed
from inference.models import ModelVersion
from training import recipes
from training.api.serializers import (
    LabelChoiceSerializer,
    ListedRunSerializer,
    RecipePageSerializer,
    RunEstimateQuerySerializer,
    RunEstimateSerializer,
    RunStartSerializer,
    SnapshotDetailSerializer,
    SnapshotFreezeSerializer,
    SnapshotPreviewSerializer,
    SnapshotSerializer,
    TrainingRunSerializer,
)
from training.datasets.problem import BadInputError
from training.estimates import run_estimate
from training.models import DatasetSnapshot, Fold, RunState, TrainingRun
from training.permissions import may_read_runs, trained_projects
from training.selectors import run_curves, snapshot_preview
from training.services.blinded_reader import refuse_blinded_reader
from training.services.run_cancel import run_cancel
from training.services.run_pause import run_pause, run_resume
from training.services.run_retry import run_retry
from training.services.run_start import run_start
from training.services.snapshot_freeze import snapshot_freeze

CONFLICT = OpenApiResponse(ErrorSerializer, description="The run is in another state.")


class RecipeListView(APIView):
    """What there is to train."""

    @extend_schema(responses=RecipePageSerializer, operation_id="recipes_list")
    def get(self, request: Request) -> Response:
        """All recipes, in the order to offer them."""
        del request
        rows = [recipes.get(name) for name in recipes.names()]
        page = {"next": None, "previous": None, "results": rows}
        return Response(RecipePageSerializer(page).data)


class SnapshotFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")

    class Meta:
        model = DatasetSnapshot
        fields: list[str] = []


class SnapshotViewSet(viewsets.ReadOnlyModelViewSet[DatasetSnapshot]):
    """Snapshots of the projects one annotates in or administers."""

    queryset = DatasetSnapshot.objects.none()
    serializer_class = SnapshotSerializer
    filterset_class = SnapshotFilter

    def get_queryset(self) -> QuerySet[DatasetSnapshot]:
        """Only what is visible; manifests only where one snapshot is read."""
        rows = DatasetSnapshot.objects.visible_to(person(self.request)).select_related("created_by")
        if self.action == "retrieve":
            return rows
        return rows.annotate(labels=KeyTextTransform("labels", "manifest")).defer("manifest")

    @extend_schema(responses={200: SnapshotDetailSerializer, 409: CONFLICT})
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A snapshot with its manifest."""
        del args, kwargs
        snapshot = self.get_object()
        refuse_blinded_reader(snapshot=snapshot, actor=person(request))
        return Response(SnapshotDetailSerializer(snapshot).data)

    @extend_schema(
        request=SnapshotFreezeSerializer,
        responses={201: SnapshotSerializer, 400: ErrorSerializer},
    )
    def create(self, request: Request) -> Response:
        """Freeze what is accepted now; the latest snapshot when nothing has changed."""
        sent = SnapshotFreezeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        project = _project(request, sent.validated_data["project"])
        told = sent.validated_data
        snapshot = snapshot_freeze(
            project=project,
            actor=person(request),
            labels=told["labels"],
            reader_id=told["reader"],
        )
        return Response(SnapshotSerializer(snapshot).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[LabelChoiceSerializer],
        responses=SnapshotPreviewSerializer,
        filters=False,
    )
    @action(detail=False, methods=["get"], pagination_class=None, filterset_class=None)
    def preview(self, request: Request) -> Response:
        """What a snapshot frozen now would hold."""
        asked = LabelChoiceSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        project = _project(request, told["project"])
        if not may_read_runs(person(request), project.pk):
            raise NotAllowed("Only experts and admins of the project see what models learn from.")
        found = snapshot_preview(
            project.pk,
            seen_by=person(request),
            labels=told["labels"],
            reader_id=told["reader"],
        )
        return Response(SnapshotPreviewSerializer(found).data)


class TrainingRunFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")
    state = filters.MultipleChoiceFilter(choices=RunState.choices)

    class Meta:
        model = TrainingRun
        fields: list[str] = []


class TrainingRunViewSet(viewsets.ReadOnlyModelViewSet[TrainingRun]):
    """Runs of the projects one annotates in or administers."""

    queryset = TrainingRun.objects.none()
    serializer_class = TrainingRunSerializer
    filterset_class = TrainingRunFilter

    def get_queryset(self) -> QuerySet[TrainingRun]:
        """Only what is visible, with folds and, but for lists, curves."""
        folds = Fold.objects.select_related("job").order_by("index")
        if self.action != "list":
            folds = folds.prefetch_related("epochs")
        return (
            TrainingRun.objects.visible_to(person(self.request))
            .select_related("finalise_job")
            .defer("split")  # every stem and group, and the page asks every second
            .prefetch_related(Prefetch("folds", folds))
        )

    def get_serializer_context(self) -> dict[str, Any]:
        """With the projects whose files may be named to the reader."""
        reader = person(self.request)
        return {**super().get_serializer_context(), "admin_of": trained_projects(reader)}

    def _told(self, run: TrainingRun) -> Any:
        return self.get_serializer(self.get_queryset().get(pk=run.pk)).data

    @extend_schema(responses=ListedRunSerializer(many=True))
    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Newest first; a run's own page has the curves of its folds."""
        del request, args, kwargs
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        curves = run_curves(run.pk for run in page)
        context = {**self.get_serializer_context(), "curves": curves}
        return self.get_paginated_response(
            ListedRunSerializer(page, many=True, context=context).data
        )

    @extend_schema(
        request=RunStartSerializer, responses={201: TrainingRunSerializer, 400: ErrorSerializer}
    )
    def create(self, request: Request) -> Response:
        """Start a run of K folds on a snapshot."""
        sent = RunStartSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = dict(sent.validated_data)
        project = _project(request, wanted.pop("project"))
        snapshots = DatasetSnapshot.objects.visible_to(person(request)).filter(project=project)
        snapshot = snapshots.filter(pk=wanted.pop("snapshot")).first()
        if snapshot is None:
            raise Http404
        wanted["start_from"] = _start_from(request, wanted["start_from"])
        run = run_start(snapshot=snapshot, actor=person(request), **wanted)
        return Response(self._told(run), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[RunEstimateQuerySerializer],
        responses={200: RunEstimateSerializer, 400: ErrorSerializer},
        filters=False,
    )
    @action(detail=False, methods=["get"], pagination_class=None, filterset_class=None)
    def estimate(self, request: Request) -> Response:
        """How long such a run would take, from what earlier ones took."""
        asked = RunEstimateQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = dict(asked.validated_data)
        project = _project(request, wanted.pop("project"))
        if not may_read_runs(person(request), project.pk):
            raise NotAllowed("Only experts and admins of the project see training runs.")
        try:
            found = run_estimate(**wanted)
        except BadInputError as error:
            raise InvalidInput(str(error), recipe=[str(error)]) from error
        return Response(RunEstimateSerializer(found).data)

    @extend_schema(request=None, responses={200: TrainingRunSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop the run."""
        del pk
        run = run_cancel(run=self.get_object(), actor=person(request))
        return Response(self._told(run))

    @extend_schema(request=None, responses={200: TrainingRunSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Free the workers for a while; folds keep their checkpoints."""
        del pk
        run = run_pause(run=self.get_object(), actor=person(request))
        return Response(self._told(run))

    @extend_schema(request=None, responses={200: TrainingRunSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Go on from the checkpoints."""
        del pk
        run = run_resume(run=self.get_object(), actor=person(request))
        return Response(self._told(run))

    @extend_schema(request=None, responses={200: TrainingRunSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Try a failed run again; folds that are done stay done."""
        del pk
        run = run_retry(run=self.get_object(), actor=person(request))
        return Response(self._told(run))


def _start_from(request: Request, version: UUID | None) -> ModelVersion | None:
    if version is None:
        return None
    return get_object_or_404(ModelVersion.objects.visible_to(person(request)), pk=version)


def _project(request: Request, project_id: object) -> Project:
    return get_object_or_404(Project.objects.visible_to(person(request)), pk=project_id)
