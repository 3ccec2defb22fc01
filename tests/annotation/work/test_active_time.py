"""Time spent on clips: counted for the person, seen by the person and the project's admins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import ActiveTime, Clip
from annotation.services.set_open import set_open
from annotation.services.set_save import set_save
from annotation.services.set_submit import set_submit
from tests.factories import Team, client_of, make_clip, make_team
from tests.platform.loop_world import drawing

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


def add(client: Client, clip: Clip, seconds: int) -> Any:
    path = f"/api/clips/{clip.pk}/active-time/"
    return client.post(path, {"seconds": seconds}, content_type="application/json")


def seen_by(client: Client, team: Team) -> Any:
    return client.get("/api/work-time/", {"project": str(team.project.pk)}).json()


def hand_in(clip: Clip, team: Team) -> None:
    row = set_open(clip=clip, actor=team.expert)
    set_save(
        annotation_set=row,
        actor=team.expert,
        base_revision=0,
        idempotency_key=uuid4(),
        ops=drawing(team),
    )
    row.refresh_from_db()
    set_submit(annotation_set=row, actor=team.expert, revision=row.revision)


def test_reports_of_a_day_add_up_in_one_row(team: Team) -> None:
    clip = make_clip(team)
    for seconds in (30, 30, 12):
        assert add(client_of(team.expert), clip, seconds).status_code == 204
    assert [row.seconds for row in ActiveTime.objects.all()] == [72]


def test_a_day_never_grows_beyond_itself(team: Team) -> None:
    clip = make_clip(team)
    ActiveTime.objects.create(
        clip=clip, user=team.expert, day=timezone.now().date(), seconds=86_390
    )
    assert add(client_of(team.expert), clip, 300).status_code == 204
    assert ActiveTime.objects.get().seconds == 86_400


@pytest.mark.parametrize("seconds", [0, -5, 301, 10**9])
def test_a_report_that_no_page_sends_is_refused(team: Team, seconds: int) -> None:
    assert add(client_of(team.expert), make_clip(team), seconds).status_code == 400
    assert not ActiveTime.objects.exists()


def test_experts_see_their_own_time_and_admins_everyones(team: Team) -> None:
    clip = make_clip(team)
    add(client_of(team.expert), clip, 60)
    add(client_of(team.colleague), clip, 90)

    mine = seen_by(client_of(team.expert), team)
    assert [(row["person"]["name"], row["seconds"]) for row in mine["clips"]] == [("Expert", 60)]
    everyones = seen_by(client_of(team.admin), team)
    assert [row["seconds"] for row in everyones["people"]] == [90, 60]
    assert seen_by(client_of(team.trainee), team) == {"people": [], "clips": []}


def test_clips_an_hour_are_counted_over_those_handed_in(team: Team) -> None:
    done, begun = make_clip(team, subject="S-1"), make_clip(team, subject="S-2")
    yesterday = timezone.now().date() - timedelta(days=1)
    ActiveTime.objects.create(clip=done, user=team.expert, day=yesterday, seconds=600)
    add(client_of(team.expert), done, 300)
    add(client_of(team.expert), begun, 300)
    (person,) = seen_by(client_of(team.expert), team)["people"]
    assert (person["seconds"], person["clips"], person["clips_per_hour"]) == (1200, 2, None)

    hand_in(done, team)
    (person,) = seen_by(client_of(team.expert), team)["people"]
    assert (person["done"], person["clips_per_hour"]) == (1, pytest.approx(4.0))
