"""A request body that is cut short by a dropped connection still reaches the view.

Django drops a request whose sender goes away before the last byte. For the pieces of a resumable
upload (https://tus.io/protocols/resumable-upload, PATCH) the bytes that did arrive are to be kept.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

OFFSET_STREAM = b"application/offset+octet-stream"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]


class KeepPartialBody:
    """ASGI middleware: for pieces of uploads, a disconnection ends the body instead of the
    request. Nobody reads the answer then.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        headers = dict(scope.get("headers", ()))
        if scope["type"] == "http" and headers.get(b"content-type") == OFFSET_STREAM:
            await self._application(scope, _ended_by_disconnection(receive), send)
        else:
            await self._application(scope, receive, send)


def _ended_by_disconnection(receive: Receive) -> Receive:
    is_whole = is_cut = False

    async def receive_or_end() -> Message:
        nonlocal is_whole, is_cut
        if is_cut:  # the view works on, as if its client waited
            await asyncio.get_running_loop().create_future()
        message = await receive()
        if message["type"] == "http.request":
            is_whole = not message.get("more_body", False)
        elif not is_whole:
            is_cut = True
            return {"type": "http.request", "body": b"", "more_body": False}
        return message

    return receive_or_end
