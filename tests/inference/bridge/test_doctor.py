"""What is missing is named, with what to do about it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from inference.bridge.cli import main
from inference.bridge.doctor import Finding, Mark, examine
from inference.bridge.sources import SourceOptions
from tests.inference.bridge.fakes import TOKEN, FakeHub, FakeSite

FAKE = Path(__file__).parent / "libcast" / "fake.c"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FASCICLE_BRIDGE_HOME", str(tmp_path))
    monkeypatch.delenv("FASCICLE_LIBCAST", raising=False)
    return tmp_path


def look(
    source: str | None = None, server: str | None = None, token: str | None = None, **more: Path
) -> dict[str, Finding]:
    options = SourceOptions(**more)  # type: ignore[arg-type]  # only libcast is given
    found = examine(source=source, options=options, server=server, token=token, bind=None)
    return {each.what: each for each in found}


def test_a_set_up_that_is_well(site: FakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["doctor", "--source", "phantom", "--server", site.address, "--token", TOKEN]
    assert main(arguments) == 0
    assert "The token is taken." in capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {each["mark"] for each in told} == {"ok"}


def test_a_bridge_not_paired_is_told_how(
    site: FakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--source", "phantom", "--server", site.address]) == 1
    assert f"fascicle-bridge pair CODE --server {site.address}" in capsys.readouterr().out


def test_a_revoked_token_is_told_to_be_paired_again(site: FakeSite) -> None:
    found = look("phantom", site.address, "fsd_old")
    assert found["Pairing"].mark is Mark.MISSING
    assert "Pair this bridge again" in found["Pairing"].advice


def test_a_hub_that_cannot_be_reached_is_told_apart_from_the_site(
    hub: FakeHub, site: FakeSite
) -> None:
    hub.down()
    found = look("phantom", site.address, TOKEN)
    assert found["Server"].mark is Mark.OK
    assert found["Hub"].mark is Mark.MISSING
    assert f"TCP port {hub.port}" in found["Hub"].advice
    hub.up()


def test_row_the_half_that_is_down_is_named_on_two_networks(site: FakeSite) -> None:
    found = look("clarius:127.0.0.1:1", "http://127.0.0.1:1")
    assert found["Server"].mark is Mark.MISSING
    assert "second network adapter" in found["Server"].advice
    assert found["Probe"].mark is Mark.MISSING
    assert "Clarius Cast Permission" in found["Probe"].advice
    assert "to the scanner from 127.0.0.1" in found["Routes"].says


def test_a_machine_without_libcast_is_told_where_it_is_from() -> None:
    found = look("clarius:127.0.0.1:1")
    assert found["libcast"].mark is Mark.MISSING
    assert "releases" in found["libcast"].advice
    assert "incoming UDP" in found["UDP"].advice


def test_libcast_is_named_with_its_firmware(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler `cc` here to build the stand-in for libcast with")
    made = tmp_path / "libcast.so"
    command = [compiler, "-shared", "-fPIC", "-DNAME(x)=cast##x", "-DFORM=6", str(FAKE)]
    subprocess.run([*command, "-o", str(made), "-lpthread"], check=True)
    found = look("clarius:127.0.0.1:1")
    assert found["libcast"].mark is Mark.OK
    assert "HD3 12.7.0" in found["libcast"].says
    made.write_text("no library")
    assert "cannot be loaded" in look("clarius:127.0.0.1:1")["libcast"].says


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("igtl:127.0.0.1:1", "OpenIGTLink sender"),
        ("rtsp://127.0.0.1:1/live", "RTSP sender"),
        ("camera:97", "Camera"),
        ("file:/no/such/clip.mp4", "Source"),
    ],
)
def test_every_other_source_that_is_not_there_is_named(source: str, what: str) -> None:
    assert look(source)[what].mark is Mark.MISSING
