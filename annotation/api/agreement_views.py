"""Agreement between readers over HTTP."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.api.agreement_serializers import (
    AgreementDetailSerializer,
    AgreementReportSerializer,
    AgreementStartSerializer,
    BreakdownPageSerializer,
    BreakdownQuerySerializer,
    ComparableSerializer,
    DisagreementPageSerializer,
    DisagreementQuerySerializer,
)
from annotation.models import AgreementReport
from annotation.selectors.agreement import comparable_readings
from annotation.selectors.agreement_rows import broken_down, report_table, worst_rows
from annotation.services.agreement_start import agreement_start
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import Project
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person
from fascicle.errors import InvalidInput, NotAllowed
from fascicle.jobs.api.serializers import JobSerializer


class AgreementFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")

    class Meta:
        model = AgreementReport
        fields: list[str] = []


class AgreementReportViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[AgreementReport]
):
    """Reports of the projects one annotates in, but for those that say what one is not to know."""

    queryset = AgreementReport.objects.none()
    serializer_class = AgreementReportSerializer
    filterset_class = AgreementFilter

    def get_queryset(self) -> QuerySet[AgreementReport]:
        """Only what is visible; the frames only where they are asked for."""
        rows = AgreementReport.objects.visible_to(person(self.request)).with_moved_on()
        rows = rows.select_related("owner")
        match self.action:
            case "list":
                return rows.defer("frames", "figures")
            case "retrieve":
                return rows.defer("frames").prefetch_related("readings")
            case _:
                return rows.defer("figures")

    @extend_schema(responses=AgreementDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A report with its figures."""
        del request, args, kwargs
        return Response(AgreementDetailSerializer(self.get_object()).data)

    @extend_schema(
        request=AgreementStartSerializer, responses={202: JobSerializer, 400: ErrorSerializer}
    )
    def create(self, request: Request) -> Response:
        """Compare readings; the Job's `target_id` is the report."""
        sent = AgreementStartSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        project = _project(request, told.pop("project"))
        job = agreement_start(project=project, actor=person(request), **told)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        parameters=[OpenApiParameter("project", OpenApiTypes.UUID, required=True)],
        responses=ComparableSerializer,
        filters=False,
    )
    @action(detail=False, pagination_class=None, filterset_class=None)
    def comparable(self, request: Request) -> Response:
        """The clips of a project that two readers have handed in, and who they are."""
        named = filters.UUIDFilter().field.clean(request.query_params.get("project", ""))
        if named is None:
            raise InvalidInput("Name the project.", project=["Required."])
        project = _project(request, named)
        user = person(request)
        if not may_annotate(user, project.pk):
            raise NotAllowed("Only experts and admins of the project compare readings.")
        clips: dict[UUID, dict[str, Any]] = {}
        for row in comparable_readings(user, project.pk):
            clip = row.clip
            told = clips.setdefault(
                clip.pk,
                {
                    "id": clip.pk, "number": clip.number, "title": str(clip),
                    "subject": clip.subject.pseudonym, "readers": [], "people": [],
                },
            )  # fmt: skip
            told["readers"].append(row.author_id)
            told["people"].append({"id": row.author_id, "reading": 1, "name": str(row.author)})
        shown = [clip for clip in clips.values() if len(clip["readers"]) >= 2]
        people = {one["id"]: one for clip in shown for one in clip["people"]}
        readers = sorted(people.values(), key=lambda one: one["name"].casefold())
        return Response(ComparableSerializer({"readers": readers, "clips": shown}).data)

    @extend_schema(
        parameters=[DisagreementQuerySerializer],
        responses={200: DisagreementPageSerializer, 409: ErrorSerializer},
        filters=False,
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def disagreements(self, request: Request, pk: str) -> Response:
        """The frames on which two readers agree least, the worst first."""
        del pk
        asked = DisagreementQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        narrowed = dict(asked.validated_data)
        limit = narrowed.pop("limit")
        report = self.get_object()
        rows = worst_rows(report, report_table(report, **narrowed), limit)
        page = {"next": None, "previous": None, "results": rows}
        return Response(DisagreementPageSerializer(page).data)

    @extend_schema(
        parameters=[BreakdownQuerySerializer],
        responses={200: BreakdownPageSerializer, 409: ErrorSerializer},
        filters=False,
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def breakdown(self, request: Request, pk: str) -> Response:
        """The figures of each subject, of each clip, or of each frame of a clip."""
        del pk
        asked = BreakdownQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        narrowed = dict(asked.validated_data)
        by = narrowed.pop("by")
        if by == "frame" and "clip" not in narrowed:
            raise InvalidInput("Name the clip whose frames are meant.", clip=["Required."])
        report = self.get_object()
        rows = broken_down(report, report_table(report, **narrowed), by)
        page = {"next": None, "previous": None, "results": rows}
        return Response(BreakdownPageSerializer(page).data)


def _project(request: Request, project_id: object) -> Project:
    return get_object_or_404(Project.objects.visible_to(person(request)), pk=project_id)
