"""Finding and removing what identifies a person in pixels and in DICOM attributes. No Django."""

from .findings import Finding, FindingKind, Proposal
from .problem import DeidentifyError
from .proposal import propose
from .redaction import Box, Redaction

__all__ = [
    "Box",
    "DeidentifyError",
    "Finding",
    "FindingKind",
    "Proposal",
    "Redaction",
    "propose",
]
