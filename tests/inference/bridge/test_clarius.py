"""Every known way in which Cast fails, against a stand-in for the vendor's library.

"Row" names the line of the failure table that the test stands for.
"""

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from inference.bridge.agent import SourceThread
from inference.bridge.intake import Intake
from inference.bridge.picture import CommandRefusedError, Picture, SourceError, State
from inference.bridge.sources import SourceOptions, clarius, open_source
from inference.bridge.sources.clarius import ClariusSource
from tests.inference.bridge.fakes import wait_for

FAKE = Path(__file__).parent / "libcast" / "fake.c"
VARIANTS = {
    "cast": ("cast", 6),
    "cusCast-struct": ("cusCast", 6),
    "cusCast-six": ("cusCast", 60),
    "cusCast-five": ("cusCast", 50),
}


@pytest.fixture(scope="session")
def libcast(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler `cc` here to build the stand-in for libcast with")
    folder = tmp_path_factory.mktemp("libcast")

    def build(variant: str = "cast") -> Path:
        prefix, form = VARIANTS[variant]
        made = folder / f"{variant}.so"
        if not made.exists():
            define = [f"-DNAME(x)={prefix}##x", f"-DFORM={form}"]
            command = [compiler, "-shared", "-fPIC", "-O1", *define, str(FAKE), "-o", str(made)]
            subprocess.run([*command, "-lpthread"], check=True)
        return made

    return build


class Scanner:
    """A source on the fake library, running, with everything that came."""

    def __init__(self, library: Path, folder: Path, spec: str, **options: object) -> None:
        self.log = folder / "log"
        self.intake = Intake()
        self.pictures: list[Picture] = []
        self.reasons: list[str] = []
        self.states: set[State] = set()
        self.intake.on_change(self._note)
        chosen = SourceOptions(width=120, height=90, libcast=library, keys=folder / "keys")
        source = open_source(spec, chosen)
        assert isinstance(source, ClariusSource)
        self.source = source
        self.thread = SourceThread(source, self.intake)
        self.thread.start()

    def _note(self) -> None:
        picture = self.intake.take()
        if picture is not None:
            self.pictures.append(picture)
        self.states.add(self.state())
        reason = self.intake.condition().reason
        if reason and reason not in self.reasons:
            self.reasons.append(reason)

    def state(self) -> State:
        return self.intake.condition().state

    def said(self, words: str) -> bool:
        return any(words in each for each in [*self.reasons, self.intake.condition().reason])

    def called(self, name: str) -> list[tuple[int, str]]:
        if not self.log.exists():
            return []
        lines = [line.partition(" ") for line in self.log.read_text().splitlines()]
        return [(int(ms), what) for ms, _, what in lines if what.startswith(name)]


Scan = Callable[..., Scanner]


@pytest.fixture
def scan(
    libcast: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scan]:
    running: list[Scanner] = []
    monkeypatch.setattr("inference.bridge.agent.FIRST_DELAY", 0.05)

    def start(how: str = "", variant: str = "cast", spec: str = "clarius:127.0.0.1") -> Scanner:
        monkeypatch.setenv("FAKE_CAST", how)
        monkeypatch.setenv("FAKE_CAST_LOG", str(tmp_path / "log"))
        running.append(Scanner(libcast(variant), tmp_path, spec))
        return running[-1]

    yield start
    for each in running:
        each.thread.stop(10)


def number_of(picture: Picture) -> int:
    return int(picture.grey[0, 0]) + 256 * int(picture.grey[0, 1])


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_generation_of_names_and_calls_streams_whole_copies(scan: Scan, variant: str) -> None:
    scanner = scan(variant=variant)
    assert wait_for(lambda: len(scanner.pictures) > 10)
    expected = (40 + np.arange(120 * 90) % 100).astype(np.uint8)
    for picture in list(scanner.pictures):
        # the library overwrites its memory after the callback: row "valid only inside"
        np.testing.assert_array_equal(picture.grey.reshape(-1)[2:], expected[2:])
        assert picture.microns_per_pixel == 75.5
        assert picture.has_source_time
    numbers = [number_of(each) for each in scanner.pictures]
    assert numbers == sorted(set(numbers))
    assert scanner.called("format")[0][1] == "format 1"
    assert scanner.called("connect")[0][1] == "connect 127.0.0.1 5828 research"


def test_frames_of_32_bits_become_grey(scan: Scan) -> None:
    scanner = scan("bgra")
    assert wait_for(lambda: len(scanner.pictures) > 3)
    expected = (40 + np.arange(120 * 90) % 100).astype(np.uint8)
    np.testing.assert_array_equal(scanner.pictures[0].grey.reshape(-1)[2:], expected[2:])


def test_colour_overlays_are_left_out(scan: Scan) -> None:
    scanner = scan("overlay")
    assert wait_for(lambda: len(scanner.pictures) > 5)
    assert all(number_of(each) % 2 == 0 for each in scanner.pictures)


def test_a_size_that_changes_is_followed(scan: Scan) -> None:
    scanner = scan("size@5")
    assert wait_for(lambda: len(scanner.pictures) > 10)
    sizes = [each.grey.shape for each in scanner.pictures]
    assert (sizes[0], sizes[-1]) == ((90, 120), (64, 96))


def test_row_connected_without_an_image_names_the_udp_port(
    scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.bridge.intake.NO_IMAGE_SECONDS", 0.5)
    scanner = scan("silent")
    assert wait_for(lambda: scanner.state() is State.STALLED)
    assert "UDP port 45678" in scanner.intake.condition().reason


def test_row_connected_is_claimed_after_the_probe_is_off(
    scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clarius, "SILENT_SECONDS", 2.5)
    scanner = scan("stall@5")
    assert wait_for(lambda: State.LIVE in scanner.states)
    assert wait_for(lambda: scanner.state() is State.STALLED)
    # and the link is made anew
    assert wait_for(lambda: scanner.said("Connecting again"))
    assert wait_for(lambda: len(scanner.called("connect")) > 1)
    assert wait_for(lambda: len({each.epoch for each in scanner.pictures}) > 1)


def test_row_connected_is_denied_while_images_come(scan: Scan) -> None:
    scanner = scan("disconnected")
    assert wait_for(lambda: len(scanner.pictures) > 60)
    assert scanner.state() is State.LIVE
    assert len(scanner.called("connect")) == 1


def test_row_a_command_is_never_sent_into_a_stalled_link(scan: Scan) -> None:
    scanner = scan("stall@60")
    assert wait_for(lambda: scanner.state() is State.LIVE)
    scanner.source.command("depth", 4.0)
    scanner.source.command("gain", 60.0)
    assert [what for _, what in scanner.called("user")] == ["user 23 4", "user 24 60"]
    assert wait_for(lambda: scanner.state() is State.STALLED)
    with pytest.raises(CommandRefusedError, match="no image"):
        scanner.source.command("gain", 50.0)
    assert len(scanner.called("user")) == 2


def test_row_freeze_is_a_toggle_sent_only_where_the_state_differs(scan: Scan) -> None:
    scanner = scan()
    assert wait_for(lambda: scanner.state() is State.LIVE)
    scanner.source.command("freeze", 0)
    assert scanner.called("user") == []
    scanner.source.command("freeze", 1)
    assert wait_for(lambda: scanner.state() is State.FROZEN)
    scanner.source.command("freeze", 1)
    assert len(scanner.called("user")) == 1
    scanner.source.command("freeze", None)
    assert wait_for(lambda: scanner.state() is State.LIVE)
    assert [what for _, what in scanner.called("user")] == ["user 1 0", "user 1 0"]


def test_row_frozen_by_the_app_or_by_lost_contact_is_named_and_kept(scan: Scan) -> None:
    scanner = scan("freeze@10")
    assert wait_for(lambda: scanner.state() is State.FROZEN)
    count = len(scanner.pictures)
    time.sleep(1.5)
    assert scanner.state() is State.FROZEN
    assert len(scanner.pictures) == count
    assert scanner.intake.last() is not None


def test_row_a_probe_switched_off_while_frozen_is_lost(
    scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clarius, "DISBELIEF_SECONDS", 1.0)
    scanner = scan("freeze@5 disconnected")
    assert wait_for(lambda: scanner.said("went away while it was frozen"))


@pytest.mark.parametrize("how", ["mismatch silent", "reject"])
def test_row_versions_that_do_not_fit_are_told_with_the_release_to_take(
    scan: Scan, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.bridge.intake.NO_IMAGE_SECONDS", 0.3)
    scanner = scan(how)
    assert wait_for(lambda: scanner.said("different versions"))
    assert scanner.said("HD3 12.7.0")
    assert scanner.said("releases")


def test_row_a_crash_is_survived_in_a_new_process_and_a_new_epoch(scan: Scan) -> None:
    scanner = scan("crash@8")
    assert wait_for(lambda: len({each.epoch for each in list(scanner.pictures)}) >= 2, 30)
    assert scanner.said("libcast crashed (signal 11)")


def test_row_a_crash_at_teardown_is_nobodys_trouble(scan: Scan) -> None:
    scanner = scan("crash_at_end")
    assert wait_for(lambda: len(scanner.pictures) > 3)
    scanner.thread.stop(10)
    assert scanner.called("destroy")
    assert not scanner.said("crashed")


def test_row_a_teardown_that_hangs_is_killed(scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clarius, "TEARDOWN_SECONDS", 0.5)
    scanner = scan("hang_at_end")
    assert wait_for(lambda: len(scanner.pictures) > 3)
    begun = time.monotonic()
    scanner.thread.stop(30)
    assert scanner.called("destroy")
    assert time.monotonic() - begun < 20  # the library would have slept for a minute


def test_row_raw_data_is_never_read(scan: Scan) -> None:
    scanner = scan("freeze@20")
    assert wait_for(lambda: scanner.state() is State.FROZEN)
    # raw data is offered while frozen, and reading it has crashed clients
    scanner.source.command("freeze", 0)
    scanner.source.command("gain", 40.0)
    scanner.thread.stop(10)
    assert scanner.called("destroy")
    assert scanner.called("raw") == []
    assert not scanner.said("crashed")


@pytest.mark.parametrize(
    ("spec", "advice"),
    [
        ("clarius:127.0.0.1", "set Clarius Cast Permission to Research"),
        ("clarius:127.0.0.1:40001", "always 5828"),
    ],
)
def test_row_a_refused_port_is_answered_with_where_to_find_the_right_one(
    scan: Scan, spec: str, advice: str
) -> None:
    scanner = scan(
        "refuse=5828 " if spec.endswith("1") and "4" not in spec else "refuse=40001", spec=spec
    )
    assert wait_for(lambda: scanner.said(advice))


def test_row_a_probe_that_restarts_begins_a_new_epoch(scan: Scan) -> None:
    scanner = scan("back@10")
    assert wait_for(lambda: len({each.epoch for each in list(scanner.pictures)}) == 2)
    after = [each for each in scanner.pictures if each.epoch != scanner.pictures[0].epoch]
    assert after[0].sequence == 0
    assert after[0].t_source_ns < scanner.pictures[0].t_source_ns
    assert len(scanner.called("connect")) == 1


def test_words_of_the_library_are_passed_on_while_nothing_comes(scan: Scan) -> None:
    scanner = scan("error@5")
    assert wait_for(lambda: len(scanner.pictures) > 10)
    assert scanner.state() is State.LIVE


def test_a_machine_without_libcast_is_told_where_to_get_it(tmp_path: Path) -> None:
    options = SourceOptions(libcast=tmp_path / "none.so")
    with pytest.raises(SourceError, match="Download the libcast release") as raised:
        open_source("clarius:127.0.0.1", options).run(Intake(), threading.Event())
    assert not raised.value.retry


def test_a_file_that_is_no_libcast_is_named(tmp_path: Path) -> None:
    file = tmp_path / "libcast.so"
    file.write_text("not a library")
    options = SourceOptions(libcast=file, keys=tmp_path / "keys")
    with pytest.raises(SourceError, match="cannot be loaded"):
        open_source("clarius:127.0.0.1", options).run(Intake(), threading.Event())


@pytest.mark.parametrize("spec", ["clarius:", "clarius:1.2.3.4:x", "clarius:1.2.3.4:99999"])
def test_an_address_that_is_none_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="clarius:IP"):
        open_source(spec, SourceOptions())
