"""Who may import whom, held by the linter and by fresh processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=200, check=False
    )


def test_the_import_contracts_are_kept(repository: Path) -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = run(str(linter), cwd=repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize(
    "module",
    [
        "phantom",
        "annotation.geometry",
        "annotation.operations",
        "inference.engine",
        "training.networks",
        "training.augment",
        "training.folds",
        "training.evaluate",
        "training.recipes",
        "training.datasets",
    ],
)
def test_numeric_code_loads_neither_the_web_nor_the_queue(repository: Path, module: str) -> None:
    words = "{'django', 'rest_framework', 'celery', 'allauth'}"
    code = (
        f"import sys, {module}; "
        f"print(sorted({words} & {{name.partition('.')[0] for name in sys.modules}}))"
    )
    done = run(sys.executable, "-c", code, cwd=repository)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_starting_django_loads_nothing_that_is_slow_to_load(repository: Path) -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'fascicle.settings'; "
        "django.setup(); import fascicle.urls; from django.urls import get_resolver; "
        "get_resolver().url_patterns; "
        "print({'tensorflow', 'scipy', 'SimpleITK', 'matplotlib'} & set(sys.modules))"
    )
    done = run(sys.executable, "-c", code, cwd=repository)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "set()"


def test_no_app_uses_signals(repository: Path) -> None:
    apps = ["annotation", "training", "inference", "platform/fascicle"]
    files = [path for app in apps for path in (repository / app).rglob("*.py")]
    assert len(files) > 100
    found = [
        str(path.relative_to(repository))
        for path in files
        if "django.db.models.signals" in path.read_text()
    ]
    assert found == []


def test_no_file_outgrows_its_purpose(repository: Path) -> None:
    roots = ["annotation", "training", "inference", "platform"]
    long = {
        str(path.relative_to(repository)): count
        for root in roots
        for path in (repository / root).rglob("*.py")
        if path.parent.name != "migrations" and (count := len(path.read_text().splitlines())) > 450
    }
    assert long == {}
