"""What was recorded is never lost: refused, cut off, or with the board away."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import redis
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import Settings

from annotation.models import Upload
from annotation.services import upload_receive as receiving
from annotation.services.waiting_upload import waiting_path
from fascicle.accounts.models import Membership, Role
from inference.live.wanted import scale_path
from inference.models import Device, LiveSession, Recording, RecordingState
from inference.services.live import board, recording_hand_over, wanted
from inference.services.live.recording import (
    recording_closed,
    recording_start,
    recordings_settle,
)
from inference.services.live.wanted import recording_path, wanted_session
from tests.factories import Team

pytestmark = pytest.mark.django_db

PICTURES = b"pictures" * 100


@pytest.fixture
def recording(team: Team) -> Recording:
    device = Device.objects.create(
        project=team.project, name="Trolley 2", digest="d", paired_by=team.expert
    )
    session = LiveSession.objects.create(project=team.project, device=device, source="phantom")
    begun = recording_start(
        session=session, actor=team.expert, subject="S-1",
        is_consent_noted=True, is_look_confirmed=True,
    )  # fmt: skip
    recording_path(begun.pk).write_bytes(PICTURES)
    return begun


def close(recording: Recording) -> Recording:
    recording_closed(recording_id=str(recording.pk), frame_count=4)
    recording.refresh_from_db()
    return recording


def make_old(recording: Recording) -> None:
    """As if it had been closed a while ago."""
    closed_at = timezone.now() - timedelta(minutes=2)
    Recording.objects.filter(pk=recording.pk).update(closed_at=closed_at)


def away(*_: object, **__: object) -> Any:
    raise OperationalError("the database is away")


def demote(team: Team, settings: Settings) -> str:
    del settings
    Membership.objects.filter(project=team.project, user=team.expert).update(role=Role.TRAINEE)
    return "Only experts and admins"


def allow_less(team: Team, settings: Settings) -> str:
    del team
    settings.UPLOAD_MAX_BYTES = 10
    return "larger than"


@pytest.mark.parametrize("refuse", [demote, allow_less])
def test_a_refused_recording_is_kept_and_says_where(
    team: Team, recording: Recording, settings: Settings, refuse: Callable[[Team, Settings], str]
):
    why = refuse(team, settings)
    close(recording)
    path = recording_path(recording.pk)
    assert recording.state == RecordingState.FAILED
    assert why in recording.error
    assert path.name in recording.error
    assert str(path.parent) not in recording.error
    assert path.read_bytes() == PICTURES
    assert not Upload.objects.exists()


def test_a_disk_that_fails_while_it_is_moved_leaves_the_recording(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(receiving.shutil, "move", full)
    close(recording)
    assert recording.state == RecordingState.FAILED
    assert "Input/output error" in recording.error
    assert [path.name for path in recording_path(recording.pk).parent.iterdir()] == [
        recording_path(recording.pk).name
    ]


def test_the_hub_is_told_how_large_an_upload_may_be(recording: Recording, settings: Settings):
    settings.UPLOAD_MAX_BYTES = 12_345
    told = wanted_session(recording.session).recording
    assert told is not None
    assert told.max_bytes == 12_345


def test_the_scale_is_the_recorders_and_not_what_the_hub_shows_at_the_end(recording: Recording):
    scale_path(recording_path(recording.pk)).write_text("82.5")
    shown = json.dumps({"microns_per_pixel": 120.0})
    board.store().set(f"live:seen:{recording.session_id}", shown, ex=10)
    close(recording)
    assert Upload.objects.get(pk=recording.clip_id).microns_per_pixel == 82.5
    assert not list(recording_path(recording.pk).parent.iterdir())


@pytest.mark.parametrize("step", ["check_may_upload", "upload_complete"])
def test_a_hand_over_that_was_cut_off_is_taken_up_again(
    recording: Recording, monkeypatch: pytest.MonkeyPatch, step: str
):
    with monkeypatch.context() as cut:
        # before the file is moved, and after
        cut.setattr(receiving, step, away)
        with pytest.raises(OperationalError):
            close(recording)
    recording.refresh_from_db()
    assert (recording.state, recording.clip_id) == (RecordingState.INGESTING, None)
    assert recording_path(recording.pk).read_bytes() == PICTURES
    recordings_settle()
    assert not Upload.objects.exists()  # who closed it may be at it still
    make_old(recording)
    recordings_settle()
    recording.refresh_from_db()
    upload = Upload.objects.get()
    assert recording.clip_id == upload.pk
    assert waiting_path(upload.pk).read_bytes() == PICTURES
    assert not recording_path(recording.pk).exists()


def test_the_hub_asks_again_when_the_database_was_away(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as cut:
        cut.setattr(recording_hand_over, "upload_receive", away)
        with pytest.raises(OperationalError):
            close(recording)
    assert close(recording).clip_id == Upload.objects.get().pk


def test_one_that_cannot_be_handed_over_keeps_no_other_waiting(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(recording_hand_over, "upload_receive", away)
    with pytest.raises(OperationalError):
        close(recording)
    make_old(recording)
    assert recordings_settle() == 0
    assert recording_path(recording.pk).is_file()


def test_a_recording_whose_file_is_gone_does_not_wait_for_ever(recording: Recording):
    Recording.objects.update(state=RecordingState.INGESTING)
    make_old(recording)
    recording_path(recording.pk).unlink()
    recordings_settle()
    recording.refresh_from_db()
    assert recording.state == RecordingState.FAILED
    assert "gone" in recording.error


def test_without_redis_no_hub_counts_as_silent(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
):
    def unreadable() -> Any:
        raise redis.ConnectionError

    Recording.objects.update(started_at=timezone.now() - timedelta(minutes=5))
    with monkeypatch.context() as cut:
        cut.setattr(board, "store", unreadable)
        assert recordings_settle() == 0
    recording.refresh_from_db()
    assert recording.state == RecordingState.RECORDING
    assert recordings_settle() == 1


@pytest.mark.django_db(transaction=True)
def test_redis_that_is_away_stops_no_hand_over(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
):
    def unreachable(_: object) -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(wanted, "publish_wanted", unreachable)
    assert close(recording).clip_id == Upload.objects.get().pk


@pytest.mark.django_db(transaction=True)
def test_a_beat_beside_the_hub_hands_nothing_over_twice(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
):
    receive, began = recording_hand_over.upload_receive, []

    def beat() -> None:
        recordings_settle()
        connection.close()

    def slow(**words: Any) -> Any:
        began.append(words["source"])
        if len(began) == 1:
            other = Thread(target=beat)
            other.start()
            other.join()
        return receive(**words)

    Recording.objects.update(state=RecordingState.INGESTING)
    make_old(recording)
    monkeypatch.setattr(recording_hand_over, "upload_receive", slow)
    close(recording)
    assert len(began) == 1
    assert recording.clip_id == Upload.objects.get().pk
