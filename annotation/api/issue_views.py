"""Remarks over HTTP: answer and settle them; they are made through their set."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.api.set_serializers import (
    IssueReplyAddSerializer,
    IssueReplySerializer,
    IssueResolveSerializer,
    IssueSerializer,
)
from annotation.models import Issue
from annotation.services.issue_add import issue_reply, issue_resolve
from fascicle.api.people import person


class IssueViewSet(viewsets.GenericViewSet[Issue]):
    """Remarks on sets one may see."""

    queryset = Issue.objects.none()
    serializer_class = IssueSerializer

    def get_queryset(self) -> QuerySet[Issue]:
        """Only what is visible."""
        return Issue.objects.visible_to(person(self.request)).select_related(
            "author", "annotation_set__clip"
        )

    @extend_schema(request=IssueResolveSerializer, responses=IssueSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Settle a remark, or take that back."""
        del pk
        sent = IssueResolveSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        issue = issue_resolve(issue=self.get_object(), actor=person(request), **sent.validated_data)
        return Response(IssueSerializer(issue).data)

    @extend_schema(request=IssueReplyAddSerializer, responses={201: IssueReplySerializer})
    @action(detail=True, methods=["post"])
    def replies(self, request: Request, pk: str) -> Response:
        """Answer under a remark."""
        del pk
        sent = IssueReplyAddSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        reply = issue_reply(issue=self.get_object(), actor=person(request), **sent.validated_data)
        return Response(IssueReplySerializer(reply).data, status=status.HTTP_201_CREATED)
