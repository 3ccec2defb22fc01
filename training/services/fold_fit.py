"""The work of a `fold_fit` job: files, one supervised process, and its result."""

import json
import os
import select
import time
from collections import deque
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from fascicle.errors import InvalidInput
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.tasks import WorkerLeaving
from inference.services.weights import weights_fetch
from training import recipes
from training.fit.checkpoint import CHECKPOINT
from training.fit.halving import halve_batch, remembered_batch_size
from training.models import Fold, FoldState, TrainingRun
from training.services.fit_process import EXIT_STOPPED, Event, FitProcess
from training.services.fold_record import (
    epochs_forget,
    epochs_write,
    fold_begin,
    fold_done,
    fold_note,
    fold_wait,
    outcome_store,
)
from training.services.manifest import learnt_structures
from training.services.patience import patiently
from training.services.snapshot_materialise import snapshot_materialise
from training.services.work_folder import run_folder
from training.services.worker_leaving import leaving_descriptor

WAIT_SECONDS = 0.5
REPORT_SECONDS = 2.0  # also how soon a cancelled fold is noticed
PAUSE_GRACE_SECONDS = 6.0  # then the checkpoint of the last whole epoch has to do
RESTARTS = 2  # of a child that was killed, within one attempt
_LOG_LINES = 120
_MATERIALISED = 0.02  # share of the progress bar


def fold_fit(context: JobContext) -> dict[str, Any]:
    """Fit and evaluate one fold. Resumes from the checkpoint an earlier attempt left.

    Raises InvalidInput with the process's own sentence when it failed, JobStopped when cancelled or
    taken over, WorkerLeaving when the worker shuts down (the checkpoint is written by then).
    """
    fold = patiently(lambda: fold_begin(context))
    run = fold.run
    if fold.state == FoldState.DONE:
        return {"weights_sha256": fold.weights_sha256}
    folder = run_folder(run.pk)
    name = f"fold {fold.index + 1} of {run.fold_count}"
    # an attempt that goes on from a checkpoint does not take back what the page has shown
    reached = fold.epochs.count()
    shown = _place_of(reached / run.epoch_count) if reached else 0.0
    context.report(shown, f"Preparing images, {name}")

    def tell(written: int, frames: int) -> None:
        share = max(shown, _MATERIALISED * written / frames)
        context.report(share, f"Preparing image {written} of {frames}, {name}")

    folder.mkdir(parents=True, exist_ok=True)
    snapshot_materialise(run.snapshot, folder / "data", report=tell)
    out = folder / "out"
    out.mkdir(exist_ok=True)
    _keep_split(run, out)
    supervision = _Supervision(context, fold, name, shown=max(shown, _MATERIALISED))
    arguments, log = _arguments(run, fold, folder), folder / f"fold-{fold.index}.log"
    supervision.run_to_end(arguments, out=out / f"fold-{fold.index}", log=log)
    patiently(lambda: context.report(1.0, f"Storing the model, {name}"))
    masks = folder / "data" / "masks"
    outcome = outcome_store(context, fold, out / f"fold-{fold.index}", masks)
    curves = _curves(out / f"fold-{fold.index}")
    return patiently(lambda: fold_done(context, fold, outcome, curves))


def _keep_split(run: TrainingRun, out: Path) -> None:
    """The process refuses to start when it would deal the folds otherwise than the run says."""
    draft = out / f".folds.{os.getpid()}.draft"
    draft.write_text(json.dumps(run.split), encoding="utf-8")
    draft.replace(out / "folds.json")


def _arguments(run: TrainingRun, fold: Fold, folder: Path) -> list[str]:
    data = folder / "data"
    classes = ",".join(
        f"{each.channel}={each.code}:{_plain(each.name)}"
        for each in learnt_structures(run.snapshot.manifest)
    )
    return [
        *("--images", str(data / "images"), "--masks", str(data / "masks")),
        *("--groups", str(data / "groups.json"), "--classes", classes),
        *_soft(data / "soft"),
        *("--recipe", run.recipe, "--folds", str(run.fold_count), "--fold", str(fold.index)),
        *("--epochs", str(run.epoch_count), "--seed", str(run.seed)),
        *("--empty-weight", str(run.empty_weight), *_start(fold)),
        *("--out", str(folder / "out"), "--json-progress", "--parent-watch"),
    ]


def _soft(folder: Path) -> tuple[str, ...]:
    """Empty where no frame has several readings to be learnt."""
    return ("--soft", str(folder)) if any(folder.glob("*.png")) else ()


def _start(fold: Fold) -> tuple[str, ...]:
    version = fold.run.start_from
    if version is None:
        return ()
    member = version.members[fold.start_member]
    path = weights_fetch(storage_key=member["storage_key"], sha256=member["sha256"])
    return ("--start-from", str(path))


def _plain(name: str) -> str:
    """A structure's name without the signs that separate classes on the command line."""
    return " ".join(name.replace(",", " ").replace("=", " ").replace(":", " ").split())


def _curves(folder: Path) -> list[Event]:
    lines = (folder / "curves.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


class _Supervision:
    """Follows the child until it is done, and passes on what it says."""

    def __init__(
        self, context: JobContext, fold: Fold, name: str, *, shown: float = _MATERIALISED
    ) -> None:
        self._context = context
        self._fold = fold
        self._name = name
        self._progress = shown
        self._message = f"Starting, {name}"
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._reported = 0.0

    def run_to_end(self, arguments: list[str], *, out: Path, log: Path) -> None:
        kills = 0
        while kills <= RESTARTS:
            with FitProcess(arguments, folder=Path(settings.BASE_DIR), log=log) as process:
                self._follow(process)
                status = process.exit_status
                if status == 0:
                    return
                self._log.extend(process.errors().splitlines()[-20:])
                # asked by someone else, as the machine shuts down, or a predecessor that outlived
                # its worker is still writing this fold's results: both are tried again later
                if status == EXIT_STOPPED:
                    self._tell(is_due=True)
                    self._leave()
                if status is None or status >= 0:
                    self._tell(is_due=True)
                    # the command line counts folds from 0, the page from 1
                    raise InvalidInput(
                        process.sentence().replace(f" of fold {self._fold.index}", "")
                    )
            kills += 1
            self._log.append(f"The process was killed by signal {-status}.")
            self._message = f"Going on from the last checkpoint ({kills}), {self._name}"
            if kills > 1 and self._takes_half(out):
                kills -= 1
            self._tell(is_due=True)
        raise InvalidInput(
            f"The training process was killed {RESTARTS + 1} times, perhaps for lack of memory. "
            "Choose a smaller recipe, or a worker with more memory."
        )

    def _takes_half(self, out: Path) -> bool:
        """Whether a fold that was killed again before its first checkpoint tries smaller batches.

        A kernel that runs out of memory kills without a word; a fold that has a checkpoint had
        memory for its batches.
        """
        asked = recipes.get(self._fold.run.recipe).batch_size
        if (out / CHECKPOINT).exists() or remembered_batch_size(out, asked) == 1:
            return False
        out.mkdir(parents=True, exist_ok=True)
        said = (
            "Killed twice before its first checkpoint, perhaps for lack of memory: it starts over "
            f"with batches of {halve_batch(out, asked)}."
        )
        self._log.append(said)
        patiently(lambda: fold_note(self._context, self._fold, said))
        return True

    def _follow(self, process: FitProcess) -> None:
        leaving = leaving_descriptor()
        if leaving is not None:
            process.watch(leaving)
        while (events := process.wait_events(WAIT_SECONDS)) is not None:
            try:
                self._take(events)
                self._tell(is_due=False)
            except JobStopped as stopped:
                self._stop(process, stopped)
                raise
            if leaving is not None and _is_readable(leaving):
                self._take(process.stop())
                self._leave()

    def _stop(self, process: FitProcess, stopped: JobStopped) -> None:
        """After a lost lease the successor waits for the folder, and what is cancelled is of no
        use to anybody: only a pause is worth a last checkpoint.
        """
        fold = None if stopped.is_lost else Fold.objects.filter(pk=self._fold.pk).first()
        if fold is None or fold.state != FoldState.PAUSED:
            process.stop(grace_seconds=0.0)
            return
        events = process.stop(grace_seconds=PAUSE_GRACE_SECONDS)
        epochs = [event for event in events if event["event"] == "epoch"]
        patiently(lambda: epochs_write(self._context, self._fold, epochs))

    def _leave(self) -> None:
        fold_wait(self._context, self._fold)
        raise WorkerLeaving

    def _take(self, events: list[Event]) -> None:
        finished: list[Event] = []
        for event in events:
            if event["event"] in {"batch", "epoch"}:
                self._progress, self._message = self._place(event), self._sentence(event)
            if event["event"] == "epoch":
                finished.append(event)
            if event["event"] == "start":  # anew, where the checkpoint or the batch was lost
                finished.clear()
                at = int(event["from_epoch"])
                self._progress = _place_of(at / event["epochs"])
                patiently(partial(epochs_forget, self._context, self._fold, after=at))
        if said := [str(event["message"]) for event in events if event["event"] == "memory"]:
            patiently(lambda: fold_note(self._context, self._fold, said[-1]))
        self._log.extend(_line(event) for event in events if event["event"] != "batch")
        patiently(lambda: epochs_write(self._context, self._fold, finished))

    def _tell(self, *, is_due: bool) -> None:
        now = time.monotonic()
        if is_due or now - self._reported >= REPORT_SECONDS:
            self._reported = now
            log = "\n".join(self._log)
            patiently(lambda: self._context.report(self._progress, self._message, log=log))

    def _place(self, event: Event) -> float:
        within = event["batch"] / event["batches"] if event["event"] == "batch" else 1.0
        return _place_of(float((event["epoch"] - 1 + within) / event["epochs"]))

    def _sentence(self, event: Event) -> str:
        return f"Epoch {event['epoch']} of {event['epochs']}, {self._name}"


def _place_of(share: float) -> float:
    """Where the bar stands when so much of the epochs is done: files before, storing after."""
    return _MATERIALISED + (1.0 - _MATERIALISED) * min(share, 1.0) * 0.98


def _line(event: Event) -> str:
    if event["event"] == "epoch":
        held_out = "-" if event["val_loss"] is None else f"{event['val_loss']:.4f}"
        return (
            f"Epoch {event['epoch']} of {event['epochs']}: loss {event['loss']:.4f}, "
            f"held out {held_out}, {event['seconds']:.1f} s"
        )
    if event["event"] == "start":
        how = f"Goes on after epoch {event['from_epoch']}" if event["resumed"] else "Starts"
        if event["layers_taken"]:
            how += " from {} of {} layers of the version".format(*event["layers_taken"])
        return (
            f"{how}: {event['images']} images, {event['held_out']} held out, "
            f"{event['precision']} on {event['device']}"
        )
    if event["event"] == "memory":
        return str(event["message"])
    return f"{event['event'].capitalize()}."


def _is_readable(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 0)[0])
