"""Versions with figures, promoted through the front door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inference.models import Alias, AliasName, ModelVersion
from inference.services import model_promote
from inference.services.model_files_register import model_files_register
from tests.factories import Team, client_of
from tests.inference.registry.model_files import AXILLARY, hollow_file

DICE = {"vessel": 0.80, "median": 0.60}


def version(
    team: Team,
    tmp_path: Path,
    dices: dict[str, float | None],
    *,
    half_width: float = 0.05,
    codes: tuple[str, ...] = AXILLARY,
    f1: dict[str, float] | None = None,
) -> ModelVersion:
    """A version with these figures, each with an interval of so much on either side."""
    number = ModelVersion.objects.count() + 1
    made = model_files_register(
        project=team.project,
        actor=team.admin,
        name=f"model {number}",
        files=[hollow_file(tmp_path / f"{number}.keras", codes)],
        reason="For a test.",
    )
    structures: dict[str, dict[str, Any]] = {
        code: {
            "dice": dice,
            "intervals": {"dice": None if dice is None else [dice - half_width, dice + half_width]},
        }
        for code, dice in dices.items()
    }
    for code, figure in (f1 or {}).items():
        structures[code]["f1"] = figure
        structures[code]["intervals"]["f1"] = [figure - half_width, figure + half_width]
    ModelVersion.objects.filter(pk=made.pk).update(metrics={"structures": structures})
    made.refresh_from_db()
    return made


def serving(team: Team, tmp_path: Path) -> ModelVersion:
    made = version(team, tmp_path, dict(DICE))
    model_promote(version=made, name=AliasName.LIVE, reason="First.", actor=team.admin)
    return made


def gate_of(team: Team, made: ModelVersion, alias: str = "live") -> Any:
    answer = client_of(team.expert).get(f"/api/model-versions/{made.pk}/gate/?alias={alias}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def promote(
    team: Team, made: ModelVersion, *, serving: ModelVersion | None = None, **body: Any
) -> Any:
    """serving: what the admin was shown; left out of the request where None."""
    sent = {"alias": "live", "reason": "Because.", **body}
    if serving is not None:
        sent["serving"] = str(serving.pk)
    address = f"/api/model-versions/{made.pk}/promote/"
    return client_of(team.admin).post(address, sent, content_type="application/json")


def live(team: Team) -> ModelVersion:
    return Alias.objects.get(project=team.project, name=AliasName.LIVE).model_version
