"""What cannot be registered is refused in a sentence, and nothing is kept of it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inference.engine.modelfile import write_spec
from inference.models import ModelVersion
from inference.services.model_file_check import NETWORK, WEIGHTS
from tests.factories import Team, make_team
from tests.inference.registry.model_files import AXILLARY, hollow_file, spec_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


def refusal(team: Team, file: Path, **options: str) -> str:
    """The command's sentence, where it refuses the file and registers nothing."""
    with pytest.raises(CommandError) as refused:
        call_command("register_model", str(file), project=team.project.name, name="X", **options)
    assert not ModelVersion.objects.exists()
    return str(refused.value)


def card(tmp_path: Path, text: str) -> Path:
    (tmp_path / "m.json").write_text(text, encoding="utf-8")
    return hollow_file(tmp_path / "m.keras")


def archive(path: Path, **entries: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in entries.items():
            packed.writestr(name, text)
    write_spec(path, spec_of(AXILLARY))
    return path


def test_weights_that_are_damaged_in_a_whole_zip(team: Team, tmp_path: Path) -> None:
    file = archive(tmp_path / "m.keras", **{NETWORK: "{}", WEIGHTS: "these are the weights"})
    file.write_bytes(file.read_bytes().replace(b"the weights", b"THE weights"))
    said = "m.keras is damaged (model.weights.h5 does not match its checksum)"
    assert said in refusal(team, file)


def test_a_description_that_cannot_be_unpacked(team: Team, tmp_path: Path) -> None:
    file = hollow_file(tmp_path / "m.keras")
    with zipfile.ZipFile(file) as packed:
        place = packed.getinfo("fascicle.json").header_offset + 30 + len("fascicle.json")
    held = bytearray(file.read_bytes())
    held[place : place + 8] = b"\xff" * 8
    file.write_bytes(held)
    assert "m.keras is damaged" in refusal(team, file)


@pytest.mark.parametrize("missing", [NETWORK, WEIGHTS])
def test_a_file_without_a_network_inside(team: Team, tmp_path: Path, missing: str) -> None:
    held = {NETWORK: "{}", WEIGHTS: "weights"}
    del held[missing]
    file = archive(tmp_path / "m.keras", **held)
    assert f"m.keras holds no whole network: it lacks {missing}" in refusal(team, file)


@pytest.mark.parametrize("network", ["[]", "no JSON"])
def test_a_network_that_is_described_by_no_object(team: Team, tmp_path: Path, network: str) -> None:
    file = archive(tmp_path / "m.keras", **{NETWORK: network, WEIGHTS: "weights"})
    assert "m.keras is damaged" in refusal(team, file)


def test_what_is_no_archive_and_what_is_not_there(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "m.keras"
    assert "There is no model file" in refusal(team, file)
    file.write_bytes(b"no zip")
    assert "m.keras is not a readable model file" in refusal(team, file)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "is no JSON object"),
        ("{", "is not readable JSON"),
        ('{"metrics": null}', "metrics is no JSON object"),
        ('{"metrics": []}', "metrics is no JSON object"),
        ('{"metrics": "good"}', "metrics is no JSON object"),
        ('{"limits": NaN}', "holds what is no JSON"),
        ('{"limits": 1e999}', "holds what is no JSON"),
        ('{"limits": "\\ud800"}', "holds what is no JSON"),
        ('{"limits": "\\u0000"}', "holds a character zero"),
        ('{"metrics": {"structures": []}}', "metrics.structures is no JSON object"),
        ('{"metrics": {"structures": {"median": 0.8}}}', "structures.median is no JSON object"),
        ('{"metrics": {"iou": "good"}}', "metrics.iou is no number from 0 to 1"),
    ],
)
def test_a_card_that_is_none(team: Team, tmp_path: Path, text: str, says: str) -> None:
    assert says in refusal(team, card(tmp_path, text))


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"intervals": {"dice": [0.5]}}, "intervals.dice is not two numbers"),
        ({"intervals": {"dice": [0.7, 0.5]}}, "intervals.dice is not two numbers"),
        ({"intervals": {"f1": ["a", "b"]}}, "intervals.f1 is not two numbers"),
        ({"intervals": {"f1": {"low": 0.1}}}, "intervals.f1 is not two numbers"),
        ({"intervals": [0.5, 0.7]}, "intervals is no JSON object"),
        ({"dice": 80}, "dice is no number from 0 to 1"),
        ({"dice": True}, "dice is no number from 0 to 1"),
    ],
)
def test_figures_that_the_gate_could_not_read(
    team: Team, tmp_path: Path, figures: dict[str, object], says: str
) -> None:
    text = json.dumps({"metrics": {"structures": {"median": figures}}})
    assert f"metrics.structures.median.{says}" in refusal(team, card(tmp_path, text))


def test_a_reason_of_spaces(team: Team, tmp_path: Path) -> None:
    file = hollow_file(tmp_path / "m.keras")
    assert "Say why this model is registered" in refusal(team, file, reason="  ")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("trained_on", {"loss": float("nan")}, "The description in m.keras holds what is no JSON"),
        ("recipe", "r" * 41, "m.keras names a recipe of more than 40 letters"),
    ],
)
def test_a_description_that_cannot_be_kept(
    team: Team, tmp_path: Path, name: str, value: object, says: str
) -> None:
    file = tmp_path / "m.keras"
    described = {**spec_of(AXILLARY).to_json(), name: value}
    with zipfile.ZipFile(file, "w") as packed:
        for entry, text in ((NETWORK, "{}"), (WEIGHTS, ""), ("fascicle.json", described)):
            packed.writestr(entry, text if isinstance(text, str) else json.dumps(text))
    assert says in refusal(team, file)
