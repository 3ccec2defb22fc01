"""`python -m inference.engine.conversion MODEL DIR NAME...`: the child that imports TensorFlow.

Writes the files named into DIR; its last line is JSON: a sentence for each file it could not make.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m inference.engine.conversion")
    parser.add_argument("model", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--calibration", type=Path)
    options = parser.parse_args()
    from inference.engine.conversion.convert import write_files  # noqa: PLC0415
    from inference.engine.errors import EngineError  # noqa: PLC0415

    calibration = None if options.calibration is None else np.load(options.calibration)
    # libraries print as they please: this line alone is the answer
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        failures = write_files(options.model, options.folder, options.names, calibration)
    except EngineError as problem:
        print(problem, file=sys.stderr)
        return 2
    with answer:
        answer.write(json.dumps(failures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
