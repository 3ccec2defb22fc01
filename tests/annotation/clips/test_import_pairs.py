"""Image-and-mask folders become accepted clips whose label maps are the masks."""

from __future__ import annotations

import errno
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from annotation.models import AnnotationSet, Clip, Review, SetState, Subject
from annotation.operations import TrackAdd
from annotation.selectors import accepted_frames, clip_frames, label_maps
from annotation.selectors.history import revision_operations
from annotation.services import pairs_import
from fascicle.accounts.models import Project, User
from tests.factories import make_team

pytestmark = pytest.mark.django_db
CLASSES = "1=nerve,2=vessel"


def write_pair(folder: Path, stem: str, grey: np.ndarray, labels: np.ndarray) -> None:
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "masks").mkdir(parents=True, exist_ok=True)
    Image.fromarray(grey).save(folder / "images" / f"{stem}.png")
    mask = Image.fromarray(labels).convert("P")
    mask.putdata(labels.ravel().tolist())
    mask.putpalette([0, 0, 0, 250, 1, 1, 9, 240, 9, *[77] * 759])  # colours that say nothing
    mask.save(folder / "masks" / f"{stem}.png")


def pair(seed: int) -> tuple[np.ndarray, np.ndarray]:
    grey = np.random.default_rng(seed).integers(0, 256, (40, 50), dtype=np.uint8)
    labels = np.zeros((40, 50), np.uint8)
    labels[5:15, 8:20] = 1
    labels[20:30, 30:45] = 2
    return grey, labels


def run(*arguments: str) -> Any:
    out = io.StringIO()
    call_command("import_pairs", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_masks_come_back_as_the_label_maps_that_training_reads(tmp_path: Path) -> None:
    sent = {f"p{seed}": pair(seed) for seed in (1, 2, 10)}
    sent["p10"][1][:] = np.where(sent["p10"][1] == 2, 0, sent["p10"][1])
    for stem, (grey, labels) in sent.items():
        write_pair(tmp_path, stem, grey, labels)
    answer = run(str(tmp_path), "--procedure", "brachial-plexus", "--classes", CLASSES)
    assert answer["imported"] == 3
    for clip_id, (stem, (grey, labels)) in zip(answer["clips"], sent.items(), strict=True):
        clip = Clip.objects.get(pk=clip_id)
        assert (clip.label, clip.state, clip.subject.pseudonym) == (stem, "accepted", stem)
        np.testing.assert_array_equal(next(clip_frames(clip.pk)), grey)
        reading = clip.annotation_sets.get()
        [(index, stored)] = list(label_maps(reading.pk))
        assert index == 0
        np.testing.assert_array_equal(stored, labels)
    frames = accepted_frames(Project.objects.get(pk=answer["project"]["id"]).pk)
    assert [frame.structure_codes for frame in frames] == [("nerve", "vessel")] * 2 + [("nerve",)]


def test_an_imported_set_was_accepted_by_somebody_else(tmp_path: Path) -> None:
    write_pair(tmp_path, "a", *pair(1))
    run(str(tmp_path), "--procedure", "brachial-plexus", "--classes", CLASSES, "--credit", "Lab")
    reading, review = AnnotationSet.objects.get(), Review.objects.get()
    assert (reading.state, reading.revision, reading.credit) == (SetState.ACCEPTED, 1, "Lab")
    assert isinstance(revision_operations(reading.revisions.get())[0], TrackAdd)
    assert review.reviewer_id != review.author_id == reading.author_id
    assert not User.objects.get(email="importer@fascicle.invalid").has_usable_password()


def test_the_same_picture_twice_is_left_out_by_name_and_a_second_run_adds_nothing(
    tmp_path: Path,
) -> None:
    grey, labels = pair(1)
    write_pair(tmp_path, "0043", grey, labels)
    write_pair(tmp_path, "0077", grey, labels)
    Image.fromarray(grey).save(tmp_path / "images" / "0078.png", compress_level=1)
    Image.fromarray(labels).save(tmp_path / "masks" / "0078.png")
    (tmp_path / "masks" / "orphan.png").write_bytes(b"")
    arguments = (str(tmp_path), "--project", "Plexus", "--procedure", "brachial-plexus")
    first = run(*arguments, "--classes", CLASSES)
    assert first["imported"] == 1
    assert first["skipped"] == [
        {"name": "0077", "reason": "the same file as 0043"},
        {"name": "0078", "reason": "the same picture as 0043"},
    ]
    assert first["without_image"] == ["orphan"]
    again = run(*arguments, "--classes", CLASSES)
    assert (again["imported"], len(again["skipped"])) == (0, 3)
    assert again["project"] == first["project"]
    assert Clip.objects.count() == 1


def test_a_value_without_a_name_is_refused_with_its_file_and_nothing_is_written(
    tmp_path: Path, stored_files: Any
) -> None:
    grey, labels = pair(1)
    write_pair(tmp_path, "a", grey, labels)
    labels[0, 0] = 7
    write_pair(tmp_path, "b", *pair(2)[:1], labels)
    project = make_team("brachial-plexus").project
    with pytest.raises(CommandError, match=r"b\.png holds the mask value 7"):
        run(str(tmp_path), "--project", str(project.pk), "--classes", CLASSES)
    assert Clip.objects.count() == 0
    assert stored_files() == set()


def test_a_mask_of_another_size_names_both_files_and_leaves_nothing(
    tmp_path: Path, stored_files: Any
) -> None:
    grey, labels = pair(1)
    write_pair(tmp_path, "a", grey, labels[:30])
    with pytest.raises(
        CommandError, match=r"a\.png is 50 x 30 pixels, but its image a\.png.*export it at"
    ):
        run(str(tmp_path), "--procedure", "brachial-plexus", "--classes", CLASSES)
    assert stored_files() == set()
    assert not Project.objects.exists()


def test_the_last_pair_of_many_is_looked_at_before_the_first_is_written(tmp_path: Path) -> None:
    for number in range(51):  # more than go into one transaction
        write_pair(tmp_path, f"{number:02d}", *pair(number))
    Image.fromarray(pair(50)[1][:20]).save(tmp_path / "masks" / "50.png")
    project = make_team("brachial-plexus").project
    with pytest.raises(CommandError, match=r"50\.png is 50 x 20 pixels"):
        run(str(tmp_path), "--project", str(project.pk), "--classes", CLASSES)
    (tmp_path / "masks" / "50.png").unlink()
    (tmp_path / "images" / "49.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with pytest.raises(CommandError, match=r"49\.png: "):
        run(str(tmp_path), "--project", str(project.pk), "--classes", CLASSES)
    assert not Clip.objects.exists()


REFUSED = {
    "no folder": "There is no folder .*images",
    "nothing in common": r"No image in .* has a mask of the same name .* \(1 images, 1 masks\)",
    "a coloured mask": r"a\.png is a colour picture; a mask holds one number a pixel",
    "no picture": r"a\.png is not a readable mask",
    "groups": "must be one object",
    "limit": "1 or more",
    "admin": "named by --admin does not exist",
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_a_folder_that_cannot_be_imported_is_said_and_founds_nothing(
    tmp_path: Path, wrong: str
) -> None:
    more: list[str] = []
    if wrong != "no folder":
        write_pair(tmp_path, "a", *pair(1))
    mask = tmp_path / "masks" / "a.png"
    if wrong == "nothing in common":
        mask.rename(tmp_path / "masks" / "b.png")
    elif wrong == "a coloured mask":
        colours = np.zeros((40, 50, 3), np.uint8)
        colours[5:15, 8:20] = (200, 0, 30)
        Image.fromarray(colours).save(mask)
    elif wrong == "no picture":
        mask.write_text("P5")
    elif wrong == "groups":
        (tmp_path / "groups.json").write_text("[1]")
    elif wrong == "limit":
        more = ["--limit", "-1"]
    elif wrong == "admin":
        more = ["--admin", "nobody@fascicle.example"]
    with pytest.raises(CommandError, match=REFUSED[wrong]):
        run(str(tmp_path), "--procedure", "brachial-plexus", "--classes", CLASSES, *more)
    assert not Project.objects.exists()
    assert not Clip.objects.exists()


def test_masks_that_show_nothing_come_in_with_a_word_about_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grey, labels = pair(1)
    write_pair(tmp_path, "a", grey, np.zeros_like(labels))
    arguments = (str(tmp_path), "--procedure", "brachial-plexus", "--classes", CLASSES)
    call_command("import_pairs", *arguments)
    assert "no mask shows a structure, so nothing can be learnt" in capsys.readouterr().out
    assert run(*arguments)["structures_shown"] == []


def test_a_full_storage_is_said_and_the_same_command_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pair(tmp_path, "a", *pair(1))
    project = make_team("brachial-plexus").project
    arguments = (str(tmp_path), "--project", str(project.pk), "--classes", CLASSES)

    def full(**_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pairs_import, "frames_store", full)
    with pytest.raises(CommandError, match=r"No space left.*Make room, then run the same"):
        run(*arguments)
    assert not Clip.objects.exists()
    monkeypatch.undo()
    assert run(*arguments)["imported"] == 1


def test_classes_must_be_named_where_there_are_several_structures(tmp_path: Path) -> None:
    write_pair(tmp_path, "a", *pair(1))
    with pytest.raises(CommandError, match="say which mask value is which"):
        run(str(tmp_path), "--procedure", "brachial-plexus")
    with pytest.raises(CommandError, match="has no structure “tendon”"):
        run(str(tmp_path), "--procedure", "brachial-plexus", "--classes", "1=tendon")


def test_groups_make_the_subjects(tmp_path: Path) -> None:
    for seed in (1, 2, 3):
        write_pair(tmp_path, f"p{seed}", *pair(seed))
    groups = {"p1": "anna", "p2": "anna", "p3": "berta"}
    (tmp_path / "groups.json").write_text(json.dumps(groups))
    run(str(tmp_path), "--procedure", "brachial-plexus", "--classes", CLASSES)
    assert sorted(Subject.objects.values_list("pseudonym", flat=True)) == ["anna", "berta"]


def test_nobody_accepts_their_own_masks(tmp_path: Path) -> None:
    write_pair(tmp_path, "a", *pair(1))
    team = make_team("brachial-plexus")
    with pytest.raises(CommandError, match="two people"):
        run(
            str(tmp_path), "--project", team.project.name, "--classes", CLASSES,
            "--author", team.expert.email, "--reviewer", team.expert.email,
        )  # fmt: skip


def test_real_images_import_with_their_palette_indices(tmp_path: Path, real_data: Path) -> None:
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
        for source in sorted((real_data / "usgra" / folder).iterdir()):
            if source.stem in {"0043", "0077", "0001", "0002"}:
                (tmp_path / folder / source.name).write_bytes(source.read_bytes())
    answer = run(str(tmp_path), "--procedure", "brachial-plexus", "--classes", CLASSES)
    assert [skipped["name"] for skipped in answer["skipped"]] == ["0077"]
    for clip in Clip.objects.filter(pk__in=answer["clips"]):
        [(_, stored)] = list(label_maps(clip.annotation_sets.get().pk))
        expected = np.asarray(Image.open(tmp_path / "masks" / f"{clip.label}.png"))
        np.testing.assert_array_equal(stored, expected)


def test_femoral_images_need_no_classes(tmp_path: Path, real_data: Path) -> None:
    for image in sorted((real_data / "femoral" / "images").iterdir())[:3]:
        mask = real_data / "femoral" / "masks" / f"{image.stem}.png"
        for source, folder in ((image, "images"), (mask, "masks")):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / source.name).write_bytes(source.read_bytes())
    answer = run(str(tmp_path), "--procedure", "femoral-block")
    assert answer["imported"] == 3
    clip = Clip.objects.get(pk=answer["clips"][0])
    expected = np.array(Image.open(tmp_path / "images" / f"{clip.label}.jpg").convert("L"))
    np.testing.assert_array_equal(next(clip_frames(clip.pk)), expected)
