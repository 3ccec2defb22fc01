"""Pairing, publishing, viewing and recording, as far as the database knows of them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotation.models import Clip, Upload
from fascicle.accounts.models import Membership, Role
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from inference.live.tickets import TicketError, read_ticket
from inference.models import Device, LiveSession, PairingCode, Recording, RecordingState
from inference.services.live.board import SESSION_KEPT_SECONDS, read_wanted, store
from inference.services.live.device_pair import (
    device_of_token,
    device_pair,
    pairing_code_create,
)
from inference.services.live.recording import (
    recording_closed,
    recording_start,
    recording_stop,
    recordings_settle,
)
from inference.services.live.wanted import recording_path
from inference.tasks import settle
from tests.factories import Team, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(team: Team) -> str:
    shown = pairing_code_create(project=team.project, actor=team.expert)
    return device_pair(code=shown.code.lower(), name="Trolley 2").token


def publish(token: str, source: str = "phantom") -> dict[str, str]:
    answer = Client().post(
        "/api/live-sessions/publish/",
        {"source": source},
        content_type="application/json",
        headers={"Authorization": f"Device {token}"},
    )
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def ticket_of(text: str) -> object:
    return read_ticket(django_settings.LIVE_SECRET.encode(), text)


def test_a_code_pairs_one_bridge_once(team: Team):
    code = pairing_code_create(project=team.project, actor=team.expert).code
    device_pair(code=code, name="Trolley 1")
    with pytest.raises(InvalidInput, match="wrong, used or expired"):
        device_pair(code=code, name="Trolley 2")
    assert Device.objects.get().project_id == team.project.pk


def test_an_old_code_pairs_nothing(team: Team):
    code = pairing_code_create(project=team.project, actor=team.expert).code
    PairingCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(InvalidInput):
        device_pair(code=code, name="Trolley 1")


def test_neither_code_nor_token_is_stored(team: Team, token: str):
    kept = json.dumps([*PairingCode.objects.values("digest"), *Device.objects.values("digest")])
    assert token not in kept
    assert team.project.name not in token


def test_trainees_pair_nothing(team: Team):
    with pytest.raises(NotAllowed):
        pairing_code_create(project=team.project, actor=team.trainee)


def test_a_bridge_that_comes_back_goes_on_in_its_session(team: Team, token: str):
    first, second = publish(token), publish(token)
    assert first["session"] == second["session"]
    assert first["ticket"] != second["ticket"]
    opened = ticket_of(first["ticket"])
    assert (opened.role, opened.session) == ("publisher", first["session"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("is_connected", [True, False])
def test_a_bridge_that_streamed_for_hours_goes_on_in_its_session_after_a_cut(
    team: Team,
    token: str,
    is_connected: bool,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
):
    with django_capture_on_commit_callbacks(execute=True):
        first = publish(token)["session"]
    LiveSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=2))
    seen = {"state": "LIVE", "device": {"source": "phantom"} if is_connected else None}
    store().set(f"live:seen:{first}", json.dumps(seen), ex=10)
    store().expire(f"live:session:{first}", 60)
    settle()
    assert (publish(token)["session"] == first) is is_connected
    left = store().ttl(f"live:session:{first}")
    assert (left > SESSION_KEPT_SECONDS / 2) is is_connected


def test_asking_whether_one_could_publish_begins_and_ends_nothing(token: str):
    running = publish(token)["session"]
    for source, status in (("file", 200), ("telepathy", 400)):
        answer = Client().post(
            "/api/live-sessions/publish-check/",
            {"source": source},
            content_type="application/json",
            headers={"Authorization": f"Device {token}"},
        )
        assert answer.status_code == status
    [session] = LiveSession.objects.all()
    assert (str(session.pk), session.ended_at, session.source) == (running, None, "phantom")


def test_another_source_is_another_session(token: str):
    first, second = publish(token), publish(token, "file")
    assert first["session"] != second["session"]
    assert LiveSession.objects.open().count() == 1


def test_a_revoked_bridge_is_cut_off(
    team: Team, token: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    session = publish(token)["session"]
    device = Device.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(team.admin).delete(f"/api/devices/{device.pk}/")
    assert answer.status_code == 204
    refused = Client().post(
        "/api/live-sessions/publish/",
        {"source": "phantom"},
        content_type="application/json",
        headers={"Authorization": f"Device {token}"},
    )
    assert refused.status_code == 401
    wanted = read_wanted(session)
    assert wanted is not None
    assert wanted.is_ended


def test_a_pairing_ends_with_the_membership_of_who_made_it(team: Team, token: str):
    Membership.objects.filter(project=team.project, user=team.expert).update(role=Role.TRAINEE)
    answer = Client().post(
        "/api/live-sessions/publish/",
        {"source": "phantom"},
        content_type="application/json",
        headers={"Authorization": f"Device {token}"},
    )
    assert answer.status_code == 401


def test_a_pairing_ends_with_the_account_of_who_made_it(team: Team, token: str):
    code = pairing_code_create(project=team.project, actor=team.expert).code
    team.expert.is_active = False
    team.expert.save()
    assert device_of_token(token) is None
    with pytest.raises(InvalidInput, match="wrong, used or expired"):
        device_pair(code=code, name="Trolley 3")


def test_a_device_token_opens_nothing_else(token: str):
    for scheme in ("Device", "Bearer"):
        answer = Client().get("/api/clips/", headers={"Authorization": f"{scheme} {token}"})
        assert answer.status_code == 401


def test_who_views_and_who_commands(team: Team, token: str):
    session = publish(token)["session"]
    for person, may_command in ((team.trainee, False), (team.expert, True)):
        answer = client_of(person).post(f"/api/live-sessions/{session}/ticket/")
        opened = ticket_of(answer.json()["ticket"])
        assert opened.role == "viewer"  # type: ignore[attr-defined]
        assert opened.may_command is may_command  # type: ignore[attr-defined]
    assert client_of(team.stranger).post(f"/api/live-sessions/{session}/ticket/").status_code == 404


def test_tickets_of_another_house_are_forged(team: Team, token: str):
    text = publish(token)["ticket"]
    with pytest.raises(TicketError):
        read_ticket(b"another secret", text)


def test_the_hub_follows_the_rows(
    team: Team, token: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        session_id = publish(token)["session"]
    wanted = read_wanted(session_id)
    assert wanted is not None
    assert [each["code"] for each in wanted.structures] == [each.code for each in team.structures]
    assert wanted.model is None
    assert wanted.recording is None
    session = LiveSession.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        recording = start(team, session)
    wanted = read_wanted(session_id)
    assert wanted is not None
    assert wanted.recording is not None
    assert wanted.recording.id == str(recording.pk)
    with django_capture_on_commit_callbacks(execute=True):
        recording_stop(recording=recording, actor=team.expert)
    wanted = read_wanted(session_id)
    assert wanted is not None
    assert wanted.recording is None


@pytest.mark.parametrize("frame_count", [0, 4])
def test_a_hub_that_starts_again_is_not_asked_for_a_recording_that_is_over(
    team: Team,
    session: LiveSession,
    frame_count: int,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
):
    with django_capture_on_commit_callbacks(execute=True):
        recording = start(team, session)
    write_pictures(recording)
    with django_capture_on_commit_callbacks(execute=True):
        recording_closed(recording_id=str(recording.pk), frame_count=frame_count)
    wanted = read_wanted(str(session.pk))
    assert wanted is not None
    assert wanted.recording is None


def write_pictures(recording: Recording) -> None:
    """Something where the hub would write; what it holds is the ingest's business."""
    recording_path(recording.pk).write_bytes(b"pictures" * 100)


def start(team: Team, session: LiveSession, **changes: object) -> Recording:
    words: dict[str, object] = {
        "subject": "S-1",
        "is_consent_noted": True,
        "is_look_confirmed": True,
        **changes,
    }
    return recording_start(session=session, actor=team.expert, **words)  # type: ignore[arg-type]


@pytest.fixture
def session(token: str) -> LiveSession:
    publish(token)
    return LiveSession.objects.get()


def test_nothing_is_recorded_without_consent(team: Team, session: LiveSession):
    with pytest.raises(InvalidInput, match="consent"):
        start(team, session, is_consent_noted=False)
    assert not Recording.objects.exists()


def test_a_session_is_recorded_once_at_a_time(team: Team, session: LiveSession):
    start(team, session)
    with pytest.raises(Conflict, match="already"):
        start(team, session)


def test_a_closed_recording_becomes_an_upload_released_by_who_looked(
    team: Team, session: LiveSession
):
    recording = start(team, session)
    write_pictures(recording)
    recording_closed(recording_id=str(recording.pk), frame_count=4)
    recording.refresh_from_db()
    upload = Upload.objects.get(pk=recording.clip_id)
    assert recording.state == RecordingState.INGESTING
    assert upload.releaser_id == team.expert.pk
    assert not recording_path(recording.pk).exists()


def test_without_a_look_it_waits_in_the_confirm_room(team: Team, session: LiveSession):
    recording = start(team, session, is_look_confirmed=False)
    write_pictures(recording)
    recording_closed(recording_id=str(recording.pk), frame_count=4)
    recording.refresh_from_db()
    assert Upload.objects.get(pk=recording.clip_id).releaser_id is None


def test_an_empty_recording_fails_with_a_sentence_and_leaves_no_file(
    team: Team, session: LiveSession
):
    recording = start(team, session)
    recording_path(recording.pk).write_bytes(b"")
    recording_closed(recording_id=str(recording.pk), frame_count=0)
    recording.refresh_from_db()
    assert recording.state == RecordingState.FAILED
    assert "no picture" in recording.error
    assert not recording_path(recording.pk).exists()
    assert not Upload.objects.exists()


def test_a_recording_of_a_hub_that_died_is_taken_as_it_lies(team: Team, session: LiveSession):
    recording = start(team, session)
    write_pictures(recording)
    Recording.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    assert recordings_settle() == 1
    recording.refresh_from_db()
    assert recording.state == RecordingState.INGESTING


def test_a_recording_is_done_when_its_clip_is_there(team: Team, session: LiveSession):
    from tests.factories import make_clip

    recording = start(team, session)
    clip = make_clip(team)
    Recording.objects.filter(pk=recording.pk).update(
        state=RecordingState.INGESTING, clip_id=clip.pk
    )
    recordings_settle()
    recording.refresh_from_db()
    assert recording.state == RecordingState.DONE
    assert recording.frame_count == Clip.objects.get(pk=clip.pk).frame_count
    assert not recording.is_preannotation_asked  # no model is promoted
