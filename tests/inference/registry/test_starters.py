"""The shipped models go into projects of the procedure that their card names, with their credit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from inference.models import Alias, AliasName
from tests.factories import client_of, make_team

pytestmark = pytest.mark.django_db

STARTERS = Path(__file__).parents[3] / "inference" / "starter"
CARDS = [path for path in STARTERS.glob("*.json") if "procedure" in json.loads(path.read_text())]


@pytest.mark.parametrize("card", CARDS, ids=lambda path: path.stem)
def test_a_model_of_real_images_serves_a_project_and_names_who_gave_them(card: Path) -> None:
    told = json.loads(card.read_text(encoding="utf-8"))
    team = make_team(told["procedure"])
    file = str(card.with_suffix(".keras"))
    options = {"project": team.project.name, "name": told["name"], "promote": "live"}
    call_command("register_model", file, **options)
    version = Alias.objects.get(project=team.project, name=AliasName.LIVE).model_version
    answer = client_of(team.expert).get(f"/api/model-versions/{version.pk}/")
    assert answer.status_code == 200
    shown = answer.json()
    known = {each["code"] for each in shown["structures"]}
    assert set(told["metrics"]["structures"]) == known
    assert shown["card"]["data"]["source"] == told["data"]["source"]
    assert shown["card"]["data"]["licence"] in {"MIT", "CC BY 4.0"}


def test_there_is_a_model_of_real_images() -> None:
    assert [card.stem for card in CARDS].count("femoral") == 1
