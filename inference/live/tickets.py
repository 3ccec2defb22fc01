"""Short-lived signed tickets: Django writes them, the hub verifies them without asking anyone.

A ticket is `base64url(JSON) . base64url(HMAC-SHA256)` under a secret that web and hub share. What
is revoked meanwhile is a key in Redis, which the hub looks at besides.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Literal

TICKET_SECONDS = 60
MAX_TICKET_CHARS = 2048

Role = Literal["publisher", "viewer"]


class TicketError(ValueError):
    """A ticket that opens nothing; `code` is `malformed`, `forged` or `expired`."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Ticket:
    """What its holder may do: publish into or view one live session.

    `subject` is the id of the person or the device, `may_command` lets a viewer freeze, set depth
    and gain, and choose the model, `expires_at` is in seconds of the Unix clock: after that no new
    connection is opened; a publisher goes on until it is revoked, a viewer for a few minutes more.
    """

    role: Role
    session: str
    project: str
    subject: str
    may_command: bool
    expires_at: int
    id: str


def issue_ticket(
    secret: bytes,
    *,
    role: Role,
    session: str,
    project: str,
    subject: str,
    may_command: bool = False,
    seconds: int = TICKET_SECONDS,
    now: float | None = None,
) -> str:
    """A new ticket, text safe in a URL."""
    ticket = Ticket(
        role=role,
        session=session,
        project=project,
        subject=subject,
        may_command=may_command,
        expires_at=int((time.time() if now is None else now) + seconds),
        id=secrets.token_urlsafe(12),
    )
    body = _encoded(json.dumps(asdict(ticket), separators=(",", ":")).encode())
    return f"{body}.{_encoded(_signature(secret, body))}"


def read_ticket(secret: bytes, text: str, *, now: float | None = None) -> Ticket:
    """The ticket, verified. Raises TicketError."""
    body, _, signature = text.partition(".")
    if not body or not signature or len(text) > MAX_TICKET_CHARS or not text.isascii():
        raise TicketError("malformed", "This is not a ticket.")
    if not hmac.compare_digest(_encoded(_signature(secret, body)), signature):
        raise TicketError("forged", "This ticket was not issued here.")
    try:
        ticket = Ticket(**json.loads(_decoded(body)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise TicketError("malformed", "This is not a ticket.") from error
    if ticket.expires_at <= (time.time() if now is None else now):
        raise TicketError("expired", "The ticket has expired. Ask for a new one.")
    return ticket


def _signature(secret: bytes, body: str) -> bytes:
    return hmac.new(secret, b"fascicle live ticket\0" + body.encode(), hashlib.sha256).digest()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
