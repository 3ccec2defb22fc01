"""`platform/` is a folder on the import path and must never hide Python's own `platform`."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# run inside each process before its own code, through `sitecustomize`
_PROBE = """
import atexit, os
def report():
    import platform
    with open(os.environ["PROBE"], "a") as file:
        file.write(f"{platform.__file__}|{platform.system()}\\n")
atexit.register(report)
"""

PROCESSES = {
    "manage.py": ["manage.py", "version"],
    "stack": ["-m", "fascicle.stack", "status"],
    "web": ["-m", "fascicle.stack.web", "fascicle.asgi:application", "--help"],
    "worker": ["-m", "celery", "-A", "fascicle", "worker", "--help"],
    "beat": ["-m", "celery", "-A", "fascicle", "beat", "--help"],
    "keeper": ["-P", "platform/fascicle/stack/keeper.py"],
    "pytest": ["-m", "pytest", "--version"],
    "training": ["-m", "training", "--help"],
    "engine": ["-m", "inference.engine", "--help"],
    "phantom": ["-m", "phantom", "--help"],
    "bridge": ["-m", "inference.bridge", "--help"],
}


def test_the_folder_is_no_package() -> None:
    assert (ROOT / "platform").is_dir()
    assert not (ROOT / "platform" / "__init__.py").exists()


@pytest.mark.parametrize("name", PROCESSES)
def test_every_process_sees_the_standard_platform(name: str, tmp_path: Path) -> None:
    arguments = PROCESSES[name]
    (tmp_path / "sitecustomize.py").write_text(_PROBE)
    probe = tmp_path / "probe"
    path = [str(tmp_path), str(ROOT), str(ROOT / "platform")]
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path),
            "PROBE": str(probe),
            "FASCICLE_STATE": str(tmp_path / "state"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert probe.exists(), done.stdout + done.stderr
    for line in probe.read_text().splitlines():
        file, _, system = line.partition("|")
        assert Path(file).parent == Path(sysconfig.get_path("stdlib"))
        assert system in ("Linux", "Darwin")
