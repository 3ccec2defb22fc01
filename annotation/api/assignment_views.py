"""Assignments and the rule of a project over HTTP."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.assignment_serializers import (
    AssignCheckSerializer,
    AssignedSerializer,
    AssignmentDaySerializer,
    AssignmentRuleSerializer,
    AssignmentSerializer,
    AssignSerializer,
)
from annotation.models import (
    Assignment,
    AssignmentCheck,
    AssignmentState,
    AssignmentTask,
    Clip,
)
from annotation.services.assignment_check import ground_truth_assign, rereads_assign
from annotation.services.assignment_close import assignment_postpone, assignment_withdraw
from annotation.services.assignment_make import (
    AssignmentsMade,
    ReadingTerms,
    readings_assign,
    reviews_assign,
)
from annotation.services.assignment_rule_set import (
    RuleTerms,
    assignment_rule_of,
    assignment_rule_set,
)
from fascicle.accounts.models import Project, User
from fascicle.accounts.permissions import is_project_admin
from fascicle.api.people import person
from fascicle.errors import NotAllowed


class AssignmentFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")
    clip = filters.UUIDFilter(field_name="clip_id")
    assignee = filters.UUIDFilter(field_name="assignee_id")
    task = filters.ChoiceFilter(choices=AssignmentTask.choices)
    state = filters.ChoiceFilter(choices=AssignmentState.choices)

    class Meta:
        model = Assignment
        fields: list[str] = []


class AssignmentViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Assignment]):
    """One's own assignments; for admins those of the project."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter

    def get_queryset(self) -> QuerySet[Assignment]:
        """Only what is visible."""
        return Assignment.objects.visible_to(person(self.request)).select_related(
            "clip", "assignee", "assigned_by"
        )

    @extend_schema(request=AssignSerializer, responses={201: AssignedSerializer})
    def create(self, request: Request) -> Response:
        """Give clips to people to read, or their readings to review; admins only."""
        sent = AssignSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        project, clips, people = _named(person(request), told)
        done: AssignmentsMade
        if told.pop("task") == AssignmentTask.ANNOTATE:
            done = readings_assign(
                project=project, actor=person(request), clips=clips, readers=people,
                terms=ReadingTerms(**told),
            )  # fmt: skip
        else:
            done = reviews_assign(
                project=project, actor=person(request), clips=clips, reviewers=people,
                due_on=told["due_on"],
            )  # fmt: skip
        return Response(AssignedSerializer(done).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AssignCheckSerializer, responses={201: AssignedSerializer})
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def checks(self, request: Request) -> Response:
        """Hide clips among people's work that measure them; admins only."""
        sent = AssignCheckSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        project, clips, people = _named(person(request), told)
        kind, actor = told.pop("check_kind"), person(request)
        if kind == AssignmentCheck.REREAD:
            done = rereads_assign(project=project, actor=actor, clips=clips, readers=people, **told)
        else:
            done = ground_truth_assign(
                project=project, actor=actor, clips=clips, readers=people, due_on=told["due_on"]
            )
        return Response(AssignedSerializer(done).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AssignmentDaySerializer, responses=AssignmentSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give another day by which it is due; admins only."""
        sent = AssignmentDaySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = assignment_postpone(
            assignment=self.get_object(), actor=person(request), **sent.validated_data
        )
        return Response(AssignmentSerializer(row, context={"request": request}).data)

    @extend_schema(request=None, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back; admins only."""
        del pk
        row = assignment_withdraw(assignment=self.get_object(), actor=person(request))
        return Response(AssignmentSerializer(row, context={"request": request}).data)


def _named(user: User, told: dict[str, Any]) -> tuple[Project, list[Clip], list[User]]:
    """The project, clips and people that a request names by id, taken out of it."""
    project = get_object_or_404(Project.objects.visible_to(user), pk=told.pop("project"))
    wanted, people = set(told.pop("clips")), set(told.pop("people"))
    clips = list(Clip.objects.visible_to(user).filter(project=project, pk__in=wanted))
    chosen = list(User.objects.visible_to(user).filter(pk__in=people).order_by("name", "email"))
    if len(clips) != len(wanted) or len(chosen) != len(people):
        raise Http404
    return project, clips, chosen


class AssignmentRuleView(APIView):
    """The rule by which a project's clips find readers and reviewers."""

    @extend_schema(responses=AssignmentRuleSerializer)
    def get(self, request: Request, project_id: UUID) -> Response:
        """For admins; a project without a rule answers with one that assigns nothing."""
        terms = assignment_rule_of(_administered(person(request), project_id).pk)
        return Response(AssignmentRuleSerializer(terms).data)

    @extend_schema(request=AssignmentRuleSerializer, responses=AssignmentRuleSerializer)
    def put(self, request: Request, project_id: UUID) -> Response:
        """Set the rule and apply it at once; admins only."""
        project = _administered(person(request), project_id)
        sent = AssignmentRuleSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        assignment_rule_set(
            project=project, actor=person(request), terms=RuleTerms(**sent.validated_data)
        )
        return Response(AssignmentRuleSerializer(assignment_rule_of(project.pk)).data)


def _administered(user: User, project_id: UUID) -> Project:
    project = get_object_or_404(Project.objects.visible_to(user), pk=project_id)
    if not is_project_admin(user, project.pk):
        raise NotAllowed("Only an admin of the project sees and sets its rule.")
    return project
