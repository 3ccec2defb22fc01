"""What a snapshot's choice of labels is called."""

from collections.abc import Mapping
from typing import Any

from annotation.selectors import LabelChoice

LABEL_WORDS: Mapping[LabelChoice, str] = {
    "accepted": "what is accepted: the consensus where one is signed, else what was accepted first",
    "consensus": "signed consensus only",
    "reader": "accepted work of one reader",
    "soft": "at each pixel the share of accepted readings",
}


def labels_of(manifest: Mapping[str, Any]) -> LabelChoice:
    """The choice that a manifest was frozen with; those that name none hold what was accepted."""
    choice: LabelChoice = manifest.get("labels", "accepted")
    return choice
