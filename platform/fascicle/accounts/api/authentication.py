"""How a request proves who it comes from: a session, or a token for scripts."""

import hashlib
from datetime import timedelta

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from fascicle.accounts.models import ApiToken, User

LAST_USED_RESOLUTION = timedelta(minutes=1)


class SessionAuthentication(authentication.SessionAuthentication):
    """Session and CSRF; answers 401 rather than 403 when nobody is logged in."""

    def authenticate_header(self, request: Request) -> str:
        """A header makes REST framework answer 401, which tells the page to log in again."""
        del request
        return "Session"


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <key>`; only the SHA-256 of a key is stored."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Find the usable token; None when the request carries none."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            return None
        digest = hashlib.sha256(key.strip().encode()).hexdigest()
        now = timezone.now()
        token = ApiToken.objects.usable(now).select_related("user").filter(digest=digest).first()
        if token is None:
            raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
        if token.is_read_only and request.method not in SAFE_METHODS:
            raise exceptions.PermissionDenied("This token may only read.")
        if token.last_used_at is None or now - token.last_used_at > LAST_USED_RESOLUTION:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.user.only_project_id = token.project_id
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """For the 401 answer."""
        del request
        return "Bearer"


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the session to OpenAPI."""

    target_class = "fascicle.accounts.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """A cookie."""
        del auto_schema
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the token to OpenAPI."""

    target_class = "fascicle.accounts.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """A bearer token."""
        del auto_schema
        return {"type": "http", "scheme": "bearer"}
