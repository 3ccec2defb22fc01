"""Devices, live sessions and recordings over HTTP. The frames go through the hub."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, permissions, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from fascicle.accounts.models import Project
from fascicle.api.errors import ErrorSerializer
from fascicle.api.pagination import NewestFirst
from fascicle.api.people import person
from fascicle.hub_address import hub_address
from inference.api.device_authentication import DeviceAuthentication
from inference.api.live_serializers import (
    ChooseModelSerializer,
    DeviceSerializer,
    LiveSessionSerializer,
    PairedSerializer,
    PairingCodeSerializer,
    PairSerializer,
    ProjectNamedSerializer,
    PublishCheckSerializer,
    PublishSerializer,
    RecordingSerializer,
    RecordSerializer,
    TicketSerializer,
)
from inference.models import Device, LiveSession, ModelVersion, Recording
from inference.services.live.board import seen_states
from inference.services.live.device_pair import device_pair, device_revoke, pairing_code_create
from inference.services.live.recording import recording_start, recording_stop
from inference.services.live.session_end import session_end
from inference.services.live.session_model import session_model
from inference.services.live.session_open import TicketIssued, session_publish, session_view

CONFLICT = OpenApiResponse(ErrorSerializer, description="The session or recording is over.")


class DeviceFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")

    class Meta:
        model = Device
        fields: list[str] = []


class DeviceViewSet(
    mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[Device]
):
    """Bridges that may stream into one's projects."""

    queryset = Device.objects.none()
    serializer_class = DeviceSerializer
    filterset_class = DeviceFilter
    throttle_scope = "pairing"

    def get_queryset(self) -> QuerySet[Device]:
        """Only what is visible."""
        return Device.objects.visible_to(person(self.request)).select_related("paired_by")

    def perform_destroy(self, instance: Device) -> None:
        """Revoke: the row stays as a record."""
        device_revoke(device=instance, actor=person(self.request))

    @extend_schema(request=ProjectNamedSerializer, responses={201: PairingCodeSerializer})
    @action(detail=False, methods=["post"])
    def codes(self, request: Request) -> Response:
        """A code for one bridge, good for ten minutes."""
        sent = ProjectNamedSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        project = get_object_or_404(
            Project.objects.visible_to(person(request)), pk=sent.validated_data["project"]
        )
        shown = pairing_code_create(project=project, actor=person(request))
        return Response(PairingCodeSerializer(shown).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PairSerializer, responses={201: PairedSerializer}, auth=[])
    @action(
        detail=False,
        methods=["post"],
        authentication_classes=[],
        permission_classes=[permissions.AllowAny],
        throttle_classes=[ScopedRateThrottle],
    )
    def pair(self, request: Request) -> Response:
        """A bridge gives the code and gets its token. The code is its proof."""
        sent = PairSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        paired = device_pair(code=sent.validated_data["code"], name=sent.validated_data["name"])
        answer = {
            "token": paired.token,
            "device": paired.device.pk,
            "name": paired.device.name,
            "project": paired.device.project_id,
            "project_name": paired.device.project.name,
        }
        return Response(PairedSerializer(answer).data, status=status.HTTP_201_CREATED)


class LiveSessionFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="project_id")
    open = filters.BooleanFilter(field_name="ended_at", lookup_expr="isnull")

    class Meta:
        model = LiveSession
        fields: list[str] = []


class LiveSessionViewSet(viewsets.ReadOnlyModelViewSet[LiveSession]):
    """Bridges streaming into one's projects."""

    queryset = LiveSession.objects.none()
    serializer_class = LiveSessionSerializer
    filterset_class = LiveSessionFilter

    def get_queryset(self) -> QuerySet[LiveSession]:
        """Only what is visible."""
        return (
            LiveSession.objects.visible_to(person(self.request))
            .select_related("device", "model_version")
            .prefetch_related("recordings__started_by")
        )

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With what the hub says of the rows shown, read at once."""
        if args:
            rows = args[0] if kwargs.get("many") else [args[0]]
            seen = seen_states([str(row.pk) for row in rows if row.ended_at is None])
            kwargs["context"] = {**self.get_serializer_context(), "seen": seen}
        return super().get_serializer(*args, **kwargs)

    @extend_schema(request=PublishSerializer, responses={200: TicketSerializer})
    @action(detail=False, methods=["post"], authentication_classes=[DeviceAuthentication])
    def publish(self, request: Request) -> Response:
        """A paired bridge asks for its session and a ticket to publish into it."""
        sent = PublishSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        issued = session_publish(
            device=cast("Device", request.auth), source=sent.validated_data["source"]
        )
        return _ticket(request, issued)

    @extend_schema(request=PublishSerializer, responses={200: PublishCheckSerializer})
    @action(
        detail=False,
        methods=["post"],
        url_path="publish-check",
        authentication_classes=[DeviceAuthentication],
    )
    def publish_check(self, request: Request) -> Response:
        """Whether a bridge could publish, and where: no session is begun or ended by asking."""
        sent = PublishSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        device = cast("Device", request.auth)
        answer = {"device": device.name, "hub": hub_address(request)}
        return Response(PublishCheckSerializer(answer).data)

    @extend_schema(request=None, responses={200: TicketSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def ticket(self, request: Request, pk: str) -> Response:
        """A ticket to view."""
        del pk
        return _ticket(request, session_view(session=self.get_object(), user=person(request)))

    @extend_schema(
        request=ChooseModelSerializer, responses={200: LiveSessionSerializer, 409: CONFLICT}
    )
    @action(detail=True, methods=["post"])
    def model(self, request: Request, pk: str) -> Response:
        """Choose the model whose masks are shown."""
        sent = ChooseModelSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted, version = sent.validated_data.get("model_version"), None
        if wanted is not None:
            models = ModelVersion.objects.visible_to(person(request))
            version = get_object_or_404(models, pk=wanted)
        session_model(
            session=self.get_object(),
            actor=person(request),
            version=version,
            is_off=sent.validated_data["is_off"],
        )
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data)

    @extend_schema(request=None, responses={200: LiveSessionSerializer})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End it for everyone."""
        session_end(session=self.get_object(), actor=person(request))
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data)

    @extend_schema(request=RecordSerializer, responses={201: RecordingSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def record(self, request: Request, pk: str) -> Response:
        """Keep frames from now on."""
        del pk
        sent = RecordSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        recording = recording_start(
            session=self.get_object(), actor=person(request), **sent.validated_data
        )
        return Response(RecordingSerializer(recording).data, status=status.HTTP_201_CREATED)


class RecordingsFirst(NewestFirst):
    """Newest first, by when they began."""

    ordering = ("-started_at", "-id")


class RecordingFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    project = filters.UUIDFilter(field_name="session__project_id")
    session = filters.UUIDFilter(field_name="session_id")

    class Meta:
        model = Recording
        fields: list[str] = []


class RecordingViewSet(viewsets.ReadOnlyModelViewSet[Recording]):
    """What was kept of live sessions."""

    queryset = Recording.objects.none()
    serializer_class = RecordingSerializer
    pagination_class = RecordingsFirst
    filterset_class = RecordingFilter

    def get_queryset(self) -> QuerySet[Recording]:
        """Only what is visible."""
        rows = Recording.objects.visible_to(person(self.request))
        return rows.select_related("session", "started_by")

    @extend_schema(request=None, responses={200: RecordingSerializer, 409: CONFLICT})
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Close it; the clip follows."""
        recording_stop(recording=self.get_object(), actor=person(request))
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data)


def _ticket(request: Request, issued: TicketIssued) -> Response:
    answer = {
        "session": issued.session.pk,
        "ticket": issued.ticket,
        "hub": hub_address(request),
    }
    return Response(TicketSerializer(answer).data)
