"""The project that a request's query names."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from fascicle.errors import InvalidInput


def wanted_project(request: Request) -> Any:
    """The project a list is asked for. Raises InvalidInput when none is named."""
    try:
        return serializers.UUIDField().run_validation(request.query_params.get("project"))
    except serializers.ValidationError as error:
        raise InvalidInput("Name the project: ?project=<id>.", project=["Required."]) from error
