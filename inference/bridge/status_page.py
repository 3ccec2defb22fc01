"""A page for the person beside the scanner, on this machine only."""

from __future__ import annotations

import html
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Status = Callable[[], dict[str, Any]]

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="refresh" content="2"><meta name="viewport" content="width=device-width">
<title>Fascicle bridge</title><style>
body{{background:#14171a;color:#e6e8ea;font:16px/1.5 system-ui,sans-serif;margin:2rem auto;
max-width:40rem;padding:0 1rem}}h1{{font-size:1.25rem}}dt{{color:#a9b1b8}}dd{{margin:0 0 .75rem}}
</style><h1>Fascicle bridge</h1><dl>{rows}</dl>
<p>Research use only: not for diagnosis, not for guiding a needle.</p></html>"""


class StatusPage:
    """`/` for people and `/status.json` for programs, on 127.0.0.1. Raises OSError at a taken port.

    Port 0 takes a free one; `port` says which.
    """

    def __init__(self, port: int, status: Status) -> None:
        class Handler(_Handler):
            tell = staticmethod(status)

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, name="status", daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    tell: Status

    def do_GET(self) -> None:
        """The page, or its figures."""
        # another site's page in a browser here must not read it under a name of its own
        name = (self.headers.get("Host") or "").rpartition(":")[0]
        if name not in ("127.0.0.1", "localhost"):
            self.send_error(403)
        elif self.path == "/status.json":
            self._send("application/json", json.dumps(type(self).tell()))
        elif self.path == "/":
            self._send("text/html; charset=utf-8", page(type(self).tell()))
        else:
            self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Keep quiet."""

    def _send(self, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def page(status: dict[str, Any]) -> str:
    """The status as HTML."""
    scanner, server = status["scanner"], status["server"]
    rows = {
        "Scanner": f"{scanner['state']} {scanner['reason']}",
        "Source": f"{scanner['source']} - {scanner['device']}",
        "Frames a second": f"{scanner['frames_per_second']:.1f}",
        "Server": server["sentence"],
        "Address": server["address"],
        "Frames sent": f"{server['acknowledged']} taken of {server['sent']} sent",
        "Crop": status["crop"] or "none: the whole frame is sent",
        "Scale": status["scale"] or "not known",
    }
    if model := status["model"]:
        rows["Model"] = f"{model['name']}: {model['state']}. {model['sentence']}"
    if status["recordings"]:
        rows["Recordings on this disk"] = str(status["recordings"])
    return _PAGE.format(
        rows="".join(f"<dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd>" for k, v in rows.items())
    )
