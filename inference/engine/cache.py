"""Where the command line keeps converted files, for callers that have no folder of their own."""

from __future__ import annotations

import os
from pathlib import Path


def default_cache() -> Path:
    """`FASCICLE_ENGINE_CACHE`, or `fascicle/engine` in the user's cache folder."""
    given = os.environ.get("FASCICLE_ENGINE_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "fascicle" / "engine"
