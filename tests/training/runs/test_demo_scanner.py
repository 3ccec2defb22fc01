"""The demo's scanner is paired once."""

from pathlib import Path

import pytest
from pytest_django import Settings

from fascicle.audit.services import record_append
from inference.models import Device
from inference.services.live.device_pair import device_of_token, device_revoke
from tests.factories import make_team
from training.demo.scanner import TOKEN_FILE, scanner_command, scanner_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def state(settings: Settings, tmp_path: Path) -> Path:
    settings.STATE_DIR = tmp_path
    return tmp_path


def test_without_a_demo_there_is_no_scanner(state: Path):
    assert scanner_token() is None
    assert not Device.objects.exists()


def test_the_scanner_is_paired_once_its_token_is_private_and_a_revoked_one_stays_away(state: Path):
    team = make_team()
    record_append(actor=None, action="demo.load", target=team.project, project_id=team.project.pk)
    token = scanner_token()
    assert token is not None
    assert token == scanner_token()
    device = Device.objects.get()
    assert device.project == team.project
    assert device_of_token(token) == device
    assert (state / TOKEN_FILE).stat().st_mode & 0o777 == 0o600
    assert not any(token in each for each in scanner_command("http://127.0.0.1:8000"))
    device_revoke(device=device, actor=team.expert)
    assert scanner_token() is None
    assert Device.objects.count() == 1
