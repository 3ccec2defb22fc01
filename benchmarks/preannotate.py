"""What pre-annotating a clip costs beside the engine alone.

    python -m benchmarks.preannotate [--frames 300] [--repeats 3] [--model FILE ...]

Starts PostgreSQL and Redis of its own, takes in a phantom clip of 640x480, and runs the job as a
worker does: frames read from the storage, the network, masks, doubt, progress for pages that
watch, and the suggestion written. The reference, in turns in the same run, is the engine alone on
the same frames, lying in memory: `Engine.segment` with the flips that the job uses. Several model
files make an ensemble; without one the starter models do, first one of them alone, then both.
Prints one table and writes `results/preannotate.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform as machine
import statistics
import time
from pathlib import Path
from typing import Any

import psutil

from tests.services_plugin import TestServices

STARTER = Path(__file__).resolve().parents[1] / "inference" / "starter"
WIDTH, HEIGHT = 640, 480
LIMIT = 1.5


def timed(work: Any) -> tuple[float, float]:
    """Seconds on the clock and of processor time."""
    process = psutil.Process()
    before = process.cpu_times()
    began = time.perf_counter()
    work()
    wall = time.perf_counter() - began
    after = process.cpu_times()
    return wall, after.user + after.system - before.user - before.system


def compare(clip: Any, team: Any, files: list[Path], repeats: int) -> dict[str, Any]:
    """The job and the bare engine in turns; the medians and their ratio."""
    import numpy as np

    from annotation.selectors import clip_frames
    from fascicle.jobs.models import JobState
    from fascicle.jobs.tasks import run
    from inference.models import DoubtMap, Suggestion
    from inference.services.engine_cache import engine_of
    from inference.services.model_files_register import model_files_register
    from inference.services.preannotate_start import preannotate_start

    version = model_files_register(
        project=team.project, actor=team.admin, name=files[0].stem, files=files, reason="Measured"
    )
    engine = engine_of(version)
    frames = np.stack(list(clip_frames(clip.pk)))

    def alone() -> None:
        for start in range(0, len(frames), 16):
            engine.segment(frames[start : start + 16], with_flips=True)

    def job() -> None:
        row = preannotate_start(clip=clip, actor=team.expert, model_version=version)
        run(str(row.pk))
        row.refresh_from_db()
        if row.state != JobState.DONE:
            raise RuntimeError(row.error)

    alone()
    job()
    times: dict[str, list[tuple[float, float]]] = {"engine": [], "job": []}
    for _ in range(repeats):
        times["engine"].append(timed(alone))
        times["job"].append(timed(job))
    suggestion = Suggestion.objects.get(model_version=version)
    stored = [len(bytes(one.png)) for one in DoubtMap.objects.filter(suggestion=suggestion)]
    pairs = [(b[0] / a[0], b[1] / a[1]) for a, b in zip(*times.values(), strict=True)]
    return {
        "networks": len(files),
        "runtime": engine.runtime_names[0],
        "engine_s": statistics.median(one[0] for one in times["engine"]),
        "job_s": statistics.median(one[0] for one in times["job"]),
        "ratio": statistics.median(one[0] for one in pairs),
        "ratio_processor": statistics.median(one[1] for one in pairs),
        "map_bytes_a_frame": sum(stored) / len(frames),
    }


def measure(frame_count: int, repeats: int, files: list[Path]) -> list[dict[str, Any]]:
    """A row for one network, and one for all together."""
    from annotation.clip_words import checked_words
    from phantom import Scene
    from tests.factories import make_team
    from training.demo.clips import clip_take_in

    team = make_team("axillary")
    clip = clip_take_in(
        project=team.project,
        actor=team.expert,
        scene=Scene("axillary", 1, HEIGHT, WIDTH),
        frame_count=frame_count,
        words=checked_words(subject="S-1", label="measured"),
    )
    chosen = [files[:1], files] if len(files) > 1 else [files]
    return [compare(clip, team, one, repeats) for one in chosen]


def main() -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    axillary = sorted(STARTER.glob("starter-*.keras"))
    parser.add_argument("--model", type=Path, nargs="+", default=axillary)
    options = parser.parse_args()
    services = TestServices()
    try:
        os.environ.update(services.environment())
        os.environ["DJANGO_SETTINGS_MODULE"] = "fascicle.settings"
        services.start()
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        rows = measure(options.frames, options.repeats, options.model)
    finally:
        services.stop()
    print(f"{options.frames} frames of {WIDTH}x{HEIGHT}, load {os.getloadavg()[0]:.1f}")
    print(f"{'':28}{'engine':>9}{'job':>9}{'ratio':>8}{'of cpu':>8}{'map':>12}")
    for row in rows:
        name = f"{row['networks']} network{'s' if row['networks'] > 1 else ''}, {row['runtime']}"
        print(
            f"{name:28}{row['engine_s']:>8.2f}s{row['job_s']:>8.2f}s{row['ratio']:>8.2f}"
            f"{row['ratio_processor']:>8.2f}{row['map_bytes_a_frame']:>8.0f} B/f"
        )
    print(f"goal: a ratio of at most {LIMIT}")
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    about = {"frames": options.frames, "machine": machine.processor(), "load": os.getloadavg()}
    (folder / "preannotate.json").write_text(json.dumps({**about, "rows": rows}, indent=2))


if __name__ == "__main__":
    main()
