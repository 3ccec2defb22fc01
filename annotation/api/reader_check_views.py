"""What hidden re-reads and checks found, over HTTP."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.api.reader_check_serializers import (
    ReaderChecksQuerySerializer,
    ReaderFindingsSerializer,
    ReaderSummaryPageSerializer,
)
from annotation.models import CheckFinding
from annotation.selectors.reader_checks import findings_of, readers_of
from annotation.services.checks_start import checks_measure_start
from fascicle.accounts.models import Project, User
from fascicle.accounts.permissions import is_project_admin
from fascicle.api.people import person
from fascicle.errors import NotAllowed
from fascicle.jobs.api.serializers import JobSerializer


class ReaderCheckViewSet(viewsets.GenericViewSet[CheckFinding]):
    """For the admins of a project; of their own checks only what they have handed in."""

    queryset = CheckFinding.objects.none()
    pagination_class = None

    @extend_schema(
        parameters=[ReaderChecksQuerySerializer],
        responses=ReaderSummaryPageSerializer,
        operation_id="reader_checks_list",
    )
    def list(self, request: Request) -> Response:
        """Everyone who was given a re-read or a check, by name."""
        rows = readers_of(person(request), _project(request, request.query_params).pk)
        page = {"next": None, "previous": None, "results": rows}
        return Response(ReaderSummaryPageSerializer(page).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="Whose."),
            ReaderChecksQuerySerializer,
        ],
        responses=ReaderFindingsSerializer,
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """What the checks of one reader found."""
        project = _project(request, request.query_params)
        reader = get_object_or_404(
            User.objects.filter(assignments__project=project).distinct(), pk=pk
        )
        found = findings_of(person(request), project.pk, reader)
        return Response(ReaderFindingsSerializer(found).data)

    @extend_schema(request=ReaderChecksQuerySerializer, responses={202: JobSerializer})
    @action(detail=False, methods=["post"])
    def measure(self, request: Request) -> Response:
        """Measure what was handed in and is not measured, or not with the present truth."""
        project = _project(request, request.data)
        job = checks_measure_start(project=project, actor=person(request))
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


def _project(request: Request, told: object) -> Project:
    asked = ReaderChecksQuerySerializer(data=told)
    asked.is_valid(raise_exception=True)
    visible = Project.objects.visible_to(person(request))
    project = get_object_or_404(visible, pk=asked.validated_data["project"])
    if not is_project_admin(person(request), project.pk):
        raise NotAllowed("Only an admin of the project sees what checks found.")
    return project
