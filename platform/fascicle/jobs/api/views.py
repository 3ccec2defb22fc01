"""Long work over HTTP."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from fascicle.api.people import person
from fascicle.jobs.api.serializers import JobSerializer
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_cancel


class JobFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")
    target_id = filters.UUIDFilter()
    kind = filters.CharFilter()
    state = filters.MultipleChoiceFilter(choices=JobState.choices)

    class Meta:
        model = Job
        fields: list[str] = []


class JobViewSet(viewsets.ReadOnlyModelViewSet[Job]):
    """Jobs one may see."""

    queryset = Job.objects.none()
    serializer_class = JobSerializer
    filterset_class = JobFilter

    def get_queryset(self) -> QuerySet[Job]:
        """Only what is visible."""
        return Job.objects.visible_to(person(self.request)).select_related("owner")

    @extend_schema(request=None, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Ask the work to stop."""
        del pk
        return Response(
            JobSerializer(job_cancel(job=self.get_object(), actor=person(request))).data
        )
