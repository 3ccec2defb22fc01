"""TCP ports: is one free, and which one may a service take."""

from __future__ import annotations

import errno
import random
import socket

from fascicle.stack.errors import StackError

# below the ranges from which Linux (32768) and macOS (49152) pick ports for outgoing connections
_SERVICE_PORTS = range(20000, 32000)


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on at `host`. Raises StackError when fifty tries fail."""
    for port in random.sample(_SERVICE_PORTS, 50):
        if can_bind(host, port) is None:
            return port
    raise StackError(f"No free TCP port was found on {host}.")


def can_bind(host: str, port: int) -> OSError | None:
    """None when `host:port` may be listened on, else the reason why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error
    return None


def next_free_port(host: str, port: int) -> int:
    """The first free port from `port` on. Raises StackError when a hundred are taken."""
    for each in range(port, min(port + 100, 65536)):
        if can_bind(host, each) is None:
            return each
    raise StackError(f"No free TCP port was found on {host} from {port} on.")


def require_free(host: str, port: int, name: str = "FASCICLE_PORT") -> None:
    """Raises StackError with a message that names the port and the variable when it is taken."""
    error = can_bind(host, port)
    if error is None:
        return
    if error.errno == errno.EADDRINUSE:
        raise StackError(
            f"Port {port} on {host} is taken by another program. Nothing was started. "
            f"Choose another with {name}, for example: {name}={port + 1} make run"
        )
    if error.errno == errno.EACCES:
        raise StackError(
            f"This user may not listen on port {port}. Nothing was started. "
            f"Choose one above 1023 with {name}."
        )
    raise StackError(
        f"The address {host}:{port} cannot be listened on: {error.strerror or error}. "
        f"Nothing was started. Check FASCICLE_HOST and {name}."
    )


def port_from(text: str, name: str = "FASCICLE_PORT") -> int:
    """Parse a port. Raises StackError, naming the variable, when it is no port number."""
    if text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise StackError(f"{name} is {text!r}; it must be a number from 1 to 65535.")
