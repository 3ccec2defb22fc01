"""Which runtime serves a model: the fastest whose answers are the model's own.

The choice is timed once on this machine and kept beside the converted files; what was timed beside
other work is timed again at the first load without. Every load proves the chosen runtime again on
the golden frames, and falls back to the next when it fails.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.engine.bundle import Bundle, convert
from inference.engine.errors import (
    ConversionError,
    EngineError,
    ModelFileError,
    RuntimeRefusedError,
    RuntimeUnavailableError,
)
from inference.engine.golden import Parity, compare
from inference.engine.runtime import Runtime, answers_of, self_test
from inference.engine.runtimes import KINDS, RuntimeKind, kind_of

CHOICE_FILE = "choice.json"
# int8 is offered only where it loses less than this in Dice on real frames
INT8_DICE_LOSS = 0.005
TIMING_ROUNDS = 12
BESIDE_OTHER_WORK = "; timed beside other work"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one runtime: refusal is a sentence, or None where it may serve."""

    name: str
    refusal: str | None
    parity: Parity | None = None
    milliseconds: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The runtime that serves, and what came of each that was looked at."""

    runtime: Runtime
    verdicts: tuple[Verdict, ...]


def choose(
    bundle: Bundle,
    *,
    name: str | None = None,
    threads: int | None = None,
    calibration: Sequence[NDArray[np.uint8]] = (),
) -> Choice:
    """Load the runtime of this name, or else the fastest that passes.

    Raises RuntimeUnavailableError for a named runtime that cannot run here, RuntimeRefusedError
    with every reason where none passes.
    """
    if name is not None:
        kind = kind_of(name)
        runtime, verdict = load_kind(bundle, kind, threads, calibration)
        if runtime is None:
            raise RuntimeRefusedError(verdict.refusal or f"The {name} runtime is not used.")
        return Choice(runtime, (verdict,))
    remembered = _remembered(bundle, threads, has_calibration=bool(len(calibration)))
    refused: list[Verdict] = []
    for each in remembered:
        runtime, verdict = load_kind(bundle, kind_of(each), threads, calibration)
        if runtime is not None:
            return Choice(runtime, (*refused, verdict))
        refused.append(verdict)
    return _fastest(bundle, threads, calibration)


def load_kind(
    bundle: Bundle,
    kind: RuntimeKind,
    threads: int | None = None,
    calibration: Sequence[NDArray[np.uint8]] = (),
) -> tuple[Runtime | None, Verdict]:
    """Convert where needed, open, and prove one runtime; a refusal is a verdict, not an error."""
    try:
        path = _file_for(bundle, kind, calibration)
        runtime = kind.open(path, bundle.spec, threads)
        parity = self_test(runtime, bundle.spec, bundle.golden())
        if kind.is_int8:
            parity = int8_gate(runtime, bundle, parity)
    except ModelFileError:
        raise
    except EngineError as refusal:
        return None, Verdict(kind.name, str(refusal))
    except Exception as broken:  # runtimes raise whatever a damaged file makes them raise
        lines = str(broken).strip().splitlines() or [type(broken).__name__]
        return None, Verdict(kind.name, f"The {kind.name} runtime could not be loaded: {lines[0]}")
    return runtime, Verdict(kind.name, None, parity)


def _file_for(bundle: Bundle, kind: RuntimeKind, calibration: Sequence[NDArray[np.uint8]]) -> Path:
    """The file this runtime reads, converted where it is missing."""
    if not kind.is_installed:
        raise RuntimeUnavailableError(f"{kind.name}: {kind.package} is not installed.")
    if kind.file is None:
        if bundle.model is None:
            raise RuntimeUnavailableError(f"{kind.name}: there is no Keras model here to run.")
        return bundle.model
    path = bundle.path(kind.file) or bundle.path(kind.also or kind.file)
    if path is not None:
        return path
    if kind.is_int8 and not len(calibration):
        raise RuntimeUnavailableError(f"{kind.name} needs frames to calibrate on.")
    failures = convert(bundle, [kind.file], calibration)
    made = bundle.path(kind.file)
    if made is None:
        raise ConversionError(failures.get(kind.file, f"{kind.file} could not be made."))
    return made


def int8_gate(runtime: Runtime, bundle: Bundle, parity: Parity | None) -> Parity | None:
    """Refuse an int8 network that loses Dice on the gate's frames: see `GoldenSet.dice_loss`."""
    gate = bundle.gate()
    if gate is None:
        return parity
    answers = answers_of(runtime, gate)
    loss = gate.dice_loss(answers)
    if loss >= INT8_DICE_LOSS:
        frames = "the calibration frames" if gate.truth is None else "frames with their truth"
        raise RuntimeRefusedError(
            f"The {runtime.name} runtime loses {loss:.4f} Dice on {frames} "
            f"({INT8_DICE_LOSS} is allowed): it is not used."
        )
    return compare(gate.expected, answers)


def _fastest(
    bundle: Bundle, threads: int | None, calibration: Sequence[NDArray[np.uint8]]
) -> Choice:
    verdicts: list[Verdict] = []
    for kinds in _rounds():
        if bundle.model is not None:
            # one child for all formats: importing TensorFlow is what costs
            files = {kind.file for kind in kinds if kind.file is not None and kind.is_installed}
            int8 = {kind.file for kind in kinds if kind.is_int8 and not len(calibration)}
            convert(bundle, sorted(files - int8), calibration)
        runtimes: dict[str, Runtime] = {}
        for kind in kinds:
            runtime, verdict = load_kind(bundle, kind, threads, calibration)
            verdicts.append(verdict)
            if runtime is not None:
                runtimes[kind.name] = runtime
        if runtimes:
            return _quickest(
                bundle, threads, runtimes, verdicts, is_calibrated=bool(len(calibration))
            )
    reasons = " ".join(each.refusal or "" for each in verdicts)
    raise RuntimeRefusedError(f"No runtime can serve this model. {reasons}")


def _rounds() -> list[list[RuntimeKind]]:
    """Whom to try together; the next round only where none of the last passes.

    On x86 LiteRT has always been behind OpenVINO, and converting for it takes seconds; TensorFlow
    is the slowest everywhere and takes half a gigabyte.
    """
    is_x86 = platform.machine().lower() in ("x86_64", "amd64")
    last = [kind for kind in KINDS if kind.file is None]
    later = [kind for kind in KINDS if is_x86 and kind.name.startswith("litert")]
    first = [kind for kind in KINDS if kind not in last and kind not in later]
    return [first, later, last] if later else [first, last]


def _quickest(
    bundle: Bundle,
    threads: int | None,
    runtimes: Mapping[str, Runtime],
    verdicts: Sequence[Verdict],
    *,
    is_calibrated: bool,
) -> Choice:
    size = bundle.spec.preprocessing
    frame = np.zeros((1, size.height, size.width, 1), np.float32)
    times = time_fairly(
        {name: _caller(runtime, frame) for name, runtime in runtimes.items()}, TIMING_ROUNDS
    )
    # the least of a few is what a busy machine leaves us to compare
    ranked = sorted(times, key=lambda each: min(times[each]))
    _remember(bundle, threads, ranked, has_calibration=is_calibrated)
    timed = tuple(
        replace(each, milliseconds=min(times[each.name])) if each.name in times else each
        for each in verdicts
    )
    return Choice(runtimes[ranked[0]], timed)


def time_fairly(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each call, in turns, so that whatever else runs strikes all alike."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(-2, rounds):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            if number >= 0:
                times[name].append(1000.0 * (time.perf_counter() - began))
    return times


def _caller(runtime: Runtime, frame: NDArray[np.float32]) -> Callable[[], Any]:
    return lambda: runtime.probabilities(frame)


def _remembered(bundle: Bundle, threads: int | None, *, has_calibration: bool) -> list[str]:
    path = bundle.path(CHOICE_FILE)
    if path is None:
        return []
    machine = _machine(threads, has_calibration=has_calibration)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        beside_work = kept.get(machine + BESIDE_OTHER_WORK, []) if is_busy() else []
        ranked = kept.get(machine, beside_work)
        return [each for each in ranked if any(each == kind.name for kind in KINDS)]
    except (OSError, ValueError, AttributeError):
        return []


def _remember(
    bundle: Bundle, threads: int | None, ranked: Sequence[str], *, has_calibration: bool
) -> None:
    path = bundle.folder / CHOICE_FILE
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    machine = _machine(threads, has_calibration=has_calibration)
    kept.pop(machine + BESIDE_OTHER_WORK, None)
    kept[machine + BESIDE_OTHER_WORK if is_busy() else machine] = list(ranked)
    draft = path.with_name(f".{CHOICE_FILE}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)  # a folder that cannot be written only costs the timing again


def is_busy() -> bool:
    """Whether other work keeps this machine's cores, so that timings here say little."""
    try:
        return os.getloadavg()[0] >= (os.cpu_count() or 1)
    except OSError:
        return False


def _machine(threads: int | None, *, has_calibration: bool) -> str:
    """What the order of runtimes depends on, in one line."""
    versions = []
    for package in ("openvino", "onnxruntime", "ai-edge-litert"):
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    kind = "int8" if has_calibration else "float"
    cores = f"{os.cpu_count()} cores, {threads or 'all'} threads"
    return "; ".join([_processor(), cores, kind, *versions])


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                capped = os.environ.get("ONEDNN_MAX_CPU_ISA", "")
                return f"{line.partition(':')[2].strip()} {capped}".strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
