"""Which folds are to be run, and what makes two of them the same: digests of recipe and data."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import training.classical.edges
import training.classical.superpixels
from training import recipes
from training.classical import METHODS
from training.datasets.pairs import ImageMaskPair, scan_pairs
from training.datasets.problem import BadInputError
from training.recipes.recipe import PRECISIONS, Precision, Recipe

PLAN_FILE = Path(__file__).with_name("plan.toml")

# what a recipe says of itself to people; mending a word makes no figure stale
_WORDS = frozenset({"name", "title", "description", "source"})


@dataclass(frozen=True, slots=True)
class DataSet:
    """A public data set. folds: how many it is dealt into; digest: of its files and classes."""

    name: str
    title: str
    credit: str
    classes: str
    folds: int
    digest: str

    def pairs(self, root: Path) -> tuple[ImageMaskPair, ...]:
        """The pairs in `root/NAME/{images,masks}`; BadInputError for any but the plan's files."""
        found = scan_pairs(root / self.name / "images", root / self.name / "masks").pairs
        digest = data_digest(found, self.classes)
        if digest != self.digest:
            raise BadInputError(
                f"The files in {root / self.name} are not those of the plan "
                f"(digest {digest}, the plan says {self.digest})."
            )
        return found


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold to run: a recipe, or a method from before networks (then no epochs)."""

    data: DataSet
    recipe: str
    fold: int
    epochs: int | None
    precision: Precision

    @property
    def is_classical(self) -> bool:
        return self.recipe in METHODS

    @property
    def network_recipe(self) -> Recipe:
        """The recipe as this plan runs it; its input size is planned from the images later."""
        recipe = recipes.get(self.recipe)
        return replace(recipe, epochs=self.epochs or recipe.epochs, precision=self.precision)

    @property
    def recipe_digest(self) -> str:
        """Of all that decides what is learnt, but for the images and the code of training."""
        if self.is_classical:
            return classical_digest(self.recipe)
        return recipe_digest(self.network_recipe)

    @property
    def name(self) -> str:
        return f"{self.data.name}/{self.recipe} fold {self.fold}"

    def record_file(self, records: Path) -> Path:
        return records / self.data.name / self.recipe / f"fold-{self.fold}.json"

    def run_folder(self, work: Path) -> Path:
        """Where its checkpoints lie; another recipe of the same name gets another folder."""
        return work / self.data.name / f"{self.recipe}-{self.recipe_digest[:8]}"


@dataclass(frozen=True, slots=True)
class Plan:
    data: Mapping[str, DataSet]
    folds: tuple[Fold, ...]

    def chosen(self, data: str | None, recipe: str | None, fold: int | None) -> Iterator[Fold]:
        """The folds in order, only those of a data set, a recipe or a number where given."""
        for each in self.folds:
            is_other = (
                data not in {None, each.data.name}
                or recipe not in {None, each.recipe}
                or fold not in {None, each.fold}
            )
            if not is_other:
                yield each

    def find(self, data: str, recipe: str, fold: int) -> Fold:
        for each in self.chosen(data, recipe, fold):
            return each
        raise BadInputError(f"The plan has no fold {fold} of {recipe} on {data}.")


def read_plan(path: Path = PLAN_FILE) -> Plan:
    """Read a plan; BadInputError for one that names what there is not, or a fold twice."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as damage:
        raise BadInputError(f"The plan {path} is not readable ({damage}).") from damage
    data = {name: DataSet(name=name, **each) for name, each in told["data"].items()}
    folds: list[Fold] = []
    for step in told["step"]:
        recipe, precision = step["recipe"], step.get("precision", "float32")
        if recipe not in METHODS:
            recipes.get(recipe)
        if precision not in PRECISIONS:
            raise BadInputError(f"The plan asks for the unknown precision {precision!r}.")
        for number in step["folds"]:
            fold = Fold(data[step["data"]], recipe, number, step.get("epochs"), precision)
            if not 0 <= number < fold.data.folds:
                raise BadInputError(f"The plan asks for {fold.name} of {fold.data.folds}.")
            if any(each.name == fold.name for each in folds):
                raise BadInputError(f"The plan names {fold.name} twice.")
            folds.append(fold)
    return Plan(data, tuple(folds))


def data_digest(pairs: tuple[ImageMaskPair, ...], classes: str) -> str:
    """SHA-256, first 16 hex digits, of the stems, both files of each, and what the values mean."""
    digest = hashlib.sha256(classes.encode())
    for pair in sorted(pairs, key=lambda each: each.stem):
        digest.update(pair.stem.encode())
        for path in (pair.image, pair.mask):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def recipe_digest(recipe: Recipe) -> str:
    """SHA-256, first 16 hex digits, of the fields that decide what is learnt."""
    described: dict[str, Any] = {
        field.name: getattr(recipe, field.name)
        for field in fields(recipe)
        if field.name not in _WORDS
    }
    described["augmentations"] = [
        {"kind": type(each).__name__, **told}
        for each, told in zip(recipe.augmentations, asdict(recipe)["augmentations"], strict=True)
    ]
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]


def classical_digest(method: str) -> str:
    """SHA-256, first 16 hex digits, of a method's name and its code: it has no recipe."""
    digest = hashlib.sha256(method.encode())
    for module in (training.classical.edges, training.classical.superpixels):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:16]
