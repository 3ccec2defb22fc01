"""May a version take another's place? Not when it draws or finds a structure worse, nor by itself
when its figures cannot tell.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from inference.comparison import Measure, MeasuredChange, measured_changes
from inference.models import AliasName, ModelVersion
from inference.selectors import alias_model

# a model can be right in outline and miss every third nerve, so both are judged
_WORDS: dict[Measure, str] = {"dice": "Dice", "f1": "F1 of detection"}
# fewer subjects, or a smaller part of the frames that the version that serves was measured on, are
# too few to judge by alone
LEAST_SUBJECTS = 6  # that of training.evaluate.compare, which this app does not know
LEAST_SHARE = 0.5
_NO_INTERVAL = (
    "The version that serves has no interval for its figures, and some of this version's are lower."
)


@dataclass(frozen=True, slots=True)
class StructureVerdict:
    """One measure of one structure: of the version that serves and of the one that shall.

    basis: what the verdict rests on. "paired": the same frames, where the interval is that of the
    mean difference; "interval": each version's own figures, where it is that of the version that
    serves; "both": the same, and the few same frames besides; "none": nothing to judge by; "doubt":
    figures that cannot tell, and `doubt` says why. sentence says it to a person.
    """

    code: str
    name: str
    measure: Measure
    before: float | None
    after: float | None
    interval: tuple[float, float] | None
    basis: str
    frames: int
    is_worse: bool
    sentence: str
    doubt: str = ""

    @property
    def is_in_doubt(self) -> bool:
        return self.basis == "doubt"


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """against: the version that serves now, None where the place is free or serves nobody. doubt:
    why figures cannot tell of a structure whether it is worse, "" where they can; then the gate is
    not passed either.
    """

    is_passed: bool
    against: ModelVersion | None
    structures: tuple[StructureVerdict, ...] = ()
    doubt: str = ""

    @property
    def worse(self) -> list[StructureVerdict]:
        return [each for each in self.structures if each.is_worse]

    def to_json(self) -> dict[str, Any]:
        return {
            "is_passed": self.is_passed,
            "against": str(self.against.pk) if self.against else None,
            "doubt": self.doubt,
            "structures": [asdict(each) for each in self.structures],
        }


def promotion_gate(version: ModelVersion, name: AliasName) -> GateVerdict:
    """Compare the version with the one that serves this purpose now, structure by structure."""
    current = alias_model(version.project_id, name)
    if name == AliasName.CANDIDATE or current is None or current.pk == version.pk:
        return GateVerdict(is_passed=True, against=None)
    changes = {(each.code, each.measure): each for each in measured_changes(current, version)}
    known = {each["code"] for each in version.structures}
    unfair = [str(each.card.get("seen_before", "")) for each in (version, current)]
    verdicts: list[StructureVerdict] = []
    for structure in current.structures:
        code, label = structure["code"], structure["name"]
        before, after = _figures(current, code), _figures(version, code)
        if code not in known:
            verdicts.append(_missing(code, label, before))
            continue
        for measure in _WORDS:
            own = _doubted(_by_interval(code, label, measure, before, after), *unfair)
            change = changes.get((code, measure))
            if change is not None and change.interval is not None:
                paired = _paired(label, change, change.interval, before, after)
                is_enough = own.before is None or _is_enough(change)
                verdicts.append(paired if is_enough else _by_both(own, paired, change))
            elif measure == "dice" or own.before is not None:
                verdicts.append(own)
    doubt = " ".join(dict.fromkeys(each.doubt for each in verdicts if each.is_in_doubt))
    passed = not doubt and not any(each.is_worse for each in verdicts)
    return GateVerdict(is_passed=passed, against=current, structures=tuple(verdicts), doubt=doubt)


def _missing(code: str, label: str, before: Mapping[str, Any]) -> StructureVerdict:
    sentence = f"{label}: this version does not segment it at all."
    return StructureVerdict(
        code=code,
        name=label,
        measure="dice",
        before=_figure(before, "dice"),
        after=None,
        interval=None,
        basis="none",
        frames=0,
        is_worse=True,
        sentence=sentence,
    )


def _doubted(verdict: StructureVerdict, version: str, current: str) -> StructureVerdict:
    """In doubt where it rests on figures that are too good: `version` and `current` say why those
    of the two are, or are "". A version that is worse in spite of such figures is worse, and one
    that is not worse than such figures is not.
    """
    had, has = verdict.before, verdict.after
    rests_on = current if verdict.is_worse else version
    if not rests_on or had is None or has is None:
        return verdict
    sentence = f"{verdict.name}: {_WORDS[verdict.measure]} {has:.3f} after {had:.3f}."
    return replace(
        verdict, basis="doubt", is_worse=False, interval=None, sentence=sentence, doubt=rests_on
    )


def _paired(
    label: str,
    change: MeasuredChange,
    interval: tuple[float, float],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> StructureVerdict:
    is_worse = interval[1] < 0
    word = _WORDS[change.measure]
    said = f"{word} {change.difference:+.3f} ({interval[0]:+.3f} to {interval[1]:+.3f})"
    return StructureVerdict(
        code=change.code,
        name=label,
        measure=change.measure,
        before=_figure(before, change.measure),
        after=_figure(after, change.measure),
        interval=interval,
        basis="paired",
        frames=change.frames,
        is_worse=is_worse,
        sentence=f"{label}: {said} on {_common(change)}.",
    )


def _common(change: MeasuredChange) -> str:
    subjects = "1 subject" if change.subjects == 1 else f"{change.subjects} subjects"
    return f"the {change.frames} frames of {subjects} that both were measured on"


def _is_enough(change: MeasuredChange) -> bool:
    return change.subjects >= LEAST_SUBJECTS and change.share >= LEAST_SHARE


def _by_both(
    own: StructureVerdict, paired: StructureVerdict, change: MeasuredChange
) -> StructureVerdict:
    """Worse in either is worse; `own` rests on each version's figures, `paired` on few frames."""
    why = "subjects"
    if change.subjects >= LEAST_SUBJECTS:
        why = f"of the frames that the version that serves was measured on ({change.share:.0%})"
    said = paired.sentence.removeprefix(f"{own.name}: ").removesuffix(".")
    is_worse = own.is_worse or paired.is_worse
    is_in_doubt = own.is_in_doubt and not is_worse
    return replace(
        own,
        basis="doubt" if is_in_doubt else "both",
        frames=change.frames,
        is_worse=is_worse,
        sentence=f"{own.sentence} {said}, too few {why} to judge by alone.",
        doubt=own.doubt if is_in_doubt else "",
    )


def _by_interval(
    code: str, label: str, measure: Measure, before: Mapping[str, Any], after: Mapping[str, Any]
) -> StructureVerdict:
    had, has = _figure(before, measure), _figure(after, measure)
    interval = _interval(before, measure)
    word = _WORDS[measure]
    is_worse, basis, doubt = False, "none", ""
    if had is None:
        sentence = f"{label}: the version that serves has no {word} for it."
    elif has is None:
        is_worse = True
        sentence = f"{label}: this version has no {word} for it, the one that serves has {had:.3f}."
    elif interval is None:
        if has < had:
            basis, doubt = "doubt", _NO_INTERVAL
        sentence = f"{label}: {word} {has:.3f} after {had:.3f}; no interval is known to judge by."
    else:
        is_worse, basis = has < interval[0], "interval"
        sentence = (
            f"{label}: {word} {has:.3f} after {had:.3f} ({interval[0]:.3f} to {interval[1]:.3f}), "
            "each on frames of its own."
        )
    return StructureVerdict(
        code=code,
        name=label,
        measure=measure,
        before=had,
        after=has,
        interval=interval,
        basis=basis,
        frames=0,
        is_worse=is_worse,
        sentence=sentence,
        doubt=doubt,
    )


def _figures(version: ModelVersion, code: str) -> Mapping[str, Any]:
    found = version.metrics.get("structures", {})
    figures = found.get(code, {}) if isinstance(found, dict) else {}
    return figures if isinstance(figures, dict) else {}


def _figure(figures: Mapping[str, Any], measure: Measure) -> float | None:
    value = figures.get(measure)
    return float(value) if isinstance(value, int | float) else None


def _interval(figures: Mapping[str, Any], measure: Measure) -> tuple[float, float] | None:
    """None also where cards that were registered before they were checked hold something else."""
    intervals = figures.get("intervals")
    match intervals.get(measure) if isinstance(intervals, dict) else None:
        case [int() | float() as low, int() | float() as high]:
            return float(low), float(high)
    return None
