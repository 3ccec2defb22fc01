"""A team whose recordings lie in a folder of the test."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.factories import Team, make_team


@pytest.fixture
def team(settings: Settings, tmp_path: Path) -> Team:
    settings.UPLOAD_WAITING_ROOT = tmp_path / "waiting"
    return make_team()
