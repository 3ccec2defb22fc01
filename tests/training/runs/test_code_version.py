"""Which code a run was trained with."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from training.models import TrainingRun
from training.services.code_version import SOURCES, code_version, sources_digest


def write(root: Path, name: str, content: bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_another_line_of_code_or_another_name_is_another_version(tmp_path: Path) -> None:
    write(tmp_path, "training/fit/loop.py", b"a = 1\n")
    write(tmp_path, "other/loop.py", b"a = 1\n")
    first = sources_digest(tmp_path, ["training"])
    assert len(first) == 12
    write(tmp_path, "training/fit/__pycache__/loop.pyc", b"compiled")
    write(tmp_path, "other/loop.py", b"a = 2\n")
    write(tmp_path, "training/fit/loop.py", b"a = 1\r\n")
    assert sources_digest(tmp_path, ["training"]) == first
    write(tmp_path, "training/fit/loop.py", b"a = 2\n")
    second = sources_digest(tmp_path, ["training"])
    (tmp_path / "training/fit/loop.py").rename(tmp_path / "training/fit/step.py")
    assert len({first, second, sources_digest(tmp_path, ["training"])}) == 3


def test_the_version_names_the_sources_that_are_here_and_fits_its_column() -> None:
    root = Path(__file__).parents[3]
    assert code_version() == f"{version('fascicle')}+src.{sources_digest(root, SOURCES)}"
    assert sources_digest(root, ["training"]) != sources_digest(root, ["nothing"])
    assert all((root / folder).is_dir() for folder in SOURCES)
    assert len(code_version()) <= TrainingRun._meta.get_field("code_version").max_length
