"""Which code trains: the release, and a digest of the sources that decide what comes of a run.

The release alone names many states of the code, and a server need not have git.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

# what fits, segments and measures
SOURCES = ("training", "inference/engine", "annotation/measures")
_ROOT = Path(__file__).resolve().parents[2]  # of a checkout as of an installed package
_DIGITS = 12


@cache
def code_version() -> str:
    """As in "0.1.0+src.1a2b3c4d5e6f"; each process reads its sources once."""
    release = version("fascicle")
    sign = "." if "+" in release else "+"  # PEP 440: a local version has one plus sign
    return f"{release}{sign}src.{sources_digest(_ROOT, SOURCES)}"


def sources_digest(root: Path, folders: Sequence[str]) -> str:
    """First digits of a SHA-256 over paths and contents of the Python files in these folders."""
    found = (path for folder in folders for path in (root / folder).rglob("*.py"))
    contents = {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        plain = content.replace(b"\r\n", b"\n")  # git may write either
        digest.update(f"{name}\0{len(plain)}\0".encode() + plain)
    return digest.hexdigest()[:_DIGITS]
