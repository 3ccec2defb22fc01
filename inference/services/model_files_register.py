"""Enter model files from outside a run into the registry."""

from collections.abc import Sequence
from pathlib import Path

from fascicle.accounts.models import Project, User
from fascicle.errors import InvalidInput
from inference.engine import EngineError, read_spec
from inference.models import ModelVersion
from inference.services.model_card import shown_structures
from inference.services.model_card_file import card_read, storable_require
from inference.services.model_file_check import model_file_check
from inference.services.model_version_register import model_version_register
from inference.services.weights import weights_store

LONGEST_RECIPE = 40  # that of ModelVersion.recipe


def model_files_register(
    *, project: Project, actor: User | None, name: str, files: Sequence[Path], reason: str
) -> ModelVersion:
    """Register one file, or several as an ensemble, as the project's next model version.

    A JSON file of the same stem beside the first is its card; its entry `metrics`, in the form of
    `training.evaluate`, becomes the version's figures. Raises what model_version_register raises,
    and InvalidInput for a file that is no model or damaged, members that name different structures,
    and a card or figures of another form.
    """
    for path in files:
        model_file_check(path)
    try:
        specs = [read_spec(path) for path in files]
    except EngineError as error:
        raise InvalidInput(str(error)) from error
    if not specs:
        raise InvalidInput("Name at least one model file.")
    for path, spec in zip(files, specs, strict=True):
        if spec.codes != specs[0].codes:
            raise InvalidInput(f"{path.name} names other structures than {files[0].name}.")
        storable_require(spec.to_json(), f"The description in {path.name}")
        if len(spec.recipe) > LONGEST_RECIPE:
            raise InvalidInput(f"{path.name} names a recipe of more than {LONGEST_RECIPE} letters.")
    card, metrics = card_read(files[0].with_suffix(".json"))
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
