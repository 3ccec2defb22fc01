"""What was found in a clip's pixels, and what is proposed to be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .problem import DeidentifyError
from .redaction import Box, Redaction

FindingKind = Literal["ultrasound-region", "sector", "text", "static-overlay", "logo", "ruler"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `box` is in source pixels, `confidence` from 0 to 1, `reason` a sentence.

    The reason says where and why, never what was written there: no text is read.
    """

    kind: FindingKind
    box: Box
    confidence: float
    reason: str

    def to_json(self) -> dict[str, Any]:
        """`{kind, box: {x0, y0, x1, y1}, confidence, reason}`."""
        return {
            "kind": self.kind,
            "box": self.box.to_json(),
            "confidence": round(self.confidence, 3),
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, value: object) -> Finding:
        """The finding of what `to_json` writes. Raises DeidentifyError when it is not."""
        if not isinstance(value, Mapping):
            raise DeidentifyError("A finding is written as kind, box, confidence and reason.")
        kind, confidence, reason = (value.get(key) for key in ("kind", "confidence", "reason"))
        if kind is None or kind not in get_args(FindingKind) or not isinstance(reason, str):
            raise DeidentifyError("A finding needs a known kind and a reason.")
        if isinstance(confidence, bool) or not isinstance(confidence, int | float):
            raise DeidentifyError("A finding's confidence is a number from 0 to 1.")
        return cls(kind, Box.from_json(value.get("box")), float(confidence), reason)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A redaction to be confirmed or corrected by a person, and the findings it rests on."""

    redaction: Redaction
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """`{redaction, findings: [...]}`."""
        return {
            "redaction": self.redaction.to_json(),
            "findings": [finding.to_json() for finding in self.findings],
        }

    @classmethod
    def from_json(cls, value: object) -> Proposal:
        """The proposal of what `to_json` writes. Raises DeidentifyError when it is not."""
        if not isinstance(value, Mapping) or not isinstance(value.get("findings"), list):
            raise DeidentifyError("A proposal is written as redaction and findings.")
        findings = tuple(Finding.from_json(finding) for finding in value["findings"])
        return cls(Redaction.from_json(value.get("redaction")), findings)
