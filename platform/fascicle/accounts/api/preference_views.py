"""One's own preferences over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fascicle.accounts.models import Preference
from fascicle.accounts.services import preference_set
from fascicle.api.people import person


class PreferenceSerializer(serializers.Serializer[Any]):
    """Keys chosen for commands: command id -> keys, an empty list for none."""

    keys = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=40))
    )


class PreferenceView(APIView):
    """One's own preferences; nobody else reads them."""

    @extend_schema(responses=PreferenceSerializer)
    def get(self, request: Request) -> Response:
        """What is kept; empty for someone who chose nothing."""
        kept = Preference.objects.filter(user=person(request)).first()
        return Response({"keys": kept.keys if kept else {}})

    @extend_schema(request=PreferenceSerializer, responses=PreferenceSerializer)
    def put(self, request: Request) -> Response:
        """Keep these in place of the others."""
        sent = PreferenceSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        kept = preference_set(user=person(request), keys=sent.validated_data["keys"])
        return Response({"keys": kept.keys})
