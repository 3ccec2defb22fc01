"""The words and figures people give with a clip, checked once for every way in."""

from dataclasses import dataclass
from typing import Any

from fascicle.errors import InvalidInput

MAX_PSEUDONYM = 64
MAX_LABEL = 120
MAX_SCANNER = 80
MAX_CREDIT = 200
MAX_MICRONS_PER_PIXEL = 100_000.0


@dataclass(frozen=True, slots=True)
class ClipWords:
    """What is said about a clip; only the pseudonym is required."""

    subject: str
    label: str = ""
    scanner: str = ""
    credit: str = ""
    microns_per_pixel: float | None = None

    def to_json(self) -> dict[str, Any]:
        """For the payload of a Job."""
        return {
            "subject": self.subject,
            "label": self.label,
            "scanner": self.scanner,
            "credit": self.credit,
            "microns_per_pixel": self.microns_per_pixel,
        }


def checked_pseudonym(text: str) -> str:
    """A subject's pseudonym without surrounding space; InvalidInput when it cannot be one."""
    pseudonym = checked_line(text, "subject", MAX_PSEUDONYM)
    if not pseudonym:
        raise InvalidInput("Give the subject a pseudonym.", subject=["Required."])
    return pseudonym


def checked_line(text: str, name: str, longest: int) -> str:
    """A line of text without surrounding space; InvalidInput when too long or not one line."""
    line = text.strip()
    if len(line) > longest:
        raise _wrong(name, f"The {name} is longer than {longest} characters.", "Too long.")
    if not line.isprintable():
        raise _wrong(name, f"The {name} must be one line of plain text.", "One line only.")
    return line


def checked_scale(microns_per_pixel: float | None) -> float | None:
    """A pixel's side in micrometres; InvalidInput when it cannot be one."""
    if microns_per_pixel is None or 0 < microns_per_pixel <= MAX_MICRONS_PER_PIXEL:
        return microns_per_pixel
    raise InvalidInput(
        f"Micrometres per pixel must lie between 0 and {MAX_MICRONS_PER_PIXEL:,.0f}.",
        microns_per_pixel=["Out of range."],
    )


def checked_words(
    *,
    subject: str,
    label: str = "",
    scanner: str = "",
    credit: str = "",
    microns_per_pixel: float | None = None,
) -> ClipWords:
    """All of them checked; InvalidInput names the one that is wrong."""
    return ClipWords(
        subject=checked_pseudonym(subject),
        label=checked_line(label, "label", MAX_LABEL),
        scanner=checked_line(scanner, "scanner", MAX_SCANNER),
        credit=checked_line(credit, "credit", MAX_CREDIT),
        microns_per_pixel=checked_scale(microns_per_pixel),
    )


def _wrong(name: str, detail: str, remark: str) -> InvalidInput:
    error = InvalidInput(detail)
    error.fields[name] = [remark]
    return error
