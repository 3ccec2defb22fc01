"""One web process; several may listen on the same port.

    python -m fascicle.stack.web fascicle.asgi:application --host HOST --port PORT

The kernel deals connections out among the processes (SO_REUSEPORT), so that one request's
computing does not hold up another's, and the site answers on while a killed process comes back.
"""

from __future__ import annotations

import argparse
import socket

import uvicorn


def shared_listener(host: str, port: int) -> socket.socket:
    """A bound socket of a port that further processes of this user may bind as well.

    Raises OSError when a program that does not share has the port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named as TCP, or asyncio leaves Nagle's algorithm on and answers wait 40 ms for an ACK
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("application")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--log-level", default="info")
    parser.add_argument("--no-access-log", action="store_true")
    options = parser.parse_args()
    config = uvicorn.Config(
        options.application,
        log_level=options.log_level,
        access_log=not options.no_access_log,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    with shared_listener(options.host, options.port) as listener:
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
