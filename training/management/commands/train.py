"""Freeze a snapshot and start a run on it."""

import json
from typing import Any, get_args
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from annotation.selectors import LabelChoice
from fascicle.accounts.models import User
from fascicle.command import QuickCommand
from fascicle.errors import FascicleError, InvalidInput
from inference.selectors import project_named
from inference.services.jobs_wait import jobs_wait
from training import recipes
from training.label_words import LABEL_WORDS, labels_of
from training.models import RunState, TrainingRun
from training.services.run_start import run_start
from training.services.snapshot_freeze import snapshot_freeze


class Command(QuickCommand):
    """`./manage.py train --project P --recipe R --folds K --epochs N [--labels L] [--reader E]
    [--wait] [--json]`.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """What to train on what, and whether to wait."""
        parser.add_argument("--project", required=True, help="name or id")
        parser.add_argument("--recipe", required=True, choices=recipes.names())
        parser.add_argument("--folds", type=int, default=5)
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
                run = run_start(
                    snapshot=snapshot,
                    recipe=options["recipe"],
                    fold_count=options["folds"],
                    epoch_count=_epochs(options),
                    actor=None,
                    seed=options["seed"],
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
