"""Response headers that every page carries."""

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from fascicle.hub_address import hub_address

# Everything comes from this server; blob: and data: are pictures decoded in the page.
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; worker-src 'self' blob:; connect-src 'self' {hub}; frame-ancestors 'none'; "
    "base-uri 'self'; form-action 'self'; object-src 'none'"
)


class ContentSecurityPolicyMiddleware:
    """Adds the policy to each response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on and add the header."""
        response = self.get_response(request)
        try:
            hub = hub_address(request)
        except DisallowedHost:  # answered with 400 by then
            hub = ""
        response.headers.setdefault("Content-Security-Policy", POLICY.format(hub=hub))
        return response
