"""What a frame costs, stage by stage and runtime by runtime, beside FAST and the processor's limit.

    python -m benchmarks.engine [--model FILE] [--frames N] [--calibration DIR]
                                [--fast PYTHON] [--fast-env NAME=VALUE ...] [--json FILE]

Without a model, the six-level U-Net of Smistad et al. (256x256, six channels), trained once on
drawn subjects, which takes minutes; frames are of a subject that it has not seen. All runtimes and
sizes take turns, so that whatever else the machine does strikes all alike. `--fast` (or
FASCICLE_FAST_PYTHON) names an interpreter that has `pyfast`; FAST then segments the same frames
with the same network in processes of its own, once as Keras exports it to ONNX and once as our
conversion rewrites it, in turns with us, first with the cores to themselves, then beside arithmetic
that keeps every core busy. It needs
an OpenCL driver: a Debian pocl is found as it is, OCL_ICD_FILENAMES or OCL_ICD_VENDORS for another
come by `--fast-env`. Everything of ours is measured again as a processor without AVX-512 would run
it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._fast_peer import ENGINES as FAST_ENGINES
from benchmarks._fast_peer import BusyCores, FastChild, in_planes
from benchmarks._published import as_keras_exports, published_model, unseen_frame
from inference.engine.bench import STAGES, stage_times, summarised
from inference.engine.bundle import cached_bundle
from inference.engine.cache import default_cache
from inference.engine.choose import time_fairly
from inference.engine.engine import Engine
from inference.engine.errors import EngineError
from inference.engine.framefile import frame_paths, read_frame
from inference.engine.modelfile import ModelSpec
from inference.engine.runtimes import ONNX_FILE, RUNTIME_NAMES

AS_EXPORTED, REWRITTEN = "as Keras exports it", "rewritten as ours"
SIZES = ((256, 256), (480, 640))
GOALS = {"256x256": 0.65, "640x480": 0.2}
BUSY_GOALS = dict.fromkeys(GOALS, 1.0)
# so often each one has the machine for a while
TURNS = 6
# one dense layer with enough channels to fill every vector: what the processor can do at most
LIMIT_SIDE = 64
LIMIT_CHANNELS = 128


def limit_gflops(precision: str, rounds: int) -> float:
    """The most this processor does in this run: one dense 3x3 convolution, 10^9 operations/s."""
    import openvino as ov
    from openvino import opset13 as ops

    rng = np.random.default_rng(0)
    side, width = LIMIT_SIDE, LIMIT_CHANNELS
    picture = ops.parameter([1, width, side, side], np.float32)
    layer: Any = picture
    for _ in range(8):
        kernel = rng.normal(size=(width, width, 3, 3)).astype(np.float32) * 0.03
        layer = ops.relu(
            ops.convolution(layer, ops.constant(kernel), [1, 1], [1, 1], [1, 1], [1, 1])
        )
    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
    request = (
        ov.Core()
        .compile_model(ov.Model([layer], [picture]), "CPU", settings)
        .create_infer_request()
    )
    request.set_input_tensor(ov.Tensor(rng.random((1, width, side, side), np.float32)))
    times = time_fairly({"": request.infer}, rounds)[""]
    operations = 8 * 2 * 9 * width * width * side * side
    return operations / (min(times) * 1e6)


def network_gflop(onnx_file: Path) -> float:
    """Multiplications and additions of the network's convolutions for one frame, 10^9."""
    import onnx

    proto = onnx.shape_inference.infer_shapes(onnx.load(onnx_file))
    shapes = {
        value.name: [d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in [*proto.graph.value_info, *proto.graph.input, *proto.graph.output]
    }
    kernels = {each.name: list(each.dims) for each in proto.graph.initializer}
    operations = 0
    for node in proto.graph.node:
        if node.op_type in ("Conv", "ConvTranspose"):
            taps = int(np.prod(kernels[node.input[1]]))
            # a convolution's kernel meets every output pixel, a transposed one's every input pixel
            pixels = shapes[node.output[0] if node.op_type == "Conv" else node.input[0]]
            operations += 2 * taps * int(np.prod(pixels[2:]))
    return operations / 1e9


def bare_loops(onnx_file: Path, frame: NDArray[np.float32]) -> dict[str, Any]:
    """The runtimes by their own interface with default settings: what a plain user gets."""
    import onnxruntime
    import openvino as ov

    session = onnxruntime.InferenceSession(str(onnx_file), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    compiled = ov.compile_model(ov.Core().read_model(onnx_file), "CPU")
    return {
        "plain onnxruntime": lambda: session.run(None, {name: frame}),
        "plain openvino": lambda: compiled([frame]),
    }


def to_labels(engine: Engine, frame: NDArray[np.uint8]) -> float:
    """Milliseconds from a frame to label maps in its own pixels; FAST stops at the network's."""
    return 1000.0 * sum(stage_times(engine, frame)[:3])


def beside_fast(options: argparse.Namespace, model: Path) -> dict[str, Any]:
    """Ours and FAST's milliseconds by load, size and arithmetic; "reason" where there are none."""
    bundle = cached_bundle(model, options.cache)
    engines = {}
    for name in ("openvino-bf16", "openvino-f32"):
        with suppress(EngineError):
            engines[name] = Engine.load(model, runtime=name, cache=options.cache)
    frames = {f"{width}x{height}": unseen_frame(height, width) for height, width in SIZES}
    extra = dict(each.split("=", 1) for each in options.fast_env)
    report: dict[str, Any] = {}
    try:
        with TemporaryDirectory(prefix="networks-") as folder, ExitStack() as children:
            networks = {
                AS_EXPORTED: as_keras_exports(model, Path(folder) / "exported.onnx"),
                REWRITTEN: in_planes(bundle.folder / ONNX_FILE, Path(folder) / "planes.onnx"),
            }
            fast = {
                form: children.enter_context(FastChild(options.fast, extra, network, frames))
                for form, network in networks.items()
            }
            report["same_labels"] = {
                form: same_labels(engines, child, bundle.spec, frames)
                for form, child in fast.items()
            }
            for load in (False, True):
                with BusyCores() if load else nullcontext():
                    report["busy" if load else "idle"] = in_turns(
                        engines, fast, frames, options.frames
                    )
    except RuntimeError as refusal:
        return {"reason": str(refusal)}
    return report


def in_turns(
    engines: dict[str, Engine],
    fast: dict[str, FastChild],
    frames: dict[str, NDArray[np.uint8]],
    count: int,
) -> dict[str, dict[str, dict[str, float]]]:
    """Size -> name -> p50 and p95 in milliseconds; each has the machine for some frames a turn."""
    times: dict[tuple[str, str], list[float]] = {}
    for _ in range(TURNS):
        for size, frame in frames.items():
            for name, engine in engines.items():
                for _ in range(3):
                    to_labels(engine, frame)
                times.setdefault((size, name), []).extend(
                    to_labels(engine, frame) for _ in range(count // TURNS)
                )
            for form, child in fast.items():
                for name in FAST_ENGINES:
                    spent = child.times(size, name, count // TURNS)
                    times.setdefault((size, f"FAST {name}, {form}"), []).extend(spent)
    found: dict[str, dict[str, dict[str, float]]] = {size: {} for size in frames}
    for (size, name), each in times.items():
        p50, p95 = np.percentile(each, (50, 95))
        found[size][name] = {"p50_ms": float(p50), "p95_ms": float(p95)}
    return found


def same_labels(
    engines: dict[str, Engine],
    fast: FastChild,
    spec: ModelSpec,
    frames: dict[str, NDArray[np.uint8]],
) -> float | None:
    """Share of the structures' pixels that FAST names as we do, where it feeds the network alike.

    FAST names no background without a threshold, so our background says nothing.
    """
    size = f"{spec.preprocessing.width}x{spec.preprocessing.height}"
    engine = engines.get("openvino-f32")
    if engine is None or size not in frames or spec.preprocessing.normalisation != "unit":
        return None
    ours = engine.infer(engine.prepare(frames[size]))[0].argmax(axis=-1)
    theirs = fast.labels(size, "ONNXRuntime")
    return float((ours == theirs)[ours > 0].mean())


def measure(options: argparse.Namespace, model: Path) -> dict[str, Any]:
    calibration = []
    if options.calibration is not None:
        calibration = [read_frame(path) for path in frame_paths(options.calibration)][:64]
    engines: dict[str, Engine] = {}
    refused: dict[str, str] = {}
    for name in RUNTIME_NAMES:
        try:
            engines[name] = Engine.load(
                model, runtime=name, cache=options.cache, calibration=calibration
            )
        except EngineError as refusal:
            refused[name] = str(refusal)
    bundle = cached_bundle(model, options.cache)
    onnx_file = bundle.folder / ONNX_FILE
    size = bundle.spec.preprocessing
    prepared = np.zeros((1, size.height, size.width, 1), np.float32)
    by_size: dict[str, Any] = {}
    for height, width in SIZES:
        frame = unseen_frame(height, width)
        seconds = {name: np.zeros((options.frames, len(STAGES))) for name in engines}
        for number in range(-5, options.frames):
            for name, engine in engines.items():
                stages = stage_times(engine, frame)
                if number >= 0:
                    seconds[name][number] = stages
        by_size[f"{width}x{height}"] = {name: summarised(each) for name, each in seconds.items()}
    # with default settings OpenVINO asks a capped processor for what it has not, and fails
    loops = {} if options.capped else bare_loops(onnx_file, prepared)
    plain = {
        name: float(np.median(times)) for name, times in time_fairly(loops, options.frames).items()
    }
    best = {
        name: min(time_fairly({"": lambda e=engine: e.infer(prepared)}, 40)[""])  # type: ignore[misc]
        for name, engine in engines.items()
        if name in ("openvino-f32", "openvino-bf16")
    }
    work = network_gflop(onnx_file)
    limits = {"openvino-f32": limit_gflops("f32", 12)}
    if "openvino-bf16" in engines:
        limits["openvino-bf16"] = limit_gflops("bf16", 12)
    return {
        "model": bundle.spec.recipe,
        "gflop_per_frame": work,
        "by_size": by_size,
        "plain_ms": plain,
        "share_of_limit": {n: work / (best[n] / 1e3) / limits[n] for n in limits if n in best},
        "limit_gflops": limits,
        "refused": refused,
    }


def show(report: dict[str, Any]) -> None:
    for size, runtimes in report["by_size"].items():
        print(f"\n{size}, p50/p95 in ms" + "".join(f"{stage:>15}" for stage in STAGES))
        for name, stages in runtimes.items():
            cells = (f"{stages[s]['p50_ms']:.2f}/{stages[s]['p95_ms']:.2f}" for s in STAGES)
            print(f"{name:<22}" + "".join(f"{cell:>15}" for cell in cells))
    for name, milliseconds in report["plain_ms"].items():
        print(f"{name:<22}{milliseconds:.2f} ms, network alone with default settings")
    for name, share in report["share_of_limit"].items():
        print(f"{name:<22}{share:.0%} of {report['limit_gflops'][name]:.0f} GFLOP/s (goal 50 %)")
    for name, sentence in report["refused"].items():
        print(f"{name:<22}{sentence}")


def show_fast(fast: dict[str, Any]) -> None:
    if "reason" in fast:
        print(f"FAST was not measured: {fast['reason']}")
        return
    for form, share in fast["same_labels"].items():
        if share is not None:
            print(f"\nFAST, {form}, names {share:.2%} of the structures' pixels as we do")
    for load, goals in (("idle", GOALS), ("busy", BUSY_GOALS)):
        for size, rows in fast[load].items():
            print(f"\n{size}, cores {load}, frame to label map, p50/p95 in ms")
            for name, each in rows.items():
                print(f"{name:<34}{each['p50_ms']:>8.2f}/{each['p95_ms']:.2f}")
            for form in (AS_EXPORTED, REWRITTEN):
                if "openvino-bf16" in rows:
                    # FAST's OpenVINO computes in bfloat16 where the processor can
                    share = (
                        rows["openvino-bf16"]["p50_ms"] / rows[f"FAST OpenVINO, {form}"]["p50_ms"]
                    )
                    print(f"bf16 takes {share:.2f} of FAST's bf16, {form} (goal {goals[size]})")
    print(
        "Most of FAST's 640x480 is its OpenCL resize, here on a processor: no claim beside a GPU."
    )


def capped(options: argparse.Namespace, model: Path) -> dict[str, Any]:
    """This very benchmark as a processor without AVX-512 would run it, in a child."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "capped.json"
        command = [sys.executable, "-m", "benchmarks.engine", "--model", str(model)]
        command += ["--frames", str(options.frames), "--json", str(path), "--capped"]
        command += ["--cache", str(options.cache)]
        environment = os.environ | {"ONEDNN_MAX_CPU_ISA": "AVX2", "DNNL_MAX_CPU_ISA": "AVX2"}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=900
        )
        if done.returncode:
            return {"reason": done.stderr.strip().splitlines()[-1]}
        return dict(json.loads(path.read_text(encoding="utf-8")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--calibration", type=Path, help="training images; int8 needs them")
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--fast", default=os.environ.get("FASCICLE_FAST_PYTHON"))
    parser.add_argument("--fast-env", nargs="*", default=[], metavar="NAME=VALUE")
    parser.add_argument("--capped", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/engine.json"))
    options = parser.parse_args()
    model = options.model or published_model(options.cache)
    began = time.perf_counter()
    report = measure(options, model)
    show(report)
    if not options.capped:
        report["fast"] = {"reason": "no interpreter with pyfast was named (--fast)."}
        if options.fast:
            report["fast"] = beside_fast(options, model)
        show_fast(report["fast"])
    if not options.capped:
        report["avx2"] = capped(options, model)
        for size, runtimes in report["avx2"].get("by_size", {}).items():
            for name, stages in runtimes.items():
                print(f"AVX2 only, {size}, {name:<22}{stages['total']['p50_ms']:.2f} ms (goal 31)")
    report["seconds"] = time.perf_counter() - began
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
