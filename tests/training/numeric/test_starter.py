from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from inference.engine.engine import Engine
from phantom import Scene

STARTERS = Path(__file__).parents[3] / "inference" / "starter"
LARGEST_BYTES = 10_000_000


@pytest.mark.parametrize("stem", ["starter-1", "starter-2", "femoral", "usgra"])
def test_a_starter_model_answers_and_its_card_says_where_it_comes_from(stem: str) -> None:
    path = STARTERS / f"{stem}.keras"
    assert path.stat().st_size < LARGEST_BYTES
    engine = Engine.load(path)  # refuses a model that does not answer as it did when written
    frame = Scene("femoral-block", 7, 135, 257).frame(0).image
    seen = engine.segment(frame[None])
    assert seen.labels.shape == (1, 135, 257)
    assert int(seen.labels.max()) <= len(engine.classes)
    assert seen.confidence.dtype == np.float32

    card = json.loads((STARTERS / f"{stem}.json").read_text(encoding="utf-8"))
    assert card["recipe"] == engine.spec.recipe
    assert card["data"]["source"]
    assert set(card["metrics"]["structures"]) == {each.code for each in engine.classes}
    assert "guiding a needle" in card["not_for"]
    assert "images" not in card["metrics"]


def test_whoever_gave_the_images_is_named_beside_the_model() -> None:
    credit = (STARTERS / "README.md").read_text(encoding="utf-8")
    for card in STARTERS.glob("*.json"):
        described = json.loads(card.read_text(encoding="utf-8"))
        assert card.stem in credit
        if described["data"]["source"] != "phantom":
            assert described["data"]["source"].split(",")[0] in credit
            assert described["data"]["licence"] in credit
