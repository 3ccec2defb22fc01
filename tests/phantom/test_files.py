"""Pairs and videos on disk hold what the scene shows."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from phantom import Scene, write_pairs, write_video
from phantom.__main__ import main


def test_pairs_read_back_equal_to_image_and_label_map(tmp_path: Path) -> None:
    stems = write_pairs(tmp_path, "axillary", [3, 5], 2, 96, 128)
    assert stems == ("s003-f0000", "s003-f0012", "s005-f0000", "s005-f0012")
    groups = json.loads((tmp_path / "groups.json").read_text())
    assert groups == {stem: stem[:4] for stem in stems}
    for stem in stems:
        frame = Scene("axillary", int(stem[1:4]), 96, 128).frame(int(stem[-4:]))
        mask = Image.open(tmp_path / "masks" / f"{stem}.png")
        assert mask.mode == "P"
        np.testing.assert_array_equal(np.asarray(mask), frame.labels)
        image = np.asarray(Image.open(tmp_path / "images" / f"{stem}.png"))
        np.testing.assert_array_equal(image, frame.image)


def test_a_video_of_no_frames_or_odd_sides_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        write_video(tmp_path / "a.mp4", Scene("femoral", 0, 64, 64), 0)
    with pytest.raises(ValueError, match="even sides"):
        write_video(tmp_path / "a.mp4", Scene("femoral", 0, 65, 64), 2)
    assert not (tmp_path / "a.mp4").exists()


def test_the_command_line_writes_a_clip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = tmp_path / "clip.mp4"
    main(["--anatomy", "femoral", "--seed", "3", "--frames", "5", "--out", str(clip),
          "--height", "64", "--width", "96"])  # fmt: skip
    assert clip.stat().st_size > 500
    assert "5 frames of femoral" in capsys.readouterr().out


def test_the_command_line_writes_pairs_for_a_range_of_seeds(tmp_path: Path) -> None:
    main(["--anatomy", "femoral-block", "--pairs", str(tmp_path), "--seeds", "0-2,7",
          "--frames-per-scene", "1", "--height", "64", "--width", "64"])  # fmt: skip
    assert sorted(path.stem for path in (tmp_path / "masks").iterdir()) == [
        "s000-f0000", "s001-f0000", "s002-f0000", "s007-f0000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seeds", "said"),
    [("three", "list of seeds"), ("9-0", "runs backwards"), ("0-3,9-8", "runs backwards")],
)
def test_the_command_line_refuses_seeds_it_cannot_follow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seeds: str, said: str
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--pairs", str(tmp_path / "pairs"), "--seeds", seeds])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "pairs").exists()


@pytest.mark.parametrize(
    ("option", "place", "sentence"),
    [
        ("--out", "nowhere/clip.mp4", "nowhere/clip.mp4 cannot be written: No such file or dire"),
        ("--out", "folder.mp4", "folder.mp4 cannot be written: Is a directory.\n"),
        ("--pairs", "file", "file/images cannot be written: Not a directory.\n"),
    ],
)
def test_what_cannot_be_written_is_one_sentence_and_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, place: str, sentence: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(SystemExit) as stop:
        main([option, str(tmp_path / place), "--frames", "2", "--height", "64", "--width", "64"])
    assert stop.value.code == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("codec", ["abacus", "aac"])
def test_what_is_no_video_encoder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], codec: str
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--out", str(tmp_path / "clip.mp4"), "--codec", codec])
    assert stop.value.code == 2
    assert f"'{codec}' is no video encoder" in capsys.readouterr().err
