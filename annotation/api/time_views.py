"""Active time over HTTP."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.models import Clip
from annotation.selectors.work_time import work_time
from annotation.services.active_time_add import active_time_add
from fascicle.accounts.api.serializers import UserSerializer
from fascicle.accounts.api.wanted_project import wanted_project
from fascicle.accounts.models import Project
from fascicle.api.people import person


class ActiveTimeSerializer(serializers.Serializer[Any]):
    """Seconds of work since the last report."""

    seconds = serializers.IntegerField(min_value=1)


class PersonTimeSerializer(serializers.Serializer[Any]):
    """One person's time."""

    person = UserSerializer()
    seconds = serializers.IntegerField()
    clips = serializers.IntegerField()
    done = serializers.IntegerField()
    clips_per_hour = serializers.FloatField(allow_null=True)


class ClipTimeSerializer(serializers.Serializer[Any]):
    """One person's time on one clip."""

    person = UserSerializer()
    clip = serializers.UUIDField(source="clip_id")
    title = serializers.CharField(source="label")
    seconds = serializers.IntegerField()
    is_done = serializers.BooleanField()


class WorkTimeSerializer(serializers.Serializer[Any]):
    """Time by person, and by person and clip."""

    people = PersonTimeSerializer(many=True)
    clips = ClipTimeSerializer(many=True)


class ActiveTimeView(APIView):
    """One's own active time on a clip."""

    @extend_schema(request=ActiveTimeSerializer, responses={204: None})
    def post(self, request: Request, pk: str) -> Response:
        """Add seconds; at most five minutes at once."""
        me = person(request)
        clip = get_object_or_404(Clip.objects.visible_to(me), pk=pk)
        sent = ActiveTimeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        active_time_add(clip=clip, actor=me, seconds=sent.validated_data["seconds"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class WorkTimeView(APIView):
    """Time spent in a project: one's own, or everyone's for its admins."""

    @extend_schema(
        parameters=[OpenApiParameter("project", str, required=True)], responses=WorkTimeSerializer
    )
    def get(self, request: Request) -> Response:
        """Longest first."""
        project = get_object_or_404(
            Project.objects.visible_to(person(request)), pk=wanted_project(request)
        )
        return Response(WorkTimeSerializer(work_time(person(request), project.pk)).data)
