"""The two requests a bridge makes of the site: to be paired, and to publish."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from inference.bridge.settings_file import origin

# a network that comes back is found soon, a busy server has its time to answer
CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 15.0
MOST_BYTES = 1 << 20


class ServerError(Exception):
    """The site said no, or could not be reached; `status` is 0 for the latter."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status

    @property
    def is_refusal(self) -> bool:
        """Whether the same again would be refused again."""
        return self.status in (401, 403)


@dataclass(frozen=True, slots=True)
class Paired:
    """What pairing gave."""

    token: str
    name: str
    project: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What opens the hub, for a minute."""

    session: str
    ticket: str
    hub: str

    @property
    def address(self) -> str:
        """Of the WebSocket."""
        return f"{self.hub.rstrip('/')}/live/publish?ticket={self.ticket}"


class Server:
    """A site. `bind` is this machine's address to leave by; without it the routes decide."""

    def __init__(self, address: str, *, bind: str | None = None) -> None:
        self.origin = origin(address)
        self.bind = bind

    def pair(self, code: str, name: str) -> Paired:
        """Trade a code for a token. Raises ServerError."""
        answer = self._post("/api/devices/pair/", {"code": code, "name": name}, {})
        return Paired(
            token=_text(answer, "token"),
            name=_text(answer, "name"),
            project=_text(answer, "project_name"),
        )

    def publish(self, token: str, source: str) -> Grant:
        """Ask for a session and a ticket. Raises ServerError."""
        headers = {"Authorization": f"Device {token}"}
        answer = self._post("/api/live-sessions/publish/", {"source": source}, headers)
        return Grant(
            session=_text(answer, "session"),
            ticket=_text(answer, "ticket"),
            hub=_text(answer, "hub"),
        )

    def check(self, token: str, source: str) -> str:
        """The hub's address, where this bridge could publish; nothing is begun or ended.

        Raises ServerError.
        """
        headers = {"Authorization": f"Device {token}"}
        answer = self._post("/api/live-sessions/publish-check/", {"source": source}, headers)
        return _text(answer, "hub")

    def health(self) -> int:
        """The status of `/api/health/`. Raises ServerError when nothing answers."""
        return self._ask("GET", "/api/health/", None, {})[0]

    def _post(self, path: str, body: object, headers: dict[str, str]) -> dict[str, Any]:
        status, answer = self._ask("POST", path, json.dumps(body).encode(), headers)
        if status >= 400:
            detail = answer.get("detail")
            sentence = detail if isinstance(detail, str) and detail else f"It answered {status}."
            raise ServerError(sentence, status)
        return answer

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(self.origin)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        leave_by = (self.bind, 0) if self.bind else None
        connection = kind(
            parts.hostname or "", parts.port, timeout=CONNECT_SECONDS, source_address=leave_by
        )
        sent = {"Accept": "application/json", "Content-Type": "application/json", **headers}
        try:
            connection.connect()
            connection.sock.settimeout(ANSWER_SECONDS)
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            text = answer.read(MOST_BYTES)
            status = answer.status
        except (OSError, HTTPException) as error:
            raise ServerError(f"{self.origin} cannot be reached: {_why(error)}.") from error
        finally:
            connection.close()
        if 300 <= status < 400:
            place = answer.headers.get("Location", "")
            raise ServerError(f"{self.origin} leads on to {place}: give that address.", status)
        try:
            read = json.loads(text)
        except ValueError:
            read = {}
        return status, read if isinstance(read, dict) else {}


def _text(answer: dict[str, Any], name: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise ServerError("The server's answer is not one of Fascicle. Is the address right?")
    return found


def _why(error: BaseException) -> str:
    """Of an error of the system, its own words, without a number."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(words).rstrip(".")
