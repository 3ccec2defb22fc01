"""Procedures, projects and subjects over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.api.clip_filters import SubjectFilter
from annotation.api.clip_serializers import (
    ProcedureSerializer,
    ProjectCreateSerializer,
    ProjectEditSerializer,
    ProjectFacetsSerializer,
    ProjectSerializer,
    ProjectStorageSerializer,
    SubjectCreateSerializer,
    SubjectSerializer,
)
from annotation.models import Procedure, Subject
from annotation.selectors.clips import project_rows, subject_rows
from annotation.selectors.library import project_facets, project_storage
from annotation.services.project_create import project_create
from annotation.services.project_edit import project_edit
from annotation.services.subject_create import subject_create
from fascicle.accounts.models import Project
from fascicle.api.people import person


class ByName(CursorPagination):
    """Vocabulary comes in the order of the alphabet."""

    page_size = 100
    ordering = ("name", "id")


class ProcedureViewSet(viewsets.ReadOnlyModelViewSet[Procedure]):
    """Examinations and their structures."""

    queryset = Procedure.objects.none()
    serializer_class = ProcedureSerializer
    pagination_class = ByName

    def get_queryset(self) -> QuerySet[Procedure]:
        """Everyone who may log in reads them."""
        return Procedure.objects.visible_to(person(self.request)).prefetch_related("structures")


class ProjectViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Project]
):
    """Projects one is a member of."""

    queryset = Project.objects.none()
    serializer_class = ProjectSerializer

    def get_queryset(self) -> QuerySet[Project]:
        """Only what is visible."""
        return project_rows(person(self.request))

    @extend_schema(request=ProjectCreateSerializer, responses={201: ProjectSerializer})
    def create(self, request: Request) -> Response:
        """Found a project; staff only."""
        sent = ProjectCreateSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        project = project_create(actor=person(request), **sent.validated_data)
        return self._answer(project, status.HTTP_201_CREATED)

    @extend_schema(request=ProjectEditSerializer, responses=ProjectSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change name or description; admins only."""
        project = self.get_object()
        sent = ProjectEditSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        project_edit(project=project, actor=person(request), **sent.validated_data)
        return self._answer(project, status.HTTP_200_OK)

    @extend_schema(responses=ProjectStorageSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def storage(self, request: Request, pk: str) -> Response:
        """What the project's clips and uploads take."""
        del request, pk
        used = project_storage(self.get_object().pk)
        return Response(ProjectStorageSerializer(used).data)

    @extend_schema(responses=ProjectFacetsSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def facets(self, request: Request, pk: str) -> Response:
        """Scanners and readers that the project's clips can be narrowed to."""
        del pk
        facets = project_facets(person(request), self.get_object().pk)
        return Response(ProjectFacetsSerializer(facets).data)

    def _answer(self, project: Project, code: int) -> Response:
        row = self.get_queryset().get(pk=project.pk)
        return Response(ProjectSerializer(row).data, status=code)


class SubjectViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Subject]
):
    """Pseudonyms of one's projects."""

    queryset = Subject.objects.none()
    serializer_class = SubjectSerializer
    filterset_class = SubjectFilter

    def get_queryset(self) -> QuerySet[Subject]:
        """Only what is visible."""
        return subject_rows(person(self.request))

    @extend_schema(request=SubjectCreateSerializer, responses={201: SubjectSerializer})
    def create(self, request: Request) -> Response:
        """Add a subject; experts and admins only."""
        sent = SubjectCreateSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        visible = Project.objects.visible_to(person(request))
        project = get_object_or_404(visible, pk=sent.validated_data["project"])
        subject = subject_create(
            project=project, actor=person(request), pseudonym=sent.validated_data["pseudonym"]
        )
        row = self.get_queryset().get(pk=subject.pk)
        return Response(SubjectSerializer(row).data, status=status.HTTP_201_CREATED)
