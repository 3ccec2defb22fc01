"""The web processes: one port for several, one thread for each request."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse

from fascicle.handler import OneThreadHandler
from fascicle.stack.ports import free_port
from fascicle.stack.web import shared_listener

GetResponse = Callable[[HttpRequest], HttpResponse]
IN_USE = os.strerror(errno.EADDRINUSE)
threads: list[int] = []


class Outer:
    """Notes its thread on the way in and out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        threads.append(threading.get_ident())
        response = self.get_response(request)
        threads.append(threading.get_ident())
        return response


class Inner(Outer):
    """A second one, further in."""


def test_a_request_is_answered_in_one_thread_that_is_not_the_event_loops(
    settings: Any,
) -> None:
    settings.MIDDLEWARE = [
        f"{__name__}.Outer",
        "django.middleware.common.CommonMiddleware",
        f"{__name__}.Inner",
        "fascicle.headers.ContentSecurityPolicyMiddleware",
    ]
    threads.clear()

    async def ask() -> tuple[int, dict[bytes, bytes]]:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": "/assets/none",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
        }
        talk = ApplicationCommunicator(OneThreadHandler(), scope)
        await talk.send_input({"type": "http.request", "body": b""})
        start = await talk.receive_output(timeout=20)
        return start["status"], dict(start["headers"])

    status, headers = asyncio.run(ask())
    assert status == 404
    assert b"default-src 'self'" in headers[b"Content-Security-Policy"]
    assert len(threads) == 4
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()


def test_web_processes_share_a_port_that_a_stranger_does_not_get() -> None:
    port = free_port()
    with shared_listener("127.0.0.1", port) as one, shared_listener("127.0.0.1", port) as two:
        assert one.getsockname() == two.getsockname()
        assert one.proto == socket.IPPROTO_TCP  # or asyncio would leave Nagle's algorithm on
        one.listen()
        with socket.socket() as stranger, pytest.raises(OSError, match=IN_USE):
            stranger.bind(("127.0.0.1", port))


def test_a_port_in_use_by_another_program_is_refused() -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        with pytest.raises(OSError, match=IN_USE):
            shared_listener("127.0.0.1", stranger.getsockname()[1])
