"""The gate before a promotion, how it is overridden, and two versions on the same frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from fascicle.audit.models import AuditRecord
from inference import comparison
from inference.comparison import MeasuredChange
from inference.models import AliasName, ModelVersion, Promotion
from inference.services import model_promote
from tests.factories import Team, client_of, make_team
from tests.inference.registry.measured_versions import (
    DICE,
    gate_of,
    live,
    promote,
    serving,
    version,
)
from tests.inference.registry.model_files import AXILLARY, hollow_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


def test_a_little_worse_within_the_interval_is_not_worse(team: Team, tmp_path: Path) -> None:
    first = serving(team, tmp_path)
    second = version(team, tmp_path, {"vessel": 0.76, "median": 0.58})
    told = gate_of(team, second)
    assert told["is_passed"] is True
    assert told["against"]["number"] == first.number
    assert {row["code"]: row["basis"] for row in told["structures"]}["vessel"] == "interval"
    assert promote(team, second).status_code == 200
    promotion = Promotion.objects.filter(name=AliasName.LIVE).first()
    assert promotion is not None
    assert (promotion.is_override, promotion.gate["is_passed"]) == (False, True)
    assert promotion.gate["against"] == str(first.pk)


def test_one_structure_worse_beyond_its_interval_needs_an_override(
    team: Team, tmp_path: Path
) -> None:
    first = serving(team, tmp_path)
    second = version(team, tmp_path, {"vessel": 0.95, "median": 0.54})
    refused = promote(team, second)
    assert (refused.status_code, refused.json()["code"]) == (409, "gate_failed")
    assert "Median: Dice 0.540 after 0.600 (0.550 to 0.650)" in refused.json()["detail"]
    assert live(team) == first
    assert Promotion.objects.filter(name=AliasName.LIVE).count() == 1
    allowed = promote(
        team, second, is_override=True, serving=first, reason="The vessel matters more here."
    )
    assert allowed.status_code == 200
    assert live(team) == second
    rows = client_of(team.trainee).get(f"/api/aliases/?project={team.project.pk}").json()["results"]
    shown = next(row for row in rows if row["name"] == "live")["promotions"][0]
    assert (shown["is_override"], shown["reason"]) == (True, "The vessel matters more here.")
    assert shown["overridden"] == "worse"
    record = AuditRecord.objects.filter(action="model_version.promote").latest("at")
    assert record.detail["override"] is True


@pytest.mark.parametrize(
    ("dices", "codes", "said"),
    [
        ({"vessel": 0.9}, AXILLARY, "Median: this version has no Dice"),
        ({"vessel": 0.9}, ("vessel", "bone"), "Median: this version does not segment it"),
    ],
)
def test_a_structure_that_is_lost_counts_as_worse(
    team: Team, tmp_path: Path, dices: dict[str, float], codes: tuple[str, ...], said: str
) -> None:
    first = serving(team, tmp_path)
    second = version(team, tmp_path, dict(dices), codes=codes)
    told = gate_of(team, second)
    assert told["is_passed"] is False
    assert any(row["sentence"].startswith(said) for row in told["structures"] if row["is_worse"])
    assert promote(team, second).status_code == 409
    assert live(team) == first


def test_the_same_frames_decide_where_both_were_measured_on_them(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving(team, tmp_path)
    # by its own figures within the interval, but surely worse frame by frame
    second = version(team, tmp_path, {"vessel": 0.79, "median": 0.60})
    paired = [MeasuredChange("vessel", "dice", 40, -0.01, (-0.016, -0.004), 9, 1.0)]
    monkeypatch.setattr(comparison, "_comparers", [lambda first, second: paired])
    told = gate_of(team, second)
    rows = {row["code"]: row for row in told["structures"]}
    assert (rows["vessel"]["basis"], rows["vessel"]["is_worse"]) == ("paired", True)
    assert rows["vessel"]["frames"] == 40
    assert (rows["median"]["basis"], rows["median"]["is_worse"]) == ("interval", False)
    assert told["is_passed"] is False


def test_a_model_that_draws_as_well_and_finds_fewer_is_worse(team: Team, tmp_path: Path) -> None:
    first = version(team, tmp_path, dict(DICE), f1={"vessel": 0.9, "median": 0.8})
    model_promote(version=first, name=AliasName.LIVE, reason="First.", actor=team.admin)
    second = version(team, tmp_path, dict(DICE), f1={"vessel": 0.9, "median": 0.7})
    told = gate_of(team, second)
    judged = [(row["code"], row["measure"], row["is_worse"]) for row in told["structures"]]
    assert ("median", "f1", True) in judged
    assert ("median", "dice", False) in judged
    assert ("vessel", "f1", False) in judged
    refused = promote(team, second)
    assert refused.status_code == 409
    assert "Median: F1 of detection 0.700 after 0.800 (0.750 to 0.850)" in refused.json()["detail"]
    assert live(team) == first
    # a version without the figure is not let past by saying nothing
    silent = version(team, tmp_path, dict(DICE))
    sentences = [row["sentence"] for row in gate_of(team, silent)["structures"] if row["is_worse"]]
    assert sentences == [
        f"{name}: this version has no F1 of detection for it, the one that serves has {had}."
        for name, had in (("Vessel", "0.900"), ("Median", "0.800"))
    ]


def test_what_the_version_that_serves_never_had_cannot_be_lost(team: Team, tmp_path: Path) -> None:
    serving(team, tmp_path)
    second = version(team, tmp_path, dict(DICE), f1={"vessel": 0.1})
    told = gate_of(team, second)
    assert told["is_passed"] is True
    assert {row["measure"] for row in told["structures"]} == {"dice"}
    absent = {row["code"]: row["sentence"] for row in told["structures"]}
    assert absent["ulnar"] == "Ulnar: the version that serves has no Dice for it."


def test_the_same_frames_decide_on_what_was_found_as_well(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving(team, tmp_path)
    second = version(team, tmp_path, dict(DICE))
    paired = [
        MeasuredChange("vessel", "dice", 40, 0.01, (-0.01, 0.03), 9, 1.0),
        MeasuredChange("vessel", "f1", 40, -0.05, (-0.09, -0.01), 9, 1.0),
    ]
    monkeypatch.setattr(comparison, "_comparers", [lambda first, second: paired])
    told = gate_of(team, second)
    [sentence] = [row["sentence"] for row in told["structures"] if row["is_worse"]]
    assert sentence.startswith(
        "Vessel: F1 of detection -0.050 (-0.090 to -0.010) on the 40 frames of 9 subjects"
    )


def test_a_free_place_and_the_candidate_have_no_gate(team: Team, tmp_path: Path) -> None:
    made = serving(team, tmp_path)
    worse = version(team, tmp_path, {"vessel": 0.1, "median": 0.1})
    for version_, alias in [(worse, "preannotate"), (worse, "candidate"), (made, "live")]:
        told = gate_of(team, version_, alias)
        assert told == {"is_passed": True, "against": None, "structures": [], "doubt": ""}
    asked = client_of(team.expert).get(f"/api/model-versions/{made.pk}/gate/?alias=best")
    assert (asked.status_code, "candidate" in str(asked.json()["fields"])) == (400, True)


def test_the_command_registers_nothing_that_it_may_not_promote(team: Team, tmp_path: Path) -> None:
    first = serving(team, tmp_path)
    file = hollow_file(tmp_path / "outside.keras")
    options = {"project": team.project.name, "name": "Outside", "promote": "live"}
    with pytest.raises(CommandError, match="worse than the version that serves as live"):
        call_command("register_model", str(file), **options)
    assert list(ModelVersion.objects.all()) == [first]
    call_command("register_model", str(file), override=True, **options)
    assert live(team).name == "Outside"
    promotion = Promotion.objects.filter(name=AliasName.LIVE).first()
    assert promotion is not None
    assert promotion.is_override


SEEN = "Starts from A, which has seen 3 of these subjects: the figures are too good."


def test_figures_that_are_too_good_let_nothing_past_by_themselves(
    team: Team, tmp_path: Path
) -> None:
    first = serving(team, tmp_path)
    better = version(team, tmp_path, {"vessel": 0.95, "median": 0.9})
    worse = version(team, tmp_path, {"vessel": 0.95, "median": 0.2})
    for leaky in (better, worse):
        ModelVersion.objects.filter(pk=leaky.pk).update(card={**leaky.card, "seen_before": SEEN})
    told = gate_of(team, better)
    assert (told["is_passed"], told["doubt"]) == (False, SEEN)
    rows = {row["code"]: row for row in told["structures"]}
    assert (rows["median"]["basis"], rows["median"]["is_worse"]) == ("doubt", False)
    assert rows["median"]["sentence"] == "Median: Dice 0.900 after 0.600."
    refused = promote(team, better)
    assert (refused.status_code, refused.json()["code"]) == (409, "gate_failed")
    assert "cannot be judged beside the version that serves" in refused.json()["detail"]
    assert SEEN in refused.json()["detail"]
    # what is worse even by such figures is worse
    refused = promote(team, worse)
    assert "is worse than the version that serves" in refused.json()["detail"]
    assert "Median: Dice 0.200 after 0.600" in refused.json()["detail"]
    assert live(team) == first
    assert promote(team, better, is_override=True, serving=first).status_code == 200
    rows = client_of(team.trainee).get(f"/api/aliases/?project={team.project.pk}").json()["results"]
    promotions = next(row for row in rows if row["name"] == "live")["promotions"]
    assert [row["overridden"] for row in promotions] == ["doubt", None]


def test_beside_figures_that_are_too_good_only_what_is_not_worse_is_told(
    team: Team, tmp_path: Path
) -> None:
    first = serving(team, tmp_path)
    ModelVersion.objects.filter(pk=first.pk).update(card={**first.card, "seen_before": SEEN})
    assert gate_of(team, version(team, tmp_path, dict(DICE)))["is_passed"] is True
    told = gate_of(team, version(team, tmp_path, {"vessel": 0.8, "median": 0.3}))
    assert (told["is_passed"], told["doubt"]) == (False, SEEN)
    assert [row["code"] for row in told["structures"] if row["basis"] == "doubt"] == ["median"]
    assert not any(row["is_worse"] for row in told["structures"])


def paired_on(
    monkeypatch: pytest.MonkeyPatch,
    difference: float,
    interval: tuple[float, float],
    *,
    subjects: int,
    share: float,
) -> None:
    change = MeasuredChange("vessel", "dice", 12, difference, interval, subjects, share)
    monkeypatch.setattr(comparison, "_comparers", [lambda first, second: [change]])


@pytest.mark.parametrize(
    ("common", "said"),
    [
        (
            {"subjects": 2, "share": 0.9},
            "12 frames of 2 subjects that both were measured on, too few subjects to judge",
        ),
        (
            {"subjects": 7, "share": 0.2},
            "too few of the frames that the version that serves was measured on (20%)",
        ),
    ],
)
def test_few_common_frames_do_not_hide_figures_that_are_far_worse(
    team: Team,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    common: dict[str, Any],
    said: str,
) -> None:
    first = serving(team, tmp_path)
    second = version(team, tmp_path, {"vessel": 0.29, "median": 0.60})
    paired_on(monkeypatch, -0.3, (-0.63, 0.03), **common)
    told = gate_of(team, second)
    assert told["is_passed"] is False
    [row] = [row for row in told["structures"] if row["is_worse"]]
    assert (row["code"], row["basis"], row["frames"]) == ("vessel", "both", 12)
    assert row["sentence"].startswith("Vessel: Dice 0.290 after 0.800 (0.750 to 0.850)")
    assert "Dice -0.300 (-0.630 to +0.030) on the 12 frames" in row["sentence"]
    assert said in row["sentence"]
    assert promote(team, second).status_code == 409
    assert live(team) == first


def test_few_common_frames_that_are_surely_worse_are_worse(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving(team, tmp_path)
    second = version(team, tmp_path, {"vessel": 0.80, "median": 0.60})
    paired_on(monkeypatch, -0.3, (-0.4, -0.2), subjects=2, share=0.9)
    rows = {row["code"]: row for row in gate_of(team, second)["structures"]}
    assert (rows["vessel"]["basis"], rows["vessel"]["is_worse"]) == ("both", True)


def test_most_frames_of_enough_subjects_decide_alone(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving(team, tmp_path)
    # its own figures are of harder frames
    second = version(team, tmp_path, {"vessel": 0.29, "median": 0.60})
    paired_on(monkeypatch, 0.01, (-0.01, 0.03), subjects=6, share=0.5)
    told = gate_of(team, second)
    assert told["is_passed"] is True
    rows = {row["code"]: row for row in told["structures"]}
    assert (rows["vessel"]["basis"], rows["vessel"]["is_worse"]) == ("paired", False)


def test_a_lower_figure_without_an_interval_to_judge_by_needs_an_override(
    team: Team, tmp_path: Path
) -> None:
    first = serving(team, tmp_path)
    figures = {code: {"dice": dice} for code, dice in DICE.items()}
    ModelVersion.objects.filter(pk=first.pk).update(metrics={"structures": figures})
    assert gate_of(team, version(team, tmp_path, dict(DICE)))["is_passed"] is True
    second = version(team, tmp_path, {"vessel": 0.79, "median": 0.61})
    told = gate_of(team, second)
    assert (told["is_passed"], "no interval" in told["doubt"]) == (False, True)
    rows = {row["code"]: (row["basis"], row["is_worse"]) for row in told["structures"]}
    assert (rows["vessel"], rows["median"]) == (("doubt", False), ("none", False))
    refused = promote(team, second)
    assert (refused.status_code, refused.json()["code"]) == (409, "gate_failed")
    assert "cannot be judged beside the version that serves" in refused.json()["detail"]
    assert live(team) == first
    assert promote(team, second, is_override=True, serving=first).status_code == 200


@pytest.mark.parametrize("kept", [[0.7], "0.7", [None, 0.9], {}, 0.7])
def test_what_is_kept_as_an_interval_and_is_none_breaks_no_gate(
    team: Team, tmp_path: Path, kept: object
) -> None:
    first = serving(team, tmp_path)
    figures = {code: {"dice": dice, "intervals": {"dice": kept}} for code, dice in DICE.items()}
    ModelVersion.objects.filter(pk=first.pk).update(metrics={"structures": figures})
    told = gate_of(team, version(team, tmp_path, {"vessel": 0.79, "median": 0.61}))
    assert (told["is_passed"], "no interval" in told["doubt"]) == (False, True)
