"""Answers made of stored bytes that never change."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from rest_framework.request import Request

# Pixels are never edited, so a browser that once was allowed to see them need not ask again.
IMMUTABLE = "private, max-age=31536000, immutable"


def is_held(request: HttpRequest | Request, etag: str) -> bool:
    """Whether the browser says that it has the content with this tag."""
    tags = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]
    return f'"{etag}"' in tags or "*" in tags


def immutable(response: HttpResponse, etag: str) -> HttpResponse:
    """Add the headers of content that never changes; `etag` without quotes."""
    response.headers["ETag"] = f'"{etag}"'
    response.headers["Cache-Control"] = IMMUTABLE
    return response


def not_modified(etag: str) -> HttpResponse:
    """The answer to a browser that has it."""
    return immutable(HttpResponseNotModified(), etag)
