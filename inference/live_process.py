"""The hub's process: `python -m inference.live_process`, or `./manage.py live_hub`.

Listens first and loads afterwards: bridges and viewers that come back while the rest is loaded
wait in the socket's queue instead of being refused and backing off. Django's apps are loaded only
when a recording is handed over or a model's file has to be fetched, a model when somebody views.
"""

import argparse
import hashlib
import logging
import os
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
from django.conf import settings

logger = logging.getLogger(__name__)

# connections that wait while the hub loads
BACKLOG = 512
TRIES = 5
PAUSE_S = 2.0

_loading = threading.Lock()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until a signal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fascicle.settings")
    parser = argparse.ArgumentParser(
        prog="live_hub", description="Pictures from bridges to browsers, with masks."
    )
    parser.add_argument("--host", default=os.environ.get("FASCICLE_HOST") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=settings.LIVE_PORT)
    given = parser.parse_args(arguments)
    if not given.port:
        parser.error("say where to listen: --port, or FASCICLE_LIVE_PORT")
    try:
        listening = listen(given.host, given.port)
    except OSError as error:
        parser.error(f"{given.host}:{given.port} cannot be listened at: {error.strerror}")
    from inference.live.board import RedisBoard  # noqa: PLC0415 - loaded while others connect
    from inference.live.hub import Hub  # noqa: PLC0415
    from inference.live.server import make_server  # noqa: PLC0415

    hub = Hub(
        secret=settings.LIVE_SECRET.encode(),
        board=RedisBoard(settings.REDIS_URL),
        fetch=members_fetch,
        engine_cache=Path(settings.STATE_DIR) / "engines",
        recording_closed=recording_handed_over,
    )
    make_server(hub, host=given.host, port=given.port).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on. Raises OSError where the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def members_fetch(members: Sequence[dict[str, Any]]) -> list[Path]:
    """A model version's files on this machine. Raises EngineError for one that is not there."""
    from inference.engine.errors import EngineError  # noqa: PLC0415 - with the first model

    kept = [_kept_here(member) for member in members]
    if all(path is not None for path in kept):
        return [path for path in kept if path is not None]
    _load_apps()
    from fascicle.errors import FascicleError  # noqa: PLC0415 - once Django is there
    from inference.services.weights import weights_fetch  # noqa: PLC0415

    try:
        return [
            weights_fetch(storage_key=member["storage_key"], sha256=member["sha256"])
            for member in members
        ]
    except FascicleError as error:
        raise EngineError(error.detail) from error


def recording_handed_over(recording_id: str, frame_count: int | None) -> None:
    """Tell the database, on a thread of the hub; a database that is away is asked again."""
    _load_apps()
    from django.db import Error as StoreError  # noqa: PLC0415
    from django.db import close_old_connections  # noqa: PLC0415

    from fascicle.errors import FascicleError  # noqa: PLC0415
    from inference.services.live.recording import recording_closed  # noqa: PLC0415

    for attempt in range(TRIES):
        close_old_connections()
        try:
            recording_closed(recording_id=recording_id, frame_count=frame_count)
        except StoreError:
            logger.exception("Recording %s is not handed over yet", recording_id)
            if attempt + 1 < TRIES:
                time.sleep(PAUSE_S)
        except FascicleError as error:
            logger.warning("Recording %s: %s", recording_id, error.detail)
            return
        else:
            return
        finally:
            close_old_connections()


def _kept_here(member: dict[str, Any]) -> Path | None:
    """The file where `weights_fetch` keeps it, when its bytes are what they were."""
    suffix = Path(member["storage_key"]).suffix
    path = Path(settings.STATE_DIR) / "models" / f"{member['sha256']}{suffix}"
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    return path if found == member["sha256"] else None


def _load_apps() -> None:
    with _loading:
        django.setup()


if __name__ == "__main__":
    main()
