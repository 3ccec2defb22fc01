"""What an exported model says to whoever is given it: a README, and its card with the credit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inference.engine.modelfile import RESEARCH_NOTICE
from inference.engine.runtimes import (
    IR_FILE,
    IR_INT8_FILE,
    ONNX_FILE,
    TFLITE_DYNAMIC_FILE,
    TFLITE_FILE,
    TFLITE_INT8_FILE,
)
from training.datasets.problem import BadInputError

README_FILE = "README.txt"
CARD_FILE = "card.json"

_READERS: dict[str, str] = {
    ONNX_FILE: "ONNX Runtime and others",
    IR_FILE: "OpenVINO IR, weights in model.bin",
    IR_INT8_FILE: "OpenVINO IR, int8, weights in model-int8.bin",
    TFLITE_FILE: "LiteRT, float32",
    TFLITE_DYNAMIC_FILE: "LiteRT, 8-bit weights",
    TFLITE_INT8_FILE: "LiteRT, full int8",
}
_LAST_LINE = "`Engine.load` of inference.engine takes this folder as it is."
_README = """\
{title}

{notice}

{credit}

fascicle.json says what the network takes and what its outputs mean: size, normalisation,
structures in the order of the channels, thresholds. parity.json tells, for each file that a
runtime here can run, how far its answers are from the original's, and which file was left out
because it is too far off. golden.npz holds drawn frames and the original's answers to them.

{files}
{last_line}
"""


def readme_text(title: str, files: Sequence[str], card: Mapping[str, Any] | None) -> str:
    """The README of an exported model that has these model files and this card."""
    listed = "".join(f"  {name:<22}{_READERS[name]}\n" for name in files)
    return _README.format(
        title=title,
        notice=RESEARCH_NOTICE,
        credit=_credit(card),
        files=listed,
        last_line=_LAST_LINE,
    )


def is_readme_of_export(path: Path) -> bool:
    """Whether this file is a README that `readme_text` made, of whichever model."""
    return path.is_file() and path.read_text("utf-8", errors="replace").rstrip().endswith(
        _LAST_LINE
    )


def card_beside(model: Path) -> dict[str, Any] | None:
    """The card of a model file: the JSON file of the same stem beside it, None without one.

    Raises BadInputError for one that cannot be read: the credit that it gives would be lost.
    """
    beside = model.with_suffix(".json")
    if not beside.is_file():
        return None
    try:
        card = json.loads(beside.read_text(encoding="utf-8"))
    except ValueError as damage:
        raise BadInputError(f"The card {beside} is not readable JSON ({damage}).") from damage
    if not isinstance(card, dict):
        raise BadInputError(f"{beside} lies beside the model but is no card of it.")
    return card


def _credit(card: Mapping[str, Any] | None) -> str:
    known = (card or {}).get("data")
    data = known if isinstance(known, Mapping) else {}
    lines = [] if card is None else [f"{CARD_FILE} is the model's card."]
    if not data:
        lines.append("Whose data it was trained on, and under which licence, is not known here.")
    elif not data.get("source"):
        lines.append(f"{CARD_FILE} tells which data it was trained on.")
    else:
        lines.append(f"Trained on: {data['source']}")
    if data.get("licence"):
        lines.append(f"Licence of the data: {data['licence']}")
        lines.append("Name both wherever you pass the model on.")
    return "\n".join(lines)
