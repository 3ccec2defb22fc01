"""How a request proves who it comes from: a session, or a token for scripts."""

import hashlib
from datetime import timedelta

from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from fascicle.accounts.models import ApiToken, User
from fascicle.errors import CSRF_SENTENCE

LAST_USED_RESOLUTION = timedelta(minutes=1)


class SessionAuthentication(authentication.SessionAuthentication):
    """Session and CSRF; answers 401 rather than 403 when nobody is logged in."""

    def authenticate_header(self, request: Request) -> str:
        """A header makes REST framework answer 401, which tells the page to log in again."""
        del request
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        """As REST framework does, with a sentence and a code that the page can act on."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(CSRF_SENTENCE, code="csrf") from error


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
        if token.project_id is not None:
            # narrowed for this request only: nothing of another project, no rights over the site
            token.user.only_project_id = token.project_id
            token.user.is_staff = token.user.is_superuser = False
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """For the 401 answer."""
        del request
        return "Bearer"
