"""Enter model files from outside a run into the registry."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fascicle.accounts.models import Project, User
from fascicle.errors import InvalidInput
from inference.engine import EngineError, read_spec
from inference.models import ModelVersion
from inference.services.model_card import shown_structures
from inference.services.model_version_register import model_version_register
from inference.services.weights import weights_store


def model_files_register(
    *, project: Project, actor: User | None, name: str, files: Sequence[Path], reason: str
) -> ModelVersion:
    """Register one file, or several as an ensemble, as the project's next model version.

    A JSON file of the same stem beside the first is its card; its entry `metrics`, in the form of
    `training.evaluate`, becomes the version's figures. Raises what model_version_register raises,
    and InvalidInput for a file that is no model or members that name different structures.
    """
    try:
        specs = [read_spec(path) for path in files]
    except EngineError as error:
        raise InvalidInput(str(error)) from error
    if not specs:
        raise InvalidInput("Name at least one model file.")
    for path, spec in zip(files, specs, strict=True):
        if spec.codes != specs[0].codes:
            raise InvalidInput(f"{path.name} names other structures than {files[0].name}.")
    card = _card(files[0])
    metrics = card.pop("metrics", {})
    return model_version_register(
        project=project,
        actor=actor,
        name=name,
        recipe=specs[0].recipe,
        members=[
            weights_store(path).as_member(_fold(spec.trained_on.get("fold")))
            for path, spec in zip(files, specs, strict=True)
        ],
        structures=[
            {"channel": each.index, "code": each.code, "name": each.name}
            for each in specs[0].classes
        ],
        metrics=metrics,
        card={
            "trained_on": dict(specs[0].trained_on),
            "seed": specs[0].seed,
            "after_the_network": shown_structures(specs[0].classes),
            **card,
        },
        reason=reason,
    )


def _fold(value: float | str | None) -> int | None:
    return value if isinstance(value, int) else None


def _card(path: Path) -> dict[str, Any]:
    beside = path.with_suffix(".json")
    if not beside.is_file():
        return {}
    try:
        card = json.loads(beside.read_text(encoding="utf-8"))
    except ValueError as damage:
        raise InvalidInput(f"The card {beside.name} is not readable JSON ({damage}).") from damage
    return card if isinstance(card, dict) else {}
