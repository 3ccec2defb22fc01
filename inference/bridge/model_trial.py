"""Makes a model ready for this machine, in a process of its own: `python -m ... MODEL CACHE`.

Conversion and the trial of every runtime may load TensorFlow, which the bridge must not. Prints one
line of JSON: the runtime to serve, or why none does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

# a first conversion on a slow machine takes a minute
MOST_SECONDS = 600.0
KERAS_RUNTIME = "tensorflow"
EXPORT = (
    "Where there is TensorFlow, make a folder of it with "
    "`python -m training export --model FILE --format onnx,openvino --out DIR`, and give that."
)


class ModelTrialError(Exception):
    """The model cannot serve here; the sentence says why, and what to do."""


def ready(model: Path, cache: Path) -> str:
    """The name of the runtime that serves the model here, made ready. Raises ModelTrialError."""
    command = [sys.executable, "-m", __name__, str(model), str(cache)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise ModelTrialError(f"{model.name} was not ready after {late.timeout:.0f} s.") from late
    lines = done.stdout.strip().splitlines()
    try:
        answer = json.loads(lines[-1]) if lines else {}
    except ValueError:
        answer = {}
    if runtime := answer.get("runtime"):
        return str(runtime)
    last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    raise ModelTrialError(answer.get("refusal") or f"{model.name} cannot be tried: {last}")


def tried(model: Path, cache: Path) -> dict[str, str]:
    """What `ready` reads: `runtime`, or `refusal`."""
    from inference.engine import ConversionError, EngineError
    from inference.engine.engine import Engine

    try:
        name = Engine.load(model, cache=cache).runtime_names[0]
    except ConversionError as error:
        return {"refusal": f"{model.name} cannot be converted here: {error} {EXPORT}"}
    except (EngineError, OSError) as error:
        return {"refusal": f"{model.name} cannot be used: {error}"}
    if name == KERAS_RUNTIME:
        return {
            "refusal": f"{model.name} would run on TensorFlow alone, which a bridge does not load. "
            f"Install OpenVINO, ONNX Runtime or LiteRT here. {EXPORT}"
        }
    return {"runtime": name}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(tried(Path(sys.argv[1]), Path(sys.argv[2]))) + "\n")
