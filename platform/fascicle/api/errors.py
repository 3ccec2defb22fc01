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


def _answer(  # noqa: PLR0911  # one line a kind of error
    error: Exception,
) -> tuple[dict[str, Any], int] | None:
    match error:
        case FascicleError():
            status = next((s for kind, s in STATUS_OF.items() if isinstance(error, kind)), 400)
            return _body(error.detail, error.code, error.fields), status
        case ValidationError():
            return _body(" ".join(error.messages), "invalid"), 400
        case Http404():
            return _body("There is no such thing, or it is not yours to see.", "not_found"), 404
        case PermissionDenied():
            return _body("You may not do this.", "not_allowed"), 403
        case OperationalError():
            sentence = "The database is away for a moment. Try again shortly."
            return _body(sentence, "database_away"), 503
        case exceptions.ValidationError(detail=detail):
            fields = detail if isinstance(detail, dict) else {"": detail}
            return _body(_first_sentence(fields), "invalid", fields), 400
        case _:
            return None


def _body(detail: str, code: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"detail": detail, "code": code, "fields": fields or {}}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Map an exception to a response; None lets an unexpected one become a 500."""
    answer = _answer(error)
    if answer is not None:
        body, status = answer
        return Response(body, status=status)
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
