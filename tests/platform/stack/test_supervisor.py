"""The supervisor, over small programs that stand in for the real services."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from .conftest import Running, wait_until

Supervise = Callable[[str], Running]

SLEEPER = "import time; print('up'); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up'); time.sleep(600)"
)
# a child in a session of its own, as a training process has, that ignores polite requests
FAMILY = (
    "import subprocess, sys, time; "
    "subprocess.Popen([sys.executable, '-c', "
    "'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)'], "
    "start_new_session=True); print('up'); time.sleep(600)"
)


def no_one_left(processes: list[psutil.Process], seconds: float = 20.0) -> None:
    gone, alive = psutil.wait_procs(processes, timeout=seconds)
    alive = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    assert not alive, [process.cmdline() for process in alive]
    assert len(gone) + len(alive) <= len(processes)


def test_a_later_stage_waits_until_the_earlier_one_is_ready(
    supervise: Supervise, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    run = supervise(
        f"""
mark = {str(mark)!r}
slow = (f"import time, pathlib; time.sleep(1); pathlib.Path({{mark!r}}).touch(); print('up'); "
        "time.sleep(600)")
eager = (f"import pathlib, time; print('earlier was ready:', pathlib.Path({{mark!r}}).exists()); "
         "time.sleep(600)")
specs = [script("eager", eager, stage=1), script("slow", slow, ready=LogShows(re.compile("up")))]
"""
    )
    run.wait_for("ALL READY")
    said = tmp_path / "eager.log"
    wait_until(lambda: "earlier was ready: " in said.read_text(), 5, said.read_text)
    assert "earlier was ready: True" in said.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_and_the_status_is_zero(
    supervise: Supervise, number: signal.Signals
) -> None:
    run = supervise(f'specs = [script("a", {SLEEPER!r}), script("family", {FAMILY!r}, stage=1)]')
    run.wait_for("ALL READY")
    wait_until(lambda: len(run.descendants()) >= 4, 10, lambda: str(run.descendants()))
    everyone = run.descendants()
    run.process.send_signal(number)
    assert run.process.wait(30) == 0
    no_one_left(everyone)
    assert "Stopped." in run.said
    assert "Traceback" not in run.said


def test_stages_stop_in_reverse_order(supervise: Supervise, tmp_path: Path) -> None:
    order = tmp_path / "order"
    source = (
        "import signal, sys, time, pathlib\n"
        "def stop(*_):\n"
        f"    with open({str(order)!r}, 'a') as file: file.write(NAME)\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop); print('up'); time.sleep(600)"
    )
    run = supervise(
        f"""
source = {source!r}
up = LogShows(re.compile("up"))
specs = [script(name, "NAME=" + repr(name) + chr(10) + source, stage=stage, ready=up)
         for stage, name in enumerate("abc")]
"""
    )
    run.wait_for("ALL READY")
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(30) == 0
    assert order.read_text() == "cba"


def test_what_ignores_the_stop_is_killed_after_its_time(supervise: Supervise) -> None:
    run = supervise(
        f'specs = [script("stubborn", {STUBBORN!r}, stop_seconds=0.5,'
        ' ready=LogShows(re.compile("up")))]'
    )
    run.wait_for("ALL READY")
    everyone = run.descendants()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(30) == 0
    assert "did not end in time, killed" in run.said
    no_one_left(everyone)


def test_a_second_signal_shortens_the_wait(supervise: Supervise) -> None:
    run = supervise(
        f'specs = [script("stubborn", {STUBBORN!r}, stop_seconds=500,'
        ' ready=LogShows(re.compile("up")))]'
    )
    run.wait_for("ALL READY")
    run.process.send_signal(signal.SIGINT)
    run.wait_for("Stopping.")
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(30) == 0


def test_a_crashed_service_starts_again_with_growing_pauses(
    supervise: Supervise, tmp_path: Path
) -> None:
    run = supervise(
        'specs = [script("brittle", "print(\'once more\'); raise SystemExit(7)", required=False)]'
    )
    run.wait_for("ended with status 7, again in 1 s")
    run.wait_for("ended with status 7, again in 2 s")
    run.wait_for("ended with status 7, again in 4 s")
    assert (tmp_path / "brittle.log").read_text().count("once more") == 3


def test_a_killed_service_comes_back_and_leaves_no_descendants(
    supervise: Supervise, tmp_path: Path
) -> None:
    run = supervise(f'specs = [script("family", {FAMILY!r}, ready=LogShows(re.compile("up")))]')
    run.wait_for("ALL READY")
    wait_until(lambda: len(run.descendants()) >= 3, 10, lambda: str(run.descendants()))
    family = [process for process in run.descendants() if "sleep" in " ".join(process.cmdline())]
    assert len(family) == 2
    parent = min(family, key=lambda process: process.create_time())
    parent.kill()
    run.wait_for("ended by SIGKILL, again in 1 s")
    run.wait_for("ready again")
    no_one_left(family)


def test_a_service_that_never_comes_up_ends_the_run_with_its_last_words(
    supervise: Supervise,
) -> None:
    run = supervise(
        'specs = [script("store", "print(\'the disk is full\'); raise SystemExit(1)",'
        ' ready=LogShows(re.compile("never"))), '
        f'script("app", {SLEEPER!r}, stage=1)]'
    )
    assert run.process.wait(60) == 1
    assert "the disk is full" in run.said
    assert "ALL READY" not in run.said


def test_a_failing_one_shot_ends_the_run_unless_it_is_optional(supervise: Supervise) -> None:
    failing = "\"print('no such table'); raise SystemExit(3)\", restart=Restart.NEVER"
    run = supervise(f'specs = [script("migrate", {failing})]')
    assert run.process.wait(30) == 1
    assert "no such table" in run.said
    optional = supervise(
        f'specs = [script("demo", {failing}, required=False), script("web", {SLEEPER!r}, stage=1)]'
    )
    optional.wait_for("ALL READY")


def test_a_missing_program_is_reported_and_not_a_traceback(supervise: Supervise) -> None:
    run = supervise('specs = [ProcessSpec(name="ghost", argv=("/no/such/program",), stage=0)]')
    run.wait_for("cannot start: No such file or directory")
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait(30) in (0, 1)
    assert "Traceback" not in run.said


def test_nothing_survives_a_killed_supervisor(supervise: Supervise) -> None:
    run = supervise(f'specs = [script("a", {SLEEPER!r}), script("family", {FAMILY!r}, stage=1)]')
    run.wait_for("ALL READY")
    wait_until(lambda: len(run.descendants()) >= 4, 10, lambda: str(run.descendants()))
    everyone = run.descendants()
    run.process.kill()
    assert run.process.wait() == -signal.SIGKILL, "it had ended by itself before it was killed"
    no_one_left(everyone)


def test_a_killed_keeper_is_replaced(supervise: Supervise) -> None:
    run = supervise(f'specs = [script("family", {FAMILY!r})]')
    run.wait_for("ALL READY")

    def keepers() -> list[psutil.Process]:
        found = []
        for process in run.descendants():
            # one that has just died has no command line any more
            with contextlib.suppress(psutil.Error):
                if any(part.endswith("keeper.py") for part in process.cmdline()):
                    found.append(process)
        return found

    first = keepers()
    assert len(first) == 1
    first[0].kill()
    wait_until(lambda: keepers() not in ([], first), 10, lambda: "no new keeper")
    everyone = run.descendants()
    run.process.kill()
    run.process.wait()
    no_one_left(everyone)
