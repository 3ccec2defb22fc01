"""Routes whose answers are bytes, whatever a browser says that it accepts."""

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class AnyAccept(BaseContentNegotiation):
    """An image answers whatever is accepted; only its errors are JSON."""

    def select_parser(self, request: Request, parsers):  # type: ignore[no-untyped-def]
        """The first; these routes read no bodies."""
        del request
        return parsers[0] if parsers else None

    def select_renderer(  # type: ignore[no-untyped-def]
        self, request: Request, renderers, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first."""
        del request, format_suffix
        return renderers[0], renderers[0].media_type
