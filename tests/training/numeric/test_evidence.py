"""`python -m benchmarks.evidence` on a plan of its own, and the tables of docs/evidence.md."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.evidence.cli import DOCUMENT, main
from benchmarks.evidence.plan import PLAN_FILE, data_digest, read_plan
from benchmarks.evidence.record import read_record
from benchmarks.evidence.tables import BEGIN, END, evidence_tables, with_tables
from training.datasets.pairs import scan_pairs

CLASSES = "1=nerve:Nerve,2=vessel:Blood vessel"
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def root(
    tmp_path_factory: pytest.TempPathFactory, write_discs: Callable[[Path, int], Path]
) -> Path:
    """The folder of data sets: one, `discs`."""
    folder = tmp_path_factory.mktemp("sets")
    write_discs(folder / "discs", 12)
    return folder


def write_plan(path: Path, root: Path, *, recipe: str = "tiny", epochs: int = 2) -> Path:
    pairs = scan_pairs(root / "discs/images", root / "discs/masks").pairs
    told = [
        "[data.discs]",
        'title = "Discs"',
        'credit = "drawn"',
        f'classes = "{CLASSES}"',
        "folds = 3",
        f'digest = "{data_digest(pairs, CLASSES)}"',
        "[[step]]",
        'data = "discs"',
        f'recipe = "{recipe}"',
        "folds = [0, 1]",
    ]
    path.write_text("\n".join([*told, f"epochs = {epochs}" if epochs else ""]), encoding="utf-8")
    return path


def evidence(plan: Path, records: Path, *command: str) -> int:
    return main(["--plan", str(plan), "--records", str(records), *command])


def run_arguments(root: Path, work: Path, *more: str) -> tuple[str, ...]:
    return ("run", "--data", str(root), "--work", str(work), *more)


@pytest.fixture(scope="module")
def done(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `plan.toml`, both folds run in `work`, and their records in `records`."""
    folder = tmp_path_factory.mktemp("done")
    plan = write_plan(folder / "plan.toml", root)
    assert evidence(plan, folder / "records", *run_arguments(root, folder / "work")) == 0
    return folder


def test_a_run_leaves_every_frame_it_held_out_and_how_it_was_trained(
    done: Path, root: Path
) -> None:
    records = [read_record(done / f"records/discs/tiny/fold-{fold}.json") for fold in (0, 1)]
    run_folder = next((done / "work/discs").iterdir())
    split = json.loads((run_folder / "folds.json").read_text())
    for fold, record in enumerate(records):
        assert record is not None
        assert sorted(each.stem for each in record.frames) == sorted(split["folds"][fold]["stems"])
        metrics = json.loads((run_folder / f"fold-{fold}/metrics.json").read_text())
        assert record.precision == metrics["precision"] == "float32"
        assert (record.epochs, record.batch_size, record.steps) == (2, 4, 4)
        assert record.input == (64, 64)
        assert record.seconds > 0
        assert record.frames_mirrored is None, "tiny is not trained with flips"
        assert set(record.code) >= {"fascicle", "keras", "commit"}
    text = (done / "records/discs/tiny/fold-0.json").read_text()
    assert str(root) not in text
    assert str(done) not in text


def test_what_is_done_is_not_run_again(
    done: Path, root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plan, records = done / "plan.toml", done / "records"
    assert evidence(plan, records, *run_arguments(root, tmp_path / "work")) == 0
    assert "0 folds finished" in capfd.readouterr().out
    assert not (tmp_path / "work").exists()
    assert evidence(plan, records, "plan") == 0
    assert "2 of 2 folds done" in capfd.readouterr().out


def test_other_epochs_make_figures_stale_and_are_run_anew(
    done: Path, root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plan = write_plan(tmp_path / "plan.toml", root, epochs=3)
    assert evidence(plan, done / "records", "plan") == 0
    assert "fold 0, 3 epochs, float32: stale: the recipe or its epochs" in capfd.readouterr().out
    assert evidence(plan, done / "records", "table") == 0
    told = capfd.readouterr()
    assert "Stale, and left out of the tables: discs/tiny fold 0" in told.out
    assert "stale: discs/tiny fold 1" in told.err
    assert "| `tiny` |" not in told.out


def test_the_tables_are_of_the_frames_in_the_files(
    done: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plan, records = done / "plan.toml", done / "records"
    assert evidence(plan, records, "table") == 0
    told = capfd.readouterr().out
    shared = union = frames = 0
    for fold in (0, 1):
        record = read_record(records / f"discs/tiny/fold-{fold}.json")
        assert record is not None
        shared += sum(each.shared_px for each in record.frames)
        union += sum(each.union_px for each in record.frames)
        frames += len(record.frames)
    assert re.search(rf"\| `tiny` \| 2 of 3 \| {frames} \(\d+\) \| {shared / union:.3f} \(", told)
    assert "| `tiny` | Blood vessel |" in told


def test_a_finished_fold_from_elsewhere_is_taken_in(done: Path, root: Path, tmp_path: Path) -> None:
    folder = next((done / "work/discs").iterdir()) / "fold-1"
    take = ("take", str(folder), "--dataset", "discs", "--data", str(root))
    told = ("--commit", "abc", "--machine", "a box")
    assert evidence(done / "plan.toml", tmp_path, *take, *told) == 0
    taken = read_record(tmp_path / "discs/tiny/fold-1.json")
    run = read_record(done / "records/discs/tiny/fold-1.json")
    assert taken is not None
    assert run is not None
    assert taken.frames == run.frames
    assert (taken.machine, taken.code["commit"]) == ("a box", "abc")


DAMAGES = {
    "unfinished": "holds no finished fold",
    "epochs": "was trained for 9 epochs",
    "recipe": "was trained by another recipe",
    "split": "held out other images",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_fold_that_is_not_what_the_plan_asks_for_is_refused(
    done: Path, root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], damage: str
) -> None:
    source = next((done / "work/discs").iterdir()) / "fold-1"
    metrics = json.loads((source / "metrics.json").read_text())
    if damage == "epochs":
        metrics["epochs"] = 9
    elif damage == "recipe":
        metrics["fingerprint"] = "0" * 64
    elif damage == "split":
        metrics["fold"] = 0
    folder = tmp_path / "fold-1"
    folder.mkdir()
    if damage != "unfinished":
        (folder / "metrics.json").write_text(json.dumps(metrics))
    take = ("take", str(folder), "--dataset", "discs", "--data", str(root))
    assert evidence(done / "plan.toml", tmp_path / "records", *take) == 2
    assert DAMAGES[damage] in capfd.readouterr().err
    assert not (tmp_path / "records").exists()


def test_a_data_set_with_other_files_is_refused(
    root: Path,
    tmp_path: Path,
    write_discs: Callable[[Path, int], Path],
    capfd: pytest.CaptureFixture[str],
) -> None:
    plan = write_plan(tmp_path / "plan.toml", root)
    write_discs(tmp_path / "sets/discs", 11)
    arguments = run_arguments(tmp_path / "sets", tmp_path / "work")
    assert evidence(plan, tmp_path / "records", *arguments) == 2
    assert "are not those of the plan" in capfd.readouterr().err


def test_time_that_is_over_leaves_a_checkpoint_to_go_on_from(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plan = write_plan(tmp_path / "plan.toml", root, epochs=400)
    arguments = run_arguments(root, tmp_path / "work", "--fold", "0")
    command = [sys.executable, "-m", "benchmarks.evidence", "--plan", str(plan)]
    command += ["--records", str(tmp_path / "records"), *arguments]
    checkpoint = "discs/tiny-*/fold-0/checkpoint/state.npz"
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 120
        while not list((tmp_path / "work").glob(checkpoint)) and time.monotonic() < deadline:
            time.sleep(0.1)
        process.terminate()
        said, _ = process.communicate(timeout=60)
    assert "goes on from its checkpoint" in said
    assert "0 folds finished" in said
    assert list((tmp_path / "work").glob(checkpoint))
    assert evidence(plan, tmp_path / "records", *arguments, "--minutes", "0.01") == 0
    assert "0 folds finished" in capfd.readouterr().out


def test_methods_from_before_networks_are_run_and_kept_alike(root: Path, tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.toml", root, recipe="edges", epochs=0)
    arguments = run_arguments(root, tmp_path / "work", "--fold", "1")
    assert evidence(plan, tmp_path / "records", *arguments) == 0
    record = read_record(tmp_path / "records/discs/edges/fold-1.json")
    assert record is not None
    assert len(record.frames) == 4
    assert record.epochs is None
    assert record.code["commit"]


def test_the_document_shows_the_tables_of_the_files_beside_the_plan() -> None:
    plan = read_plan()
    document = DOCUMENT.read_text(encoding="utf-8")
    expected = with_tables(document, evidence_tables(plan, PLAN_FILE.parent))
    assert document == expected, "run: python -m benchmarks.evidence table --write"


def test_every_file_beside_the_plan_is_of_a_planned_fold() -> None:
    planned = {fold.record_file(PLAN_FILE.parent) for fold in read_plan().folds}
    assert set(PLAN_FILE.parent.glob("*/*/*.json")) <= planned


def test_the_plan_is_of_the_public_sets_as_they_are(real_data: Path) -> None:
    for data in read_plan().data.values():
        assert data.pairs(real_data)


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    document = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert with_tables(document, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
