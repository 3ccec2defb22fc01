"""Keys for scripts."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from fascicle.accounts.models import ApiToken, Membership, Project, User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed

KEY_PREFIX = "fsc_"  # lets secret scanners find a leaked key


@dataclass(frozen=True, slots=True)
class TokenCreated:
    """The row, and the key, which is shown once and never stored."""

    token: ApiToken
    key: str


@transaction.atomic
def token_create(
    *,
    user: User,
    name: str,
    project: Project | None = None,
    is_read_only: bool = False,
    expires_at: datetime | None = None,
) -> TokenCreated:
    """Make a key that acts as `user`, in one project only when one is named.

    Raises InvalidInput for an empty name or an end in the past, NotAllowed for a project the user
    is no member of.
    """
    if not name.strip():
        raise InvalidInput("Give the token a name, to know it again.", name=["Required."])
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput("The token would already be expired.", expires_at=["In the past."])
    if project is not None and not Membership.objects.of(user).filter(project=project).exists():
        raise NotAllowed("You are not a member of that project.")
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        project=project,
        name=name.strip(),
        digest=hashlib.sha256(key.encode()).hexdigest(),
        is_read_only=is_read_only,
        expires_at=expires_at,
    )
    record_append(
        actor=user,
        action="token.create",
        target=token,
        project_id=project.pk if project else None,
        detail={"name": token.name, "is_read_only": is_read_only},
    )
    return TokenCreated(token, key)


@transaction.atomic
def token_revoke(*, token: ApiToken, actor: User) -> None:
    """End a key at once; the row stays as a record. Raises NotAllowed for another's token."""
    if token.user_id != actor.pk:
        raise NotAllowed("Only its owner revokes a token.")
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    record_append(
        actor=actor, action="token.revoke", target=token, project_id=token.project_id, detail={}
    )
