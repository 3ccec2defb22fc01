"""The engine of a model version, loaded once a worker process.

The runtime is the fastest that passes on this machine; its files are converted once, in a process
of its own. None may be loaded before a prefork worker forks: nothing here does before a job.
"""

import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

from fascicle.errors import InvalidInput
from inference.engine import Engine, EngineError
from inference.models import ModelVersion
from inference.services.weights import weights_fetch

_loaded: dict[UUID, Engine] = {}
_KEPT = 2  # ensembles of five folds take some 300 MB each


def engine_of(version: ModelVersion) -> Engine:
    """The loaded engine; a version never changes, so its id is enough to know it by.

    Raises InvalidInput when a file is gone, damaged, or refused by the engine.
    """
    engine = _loaded.pop(version.pk, None)
    if engine is None:
        _limit_threads()
        paths = [
            weights_fetch(storage_key=member["storage_key"], sha256=member["sha256"])
            for member in version.members
        ]
        try:
            engine = Engine.load(
                paths, cache=Path(settings.STATE_DIR) / "engines", threads=_spared_threads()
            )
        except EngineError as error:
            raise InvalidInput(f"{version} cannot be used: {error}") from error
        while len(_loaded) >= _KEPT:
            del _loaded[next(iter(_loaded))]
    _loaded[version.pk] = engine  # last in order: used most recently
    return engine


def _spared_threads() -> int:
    """Leave one core to the web server."""
    return max(1, (os.cpu_count() or 2) - 1)


def _limit_threads() -> None:
    """The same for TensorFlow, which reads these when it is first imported."""
    threads = str(_spared_threads())
    for name in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, threads)
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
