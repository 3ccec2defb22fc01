"""Adjudication over HTTP. A consensus is read, drawn on and taken back as any annotation set is."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.api.consensus_serializers import (
    ConsensusOpenSerializer,
    ConsensusReopenSerializer,
    ConsensusSettleSerializer,
    ConsensusSignSerializer,
)
from annotation.api.set_serializers import AnnotationSetSerializer, SetSavedSerializer
from annotation.models import AnnotationSet, Clip, SetPurpose, Structure
from annotation.services.consensus_open import consensus_open
from annotation.services.consensus_settle import consensus_settle
from annotation.services.consensus_sign import consensus_reopen, consensus_sign
from fascicle.api.errors import ErrorSerializer
from fascicle.api.people import person


class ConsensusViewSet(viewsets.GenericViewSet[AnnotationSet]):
    """Where readers differ, a colleague settles what is drawn, in a set of its own."""

    queryset = AnnotationSet.objects.none()
    serializer_class = AnnotationSetSerializer

    def get_queryset(self) -> QuerySet[AnnotationSet]:
        """Only what is visible."""
        rows = AnnotationSet.objects.visible_to(person(self.request))
        return rows.filter(purpose=SetPurpose.CONSENSUS).select_related("author", "clip")

    def _told(self, row: AnnotationSet) -> dict[str, Any]:
        present = self.get_queryset().get(pk=row.pk)
        told: dict[str, Any] = self.get_serializer(present).data
        return told

    @extend_schema(
        request=ConsensusOpenSerializer,
        responses={200: AnnotationSetSerializer, 409: ErrorSerializer},
    )
    def create(self, request: Request) -> Response:
        """One's own consensus of a clip, made when there is none."""
        sent = ConsensusOpenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user = person(request)
        clip = get_object_or_404(Clip.objects.visible_to(user), pk=sent.validated_data["clip"])
        row = consensus_open(clip=clip, actor=user)
        return Response(self._told(row))

    @extend_schema(
        request=ConsensusSettleSerializer,
        responses={200: SetSavedSerializer, 400: ErrorSerializer, 409: ErrorSerializer},
    )
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """Take one reader's shapes of a structure, or blend several readers'."""
        del pk
        sent = ConsensusSettleSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        consensus = self.get_object()
        user = person(request)
        wanted = list(dict.fromkeys(told.pop("readings")))
        visible = AnnotationSet.objects.visible_to(user).select_related("author").in_bulk(wanted)
        if len(visible) != len(wanted):
            raise Http404
        structure = get_object_or_404(
            Structure,
            pk=told.pop("structure"),
            procedure__protocols__project_id=consensus.clip.project_id,
        )
        saved = consensus_settle(
            consensus=consensus,
            readings=[visible[each] for each in wanted],
            structure=structure,
            actor=user,
            **told,
        )
        return Response(SetSavedSerializer(saved).data)

    @extend_schema(
        request=ConsensusSignSerializer,
        responses={200: AnnotationSetSerializer, 409: ErrorSerializer},
    )
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        """Sign it: it is accepted, and what is trained on."""
        del pk
        sent = ConsensusSignSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = consensus_sign(
            consensus=self.get_object(), actor=person(request), **sent.validated_data
        )
        return Response(self._told(row))

    @extend_schema(
        request=ConsensusReopenSerializer,
        responses={200: AnnotationSetSerializer, 409: ErrorSerializer},
    )
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Take a signed one up again."""
        del pk
        sent = ConsensusReopenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = consensus_reopen(
            consensus=self.get_object(), actor=person(request), **sent.validated_data
        )
        return Response(self._told(row))
