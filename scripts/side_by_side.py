"""Run the browser tests beside all others: each half has its own services and mostly waits.

    python scripts/side_by_side.py [arguments for both pytest runs]

What the others print is shown as it comes, the browser half afterwards. Exits with the first
status that is not zero; both runs are ended when this one is.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType

REPOSITORY = Path(__file__).resolve().parents[1]
BROWSER_TESTS = "tests/browser"


def main() -> int:
    """Both halves; 0 when both passed."""
    signal.signal(signal.SIGTERM, _leave)
    with tempfile.TemporaryFile() as browser_output:
        browser = _pytest("browser", [BROWSER_TESTS], stdout=browser_output)
        others = _pytest("others", [f"--ignore={BROWSER_TESTS}"])
        try:
            statuses = [others.wait(), browser.wait()]
        finally:
            for half in (browser, others):
                _end(half)
            browser_output.seek(0)
            sys.stdout.write("\n== in the browser\n")
            sys.stdout.write(browser_output.read().decode("utf-8", "replace"))
            sys.stdout.flush()
    return next((status for status in statuses if status), 0)


def _pytest(name: str, where: list[str], stdout: object = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir=.pytest_cache/{name}"]
    return subprocess.Popen(
        [*command, *where, *sys.argv[1:]],
        cwd=REPOSITORY,
        stdout=stdout,  # type: ignore[call-overload]
        stderr=subprocess.STDOUT,
    )


def _end(half: subprocess.Popen[bytes]) -> None:
    """Ask as Ctrl-C does, so that fixtures stop what they started."""
    if half.poll() is not None:
        return
    half.send_signal(signal.SIGINT)
    try:
        half.wait(timeout=90)
    except subprocess.TimeoutExpired:
        half.kill()


def _leave(number: int, frame: FrameType | None) -> None:
    del frame
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
