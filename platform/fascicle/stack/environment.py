"""How commands beside a running stack find its services."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

from fascicle.stack.state import StateFolder, holder, read_json

#: what a child of the supervisor is given, and what a command beside it takes over
SHARED_NAMES = (
    "DATABASE_URL",
    "REDIS_URL",
    "DJANGO_SECRET_KEY",
    "FASCICLE_STATE",
    "FASCICLE_MEDIA_ROOT",
    "FASCICLE_ADDRESS",
    "FASCICLE_HOST",
    "FASCICLE_PORT",
    "FASCICLE_LIVE_PORT",
)


def adopt(environ: MutableMapping[str, str] | None = None) -> bool:
    """Fill absent variables from the stack that runs in this project's state folder.

    Lets `./manage.py upload ...` work in a second terminal without exporting anything. Variables
    that are already set win. Returns True when a running stack was found.
    """
    environ = os.environ if environ is None else environ
    state = StateFolder.from_environment(environ)
    kept = read_json(state.environment_file) if holder(state) is not None else None
    if not isinstance(kept, dict):
        return False
    for name in SHARED_NAMES:
        if name in kept:
            environ.setdefault(name, str(kept[name]))
    return True
