"""The golden vectors say what the code says; the TypeScript tests read the same files."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "vectors"


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_vectors", FOLDER / "make_vectors.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_regenerating_the_vectors_changes_nothing(maker: ModuleType) -> None:
    built = maker.build()
    stored = {path.name: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
    assert set(stored) >= set(built)
    for name, content in built.items():
        # through JSON, so that tuples and lists are the same
        assert stored[name] == json.loads(json.dumps(content)), name


def test_every_vector_of_a_contour_covers_the_same_pixels_in_both_directions(
    maker: ModuleType,
) -> None:
    masks = {vector["name"]: vector["mask"] for vector in maker.contour_vectors()}
    for kind in ("polygon", "spline"):
        assert masks[f"nerve, {kind}"] == masks[f"nerve the other way, {kind}"]
