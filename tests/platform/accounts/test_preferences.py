"""How a person likes to work is kept, and only what a keyboard can send."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from fascicle.accounts.models import Preference
from tests.factories import Team, client_of, make_team

pytestmark = pytest.mark.django_db

PATH = "/api/me/preferences/"


@pytest.fixture
def team() -> Team:
    return make_team()


def put(client: Client, keys: Any) -> Any:
    return client.put(PATH, {"keys": keys}, content_type="application/json")


def test_chosen_keys_follow_their_person_and_nobody_else(team: Team) -> None:
    mine = {"tool.edit": ["w", "ctrl+shift+e"], "frames.next": [], "view.zoomIn": ["+", "alt++"]}
    assert client_of(team.expert).get(PATH).json() == {"keys": {}}
    assert put(client_of(team.expert), mine).json() == {"keys": mine}
    assert client_of(team.expert).get(PATH).json() == {"keys": mine}
    assert client_of(team.colleague).get(PATH).json() == {"keys": {}}


def test_a_later_choice_stands_in_place_of_the_earlier_one(team: Team) -> None:
    put(client_of(team.expert), {"tool.edit": ["w"]})
    put(client_of(team.expert), {})
    assert Preference.objects.get(user=team.expert).keys == {}


@pytest.mark.parametrize(
    "keys",
    [
        {"tool.edit": ["two words"]},
        {"tool.edit": ["hyper+x"]},
        {"tool.edit": ["x" * 41]},
        {"tool.edit": ["a", "a"]},
        {"tool.edit": ["a", "b", "c", "d", "e"]},
        {"<script>": ["a"]},
        {"": ["a"]},
        {"tool.edit": "a"},
        {f"tool.{i}": ["a"] for i in range(401)},
        ["a"],
        None,
    ],
)
def test_what_no_command_and_no_keyboard_has_is_refused(team: Team, keys: Any) -> None:
    put(client_of(team.expert), {"tool.edit": ["w"]})
    answer = put(client_of(team.expert), keys)
    assert answer.status_code == 400
    assert set(answer.json()) == {"detail", "code", "fields"}
    assert Preference.objects.get(user=team.expert).keys == {"tool.edit": ["w"]}
