"""People over HTTP."""

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fascicle.accounts.api.authentication import SessionAuthentication
from fascicle.accounts.api.serializers import (
    ApiTokenCreatedSerializer,
    ApiTokenCreateSerializer,
    ApiTokenSerializer,
    AuditRecordSerializer,
    MemberAddedSerializer,
    MemberAddSerializer,
    MembershipChangeSerializer,
    MembershipSerializer,
    MeSerializer,
)
from fascicle.accounts.models import ApiToken, Membership, Project, Role, User
from fascicle.accounts.services import (
    member_add,
    membership_change,
    membership_remove,
    token_create,
    token_revoke,
)
from fascicle.api.pagination import NewestFirst
from fascicle.api.people import person
from fascicle.audit.models import AuditRecord


class MeView(APIView):
    """The person who is logged in."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Name, address and roles."""
        me = person(request)
        mine = Membership.objects.of(me).select_related("project").order_by("created_at")
        user = User.objects.prefetch_related(Prefetch("memberships", mine)).get(pk=me.pk)
        return Response(MeSerializer(user).data)


class MembershipFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")

    class Meta:
        model = Membership
        fields: list[str] = []


class MembershipViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Membership]):
    """Who is in one's projects; admins change it."""

    queryset = Membership.objects.none()
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilter

    def get_queryset(self) -> QuerySet[Membership]:
        """Only what is visible."""
        return Membership.objects.visible_to(person(self.request)).select_related("user")

    @extend_schema(request=MemberAddSerializer, responses={201: MemberAddedSerializer})
    def create(self, request: Request) -> Response:
        """Add a person; for a new account the answer holds a one-time link to choose a password."""
        sent = MemberAddSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = dict(sent.validated_data)
        projects = Project.objects.visible_to(person(request))
        project = get_object_or_404(projects, pk=wanted.pop("project"))
        added = member_add(
            project=project, actor=person(request), **{**wanted, "role": Role(wanted["role"])}
        )
        path = added.invitation_path
        body = MembershipSerializer(added.membership).data
        url = f"{settings.FASCICLE_ADDRESS}{path}" if path else None
        return Response({**body, "invitation_url": url}, status=status.HTTP_201_CREATED)

    @extend_schema(request=MembershipChangeSerializer, responses=MembershipSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Give another role."""
        del pk
        sent = MembershipChangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        changed = membership_change(
            membership=self.get_object(),
            actor=person(request),
            role=Role(sent.validated_data["role"]),
        )
        return Response(MembershipSerializer(changed).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """End the membership."""
        del pk
        membership_remove(membership=self.get_object(), actor=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ApiTokenViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[ApiToken]):
    """One's own tokens. Only a person who is logged in makes them: a token makes no token."""

    authentication_classes = [SessionAuthentication]

    queryset = ApiToken.objects.none()
    serializer_class = ApiTokenSerializer

    def get_queryset(self) -> QuerySet[ApiToken]:
        """Only what is visible."""
        return ApiToken.objects.visible_to(person(self.request))

    @extend_schema(request=ApiTokenCreateSerializer, responses={201: ApiTokenCreatedSerializer})
    def create(self, request: Request) -> Response:
        """Make a token; its key is in this answer and nowhere else."""
        sent = ApiTokenCreateSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = dict(sent.validated_data)
        project_id = wanted.pop("project")
        projects = Project.objects.visible_to(person(request))
        project = get_object_or_404(projects, pk=project_id) if project_id else None
        made = token_create(user=person(request), project=project, **wanted)
        body = {**ApiTokenSerializer(made.token).data, "key": made.key}
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Revoke a token."""
        del pk
        token_revoke(token=self.get_object(), actor=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class AuditPagination(NewestFirst):
    """The record is read by its own order."""

    ordering: tuple[str, ...] = ("-id",)


class AuditFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")

    class Meta:
        model = AuditRecord
        fields: list[str] = []


class AuditViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[AuditRecord]):
    """The record of the projects one administers."""

    queryset = AuditRecord.objects.none()
    serializer_class = AuditRecordSerializer
    filterset_class = AuditFilter
    pagination_class = AuditPagination

    def get_queryset(self) -> QuerySet[AuditRecord]:
        """Only what is visible."""
        return AuditRecord.objects.visible_to(person(self.request))
