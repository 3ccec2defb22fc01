"""Freeze a snapshot and start a run on it."""

import json
from typing import Any, get_args
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from annotation.selectors import LabelChoice
from fascicle.accounts.models import Project, User
from fascicle.command import QuickCommand
from fascicle.errors import FascicleError, InvalidInput
from inference.models import ModelVersion
from inference.selectors import project_named
from inference.services.jobs_wait import jobs_wait
from training import recipes
from training.label_words import LABEL_WORDS, labels_of
from training.models import RunState, TrainingRun
from training.services.run_start import run_start
from training.services.snapshot_freeze import snapshot_freeze

DEFAULT_FOLDS = 5


class Command(QuickCommand):
    """`./manage.py train --project P --recipe R --folds K --epochs N [--labels L] [--reader E]
    [--start-from V] [--empty-weight W] [--wait] [--json]`.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """What to train on what, and whether to wait."""
        parser.add_argument("--project", required=True, help="name or id")
        parser.add_argument("--recipe", required=True, choices=recipes.names())
        parser.add_argument(
            "--folds", type=int, help="5, or as many as the version to start from has"
        )
        parser.add_argument("--epochs", type=int, help="as the recipe says, when not given")
        parser.add_argument("--seed", type=int)
        parser.add_argument(
            "--labels",
            choices=get_args(LabelChoice),
            default="accepted",
            help="what is learnt where several have read a clip: the consensus or else what was "
            "accepted first; a signed consensus only; one reader's accepted work; at each pixel "
            "the share of all accepted readings",
        )
        parser.add_argument("--reader", metavar="E-MAIL", help="whose, with --labels reader")
        parser.add_argument(
            "--start-from",
            type=int,
            metavar="VERSION",
            help="the number of the model version whose weights the folds start with",
        )
        parser.add_argument(
            "--empty-weight",
            type=float,
            default=1.0,
            help="how much a frame without any structure counts in the loss",
        )
        parser.add_argument("--wait", action="store_true", help="until workers have done it")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start; with --wait follow the run to its end."""
        del args
        try:
            with transaction.atomic():  # no snapshot is left by a run that is refused
                snapshot = snapshot_freeze(
                    project=project_named(options["project"]),
                    actor=None,
                    labels=options["labels"],
                    reader_id=_reader(options["reader"]),
                )
                start_from = _version(snapshot.project, options["start_from"])
                run = run_start(
                    snapshot=snapshot,
                    recipe=options["recipe"],
                    fold_count=_folds(options["folds"], start_from),
                    epoch_count=_epochs(options),
                    actor=None,
                    seed=options["seed"],
                    start_from=start_from,
                    empty_weight=options["empty_weight"],
                )
        except FascicleError as error:
            raise CommandError(error.detail) from error
        if options["wait"]:
            run = self._follow(run)
        if options["json"]:
            self.stdout.write(json.dumps(_row(run)))
        else:
            learnt = LABEL_WORDS[labels_of(snapshot.manifest)]
            state = run.get_state_display()
            self.stdout.write(f"{run} on snapshot {snapshot.number} ({learnt}): {state}")
            if run.note:
                self.stdout.write(run.note)
        if options["wait"] and run.state != RunState.DONE:
            raise CommandError(run.error or "The run did not finish.")

    def _follow(self, run: TrainingRun) -> TrainingRun:
        jobs_wait(run.folds.values_list("job_id", flat=True), tell=self.stderr.write)
        run.refresh_from_db()
        if run.finalise_job_id is not None:
            jobs_wait([run.finalise_job_id], tell=self.stderr.write)
            run.refresh_from_db()
        return run


def _epochs(options: dict[str, Any]) -> int:
    asked = options["epochs"]
    return recipes.get(options["recipe"]).epochs if asked is None else int(asked)


def _version(project: Project, number: int | None) -> ModelVersion | None:
    if number is None:
        return None
    version = ModelVersion.objects.in_project(project.pk).filter(number=number).first()
    if version is None:
        raise InvalidInput(f"{project.name} has no model version {number}.")
    return version


def _folds(asked: int | None, start_from: ModelVersion | None) -> int:
    """With as many as the version has networks, each fold starts from one that has not seen it."""
    if asked is not None:
        return asked
    networks = 0 if start_from is None else len(start_from.members)
    return networks if networks > 1 else DEFAULT_FOLDS


def _reader(email: str | None) -> UUID | None:
    if email is None:
        return None
    reader = User.objects.filter(email__iexact=email.strip()).first()
    if reader is None:
        raise InvalidInput(f"Nobody here has the e-mail address {email}.")
    return reader.pk


def _row(run: TrainingRun) -> dict[str, Any]:
    finalise = run.finalise_job
    return {
        "id": str(run.pk),
        "number": run.number,
        "snapshot": str(run.snapshot_id),
        "labels": labels_of(run.snapshot.manifest),
        "state": run.state,
        "error": run.error,
        "model_version": finalise.result.get("model_version") if finalise else None,
    }
