"""Routes about the site itself."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fascicle.health import check_all


class PartHealthSerializer(serializers.Serializer[Any]):
    """One part."""

    ok = serializers.BooleanField()
    detail = serializers.CharField()


class HealthSerializer(serializers.Serializer[Any]):
    """All parts."""

    status = serializers.ChoiceField(choices=["ok", "degraded"])
    parts = serializers.DictField(child=PartHealthSerializer())


class HealthView(APIView):
    """Open to all, so that a supervisor or proxy can ask; says nothing about the data."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses={200: HealthSerializer, 503: HealthSerializer}, auth=[])
    def get(self, request: Request) -> Response:
        """200 when all parts are well, else 503 and which is not."""
        del request
        parts = check_all()
        is_well = all(part["ok"] for part in parts.values())
        body = {"status": "ok" if is_well else "degraded", "parts": parts}
        return Response(body, status=200 if is_well else 503)
