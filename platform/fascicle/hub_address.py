"""Where browsers and bridges reach the live hub."""

from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings


class Asked(Protocol):
    """As much of a request as is needed, of Django or of REST framework."""

    def get_host(self) -> str:
        """The host that was asked."""

    def is_secure(self) -> bool:
        """Whether it was asked by HTTPS."""


def hub_address(request: Asked) -> str:
    """`ws://` or `wss://` origin of the hub, as the asking machine can reach it.

    `LIVE_ADDRESS` when it is set; else the host name that was asked, at the hub's port; else the
    site's own origin, where a proxy leads `/live/` to the hub.
    """
    if settings.LIVE_ADDRESS:
        return str(settings.LIVE_ADDRESS)
    scheme = "wss" if request.is_secure() else "ws"
    if not settings.LIVE_PORT:
        return f"{scheme}://{request.get_host()}"
    name = urlsplit(f"//{request.get_host()}").hostname or "127.0.0.1"
    return f"{scheme}://{f'[{name}]' if ':' in name else name}:{settings.LIVE_PORT}"
