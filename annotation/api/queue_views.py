"""The queue over HTTP."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.clip_serializers import ClipSerializer
from annotation.api.set_serializers import AnnotationSetSerializer
from annotation.selectors.queue import queue_of
from fascicle.accounts.models import Project
from fascicle.api.people import person
from fascicle.errors import InvalidInput


class QueuedSetSerializer(serializers.Serializer[Any]):
    """A set and its clip."""

    clip = ClipSerializer()
    annotation_set = AnnotationSetSerializer()


class QueueSerializer(serializers.Serializer[Any]):
    """What waits for the person asking."""

    to_annotate = ClipSerializer(many=True)
    returned = QueuedSetSerializer(many=True)
    to_review = QueuedSetSerializer(many=True)


class QueueView(APIView):
    """What waits for the person asking, in one project."""

    @extend_schema(
        parameters=[OpenApiParameter("project", str, required=True)], responses=QueueSerializer
    )
    def get(self, request: Request) -> Response:
        """At most 50 of each kind, oldest first."""
        wanted = request.query_params.get("project")
        try:
            field = serializers.UUIDField()
            project_id = field.run_validation(wanted)
        except serializers.ValidationError as error:
            raise InvalidInput("Name the project: ?project=<id>.", project=["Required."]) from error
        project = get_object_or_404(Project.objects.visible_to(person(request)), pk=project_id)
        queue = queue_of(person(request), project.pk)
        return Response(QueueSerializer(queue, context={"request": request}).data)
