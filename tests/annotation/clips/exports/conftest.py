"""A clip to take away, and where what is taken away is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotation.models import Clip
from tests.annotation.clips.test_frame_identity import CLIPS
from tests.factories import Team


@pytest.fixture(autouse=True)
def own_work_folder(tmp_path: Path, settings: Any) -> None:
    settings.EXPORT_WORK_ROOT = tmp_path / "exporting"


@pytest.fixture
def clip(team: Team, ingest: Any, tmp_path: Path) -> Clip:
    job = ingest(
        team, CLIPS["H.264, variable rate, B-frames"](tmp_path).read_bytes(), credit="A. Source, CC"
    )
    return Clip.objects.get(pk=job["target_id"])


@pytest.fixture
def zips(tmp_path: Path) -> Callable[[], list[Path]]:
    """All files of exports, finished or not."""

    def listed() -> list[Path]:
        folders = (tmp_path / "exporting", tmp_path / "media" / "exports")
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]

    return listed
