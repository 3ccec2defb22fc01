"""The console script: pairing, crops, the status page, and what it does not import."""

import json
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from inference.bridge.agent import Agent
from inference.bridge.cli import main
from inference.bridge.settings_file import SettingsFile, origin
from inference.bridge.status_page import StatusPage
from tests.inference.bridge.fakes import TOKEN, FakeHub, FakeSite, wait_for

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FASCICLE_BRIDGE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_it_knows_neither_django_nor_tensorflow() -> None:
    modules = [
        "agent", "cli", "doctor", "labels", "server", "start_crop", "status_page", "uplink",
        "doctor_clarius", "recorder", "sources.clarius", "sources.igtl", "sources.camera",
        "sources.rtsp", "sources.phantom", "sources.file",
    ]  # fmt: skip
    code = (
        "import sys\n"
        + "".join(f"import inference.bridge.{name}\n" for name in modules)
        + "print([m for m in ('django', 'tensorflow', 'keras', 'rest_framework') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_asking_for_help_imports_no_picture_library() -> None:
    code = (
        "import sys, inference.bridge.cli\n"
        "print([m for m in ('numpy', 'cv2', 'av', 'websockets') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_a_pairing_is_kept_privately_and_per_server(
    site: FakeSite, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pair", "ABCD-2345", "--server", site.address, "--name", "Room 4"]) == 0
    assert "Paired as Room 4 with the project Blocks" in capsys.readouterr().out
    file = home / "bridge.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SettingsFile().token(site.address + "/") == TOKEN
    assert SettingsFile().token("https://another.example") is None


def test_a_wrong_code_is_said(
    site: FakeSite, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pair", "ABCD-9999", "--server", site.address]) == 1
    assert "wrong, used or expired" in capsys.readouterr().err
    assert not (home / "bridge.json").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--source", "phantom", "--server", "http://127.0.0.1:9"], "fascicle-bridge pair CODE"),
        (["--source", "x:1", "--server", "http://127.0.0.1:9", "--token", "t"], "Known are"),
        (["--source", "phantom", "--server", "ftp://x", "--token", "t"], "no address"),
        (
            ["--source", "phantom", "--server", "http://h", "--token", "t", "--crop", "1,2"],
            "four whole numbers",
        ),
        (
            ["--source", "phantom", "--server", "http://h", "--token", "t", "--size", "big"],
            "WIDTHxHEIGHT",
        ),
    ],
)
@pytest.mark.usefixtures("home")
def test_what_cannot_be_done_is_said_in_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_addresses_are_taken_as_people_write_them() -> None:
    assert origin("fascicle.example/") == "https://fascicle.example"
    assert origin(" http://h:8000/live ") == "http://h:8000"
    assert origin("http://[::1]:8000") == "http://[::1]:8000"


@pytest.mark.usefixtures("home")
def test_the_script_streams_with_the_kept_token_and_the_kept_crop(
    hub: FakeHub, site: FakeSite
) -> None:
    SettingsFile().keep_token(site.address, TOKEN, device="d", project="p")
    command = [sys.executable, "-m", "inference.bridge", "--server", site.address]
    command += ["--source", "phantom", "--size", "160x128", "--status-port", "0"]
    for crop in (["--crop", "10,10,110,90"], []):
        hub.frames.clear()
        child = subprocess.Popen([*command, *crop], stderr=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert wait_for(lambda: hub.frames, seconds=40)
            assert (hub.frames[-1].width, hub.frames[-1].height) == (100, 80)
        finally:
            child.terminate()
            said = child.communicate(timeout=30)[1]
        assert child.returncode == 0, said
        assert "Research use only" in said
        assert "Status: http://127.0.0.1:" in said
        assert TOKEN not in said


def test_the_status_page_names_both_halves_and_answers_this_machine_only(
    hub: FakeHub, bridge: Callable[..., Agent]
) -> None:
    agent = bridge()
    assert wait_for(lambda: hub.states()[-1:] == ["LIVE"])
    page = StatusPage(0, agent.status)
    address = f"http://127.0.0.1:{page.port}"
    try:
        told = json.load(urllib.request.urlopen(f"{address}/status.json"))
        assert told["scanner"]["state"] == "LIVE"
        assert told["server"]["is_up"] is True
        text = urllib.request.urlopen(address).read().decode()
        assert "Research use only" in text
        named = urllib.request.Request(address, headers={"Host": "evil.example:80"})
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(named)
    finally:
        page.close()
