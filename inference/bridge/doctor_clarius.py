"""What a Clarius set-up needs: libcast, its version, the probe's port, and UDP."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from inference.bridge.cast.library import find_libcast, where_to_get_it
from inference.bridge.doctor import Finding, Mark, reach
from inference.bridge.sources import SourceOptions

LOAD_SECONDS = 20.0
RESEARCH_PORT = 5828
_ASK = """
import json, sys
from pathlib import Path
from inference.bridge.cast.library import Form, Library, LibraryError
try:
    library = Library(Path(sys.argv[1]), Form(sys.argv[2]) if sys.argv[2] else None)
    print(json.dumps({"prefix": library.prefix, "form": library.form, "sure": library.is_form_sure,
                      "firmware": library.firmware()}))
except LibraryError as error:
    print(json.dumps({"error": str(error)}))
"""


def examine_clarius(rest: str, options: SourceOptions) -> Iterator[Finding]:
    """Findings for `clarius:IP[:PORT]`. Connects to nothing but the probe's TCP port."""
    path = find_libcast(options.libcast)
    if path is None:
        yield Finding("libcast", Mark.MISSING, "It was not found.", where_to_get_it())
    else:
        yield _library(path, options.cast_form or "")
    address, _, port_text = rest.partition(":")
    port = int(port_text) if port_text.isdecimal() else RESEARCH_PORT
    trouble = reach(address, port)
    yield Finding(
        "Probe",
        Mark.MISSING if trouble else Mark.OK,
        f"{address}:{port} {trouble or 'answers.'}",
        "Open the Clarius app, connect it to the probe and start imaging; this machine must be on "
        "the probe's network. In the app's settings set Clarius Cast Permission to Research (port "
        f"{RESEARCH_PORT}), or take address and port from its status area.",
    )
    yield Finding(
        "UDP",
        Mark.UNKNOWN,
        "Images come to a UDP port of this machine that is chosen anew at every connection.",
        f"Allow incoming UDP from {address} for this program ({sys.executable}); if the bridge "
        "says connected but shows no image, it names the port that is closed.",
    )


def _library(path: Path, form: str) -> Finding:
    # in a process of its own: a library of another kind can crash the one that loads it
    try:
        done = subprocess.run(
            [sys.executable, "-c", _ASK, str(path), form],
            capture_output=True,
            text=True,
            timeout=LOAD_SECONDS,
            check=False,
        )
        told = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    except (subprocess.TimeoutExpired, ValueError):
        told = {}
    if not told:
        return Finding(
            "libcast", Mark.MISSING, f"{path} crashed as it was loaded.", where_to_get_it()
        )
    if "error" in told:
        return Finding("libcast", Mark.MISSING, str(told["error"]), where_to_get_it())
    firmware = ", ".join(f"{k} {v}" for k, v in told["firmware"].items()) or "not told"
    sure = "" if told["sure"] else " (in doubt; --cast-form decides)"
    says = (
        f"{path}, functions {told['prefix']}..., first call {told['form']}{sure}, made for probe "
        f"firmware {firmware}. It must be of the app's own version."
    )
    return Finding("libcast", Mark.OK, says)
