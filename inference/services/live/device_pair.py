"""Pair a bridge with a project by a short code, and take the pairing back."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed
from inference.models import Device, LiveSession, PairingCode
from inference.permissions import may_go_live
from inference.services.live.board import revoke_subject
from inference.services.live.session_end import end_sessions

CODE_LIFETIME = timedelta(minutes=10)
BRIDGE_KEY_PREFIX = "fsd_"  # lets secret scanners find a leaked key
# without letters and digits that look alike when they are read off a screen: 28^8, some 2^38 codes
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ346789"
CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class CodeShown:
    """What the live page shows, once."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DevicePaired:
    """The row, and the token, which is given to the bridge once and never stored."""

    device: Device
    token: str


def pairing_code_create(*, project: Project, actor: User) -> CodeShown:
    """A code for one bridge, good for ten minutes. Raises NotAllowed for trainees."""
    if not may_go_live(actor, project.pk):
        raise NotAllowed("Only experts and admins of the project pair a scanner's bridge.")
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    row = PairingCode.objects.create(
        digest=_digest(code),
        project=project,
        created_by=actor,
        expires_at=timezone.now() + CODE_LIFETIME,
    )
    return CodeShown(f"{code[:4]}-{code[4:]}", row.expires_at)


@transaction.atomic
def device_pair(*, code: str, name: str) -> DevicePaired:
    """Take a code in exchange for a token that publishes into the code's project.

    Raises InvalidInput for an empty name and for a code that is wrong, used or expired, without
    telling which.
    """
    name = name.strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise InvalidInput("Give the bridge a name of one line.", name=["Required."])
    plain = "".join(each for each in code.upper() if each.isalnum())
    row = (
        PairingCode.objects.open(timezone.now())
        .select_for_update(of=("self",))
        .select_related("created_by", "project")
        .filter(digest=_digest(plain))
        .first()
    )
    is_open = (
        row is not None and row.created_by.is_active and may_go_live(row.created_by, row.project_id)
    )
    if row is None or not is_open:
        raise InvalidInput(
            "This code is wrong, used or expired. Ask the live page for a new one.",
            code="bad_pairing_code",
        )
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    token = BRIDGE_KEY_PREFIX + secrets.token_urlsafe(32)
    device = Device.objects.create(
        project=row.project, name=name, digest=_digest(token), paired_by=row.created_by
    )
    record_append(
        actor=row.created_by,
        action="device.pair",
        target=device,
        project_id=device.project_id,
        detail={"name": name},
    )
    return DevicePaired(device, token)


@transaction.atomic
def device_revoke(*, device: Device, actor: User) -> None:
    """End a pairing: its token opens nothing, what it streams is cut off. Raises NotAllowed for
    trainees.
    """
    if not may_go_live(actor, device.project_id):
        raise NotAllowed("Only experts and admins of the project take a pairing back.")
    changed = Device.objects.filter(pk=device.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    )
    if not changed:
        return
    record_append(
        actor=actor,
        action="device.revoke",
        target=device,
        project_id=device.project_id,
        detail={"name": device.name},
    )
    end_sessions(LiveSession.objects.open().filter(device=device))
    transaction.on_commit(lambda: revoke_subject(str(device.pk)))


def device_of_token(token: str) -> Device | None:
    """The usable device that holds this token."""
    if not token.startswith(BRIDGE_KEY_PREFIX):
        return None
    usable = Device.objects.usable().select_related("project", "paired_by")
    device = usable.filter(digest=_digest(token)).first()
    if device is None:
        return None
    # the pairing lives as long as the person who made it may go live here; a membership outlives
    # its account's deactivation
    if not (device.paired_by.is_active and may_go_live(device.paired_by, device.project_id)):
        return None
    return device


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
