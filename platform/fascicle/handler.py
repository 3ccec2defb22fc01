"""Django behind ASGI with one change of thread a request.

Django's own ASGI handler runs each middleware that is not written for coroutines in a thread of its
own turn: some twenty changes of thread a request, each of which waits for the interpreter's lock.
Every view here is synchronous, so the whole chain runs in one thread instead (docs/decisions).
"""

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneThreadHandler(ASGIHandler):
    """Reads and writes asynchronously, as ASGI does; answers in one thread, as WSGI does."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 (Django's signature)
        """Build the synchronous chain, whatever is asked for."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> Any:
        """The answer of the synchronous chain."""
        answer: HttpResponseBase = await sync_to_async(self.get_response, thread_sensitive=True)(
            request
        )
        return answer
