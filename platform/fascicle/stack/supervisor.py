"""Starts processes stage by stage, keeps services alive, and stops everything in reverse order."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

from fascicle.stack.child import RUN_MARK, Child, marked, rotate
from fascicle.stack.console import Console
from fascicle.stack.processes import ProcessSpec, Restart
from fascicle.stack.service import Service, ServiceState, reason_of

_LONGEST_PAUSE = 30.0
_HEALTHY_SECONDS = 60.0
# a service that others wait for and that never came up is given up after this many starts
_FIRST_STARTS = 3
_TICK = 0.2
_WORTH_A_WORD_SECONDS = 5.0
_LOG_CHECK_SECONDS = 10.0


class Supervisor:
    """Runs `specs` until it is asked to stop by a signal or something required fails.

    `environment` is given to every process; `run` marks them all. Must run in the main thread: the
    kernel ties a child's parent-death signal to the thread that started it.
    """

    def __init__(
        self,
        specs: Sequence[ProcessSpec],
        *,
        logs: Path,
        environment: Mapping[str, str],
        run: str,
        console: Console,
        stop_with_parent: bool = False,
    ) -> None:
        self.services = [Service(spec) for spec in sorted(specs, key=lambda spec: spec.stage)]
        self._logs = logs
        self._run_id = run
        self._environment = {**environment, RUN_MARK: run}
        self._console = console
        self._parent = os.getppid() if stop_with_parent else None
        self._stop_requests = 0
        self._keeper: subprocess.Popen[bytes] | None = None
        self._next_log_check = 0.0
        self._wakeup: tuple[int, int] | None = None

    # what a subclass or a caller may watch ------------------------------------------------------
    def on_change(self) -> None:
        """Called after any service changed its state."""

    def on_all_ready(self) -> None:
        """Called once, when everything has started."""

    # the life of a run --------------------------------------------------------------------------
    def run(self) -> int:
        """Start everything and stay until stopped. Returns 0 when asked to stop, else 1."""
        status = 0
        announced = False
        with self._signals():
            try:
                self._start_keeper()
                while not self._stop_requests:
                    if not self._advance():
                        status = 1
                        break
                    if not announced and all(service.is_settled for service in self.services):
                        announced = True
                        self.on_all_ready()
                    self._watch_surroundings()
                    self._sleep(_TICK if self._is_busy() else 1.0)
            finally:
                self._stop_all()
        return status

    def request_stop(self) -> None:
        """Ask for a clean stop; asking again shortens it."""
        self._stop_requests += 1

    def snapshot(self) -> list[dict[str, Any]]:
        """One JSON-ready row a service."""
        return [
            {
                "name": service.spec.name,
                "state": service.state.value,
                "pid": service.child.pid if service.child else None,
                "restarts": service.restarts,
                "since": service.changed_at,
                "log": str(self._log(service)),
            }
            for service in self.services
        ]

    # starting and watching ----------------------------------------------------------------------
    def _advance(self) -> bool:
        """One round over all services. False when something required cannot run."""
        stage = min(
            (service.spec.stage for service in self.services if not service.is_settled),
            default=sys.maxsize,
        )
        for service in self.services:
            if self._stop_requests:
                return True
            if service.state is ServiceState.WAITING and service.spec.stage <= stage:
                self._start(service)
            elif service.state is ServiceState.RESTARTING and time.monotonic() >= service.due:
                service.restarts += 1
                self._start(service)
            elif service.child is not None and service.state in (
                ServiceState.STARTING,
                ServiceState.READY,
            ):
                self._watch(service, service.child)
            if service.state is ServiceState.FAILED and service.spec.required:
                return False
        return True

    def _start(self, service: Service) -> None:
        try:
            service.child = Child(service.spec, self._log(service), self._environment)
        except OSError as error:
            service.child = None
            self._ended(service, f"cannot start: {error.strerror or error}", seconds=0.0)
            return
        service.is_late = False
        self._tell_keeper(f"{service.child.pid} {int(service.spec.stop_signal)}")
        self._set(service, ServiceState.STARTING)

    def _watch(self, service: Service, child: Child) -> None:
        status = child.poll()
        seconds = time.monotonic() - child.started_at
        one_shot = service.spec.restart is Restart.NEVER
        if status is not None:
            child.kill_group()
            self._sweep(service)
            if one_shot and status == 0:
                service.was_ready = True
                self._set(service, ServiceState.DONE)
                self._console.service(service.spec.name, f"done in {seconds:.1f} s", "green")
            else:
                self._ended(service, reason_of(status), seconds)
        elif service.state is ServiceState.STARTING and not one_shot:
            if child.is_ready():
                service.was_ready = True
                self._set(service, ServiceState.READY)
                again = " again" if service.restarts else ""
                self._console.service(
                    service.spec.name, f"ready{again} in {seconds:.1f} s", "green"
                )
            elif seconds > service.spec.ready_seconds and not service.is_late:
                service.is_late = True
                self._console.service(
                    service.spec.name,
                    f"still not ready after {seconds:.0f} s, see {self._log(service)}",
                    "yellow",
                )
        elif one_shot and seconds > _WORTH_A_WORD_SECONDS and not service.is_late:
            service.is_late = True
            self._console.service(service.spec.name, "working", "dim")
        elif service.state is ServiceState.READY and seconds > _HEALTHY_SECONDS:
            service.failures = 0

    def _ended(self, service: Service, why: str, seconds: float) -> None:
        """A process ended by itself: give up on it, or start it again after a pause."""
        if seconds > _HEALTHY_SECONDS:
            service.failures = 0
        service.failures += 1
        name, log = service.spec.name, self._log(service)
        hopeless = not service.was_ready and service.failures >= _FIRST_STARTS
        if service.spec.restart is Restart.NEVER or (service.spec.required and hopeless):
            self._set(service, ServiceState.FAILED)
            self._console.service(name, f"{why}; its last lines ({log}):", "red")
            self._console.excerpt(service.child.last_lines if service.child else [])
            return
        pause = min(_LONGEST_PAUSE, service.spec.first_pause * 2.0 ** (service.failures - 1))
        service.due = time.monotonic() + pause
        self._set(service, ServiceState.RESTARTING)
        self._console.service(name, f"{why}, again in {pause:g} s, see {log}", "yellow")

    def _sweep(self, service: Service) -> None:
        """End what a dead process left behind in sessions of its own (training runs, for one)."""
        left = marked(self._run_id, service.spec.name)
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=5)

    # stopping -----------------------------------------------------------------------------------
    def _stop_all(self) -> None:
        self._console.line()
        self._console.line("  Stopping. Ctrl-C again to hurry.")
        hurry_after = self._stop_requests
        for stage in sorted({service.spec.stage for service in self.services}, reverse=True):
            running = [
                service
                for service in self.services
                if service.spec.stage == stage and service.child is not None
            ]
            self._stop_stage(running, hurry_after)
        # nothing of this run may outlive it, wherever it went
        left = marked(self._run_id)
        if self._keeper is not None:
            left = [process for process in left if process.pid != self._keeper.pid]
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=5)
        self._stop_keeper()
        self._console.line("  Stopped.")

    def _stop_stage(self, services: Sequence[Service], hurry_after: int) -> None:
        """Stop the processes of one stage together, each within its own time."""
        began = time.monotonic()
        pending = [
            service for service in services if service.child and service.child.poll() is None
        ]
        for service in pending:
            self._set(service, ServiceState.STOPPING)
            if service.child:
                service.child.ask_to_stop()
        while pending:
            waited = time.monotonic() - began
            hurried = self._stop_requests - hurry_after
            for service in list(pending):
                child = service.child
                if child is None:
                    continue
                # an impatient second signal still leaves the database the moment it needs
                limit = service.spec.stop_seconds if hurried < 1 else 2.0 if hurried < 3 else 0.0
                if child.poll() is None and waited >= limit:
                    self._console.service(
                        service.spec.name, "did not end in time, killed", "yellow"
                    )
                    child.stop(seconds=0.0)
                if child.poll() is not None:
                    pending.remove(service)
            if pending:
                self._sleep(0.05)
        for service in services:
            if service.child is not None:
                service.child.kill_group()
            if service.state not in (ServiceState.DONE, ServiceState.FAILED):
                self._set(service, ServiceState.STOPPED)

    # surroundings -------------------------------------------------------------------------------
    def _watch_surroundings(self) -> None:
        if self._parent is not None and os.getppid() != self._parent:
            self._console.line("  The command that started this is gone.")
            self.request_stop()
        if self._keeper is None or self._keeper.poll() is not None:
            self._start_keeper()
        if time.monotonic() >= self._next_log_check:
            self._next_log_check = time.monotonic() + _LOG_CHECK_SECONDS
            for service in self.services:
                rotate(self._log(service))

    def _start_keeper(self) -> None:
        """Start the process that ends the rest if this one is killed; see keeper.py."""
        self._stop_keeper()
        program = Path(__file__).with_name("keeper.py")
        self._keeper = subprocess.Popen(
            # -P: this folder's redis.py must not hide the client library
            [sys.executable, "-P", str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            start_new_session=True,
        )
        for service in self.services:
            if service.child is not None and service.child.poll() is None:
                self._tell_keeper(f"{service.child.pid} {int(service.spec.stop_signal)}")

    def _tell_keeper(self, line: str) -> None:
        if self._keeper is not None and self._keeper.stdin is not None:
            # a dead keeper is replaced in the next round
            with contextlib.suppress(OSError):
                self._keeper.stdin.write(f"{line}\n".encode())
                self._keeper.stdin.flush()

    def _stop_keeper(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        if keeper.stdin is not None:
            with contextlib.suppress(OSError):
                keeper.stdin.write(b"done\n")
                keeper.stdin.close()
        try:
            keeper.wait(5)
        except subprocess.TimeoutExpired:
            keeper.kill()
            keeper.wait()

    @contextlib.contextmanager
    def _signals(self) -> Any:
        """SIGINT, SIGTERM and SIGHUP ask for a stop; they and a child's end wake the loop."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        self._wakeup = (reading, writing)
        before_wakeup = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

        def stop(number: int, frame: FrameType | None) -> None:
            self.request_stop()

        def wake(number: int, frame: FrameType | None) -> None:
            return

        before = {
            number: signal.signal(number, handler)
            for number, handler in (
                (signal.SIGINT, stop),
                (signal.SIGTERM, stop),
                (signal.SIGHUP, stop),
                (signal.SIGCHLD, wake),
            )
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before_wakeup)
            self._wakeup = None
            os.close(reading)
            os.close(writing)

    def _sleep(self, seconds: float) -> None:
        """Wait, or less when a signal arrives."""
        if self._wakeup is None:
            time.sleep(seconds)
            return
        reading = self._wakeup[0]
        select.select([reading], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(reading, 4096)

    def _is_busy(self) -> bool:
        calm = (ServiceState.READY, ServiceState.DONE, ServiceState.FAILED)
        return any(service.state not in calm for service in self.services)

    def _set(self, service: Service, state: ServiceState) -> None:
        service.state = state
        service.changed_at = time.time()
        self.on_change()

    def _log(self, service: Service) -> Path:
        return self._logs / f"{service.spec.name}.log"
