"""A piece of an upload that a dropped connection cuts short reaches the application."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fascicle.partial_body import KeepPartialBody


def heard(content_type: bytes, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What an application hears that reads to the end of the body."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            got.append(message)
            if message["type"] == "http.disconnect" or not message["more_body"]:
                break
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.05)  # nobody hangs up on the work that follows

    async def receive() -> dict[str, Any]:
        if left:
            return left.pop(0)
        return await asyncio.get_running_loop().create_future()

    async def send(message: Any) -> None:
        del message

    got: list[dict[str, Any]] = []
    left = list(messages)
    scope = {"type": "http", "headers": [(b"content-type", content_type)]}
    # in a thread of its own: browser tests of the same session keep a loop running in this one
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(
            lambda: asyncio.run(KeepPartialBody(application)(scope, receive, send))
        ).result()
    return got


HALF = {"type": "http.request", "body": b"half", "more_body": True}
REST = {"type": "http.request", "body": b"rest", "more_body": False}
GONE = {"type": "http.disconnect"}
END = {"type": "http.request", "body": b"", "more_body": False}


def test_a_piece_cut_short_ends_where_it_was_cut() -> None:
    assert heard(b"application/offset+octet-stream", [HALF, GONE]) == [HALF, END]


def test_a_whole_piece_passes_as_it_is() -> None:
    assert heard(b"application/offset+octet-stream", [HALF, REST]) == [HALF, REST]


def test_other_requests_that_are_cut_short_are_dropped_as_ever() -> None:
    assert heard(b"application/json", [HALF, GONE]) == [HALF, GONE]
