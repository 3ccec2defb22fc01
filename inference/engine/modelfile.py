"""What a model file says about itself: the entry `fascicle.json` inside the `.keras` zip.

Keras reads the entries it knows by name and leaves others alone, so one file carries both the
network and everything needed to feed it and to name what it returns.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from inference.engine.errors import EngineError, ModelFileError
from inference.engine.preprocess import FitMode, Normalisation, Preprocessing, Step

ENTRY = "fascicle.json"
FORMAT_VERSION = 1
# goes with every description that is written; files from before have none
RESEARCH_NOTICE = "Research use only: not for diagnosis, not for guiding a needle."


@dataclass(frozen=True, slots=True)
class ModelClass:
    """One output channel: its index in label maps, the structure's stable code and its name.

    is_single: anatomy has one of it, so only its largest region is kept. presence_threshold: the
    confidence from which the structure counts as seen, calibrated on held-out frames
    (`presence.calibrate_threshold`), or None where nobody has.
    """

    index: int
    code: str
    name: str
    is_single: bool = False
    presence_threshold: float | None = None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """All a model file says about itself.

    classes lists the structures in channel order, from index 1; channel 0 is the background.
    trained_with_flips: mirrored frames are as familiar to it, so that averaging over both helps.
    golden holds the mean probability per channel on the golden frame (`runtime.golden_frame`),
    as measured when the model was written: a runtime that disagrees is refused.
    """

    recipe: str
    classes: tuple[ModelClass, ...]
    preprocessing: Preprocessing
    trained_on: Mapping[str, int | float | str | None] = field(default_factory=dict)
    seed: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    golden: tuple[float, ...] | None = None
    trained_with_flips: bool = False
    format_version: int = FORMAT_VERSION

    @property
    def channels(self) -> int:
        """Number of output channels, background included."""
        return len(self.classes) + 1

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.classes)

    def to_json(self) -> dict[str, Any]:
        description = asdict(self)
        preprocessing = description.pop("preprocessing")
        return {
            "format_version": description.pop("format_version"),
            "notice": RESEARCH_NOTICE,
            "recipe": description.pop("recipe"),
            "input": {
                "height": preprocessing["height"],
                "width": preprocessing["width"],
                "channels": 1,
            },
            "preprocessing": {
                "fit": preprocessing["fit"],
                "normalisation": preprocessing["normalisation"],
                "steps": list(preprocessing["steps"]),
            },
            **description,
        }


def spec_from_json(description: Mapping[str, Any]) -> ModelSpec:
    """Build a ModelSpec from the parsed entry; ModelFileError says what is wrong with it."""
    try:
        spec = _parse(description)
    except (KeyError, TypeError, ValueError, EngineError) as wrong:
        raise ModelFileError(f"The model's description is damaged: {wrong!r}.") from wrong
    if spec.format_version > FORMAT_VERSION:
        raise ModelFileError(
            f"The model file has format {spec.format_version}; this installation reads up to "
            f"{FORMAT_VERSION}: update it."
        )
    if [each.index for each in spec.classes] != list(range(1, spec.channels)) or not spec.classes:
        raise ModelFileError("The model's classes are not numbered 1, 2, ... in order.")
    return spec


def _parse(description: Mapping[str, Any]) -> ModelSpec:
    golden = description.get("golden")
    scaling = description["preprocessing"]
    return ModelSpec(
        recipe=str(description["recipe"]),
        classes=tuple(
            ModelClass(
                int(each["index"]),
                str(each["code"]),
                str(each["name"]),
                bool(each.get("is_single", False)),
                _threshold(each.get("presence_threshold")),
            )
            for each in description["classes"]
        ),
        preprocessing=Preprocessing(
            height=int(description["input"]["height"]),
            width=int(description["input"]["width"]),
            normalisation=cast("Normalisation", str(scaling["normalisation"])),
            fit=cast("FitMode", str(scaling["fit"])),
            steps=cast("tuple[Step, ...]", tuple(str(each) for each in scaling.get("steps", ()))),
        ),
        trained_on=dict(description.get("trained_on", {})),
        seed=int(description.get("seed", 0)),
        versions=dict(description.get("versions", {})),
        golden=None if golden is None else tuple(float(mean) for mean in golden),
        trained_with_flips=bool(description.get("trained_with_flips", False)),
        format_version=int(description["format_version"]),
    )


def _threshold(value: Any) -> float | None:
    if value is None:
        return None
    threshold = float(value)
    if not 0.0 <= threshold <= 1.0:
        raise ValueError(f"a presence threshold of {threshold}")
    return threshold


def read_spec(path: Path | str) -> ModelSpec:
    """Read what the model file says about itself, without loading the network."""
    path = Path(path)
    if not path.is_file():
        raise ModelFileError(f"There is no model file {path}.")
    try:
        with zipfile.ZipFile(path) as archive:
            description = json.loads(archive.read(ENTRY))
    except KeyError:
        raise ModelFileError(
            f"{path.name} is a Keras model without {ENTRY}: train it here, or add that entry."
        ) from None
    except (zipfile.BadZipFile, json.JSONDecodeError, UnicodeDecodeError, OSError) as damage:
        raise ModelFileError(f"{path.name} is not a readable model file ({damage}).") from damage
    if not isinstance(description, dict):
        raise ModelFileError(f"The model's description in {path.name} is damaged.")
    return spec_from_json(description)


def write_spec(path: Path | str, spec: ModelSpec) -> None:
    """Put the description into the `.keras` file, replacing an earlier one; all or nothing."""
    path = Path(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(draft, "w") as new:
            for entry in old.infolist():
                if entry.filename == ENTRY:
                    continue
                with old.open(entry) as source, new.open(entry, "w") as target:
                    shutil.copyfileobj(source, target)
            text = json.dumps(spec.to_json(), indent=2, sort_keys=False)
            new.writestr(ENTRY, text, compress_type=zipfile.ZIP_DEFLATED)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
