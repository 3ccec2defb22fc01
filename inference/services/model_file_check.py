"""Is a model file whole, before it enters the registry?"""

import json
import zipfile
import zlib
from pathlib import Path

from fascicle.errors import InvalidInput

# as Keras names them in its archive
NETWORK = "config.json"
WEIGHTS = "model.weights.h5"


def model_file_check(path: Path) -> None:
    """Raise InvalidInput for an archive with damaged entries or without a network.

    What is no archive at all is left to `read_spec`, which says so.
    """
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
            if damaged is not None:
                raise InvalidInput(_damaged(path, f"{damaged} does not match its checksum"))
            missing = sorted({NETWORK, WEIGHTS} - set(archive.namelist()))
            if missing:
                raise InvalidInput(
                    f"{path.name} holds no whole network: it lacks {' and '.join(missing)}. Save "
                    "the model with Keras again."
                )
            if not isinstance(json.loads(archive.read(NETWORK)), dict):
                raise InvalidInput(_damaged(path, f"{NETWORK} describes no network"))
    # a RuntimeError is an encrypted entry, or one packed in a way that zipfile does not know
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as damage:
        raise InvalidInput(_damaged(path, str(damage))) from damage


def _damaged(path: Path, what: str) -> str:
    return f"{path.name} is damaged ({what}). Copy it here again, or save the model again."
