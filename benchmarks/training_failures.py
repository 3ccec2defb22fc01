"""How soon a run obeys, and how soon a fold goes on after what it depends on was killed.

A whole site of its own (supervisor, web, workers, beat, Redis, PostgreSQL); phantom clips, recipe
`tiny`. Told are the seconds from the event until

- cancel, pause: the fit's process is gone and the fold says so;
- kill -9 of the trainer with its children, of Redis, of PostgreSQL with its backends: the rows of
  three more epochs are there (two may have been on their way). The curve is then looked at: each
  epoch is there once, and the fit said after which one it went on;
- a resume right after kill -9 of Redis, which loses the message: the same.

    .venv/bin/python -m benchmarks.training_failures [--rounds N]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from fascicle.stack.environment import adopt
from fascicle.stack.state import read_json
from tests.browser.conftest import running_site

if TYPE_CHECKING:
    from training.models import Fold, TrainingRun

RESULTS = Path(__file__).with_name("results")
EPOCHS = 2000  # more than any round lasts
GOALS = {
    "cancel": 10,
    "pause": 10,
    "kill redis": 90,
    "kill postgres": 90,
    "kill trainer": 90,
    "resume, no redis": 90,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    with running_site() as site:
        for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SECRET_KEY"):
            os.environ.pop(name, None)
        os.environ.update(site.environment)
        adopt()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fascicle.settings")
        import django

        django.setup()
        found = [measure(Path(site.environment["FASCICLE_STATE"])) for _ in range(options.rounds)]
    told(found)


def measure(state: Path) -> dict[str, dict[str, Any]]:
    """One round over all events."""
    from training.services import run_cancel, run_pause, run_resume

    run = start()
    held_elsewhere(run)
    fold = begun(run)
    found: dict[str, dict[str, Any]] = {}

    found["pause"] = {"seconds": obeyed(fold, "paused", lambda: run_pause(run=run, actor=None))}
    run_resume(run=run, actor=None)
    held_elsewhere(run)
    fold = begun(run)
    for service in ("redis", "postgres", "trainer"):
        strike = partial(kill, state, service)
        found[f"kill {service}"] = went_on(fold, strike)

    obeyed(fold, "paused", lambda: run_pause(run=run, actor=None))

    def strike_and_resume() -> None:
        kill(state, "redis")
        run_resume(run=run, actor=None)
        held_elsewhere(run)

    found["resume, no redis"] = went_on(fold, strike_and_resume)
    found["cancel"] = {
        "seconds": obeyed(fold, "cancelled", lambda: run_cancel(run=run, actor=None))
    }
    return found


def start() -> TrainingRun:
    """A run of two folds on two subjects of six frames each, in a project of its own."""
    from tests.training.runs.phantom_project import accept, phantom_team
    from training.services import run_start, snapshot_freeze

    team = phantom_team()
    for seed in range(2):
        accept(team, seed, frame_count=6)
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    return run_start(
        snapshot=snapshot, recipe="tiny", fold_count=2, epoch_count=EPOCHS, actor=team.admin, seed=5
    )


def held_elsewhere(run: TrainingRun) -> None:
    """Let another machine have the second fold, so that the site's one trainer is free."""
    from fascicle.jobs.models import Job, JobState
    from training.models import Fold

    second = Fold.objects.get(run=run, index=1)
    Job.objects.filter(pk=second.job_id).update(
        state=JobState.RUNNING, attempt=1, lease_until="2100-01-01T00:00:00Z"
    )


def begun(run: TrainingRun) -> Fold:
    """The first fold, once it has learnt something since now."""
    from training.models import Fold

    fold = Fold.objects.get(run=run, index=0)
    before = fold.epochs.count()
    until(lambda: fold.epochs.count() > before + 2, "epochs")
    return fold


def obeyed(fold: Fold, state: str, ask: Callable[[], Any]) -> float:
    """Seconds from asking until the fit is gone, its job has ended, and the fold is so."""
    from training.models import Fold

    if not fits(fold):
        raise SystemExit("There is no fit to stop.")

    def is_so() -> bool:
        now = Fold.objects.select_related("job").get(pk=fold.pk)
        return now.state == state and now.job.is_finished and not fits(fold)

    began = time.monotonic()
    ask()
    until(is_so, state)
    return time.monotonic() - began


def went_on(fold: Fold, strike: Callable[[], None]) -> dict[str, Any]:
    """Seconds from the blow until new epochs' rows are there, and whether any was lost."""
    from training.models import Fold
    from training.services.patience import patiently

    before = fold.epochs.count()
    former = Fold.objects.select_related("job").get(pk=fold.pk).job
    began = time.monotonic()
    strike()
    until(lambda: patiently(fold.epochs.count) > before + 2, "an epoch after the blow")
    seconds = time.monotonic() - began
    time.sleep(2.0)  # the log follows within as much
    numbers = list(fold.epochs.order_by("number").values_list("number", flat=True))
    job = Fold.objects.select_related("job").get(pk=fold.pk).job
    is_new = (job.pk, job.attempt) != (former.pk, former.attempt)
    resumed = [line for line in job.log_tail.splitlines() if line.startswith(("Goes on", "Starts"))]
    return {
        "seconds": seconds,
        "epochs_before": before,
        "how": (resumed or ["?"])[-1].partition(":")[0] if is_new else "without a break",
        "each_once": numbers == list(range(1, len(numbers) + 1)),
    }


def kill(state: Path, service: str) -> None:
    """SIGKILL a service of the site with all of its descendants, as the supervisor knows it."""
    rows = read_json(state / "status.json")["services"]
    [pid] = [row["pid"] for row in rows if row["name"] == service]
    process = psutil.Process(pid)
    for each in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


def fits(fold: Fold) -> list[psutil.Process]:
    """The processes that fit the fold's run."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "fit" in words and any(str(fold.run_id) in word for word in words):
            found.append(process)
    return found


def until(condition: Callable[[], bool], what: str, *, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"Waited {seconds:.0f} s for {what}.")
        time.sleep(0.05)


def told(found: list[dict[str, dict[str, Any]]]) -> None:
    """Print the table and write the JSON."""
    print(f"{'event':<18}{'seconds':>18}{'goal':>8}  what came of it")
    for event, goal in GOALS.items():
        rounds = [each[event] for each in found]
        seconds = [each["seconds"] for each in rounds]
        spread = f"{statistics.median(seconds):.1f}"
        if len(seconds) > 1:
            spread += f" ({min(seconds):.1f} to {max(seconds):.1f})"
        last = rounds[-1]
        after = ""
        if "how" in last:
            once = "each epoch once" if all(each["each_once"] for each in rounds) else "EPOCHS LOST"
            after = f"{last['how']} ({last['epochs_before']} before), {once}"
        print(f"{event:<18}{spread:>18}{goal:>8}  {after}")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "training_failures.json"
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"Wrote {path}")


if __name__ == "__main__":
    main()
