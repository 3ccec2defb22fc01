from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training import recipes
from training.cli import main
from training.fit.lock import folder_lock

CLASSES = "1=nerve,2=vessel"


def fit_arguments(discs: Path, out: Path, *more: str) -> list[str]:
    folders = ["--images", str(discs / "images"), "--masks", str(discs / "masks")]
    return ["fit", *folders, "--recipe", "tiny", "--out", str(out), "--classes", CLASSES, *more]


@pytest.fixture(scope="module")
def run(discs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-validated run of two folds and two epochs."""
    out = tmp_path_factory.mktemp("run") / "out"
    assert main(fit_arguments(discs, out, "--folds", "2", "--epochs", "2")) == 0
    return out


def test_a_run_leaves_its_split_its_folds_and_a_summary(run: Path, discs: Path) -> None:
    summary = json.loads((run / "summary.json").read_text())
    assert summary["models"] == ["fold-0/model.keras", "fold-1/model.keras"]
    assert set(summary["evaluation"]["over_folds"]["structures"]) == {"nerve", "vessel"}
    split = json.loads((run / "folds.json").read_text())
    assert split["grouped_by"] == "near-duplicates"
    for fold in split["folds"]:
        for stem in fold["stems"]:
            prediction = Image.open(run / f"fold-{fold['fold']}/predictions/{stem}.png")
            assert prediction.mode == "P"
            assert prediction.size == Image.open(discs / f"images/{stem}.png").size


def test_evaluate_measures_a_model_by_the_codes_of_the_masks(
    run: Path, discs: Path, tmp_path: Path
) -> None:
    # the same masks with other numbers must give the same figures
    masks = tmp_path / "masks"
    masks.mkdir()
    for path in (discs / "masks").iterdir():
        values = np.array([0, 9, 4], np.uint8)[np.asarray(Image.open(path))]
        Image.fromarray(values).save(masks / path.name)
    groups = tmp_path / "groups.json"
    groups.write_text(json.dumps({f"{n:03d}": f"subject-{n % 3}" for n in range(12)}))
    figures = []
    for folder, classes in ((discs / "masks", CLASSES), (masks, "9=nerve,4=vessel")):
        report = tmp_path / "report.json"
        arguments = ["--images", str(discs / "images"), "--masks", str(folder)]
        arguments += ["--groups", str(groups), "--json", str(report), "--classes", classes]
        assert main(["evaluate", "--model", str(run / "fold-0/model.keras"), *arguments]) == 0
        figures.append(json.loads(report.read_text()))
    assert figures[0]["groups"] == 3
    assert figures[0]["iou"] == figures[1]["iou"]
    assert figures[0]["structures"] == figures[1]["structures"]
    assert figures[0]["structures"]["nerve"]["intervals"]["dice"]


def test_folds_prints_the_split_that_fit_uses(
    run: Path, discs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ["--images", str(discs / "images"), "--masks", str(discs / "masks")]
    assert main(["folds", *folders, "--folds", "2"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((run / "folds.json").read_text())


def test_without_folds_everything_is_trained_on_and_the_model_lies_in_the_folder(
    discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = fit_arguments(discs, tmp_path, "--epochs", "1", "--limit", "5", "--json-progress")
    assert main(arguments) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["event"] for each in events if each["event"] != "batch"] == [
        "start", "epoch", "done",
    ]  # fmt: skip
    assert events[0]["images"] == 5
    assert events[-1]["metrics"] is None
    assert (tmp_path / "model.keras").is_file()
    assert json.loads((tmp_path / "summary.json").read_text())["models"] == ["model.keras"]


def test_a_terminated_fit_leaves_with_75_and_the_same_command_goes_on(
    discs: Path, tmp_path: Path
) -> None:
    arguments = fit_arguments(discs, tmp_path, "--json-progress", "--parent-watch")
    command = [sys.executable, "-m", "training", *arguments]
    long = [*command, "--epochs", "5000"]
    with subprocess.Popen(long, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as fit:
        assert fit.stdout is not None
        for line in fit.stdout:
            if json.loads(line)["event"] == "epoch":
                break
        fit.send_signal(signal.SIGTERM)
        _, said = fit.communicate(timeout=60)
    assert fit.returncode == 75
    assert "the same command goes on from here" in said
    with np.load(tmp_path / "checkpoint/state.npz") as state:
        finished = json.loads(str(state["progress"]))["epoch"]
    assert finished >= 1

    command += ["--epochs", str(finished + 1)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["resumed"]
    assert [each["epoch"] for each in events if each["event"] == "epoch"] == [finished + 1]


@pytest.mark.parametrize(("more", "status"), [([], 1), (["--parent-watch"], 75)])
def test_a_folder_in_use_fails_for_a_person_and_is_tried_again_by_a_supervisor(
    discs: Path, tmp_path: Path, more: list[str], status: int
) -> None:
    impatient = (
        "import sys; from training.fit import lock; from training.cli import main; "
        "lock.folder_lock.__wrapped__.__defaults__ = (0.0,); sys.exit(main())"
    )
    command = [sys.executable, "-c", impatient, *fit_arguments(discs, tmp_path, *more)]
    with folder_lock(tmp_path):
        fit = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert f"training: Another process is training in {tmp_path}." in fit.stderr
    assert fit.returncode == status
    assert not list(tmp_path.glob("*.keras"))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--recipe", "resnet"], "There is no recipe 'resnet'; the recipes are fascicle, smistad"),
        (["--start-from", "nowhere.keras"], "There is no model file nowhere.keras."),
        (["--images", "nowhere"], "There is no folder nowhere."),
        (["--classes", "nerve"], 'Classes are written "1=nerve,2=vessel"'),
        (["--classes", "1=nerve"], "holds the mask value 2"),
        (["--fold", "0"], "say how many with --folds"),
        (["--folds", "2", "--fold", "2"], "There is no fold 2"),
        (["--folds", "40"], "40 folds need at least 40"),
        (["--groups", "nowhere.json"], "There is no groups file nowhere.json."),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(
    discs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    sentence: str,
) -> None:
    assert main(fit_arguments(discs, tmp_path, *more)) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert not list(tmp_path.rglob("*.keras"))


def changed(discs: Path, folder: Path, how: str) -> tuple[Path, Path, list[str]]:
    """Copies of images and masks with one thing wrong, and what else to say to fit."""
    images, masks = folder / "images", folder / "masks"
    shutil.copytree(discs / "images", images)
    shutil.copytree(discs / "masks", masks)
    more: list[str] = []
    first = np.asarray(Image.open(masks / "000.png"))
    if how == "another size":
        Image.fromarray(first[:40]).save(masks / "000.png")
    elif how == "a colour picture":
        colours = np.stack([first * 90, first, first], axis=-1)
        Image.fromarray(colours).save(masks / "000.png")
    elif how == "all empty":
        for path in masks.iterdir():
            Image.fromarray(np.zeros_like(np.asarray(Image.open(path)))).save(path)
    elif how == "one subject":
        groups = folder / "groups.json"
        groups.write_text(json.dumps(dict.fromkeys((p.stem for p in images.iterdir()), "anna")))
        more = ["--folds", "2", "--groups", str(groups)]
    elif how == "a structure in one fold":
        for path in sorted(masks.iterdir())[1:]:
            values = np.asarray(Image.open(path))
            Image.fromarray(np.where(values == 2, 0, values).astype(np.uint8)).save(path)
        more = ["--folds", "3"]
    return images, masks, more


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("another size", "000.png is 120x40 pixels, but its image 000.png is 120x90; export it"),
        ("a colour picture", "000.png is a colour picture; a mask holds one number a pixel"),
        ("all empty", "No training mask shows nerve, vessel: a structure without a single pixel"),
        ("one subject", "2 folds need at least 2 groups; there are 1 (12 images). Choose fewer"),
        ("a structure in one fold", "shows vessel: only images held out there do, or none."),
    ],
)
def test_images_that_cannot_be_learnt_from_are_one_sentence_and_leave_no_model(
    discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str, sentence: str
) -> None:
    images, masks, more = changed(discs, tmp_path, how)
    out = tmp_path / "out"
    folders = ["--images", str(images), "--masks", str(masks)]
    assert main(fit_arguments(discs, out, *folders, *more)) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    left = {path.name for path in out.rglob("*") if path.is_file()}
    assert left <= {".lock", "folds.json"}


def test_pictures_without_a_partner_are_named_and_left_out(
    discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, masks, _ = changed(discs, tmp_path, "nothing")
    (masks / "003.png").unlink()
    (images / "005.png").unlink()
    (images / "006.png").unlink()
    folders = ["--images", str(images), "--masks", str(masks), "--epochs", "1"]
    assert main(fit_arguments(discs, tmp_path / "out", *folders)) == 0
    said = capsys.readouterr()
    assert "training: 003 left out: no mask of that name.\n" in said.err
    assert "training: 005 and 1 more left out: no image of that name.\n" in said.err
    assert "9 images" in said.out


def test_a_run_folder_of_another_split_is_refused(
    run: Path, discs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(fit_arguments(discs, run, "--folds", "3")) == 2
    assert "holds another split" in capsys.readouterr().err


def test_a_split_dealt_otherwise_is_taken_where_it_is_of_the_same_images(
    run: Path, discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    described = json.loads((run / "folds.json").read_text())
    first, second = described["folds"]
    first["stems"], second["stems"] = second["stems"], first["stems"]
    (tmp_path / "folds.json").write_text(json.dumps(described))
    one = ["--folds", "2", "--fold", "0", "--epochs", "1"]
    assert main(fit_arguments(discs, tmp_path, *one)) == 0
    predicted = {path.stem for path in (tmp_path / "fold-0/predictions").glob("*.png")}
    assert predicted == set(first["stems"])
    first["stems"].pop()
    (tmp_path / "folds.json").write_text(json.dumps(described))
    assert main(fit_arguments(discs, tmp_path, *one)) == 2
    assert "holds another split" in capsys.readouterr().err


def test_a_model_that_knows_no_such_structure_is_refused(
    run: Path, discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--images", str(discs / "images"), "--masks", str(discs / "masks")]
    arguments += ["--classes", "1=bone,2=vessel", "--json", str(tmp_path / "r.json")]
    assert main(["evaluate", "--model", str(run / "fold-0/model.keras"), *arguments]) == 2
    assert "knows no structure 'bone'; it names nerve, vessel" in capsys.readouterr().err


def test_figures_that_could_not_be_written_are_refused_before_they_are_made(
    run: Path, discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--images", str(discs / "images"), "--masks", str(discs / "nowhere")]
    arguments += ["--json", str(tmp_path), "--model", str(run / "fold-0/model.keras")]
    assert main(["evaluate", *arguments]) == 2
    assert f"{tmp_path} cannot be written" in capsys.readouterr().err


def test_an_interruption_is_one_word_and_the_status_shells_know(
    run: Path,
    discs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("training.cli.evaluate_folder", interrupted)
    arguments = ["--images", str(discs / "images"), "--masks", str(discs / "masks")]
    arguments += ["--json", str(tmp_path / "r.json"), "--model", str(run / "fold-0/model.keras")]
    assert main(["evaluate", *arguments]) == 130
    assert capsys.readouterr().err == "training: stopped.\n"


def test_a_number_that_is_none_is_refused_by_the_parser(discs: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(fit_arguments(discs, tmp_path, "--epochs", "0"))
    assert ended.value.code == 2


def test_a_contact_sheet_shows_every_augmentation_of_a_recipe_and_repeats_itself(
    discs: Path, tmp_path: Path
) -> None:
    sheets = []
    for name in ("a.png", "b.png"):
        arguments = ["contact-sheet", "--images", str(discs / "images")]
        arguments += ["--masks", str(discs / "masks"), "--recipe", "fascicle"]
        assert main([*arguments, "--out", str(tmp_path / name)]) == 0
        with Image.open(tmp_path / name) as picture:
            sheets.append(np.asarray(picture))
    np.testing.assert_array_equal(*sheets)
    recipe = recipes.get("fascicle")
    rows = len(recipe.augmentations) + 1
    assert sheets[0].shape[0] % rows == 0
    assert sheets[0].shape[1] % 5 == 0
