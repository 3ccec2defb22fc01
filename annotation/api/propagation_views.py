"""Carried shapes over HTTP: start, ask for what has come, stop, be done with."""

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.api.propagation_serializers import (
    PropagationProgressSerializer,
    PropagationSerializer,
    PropagationStartSerializer,
)
from annotation.models import AnnotationSet, PropagatedShape, Propagation
from annotation.services.propagation_close import propagation_cancel, propagation_close
from annotation.services.propagation_start import propagation_start
from fascicle.api.people import person


class PropagationFilter(filters.FilterSet):
    """What a list may be narrowed by."""

    annotation_set = filters.UUIDFilter(field_name="annotation_set_id")

    class Meta:
        model = Propagation
        fields: list[str] = []


class _StartSerializer(PropagationStartSerializer):
    """For a set of one's own."""

    annotation_set = serializers.UUIDField()


class PropagationViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Propagation]):
    """One's own, open ones."""

    queryset = Propagation.objects.none()
    serializer_class = PropagationSerializer
    filterset_class = PropagationFilter

    def get_queryset(self) -> QuerySet[Propagation]:
        """Only what is visible."""
        return Propagation.objects.visible_to(person(self.request)).select_related(
            "job", "annotation_set"
        )

    @extend_schema(request=_StartSerializer, responses={201: PropagationSerializer})
    def create(self, request: Request) -> Response:
        """Carry a shape on; what was open for the set is closed."""
        sent = _StartSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = dict(sent.validated_data)
        visible = AnnotationSet.objects.visible_to(person(request)).select_related(
            "clip__project__protocol"
        )
        annotation_set = get_object_or_404(visible, pk=wanted.pop("annotation_set"))
        made = propagation_start(annotation_set=annotation_set, actor=person(request), **wanted)
        return Response(PropagationSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[OpenApiParameter("after", int, description="Frames the page has already.")],
        responses=PropagationProgressSerializer,
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """How far it is, and the shapes more than `after` frames from the source."""
        text = request.query_params.get("after", "0")
        after = int(text) if text.isdecimal() and len(text) < 8 else 0
        rows = self.get_queryset().prefetch_related(
            Prefetch("shapes", PropagatedShape.objects.filter(distance__gt=after))
        )
        return Response(PropagationProgressSerializer(get_object_or_404(rows, pk=pk)).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop, and keep what has come so far."""
        del pk
        propagation_cancel(propagation=self.get_object(), actor=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Stop, and throw the shapes away."""
        del pk
        propagation_close(propagation=self.get_object(), actor=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
