"""One shape for every error: `{detail, code, fields}`."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

from fascicle.errors import CSRF_SENTENCE, Conflict, FascicleError, InvalidInput, NotAllowed

NOT_FOUND_SENTENCE = "There is no such thing, or it is not yours to see."
MACHINE_PATHS = ("/api/", "/_allauth/")
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
            named = error.message_dict if hasattr(error, "error_dict") else {}
            return _body(" ".join(error.messages), "invalid", named), 400
        case Http404():
            return _body(NOT_FOUND_SENTENCE, "not_found"), 404
        case PermissionDenied():
            return _body("You may not do this.", "not_allowed"), 403
        case exceptions.PermissionDenied(detail=detail):
            # REST framework's own word for it is another than ours
            code = getattr(detail, "code", None)
            is_ours = code not in {None, "permission_denied"}
            return _body(str(detail), str(code) if is_ours else "not_allowed"), 403
        case OperationalError() | InterfaceError():
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
    name, value = next(iter(fields.items()), ("", "What was sent cannot be used."))
    while isinstance(value, list | dict) and value:
        value = value[0] if isinstance(value, list) else next(iter(value.values()))
    named = name and name != "non_field_errors"
    return f"{name}: {value}" if named else str(value)


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    """In place of Django's HTML page."""
    del request, reason
    return JsonResponse(_body(CSRF_SENTENCE, "csrf"), status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400, for a request refused before any view."""
    del exception
    return _plain_or_json(request, "The request cannot be read.", "invalid", 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404, for an address that no route has."""
    del exception
    return _plain_or_json(request, NOT_FOUND_SENTENCE, "not_found", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: the log has the traceback, the answer has none."""
    sentence = "Something unexpected went wrong; the server's log has the details."
    return _plain_or_json(request, sentence, "server_error", 500)


def _plain_or_json(request: HttpRequest, sentence: str, code: str, status: int) -> HttpResponse:
    if request.path.startswith(MACHINE_PATHS):
        return JsonResponse(_body(sentence, code), status=status)
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
