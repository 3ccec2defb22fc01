"""`fascicle-bridge doctor`: what is missing, and what to do about it."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.util import find_spec
from urllib.parse import urlsplit

from inference.bridge.server import Server, ServerError
from inference.bridge.settings_file import SettingsFile
from inference.bridge.sources import SourceOptions, kind_of

IGTL_PORT, RTSP_PORT = 18944, 554
REACH_SECONDS = 3.0


class Mark(StrEnum):
    """How it stands; UNKNOWN cannot be told from here."""

    OK = "ok"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what to do about it."""

    what: str
    mark: Mark
    says: str
    advice: str = ""


def examine(
    *,
    source: str | None,
    options: SourceOptions,
    server: str | None,
    token: str | None,
    bind: str | None,
) -> list[Finding]:
    """Look at everything that the given source and server need. Starts no stream."""
    findings = [*_packages()]
    if server:
        findings += _server(server, token, bind, source)
    else:
        findings.append(Finding("Server", Mark.UNKNOWN, "None was given.", "Add --server URL."))
    if source:
        findings += _source(source, options)
    else:
        findings.append(Finding("Source", Mark.UNKNOWN, "None was given.", "Add --source SOURCE."))
    if source and server:
        findings += _two_networks(source, server)
    return findings


def report(findings: list[Finding], *, as_json: bool) -> str:
    """For people, or as JSON."""
    if as_json:
        return json.dumps([asdict(each) for each in findings], indent=2)
    marks = {Mark.OK: "ok     ", Mark.MISSING: "MISSING", Mark.UNKNOWN: "?      "}
    lines = []
    for each in findings:
        lines.append(f"{marks[each.mark]} {each.what}: {each.says}")
        if each.advice and each.mark is not Mark.OK:
            lines.append(f"        -> {each.advice}")
    return "\n".join(lines)


def _packages() -> Iterator[Finding]:
    for name in ("numpy", "websockets", "simplejpeg"):
        if find_spec(name) is None:
            advice = f"Install it: pip install {name}"
            yield Finding("Package", Mark.MISSING, f"{name} is not installed.", advice)
    yield Finding("Python", Mark.OK, sys.version.split()[0])


def _server(
    address: str, token: str | None, bind: str | None, source: str | None
) -> Iterator[Finding]:
    server = Server(address, bind=bind)
    try:
        status = server.health()
    except ServerError as error:
        advice = (
            "Is this machine on a network with a way to the server? A laptop on the probe's own "
            "DIRECT network has none: use the probe in WLAN mode, or a second network adapter."
        )
        yield Finding("Server", Mark.MISSING, str(error), advice)
        return
    well = status == 200
    yield Finding(
        "Server",
        Mark.OK if well else Mark.UNKNOWN,
        f"{server.origin} answers{'' if well else f', but its health is {status}'}.",
        "Ask whoever runs the server: one of its parts is not well.",
    )
    token = token or SettingsFile().token(address)
    if not token:
        advice = (
            "On the live page choose Pair a bridge, then here: "
            f"fascicle-bridge pair CODE --server {server.origin}"
        )
        yield Finding("Pairing", Mark.MISSING, "This bridge has no token for it.", advice)
        return
    if source is None:
        says = "There is a token; whether it is taken shows when --source is given."
        yield Finding("Pairing", Mark.UNKNOWN, says)
        return
    try:
        hub = server.check(token, kind_of(source))
    except ServerError as error:
        advice = "Pair this bridge again with a new code of the live page."
        yield Finding("Pairing", Mark.MISSING, str(error), advice if error.is_refusal else "")
        return
    yield Finding("Pairing", Mark.OK, "The token is taken.")
    parts = urlsplit(hub)
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    trouble = reach(parts.hostname or "", port, bind)
    yield Finding(
        "Hub",
        Mark.MISSING if trouble else Mark.OK,
        f"{hub} {trouble or 'can be reached.'}",
        f"Let TCP port {port} of {parts.hostname} through the firewall; if the site is behind a "
        "proxy, it must pass WebSockets of /live/ on.",
    )


def _source(spec: str, options: SourceOptions) -> Iterator[Finding]:
    kind, rest = kind_of(spec), spec.partition(":")[2]
    if kind == "phantom":
        yield Finding("Source", Mark.OK, "The phantom needs nothing.")
    elif kind == "clarius":
        from inference.bridge.doctor_clarius import examine_clarius

        yield from examine_clarius(rest, options)
    elif kind == "igtl":
        yield _igtl(rest)
    elif kind == "rtsp":
        yield _host("RTSP sender", urlsplit(spec).hostname, urlsplit(spec).port or RTSP_PORT)
    elif kind == "camera":
        yield _camera(rest)
    elif kind == "file":
        from pathlib import Path

        there = Path(rest).exists()
        yield Finding(
            "Source",
            Mark.OK if there else Mark.MISSING,
            f"{rest} {'is there' if there else 'is not there'}.",
        )


def _igtl(rest: str) -> Finding:
    host, _, port = rest.rpartition(":") if ":" in rest else (rest, "", "")
    if host:
        return _host("OpenIGTLink sender", host, int(port or IGTL_PORT))
    try:
        socket.create_server(("", int(port))).close()
    except OSError as error:
        return Finding("Port", Mark.MISSING, f"{port} is taken: {error.strerror}.")
    advice = f"The sender must reach this machine: let TCP port {port} in."
    return Finding("Port", Mark.UNKNOWN, f"{port} is free to wait for a sender at.", advice)


def _host(what: str, host: str | None, port: int) -> Finding:
    trouble = reach(host or "", port)
    says = f"{host}:{port} {trouble or 'answers.'}"
    advice = "Start it, and let its port through the firewall."
    return Finding(what, Mark.MISSING if trouble else Mark.OK, says, advice)


def _camera(rest: str) -> Finding:
    from pathlib import Path

    place = Path(f"/dev/video{rest}" if rest.isdecimal() else rest)
    if not sys.platform.startswith("linux"):
        return Finding("Camera", Mark.UNKNOWN, "Only opening it will show.")
    if not place.exists():
        found = ", ".join(sorted(each.name for each in Path("/dev").glob("video*"))) or "none"
        return Finding("Camera", Mark.MISSING, f"{place} is not there; there are: {found}.")
    if not os.access(place, os.R_OK | os.W_OK):
        advice = "Add this user to the group `video` and log in again."
        return Finding("Camera", Mark.MISSING, f"{place} may not be read by this user.", advice)
    return Finding("Camera", Mark.OK, f"{place} is there.")


def _two_networks(spec: str, server: str) -> Iterator[Finding]:
    host = host_of(spec)
    if host is None:
        return
    scanner_by = local_address(host)
    server_by = local_address(urlsplit(Server(server).origin).hostname or "")
    for name, by in (("scanner", scanner_by), ("server", server_by)):
        if by is None:
            yield Finding("Routes", Mark.MISSING, f"There is no route to the {name}.")
    if scanner_by and server_by:
        same = "one network" if scanner_by == server_by else "two networks"
        says = f"{same}: to the scanner from {scanner_by}, to the server from {server_by}."
        yield Finding("Routes", Mark.OK, says)


def host_of(spec: str) -> str | None:
    """The other machine that a source is on, if it is on one."""
    kind, rest = kind_of(spec), spec.partition(":")[2]
    if kind == "rtsp":
        return urlsplit(spec).hostname
    if kind in ("clarius", "igtl"):
        return rest.rpartition(":")[0] or rest or None
    return None


def local_address(host: str) -> str | None:
    """This machine's address on the way to a host, by the routes; nothing is sent."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, 9, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, number) as probe:
            probe.connect(address)
            return str(probe.getsockname()[0])
    except OSError:
        return None


def reach(host: str, port: int, bind: str | None = None) -> str:
    """Empty when a TCP connection opens, else why not, for people."""
    try:
        leave_by = (bind, 0) if bind else None
        socket.create_connection((host, port), REACH_SECONDS, leave_by).close()
    except TimeoutError:
        return "gives no answer: switched off, another network, or a firewall."
    except ConnectionRefusedError:
        return f"is there, but nothing listens at port {port}."
    except OSError as error:
        return f"cannot be reached: {error.strerror or error}."
    return ""
