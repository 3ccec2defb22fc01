"""The demo project's scanner: a bridge of the phantom, paired once."""

import os
from pathlib import Path

from django.conf import settings

from fascicle.accounts.models import Membership, Project, Role
from fascicle.audit.models import AuditRecord
from inference.services.live.device_pair import (
    device_of_token,
    device_pair,
    pairing_code_create,
)
from training.demo import plan

TOKEN_FILE = "phantom-scanner-token"  # noqa: S105  # its name
SCANNER_NAME = "Phantom scanner"


def scanner_token() -> str | None:
    """The token of the demo's scanner, paired the first time; None where there is no demo project
    to stream into, or where somebody took the pairing back.
    """
    path = Path(settings.STATE_DIR) / TOKEN_FILE
    if path.is_file():
        token = path.read_text("utf-8").strip()
        return token if device_of_token(token) else None
    loaded = AuditRecord.objects.filter(action="demo.load").order_by("-pk").first()
    if loaded is None:
        return None
    project = Project.objects.filter(pk=loaded.target_id, archived_at__isnull=True).first()
    admin = Membership.objects.filter(project=project, role=Role.ADMIN).order_by("pk").first()
    if project is None or admin is None:
        return None
    shown = pairing_code_create(project=project, actor=admin.user)
    token = device_pair(code=shown.code, name=SCANNER_NAME).token
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(token + "\n")
    return token


def scanner_command(server: str) -> tuple[str, ...]:
    """The bridge's arguments."""
    return ("--source", f"phantom:{plan.ANATOMY}", "--server", server, "--seed", "7")
