"""The command line of the evidence: what is planned, running it, taking folds in, the tables."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.evidence.plan import PLAN_FILE, Plan, read_plan
from benchmarks.evidence.record import read_record
from benchmarks.evidence.running import run_folds
from benchmarks.evidence.tables import evidence_tables, stale_names, with_tables
from benchmarks.evidence.taking import read_metrics, take_fold, this_machine
from inference.engine.errors import EngineError
from training.cli import EXIT_BAD_INPUT, EXIT_FAILED
from training.datasets.problem import BadInputError
from training.fit.plan import FitError

DOCUMENT = Path(__file__).parents[2] / "docs" / "evidence.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 1 where a fold failed, 2 for unusable input."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        plan = read_plan(options.plan)
        return {"plan": _plan, "run": _run, "take": _take, "table": _table}[options.command](
            plan, options
        )
    except (BadInputError, EngineError) as problem:
        print(f"evidence: {problem}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except FitError as problem:
        print(f"evidence: {problem}", file=sys.stderr)
        return EXIT_FAILED


def _plan(plan: Plan, options: argparse.Namespace) -> int:
    done = 0
    chosen = list(plan.chosen(options.dataset, options.recipe, options.fold))
    for fold in chosen:
        record = read_record(fold.record_file(options.records))
        state = "to do"
        if record is not None:
            why = record.why_stale(fold)
            state = "done" if why is None else f"stale: {why}"
            done += why is None
        epochs = "" if fold.epochs is None else f", {fold.epochs} epochs, {fold.precision}"
        print(f"{fold.name}{epochs}: {state}")
    print(f"{done} of {len(chosen)} folds done")
    return 0


def _run(plan: Plan, options: argparse.Namespace) -> int:
    finished = run_folds(
        plan.chosen(options.dataset, options.recipe, options.fold),
        root=options.data,
        work=options.work,
        records=options.records,
        minutes=options.minutes,
    )
    print(f"{finished} folds finished")
    return 0


def _take(plan: Plan, options: argparse.Namespace) -> int:
    for folder in options.folders:
        metrics = read_metrics(folder)
        fold = plan.find(options.dataset, metrics["recipe"], metrics["fold"])
        take_fold(
            fold,
            folder,
            root=options.data,
            records=options.records,
            commit=options.commit,
            machine=options.machine or this_machine(),
        )
        print(f"Wrote {fold.record_file(options.records)}")
    return 0


def _table(plan: Plan, options: argparse.Namespace) -> int:
    tables = evidence_tables(plan, options.records)
    for name in stale_names(plan, options.records):
        print(f"evidence: stale: {name}", file=sys.stderr)
    if not options.write:
        print(tables)
        return 0
    document = options.document
    document.write_text(with_tables(document.read_text(encoding="utf-8"), tables), encoding="utf-8")
    print(f"Wrote {document}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--plan", type=Path, default=PLAN_FILE, metavar="FILE")
    parser.add_argument(
        "--records", type=Path, default=PLAN_FILE.parent, metavar="DIR", help="of finished folds"
    )
    commands = parser.add_subparsers(dest="command", required=True)

    listing = commands.add_parser("plan", help="what is to be run, and what has been")
    run = commands.add_parser("run", help="work down the plan, going on from checkpoints")
    take = commands.add_parser("take", help="take folders of finished folds in")
    table = commands.add_parser("table", help="the tables of docs/evidence.md")

    for command in (listing, run):
        command.add_argument("--dataset", metavar="NAME")
        command.add_argument("--recipe", metavar="NAME")
        command.add_argument("--fold", type=int, metavar="I")
    for command in (run, take):
        command.add_argument(
            "--data", type=Path, required=True, metavar="DIR", help="holds NAME/{images,masks}"
        )
    run.add_argument(
        "--work", type=Path, required=True, metavar="DIR", help="where checkpoints and models lie"
    )
    run.add_argument("--minutes", type=float, metavar="N", help="then stop, with a checkpoint")
    take.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="RUN/fold-I")
    take.add_argument("--dataset", required=True, metavar="NAME")
    take.add_argument("--commit", metavar="HASH", help="of the code that trained it")
    take.add_argument("--machine", metavar="WORDS", help="that trained it, if not this one")
    table.add_argument("--write", action="store_true", help="put them into the document")
    table.add_argument("--document", type=Path, default=DOCUMENT, metavar="FILE")
    return parser
