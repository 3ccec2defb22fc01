"""The queue over HTTP."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.assignment_serializers import QueuePageSerializer, QueueSerializer
from annotation.selectors.queue import queue_of, queue_page
from fascicle.accounts.models import Project
from fascicle.api.people import person
from fascicle.errors import InvalidInput

PROJECT = OpenApiParameter("project", str, required=True)


class QueueView(APIView):
    """What waits for the person asking, in one project."""

    @extend_schema(parameters=[PROJECT], responses=QueueSerializer)
    def get(self, request: Request) -> Response:
        """At most 50 of each kind, oldest first."""
        queue = queue_of(person(request), wanted_project(request))
        return Response(QueueSerializer(queue, context={"request": request}).data)


class AssignedQueueView(APIView):
    """All that was assigned to the person asking, in one project."""

    @extend_schema(
        parameters=[PROJECT, OpenApiParameter("after", str, description="From the page before.")],
        responses=QueuePageSerializer,
    )
    def get(self, request: Request) -> Response:
        """50 at a time, those due first."""
        after = request.query_params.get("after") or None
        page = queue_page(person(request), wanted_project(request), after=after)
        return Response(QueuePageSerializer(page, context={"request": request}).data)


def wanted_project(request: Request) -> UUID:
    """The id of the project that the request names and the person is in.

    Raises InvalidInput when none is named, Http404 when there is none for the person.
    """
    try:
        project_id = serializers.UUIDField().run_validation(request.query_params.get("project"))
    except serializers.ValidationError as error:
        raise InvalidInput("Name the project: ?project=<id>.", project=["Required."]) from error
    return get_object_or_404(Project.objects.visible_to(person(request)), pk=project_id).pk
