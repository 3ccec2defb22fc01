"""Promotions and rollbacks hold only against the version that the admin saw serving."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from annotation.models import Protocol, Structure
from inference.models import Alias, AliasName, ModelVersion, Promotion
from inference.services import model_promote
from inference.services.alias_rollback import version_before
from tests.factories import Team, client_of, make_team
from tests.inference.registry.measured_versions import DICE, live, promote, serving, version

CASES = json.loads((Path(__file__).parents[2] / "vectors" / "promotions.json").read_text())["cases"]


@pytest.fixture
def team() -> Team:
    return make_team()


def promoted(team: Team, *versions: ModelVersion) -> None:
    for each in versions:
        model_promote(version=each, name=AliasName.LIVE, reason="Next.", actor=team.admin)


def roll_back(team: Team, seen: ModelVersion | None) -> Any:
    sent = {"project": str(team.project.pk), "alias": "live", "reason": "Worse."}
    if seen is not None:
        sent["serving"] = str(seen.pk)
    address = "/api/aliases/rollback/"
    return client_of(team.admin).post(address, sent, content_type="application/json")


def as_good(team: Team, tmp_path: Path, count: int) -> list[ModelVersion]:
    return [version(team, tmp_path, dict(DICE)) for _ in range(count)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_a_rollback_leads_to(case: dict[str, Any]) -> None:
    versions = [ModelVersion(pk=UUID(int=number), number=number) for number in range(6)]
    history = [
        Promotion(
            model_version=versions[to],
            previous=None if before is None else versions[before],
            is_rollback=is_rollback,
        )
        for to, before, is_rollback in case["history"]
    ]
    found = version_before(history)
    assert (found and found.number) == case["before"]


@pytest.mark.django_db
def test_two_who_saw_the_same_version_roll_it_back_once(team: Team, tmp_path: Path) -> None:
    one, two, three = as_good(team, tmp_path, 3)
    promoted(team, one, two, three)
    assert roll_back(team, three).json()["model_version"]["number"] == two.number
    # the second admin, or the first one again after the answer was lost
    late = roll_back(team, three)
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    assert "model 2 (version 2) serves as live by now" in late.json()["detail"]
    assert live(team) == two
    assert Promotion.objects.filter(name=AliasName.LIVE, is_rollback=True).count() == 1
    unseen = roll_back(team, None)
    assert (unseen.status_code, "serving" in unseen.json()["fields"]) == (400, True)
    assert live(team) == two


@pytest.mark.django_db
def test_rolling_back_never_brings_back_what_was_withdrawn(team: Team, tmp_path: Path) -> None:
    one, two = as_good(team, tmp_path, 2)
    promoted(team, one, two, one)
    assert roll_back(team, one).json()["model_version"]["number"] == two.number
    assert roll_back(team, two).json()["model_version"]["number"] == one.number
    last = roll_back(team, one)
    assert (last.status_code, last.json()["code"]) == (409, "nothing_before")
    assert live(team) == one


@pytest.mark.django_db
def test_a_version_of_structures_that_are_gone_is_not_rolled_back_to(
    team: Team, tmp_path: Path
) -> None:
    one = version(team, tmp_path, dict(DICE))
    two = version(team, tmp_path, dict(DICE), codes=("vessel", "median"))
    promoted(team, one)
    assert promote(team, two, is_override=True, serving=one).status_code == 200
    procedure = Protocol.objects.get(project=team.project).procedure
    Structure.objects.filter(procedure=procedure, code="ulnar").update(code="radial")
    refused = roll_back(team, two)
    assert (refused.status_code, refused.json()["code"]) == (400, "foreign_structures")
    assert "model 1 (version 1) names: ulnar" in refused.json()["detail"]
    assert live(team) == two


@pytest.mark.django_db
def test_an_override_holds_only_against_the_version_it_was_given_against(
    team: Team, tmp_path: Path
) -> None:
    first = serving(team, tmp_path)
    worse = version(team, tmp_path, {"vessel": 0.5, "median": 0.5})
    better = version(team, tmp_path, {"vessel": 0.9, "median": 0.9})
    assert promote(team, better, serving=first).status_code == 200
    late = promote(team, worse, is_override=True, serving=first)
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    assert live(team) == better
    unseen = promote(team, worse, is_override=True)
    assert (unseen.status_code, "serving" in unseen.json()["fields"]) == (400, True)
    assert live(team) == better
    assert Promotion.objects.filter(name=AliasName.LIVE).count() == 2
    assert promote(team, worse, is_override=True, serving=better).status_code == 200
    assert live(team) == worse


@pytest.mark.django_db
def test_who_saw_a_free_place_takes_nobody_elses(team: Team, tmp_path: Path) -> None:
    first, second = as_good(team, tmp_path, 2)
    sent = {"alias": "live", "reason": "Because.", "serving": None}
    address = f"/api/model-versions/{first.pk}/promote/"
    admin = client_of(team.admin)
    assert admin.post(address, sent, content_type="application/json").status_code == 200
    address = f"/api/model-versions/{second.pk}/promote/"
    late = admin.post(address, sent, content_type="application/json")
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    assert live(team) == first
    # who names nothing asks nothing of what serves
    assert promote(team, second).status_code == 200
    assert Alias.objects.get(name=AliasName.LIVE).model_version == second
