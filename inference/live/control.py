"""Control messages: JSON texts between the frames."""

import json
import logging
from collections.abc import Mapping
from typing import Any, Protocol

from inference.live.closing import Close, Refused

logger = logging.getLogger(__name__)

MAX_CONTROL_CHARS = 16_384
MAX_SENTENCE = 300


class Peer(Protocol):
    """One end of a WebSocket, as much of it as the hub uses."""

    async def receive(self) -> str | bytes | None:
        """The next message, or None when the other side has gone."""

    async def send_text(self, text: str) -> None:
        """Returns when the socket takes more."""

    async def send_bytes(self, data: bytes) -> None:
        """Returns when the socket takes more."""

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye; nothing happens when it was said before."""


def read_control(text: str) -> dict[str, Any]:
    """The message. Raises Refused for what is none."""
    if len(text) > MAX_CONTROL_CHARS:
        raise Refused(Close.TOO_LARGE, "too_large", "This control message is too long.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(Close.UNREADABLE, "not_json", "Control messages are JSON.") from error
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Refused(Close.UNREADABLE, "no_type", "A control message names its type.")
    return message


def control(kind: str, **fields: Any) -> str:
    """A message to send."""
    return json.dumps({"type": kind, **fields}, separators=(",", ":"))


def whole(message: Mapping[str, Any], name: str, *, most: int = 1 << 62) -> int:
    """A whole number from 0 to `most`. Raises Refused."""
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Refused(Close.UNREADABLE, "bad_field", f"{name} must be a whole number from 0.")
    return value


def words(message: Mapping[str, Any], name: str, *, most: int = MAX_SENTENCE) -> str:
    """A text of one line of at most `most` characters, "" when absent; what is longer is shortened
    and stands whole in the log. Raises Refused.
    """
    value = message.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(Close.UNREADABLE, "bad_field", f"{name} must be a text.")
    line = "".join(each if each.isprintable() else " " for each in value).strip()
    if len(line) <= most:
        return line
    logger.warning("%s was shortened, whole it is: %s", name, line)
    return shortened(line, most)


def shortened(line: str, most: int) -> str:
    """Cut after the last whole sentence that fills at least half of `most` characters, else after
    the last whole word, with an ellipsis.
    """
    if len(line) <= most:
        return line
    sentence = max(line.rfind(end, 0, most) for end in (". ", "! ", "? "))
    if sentence >= most // 2:
        return line[: sentence + 1]
    word = line.rfind(" ", 0, most)
    return line[: word if word > 0 else most - 1].rstrip(" ,;:") + "…"
