"""How large a pixel is where the source cannot tell: set by a person, kept, and void in time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import phantom
from inference.bridge.cli import main
from inference.bridge.crop import Crop
from inference.bridge.intake import Intake
from inference.bridge.picture import CommandRefusedError
from inference.bridge.scale import ScaleKeeper
from inference.bridge.settings_file import SettingsFile
from tests.inference.bridge.fakes import TOKEN, FakeHub, FakeSite, wait_for

ROOT = Path(__file__).resolve().parents[3]
MARKED = {"microns_per_pixel": 84.5, "width": 160, "height": 128}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FASCICLE_BRIDGE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def keeper(folder: Path, *, crop: Crop | None = None, spec: str = "camera:0") -> ScaleKeeper:
    said: list[str] = []
    made = ScaleKeeper(spec, crop=crop, kept=SettingsFile(folder), say=said.append)
    made.said = said  # type: ignore[attr-defined]  # what the person beside the scanner reads
    return made


def of(scale: ScaleKeeper, width: int, height: int) -> float:
    """What a frame of this size says after it went through the intake."""
    intake = Intake(scale=scale.of)
    intake.picture(np.zeros((height, width), np.uint8))
    picture = intake.take()
    assert picture is not None
    return picture.microns_per_pixel


def test_a_scale_set_on_the_page_is_kept_for_the_source_and_can_be_taken_back(
    tmp_path: Path,
) -> None:
    scale = keeper(tmp_path)
    scale.begin(None)
    assert of(scale, 160, 128) == 0
    scale.set(MARKED)
    assert of(scale, 160, 128) == 84.5
    assert "84.5 µm a pixel" in scale.text()
    again = keeper(tmp_path)
    again.begin(None)
    assert of(again, 160, 128) == 84.5
    other = keeper(tmp_path, spec="camera:1")
    other.begin(None)
    assert of(other, 160, 128) == 0
    again.set(None)
    assert (of(again, 160, 128), again.text()) == (0, "")
    last = keeper(tmp_path)
    last.begin(None)
    assert of(last, 160, 128) == 0


def test_a_number_that_no_float_holds_is_refused(tmp_path: Path) -> None:
    scale = keeper(tmp_path)
    scale.begin(None)
    assert of(scale, 160, 128) == 0
    with pytest.raises(CommandRefusedError, match="is a number"):
        scale.set({**MARKED, "microns_per_pixel": 10**400})


def test_a_scale_is_void_for_good_once_the_frame_has_another_size(tmp_path: Path) -> None:
    scale = keeper(tmp_path)
    scale.of(160, 128)
    scale.set(MARKED)
    assert of(scale, 320, 256) == 0
    assert any("320x256" in each for each in scale.said)  # type: ignore[attr-defined]
    assert of(scale, 160, 128) == 0
    again = keeper(tmp_path)
    again.begin(None)
    assert of(again, 160, 128) == 0


def test_a_scale_is_void_under_another_crop(tmp_path: Path) -> None:
    crop = Crop(0, 0, 100, 80)
    scale = keeper(tmp_path, crop=crop)
    scale.of(100, 80)
    scale.set({**MARKED, "width": 100, "height": 80})
    same = keeper(tmp_path, crop=crop)
    same.begin(None)
    assert of(same, 100, 80) == 84.5
    # of the same size, but elsewhere: nobody has looked at this picture
    moved = keeper(tmp_path, crop=Crop(10, 0, 110, 80))
    moved.begin(None)
    assert of(moved, 100, 80) == 0
    assert any("another crop" in each for each in moved.said)  # type: ignore[attr-defined]


def test_a_scale_read_on_a_picture_made_smaller_is_that_of_the_frame(tmp_path: Path) -> None:
    scale = keeper(tmp_path)
    scale.of(4096, 3072)
    scale.set({"microns_per_pixel": 100.0, "width": 2048, "height": 1536})
    assert of(scale, 4096, 3072) == 50.0


def test_a_scanner_that_tells_its_scale_is_not_overruled(tmp_path: Path) -> None:
    scale = keeper(tmp_path)
    scale.of(160, 128)
    scale.set(MARKED)
    intake = Intake(scale=scale.of)
    intake.picture(np.zeros((128, 160), np.uint8), microns_per_pixel=61.0)
    picture = intake.take()
    assert picture is not None
    assert picture.microns_per_pixel == 61.0


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (85.0, "a number of micrometres"),
        ({}, "a number of micrometres"),
        ({**MARKED, "microns_per_pixel": True}, "a number of micrometres"),
        ({**MARKED, "microns_per_pixel": 4.0}, "5 to 2000"),
        ({**MARKED, "microns_per_pixel": 1e300}, "5 to 2000"),
        ({**MARKED, "microns_per_pixel": float("nan")}, "5 to 2000"),
        ({**MARKED, "width": 161}, "mark it again"),
        ({**MARKED, "height": "128"}, "mark it again"),
        ({"microns_per_pixel": 85.0}, "mark it again"),
    ],
)
def test_what_is_no_scale_of_this_picture_is_refused_and_changes_nothing(
    tmp_path: Path, value: Any, reason: str
) -> None:
    scale = keeper(tmp_path)
    scale.of(160, 128)
    scale.set(MARKED)
    with pytest.raises(CommandRefusedError, match=reason):
        scale.set(value)
    assert of(scale, 160, 128) == 84.5


def test_a_scale_before_the_first_frame_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandRefusedError, match="mark it again"):
        keeper(tmp_path).set({**MARKED, "width": 0, "height": 0})


def test_a_damaged_scale_is_passed_over(tmp_path: Path) -> None:
    SettingsFile(tmp_path).keep_scale("camera:0", {"microns_per_pixel": "wide", "width": 1})
    scale = keeper(tmp_path)
    scale.begin(None)
    assert of(scale, 160, 128) == 0


@pytest.mark.parametrize(
    ("source", "wanted", "sentence"),
    [
        ("camera:0", "big", "a number of micrometres"),
        ("camera:0", "1", "5 to 2000"),
        ("phantom", "80", "tells its scale itself"),
    ],
)
def test_an_option_that_is_no_scale_is_said(
    home: Path, capsys: pytest.CaptureFixture[str], source: str, wanted: str, sentence: str
) -> None:
    arguments = ["--source", source, "--server", "http://h", "--token", "t"]
    assert main([*arguments, "--microns-per-pixel", wanted]) == 2
    assert sentence in capsys.readouterr().err
    assert SettingsFile(home).scale(source) is None


def test_the_script_takes_keeps_and_forgets_a_scale(
    hub: FakeHub, site: FakeSite, home: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "screen.mp4"
    phantom.write_video(clip, phantom.Scene("axillary", 3, 128, 160), 12)

    @contextmanager
    def bridge(*more: str) -> Iterator[None]:
        hub.frames.clear()
        hub.texts.clear()
        command = [sys.executable, "-m", "inference.bridge", "--server", site.address]
        command += ["--source", f"file:{clip}", "--token", TOKEN, *more]
        child = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=ROOT)
        try:
            assert wait_for(lambda: hub.frames, seconds=60)
            yield
        finally:
            child.terminate()
            child.wait(30)

    def ask(identity: str, value: object) -> str | None:
        hub.tell({"type": "command", "id": identity, "name": "scale", "value": value})
        done = wait_for(lambda: [e for e in hub.said("done") if e["id"] == identity])
        assert done
        error: str | None = done[0]["error"]
        return error

    def is_sent_with(microns: float) -> bool:
        return bool(wait_for(lambda: hub.frames[-1].microns_per_pixel == pytest.approx(microns)))

    with bridge():
        assert hub.frames[-1].microns_per_pixel == 0
        assert hub.said("hello")[0]["commands"] == ["freeze", "scale"]
        assert "mark it again" in str(ask("a", {**MARKED, "width": 640}))
        assert ask("b", MARKED) is None
        assert is_sent_with(84.5)
    kept = json.loads((home / "bridge.json").read_text())["scales"]
    assert kept == {f"file:{clip}": {**MARKED, "crop": ""}}
    with bridge():
        assert hub.frames[0].microns_per_pixel == pytest.approx(84.5)
        assert ask("c", None) is None
        assert is_sent_with(0)
    with bridge("--microns-per-pixel", "90"):
        assert hub.frames[0].microns_per_pixel == pytest.approx(90)
    with bridge("--crop", "10,10,110,90"):
        assert hub.frames[0].microns_per_pixel == 0
