"""One shape for every error: `{detail, code, fields}`."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

from fascicle.errors import Conflict, FascicleError, InvalidInput, NotAllowed

STATUS_OF = {InvalidInput: 400, NotAllowed: 403, Conflict: 409}


class ErrorSerializer(serializers.Serializer[Any]):
    """What went wrong, for the person who can act on it."""

    detail = serializers.CharField()
    code = serializers.CharField()
    fields = serializers.DictField()  # type: ignore[assignment]  # the name is part of the format


def _body(detail: str, code: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"detail": detail, "code": code, "fields": fields or {}}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Map an exception to a response; None lets an unexpected one become a 500."""
    if isinstance(error, FascicleError):
        status = next((s for kind, s in STATUS_OF.items() if isinstance(error, kind)), 400)
        return Response(_body(error.detail, error.code, error.fields), status=status)
    if isinstance(error, ValidationError):
        return Response(_body(" ".join(error.messages), "invalid"), status=400)
    if isinstance(error, Http404):
        return Response(_body("There is no such thing, or it is not yours to see.", "not_found"), 404)
    if isinstance(error, PermissionDenied):
        return Response(_body("You may not do this.", "not_allowed"), status=403)
    if isinstance(error, OperationalError):
        return Response(
            _body("The database is away for a moment. Try again shortly.", "database_away"), 503
        )
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        return Response(_body(_first_sentence(fields), "invalid", fields), status=400)
    response = exception_handler(error, context)
    if response is not None and isinstance(error, exceptions.APIException):
        codes = error.get_codes()
        response.data = _body(str(error.detail), codes if isinstance(codes, str) else "error")
    return response


def _first_sentence(fields: dict[str, Any]) -> str:
    name, value = next(iter(fields.items()))
    while isinstance(value, list | dict) and value:
        value = value[0] if isinstance(value, list) else next(iter(value.values()))
    named = name and name != "non_field_errors"
    return f"{name}: {value}" if named else str(value)


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    """In place of Django's HTML page."""
    del request, reason
    return JsonResponse(_body("The page is out of date. Load it again.", "csrf"), status=403)
