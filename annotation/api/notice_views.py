"""Notices over HTTP."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.models import Notice, NoticeSetting
from annotation.services.notice_send import notices_read
from annotation.services.notices_digest import notice_mail_set
from fascicle.api.people import person


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """One line, and where it leads."""

    project_name = serializers.CharField(source="project.name")
    clip_title = serializers.CharField(source="clip", allow_null=True)

    class Meta:
        model = Notice
        fields = [
            "id", "project", "project_name", "kind", "text", "clip", "clip_title",
            "annotation_set", "created_at", "read_at",
        ]  # fmt: skip


class NoticesReadSerializer(serializers.Serializer[Any]):
    """Which notices; without any named, all of the person's."""

    notices = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, default=None, max_length=200
    )
    is_read = serializers.BooleanField(default=True)


class NoticeCountSerializer(serializers.Serializer[Any]):
    """How many are not read yet."""

    unread = serializers.IntegerField()


class NoticeMailSerializer(serializers.ModelSerializer[NoticeSetting]):
    """Whether notices come by e-mail, too."""

    class Meta:
        model = NoticeSetting
        fields = ["is_mail_muted"]


class NoticeViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Notice]):
    """One's own notices."""

    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer

    def get_queryset(self) -> QuerySet[Notice]:
        """Only what is visible."""
        return Notice.objects.visible_to(person(self.request)).select_related("project", "clip")

    @extend_schema(responses=NoticeCountSerializer, filters=False)
    @action(detail=False, pagination_class=None)
    def count(self, request: Request) -> Response:
        """For the bell."""
        del request
        return Response({"unread": self._unread()})

    @extend_schema(request=NoticesReadSerializer, responses=NoticeCountSerializer)
    @action(detail=False, methods=["post"], pagination_class=None)
    def read(self, request: Request) -> Response:
        """Mark notices as read, or as unread again."""
        sent = NoticesReadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        notices_read(user=person(request), **sent.validated_data)
        return Response({"unread": self._unread()})

    def _unread(self) -> int:
        return self.get_queryset().filter(read_at__isnull=True).count()


class NoticeMailView(APIView):
    """Whether the daily mail comes."""

    @extend_schema(responses=NoticeMailSerializer)
    def get(self, request: Request) -> Response:
        """It does unless muted."""
        row = NoticeSetting.objects.filter(user=person(request)).first()
        return Response(NoticeMailSerializer(row or NoticeSetting()).data)

    @extend_schema(request=NoticeMailSerializer, responses=NoticeMailSerializer)
    def put(self, request: Request) -> Response:
        """Mute it, or have it again."""
        sent = NoticeMailSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        is_muted = sent.validated_data["is_mail_muted"]
        row = notice_mail_set(user=person(request), is_muted=is_muted)
        return Response(NoticeMailSerializer(row).data)
