"""The command line of training: what it takes, and how its ends become exit statuses.

0 done; 1 training or the disk failed; 2 input that cannot be used; 75 stopped, to be gone on with;
130 interrupted.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from inference.engine.errors import EngineError
from training.augment.sheet import contact_sheet
from training.classical import METHODS
from training.classical.run import run_classical
from training.commands import evaluate_folder, fit_run, split_folder
from training.datasets.problem import BadInputError
from training.export import FORMATS, export_model, parity_table, parse_formats
from training.fit.plan import FitError, FitStopped
from training.fit.progress import CountLine, ProgressLine, print_json
from training.fit.stopping import StopSignal, die_with_parent
from training.recipes.recipe import PRECISIONS

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_STOPPED = 75  # EX_TEMPFAIL of sysexits.h: try again
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells have it
_SEEDS = 2**31
_FULL = (errno.ENOSPC, errno.EDQUOT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    # TensorFlow's greetings are not part of this command's output
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    run = {
        "fit": _fit,
        "evaluate": _evaluate,
        "export": _export,
        "folds": _folds,
        "contact-sheet": _contact_sheet,
        "classical": _classical,
    }[options.command]
    try:
        return run(options)
    except FitStopped as stopped:
        return _end(str(stopped), EXIT_STOPPED)
    except (BadInputError, EngineError) as problem:
        return _end(str(problem), EXIT_BAD_INPUT)
    except FitError as problem:
        return _end(str(problem), EXIT_FAILED)
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        advice = "; make room there, then start again" if problem.errno in _FULL else ""
        return _end(f"{problem.strerror or problem}{where}{advice}.", EXIT_FAILED)
    except KeyboardInterrupt:
        return _end("stopped.", EXIT_INTERRUPTED)


def _fit(options: argparse.Namespace) -> int:
    if options.parent_watch:
        die_with_parent()
    report = print_json if options.json_progress else ProgressLine(sys.stdout)
    with StopSignal() as should_stop:
        summary = fit_run(
            images=options.images,
            masks=options.masks,
            recipe_name=options.recipe,
            out=options.out,
            classes=options.classes,
            groups_file=options.groups,
            folds=options.folds,
            fold=options.fold,
            epochs=options.epochs,
            batch_size=options.batch_size,
            seed=options.seed,
            limit=options.limit,
            start_from=options.start_from,
            empty_weight=options.empty_weight,
            precision=options.precision,
            soft=options.soft,
            as_it_is=options.as_it_is,
            report=report,
            should_stop=should_stop,
            warn=_warn,
        )
    if summary is not None and not options.json_progress:
        print(f"Wrote {summary}")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    _check_writable(options.json)  # before an hour's work, not after it
    described = evaluate_folder(
        models=options.model,
        images=options.images,
        masks=options.masks,
        classes=options.classes,
        groups_file=options.groups,
        limit=options.limit,
        with_flips=options.flips,
        warn=_warn,
        tell=CountLine(sys.stderr),
    )
    _write_json(options.json, described)
    print(_table(described))
    return 0


def _export(options: argparse.Namespace) -> int:
    described = export_model(
        model=options.model,
        formats=parse_formats(options.format),
        out=options.out,
        images=options.images,
        masks=options.masks,
        calibration=options.calibration,
        limit=options.limit,
        warn=_warn,
    )
    print(parity_table(described))
    usable = [name for name, each in described["runtimes"].items() if each["refused"] is None]
    if not usable or described["failed"]:
        return _end("not every format could be written and proven.", EXIT_FAILED)
    print(f"Wrote {options.out}")
    return 0


def _folds(options: argparse.Namespace) -> int:
    split = split_folder(
        images=options.images,
        masks=options.masks,
        groups_file=options.groups,
        folds=options.folds,
        seed=options.seed,
        limit=options.limit,
        warn=_warn,
    )
    described = split.to_json()
    if options.json is None:
        print(json.dumps(described, indent=2))
    else:
        _write_json(options.json, described)
        for fold in described["folds"]:
            print(f"fold {fold['fold']}: {fold['images']} images, {fold['groups']} groups")
    return 0


def _classical(options: argparse.Namespace) -> int:
    described = run_classical(
        method=options.method,
        images=options.images,
        masks=options.masks,
        out=options.out,
        folds=options.folds,
        fold=options.fold,
        classes=options.classes,
        groups_file=options.groups,
        seed=options.seed,
        limit=options.limit,
        warn=_warn,
    )
    print(_table(described["evaluation"]["pooled"]))
    print(f"Wrote {options.out}")
    return 0


def _contact_sheet(options: argparse.Namespace) -> int:
    sheet = contact_sheet(
        images=options.images, masks=options.masks, recipe_name=options.recipe, seed=options.seed
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet).save(options.out, format="PNG")
    print(f"Wrote {options.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Train and measure segmentation models on folders. Research use only.",
    )
    commands = parser.add_subparsers(dest="command", required=True)

    export = commands.add_parser(
        "export", help="write a model in other runtimes' formats, with a parity report"
    )
    export.add_argument("--model", type=Path, required=True, metavar="FILE")
    export.add_argument(
        "--format", default=",".join(FORMATS), help=f"of {', '.join(FORMATS)} (default: all)"
    )
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    export.add_argument("--images", type=Path, metavar="DIR", help="compare on these as well")
    export.add_argument(
        "--masks", type=Path, metavar="DIR", help="and with these; calibrates presence"
    )
    export.add_argument(
        "--calibration", type=Path, metavar="DIR", help="training images; int8 needs them"
    )
    export.add_argument("--limit", type=_positive, metavar="N", help="only the first N images")

    _add_fit(commands)

    evaluate = commands.add_parser("evaluate", help="measure a model, or an ensemble of models")
    evaluate.add_argument("--model", type=Path, required=True, nargs="+", metavar="FILE")
    _add_folders(evaluate)
    evaluate.add_argument("--classes", help="mask value = structure of the model")
    evaluate.add_argument(
        "--flips", action="store_true", help="average over mirrored frames (twice the time)"
    )
    evaluate.add_argument("--json", type=Path, required=True, metavar="FILE")

    folds = commands.add_parser("folds", help="show the split that fit would use")
    _add_folders(folds)
    folds.add_argument("--folds", type=_positive, required=True, metavar="K")
    folds.add_argument("--seed", type=_seed, default=0, metavar="S")
    folds.add_argument("--json", type=Path, metavar="FILE")

    classical = commands.add_parser(
        "classical", help="cross-validate a method from before networks, for comparison"
    )
    _add_folders(classical)
    classical.add_argument("--method", required=True, metavar="NAME", help=", ".join(METHODS))
    classical.add_argument("--classes", help='mask value = structure, as "1=nerve,2=vessel"')
    classical.add_argument("--folds", type=_positive, required=True, metavar="K")
    classical.add_argument("--fold", type=_natural, metavar="I", help="only fold I of 0 to K-1")
    classical.add_argument("--seed", type=_seed, default=0, metavar="S")
    classical.add_argument("--out", type=Path, required=True, metavar="DIR")

    sheet = commands.add_parser(
        "contact-sheet", help="a picture of what each augmentation of a recipe does"
    )
    _add_images(sheet)
    sheet.add_argument("--recipe", required=True, metavar="NAME")
    sheet.add_argument("--seed", type=_seed, default=0, metavar="S")
    sheet.add_argument("--out", type=Path, required=True, metavar="FILE", help="a PNG")
    return parser


def _add_fit(commands: Any) -> None:
    fit = commands.add_parser(
        "fit", help="train a recipe; the same command goes on where it was interrupted"
    )
    _add_folders(fit)
    fit.add_argument("--recipe", required=True, metavar="NAME")
    fit.add_argument("--classes", help='mask value = structure, as "1=nerve,2=vessel"')
    fit.add_argument("--folds", type=_positive, metavar="K", help="cross-validate in K folds")
    fit.add_argument("--fold", type=_natural, metavar="I", help="only fold I of 0 to K-1")
    fit.add_argument("--epochs", type=_positive, metavar="N")
    fit.add_argument("--batch-size", type=_positive, metavar="N")
    fit.add_argument("--seed", type=_seed, metavar="S")
    fit.add_argument(
        "--start-from", type=Path, metavar="FILE", help="begin with this model's weights"
    )
    fit.add_argument(
        "--empty-weight", type=_weight, metavar="W",
        help="how much images without any structure count (default: as others)",
    )  # fmt: skip
    fit.add_argument(
        "--precision", choices=PRECISIONS,
        help="of the arithmetic (default: the recipe's); weights are float32 in any case",
    )  # fmt: skip
    fit.add_argument(
        "--soft", type=Path, metavar="DIR",
        help="shares of several readers by stem, to train on in place of the masks",
    )  # fmt: skip
    fit.add_argument("--out", type=Path, required=True, metavar="DIR")
    fit.add_argument(
        "--as-it-is", action="store_true",
        help="train no further: make the model of the checkpoint, with its averaged weights",
    )  # fmt: skip
    fit.add_argument("--json-progress", action="store_true", help="progress as JSON lines")
    fit.add_argument(
        "--parent-watch", action="store_true", help="stop when the process that started this dies"
    )


def _add_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--masks", type=Path, required=True, metavar="DIR", help="index masks with the same stems"
    )


def _add_folders(parser: argparse.ArgumentParser) -> None:
    _add_images(parser)
    parser.add_argument(
        "--groups", type=Path, metavar="FILE", help='JSON {"stem": "subject"} that folds keep whole'
    )
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N pairs")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def _weight(text: str) -> float:
    number = float(text)
    if not 0.0 <= number <= 100.0:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 100")
    return number


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is not 0 or more")
    return number


def _seed(text: str) -> int:
    number = int(text)
    if not 0 <= number < _SEEDS:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {_SEEDS - 1}")
    return number


def _check_writable(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise BadInputError(f"{path} cannot be written: name a file in a folder of yours.")


def _write_json(path: Path, described: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


def _table(described: dict[str, Any]) -> str:
    columns = ("precision", "recall", "f1", "dice", "iou", "hd95_px", "surface_distance_px")
    lines = [f"{'structure':<24}" + "".join(f"{name[:9]:>11}" for name in columns)]
    for code, each in described["structures"].items():
        figures = ("-" if each[name] is None else f"{each[name]:.3f}" for name in columns)
        lines.append(f"{code:<24}" + "".join(f"{figure:>11}" for figure in figures))
    interval = described["intervals"]["iou"]
    within = "" if interval is None else f" (95 % {interval[0]:.3f} to {interval[1]:.3f})"
    iou = "-" if described["iou"] is None else f"{described['iou']:.3f}"
    spread = described["iou_by_image"]
    lines.append(
        f"sum IoU {iou}{within}, pixel accuracy {described['pixel_accuracy']:.3f}, "
        f"{spread['images'] + spread['empty']} images in {described['groups']} groups"
    )
    return "\n".join(lines)


def _warn(sentence: str) -> None:
    print(f"training: {sentence}", file=sys.stderr)


def _end(sentence: str, status: int) -> int:
    _warn(sentence)
    return status
