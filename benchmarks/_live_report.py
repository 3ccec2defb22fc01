"""The figures of the live benchmark: summed up, judged, printed."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks._live_peers import Drawn
from inference.live.clock import percentile

STAGES = ("uplink", "hub", "inference", "downlink", "wait", "age")
AGE, SLOW_AGE, JOIN, RESTART, RECOVERS = 100.0, 250.0, 300.0, 3000.0, 3000.0
TOLD = 1000.0
# a median of ages that wanders by less than a frame's time does not grow
GROWTH_MS, GROWTH_MB = 33.0, 25.0


def summed(values: Sequence[float]) -> dict[str, float]:
    """p50 and p95, milliseconds."""
    return {
        "p50": round(percentile(values, 0.5) or 0.0, 1),
        "p95": round(percentile(values, 0.95) or 0.0, 1),
    }


def stages(drawn: Sequence[Drawn]) -> dict[str, dict[str, float]]:
    """p50 and p95 of each stage, milliseconds."""
    return {stage: summed([getattr(each, stage) for each in drawn]) for stage in STAGES}


def growth(values: Sequence[float]) -> float:
    """Median of the last third less that of the first; values in the order of time."""
    third = max(1, len(values) // 3)
    first, last = percentile(values[:third], 0.5), percentile(values[-third:], 0.5)
    return round((last or 0.0) - (first or 0.0), 2)


def judged(figures: Mapping[str, Any]) -> dict[str, tuple[float | None, float]]:
    """Each figure of a stage that has a goal, and the goal: less is good. None was not reached."""
    found: dict[str, tuple[float | None, float]] = {
        "age p95, draw at once": (figures["draw at once"]["age"]["p95"], AGE),
        "age p95, 10 frames/s": (figures["10 frames/s"]["age"]["p95"], SLOW_AGE),
        "growth of age": (figures["growth of age, ms"], GROWTH_MS),
        "growth of age, 10 frames/s": (figures["growth of age at 10 frames/s, ms"], GROWTH_MS),
        "joining, the longest of five": (max(figures["join, ms"]), JOIN),
        "hub killed: pictures again": (figures["restart, ms"], RESTART),
        "cut of 10 s: recovers": (figures["cut: recovers in, ms"], RECOVERS),
        "numbers wrong": (figures["numbers wrong"], 1),
    }
    memory = figures["growth of memory, MB"]
    if isinstance(memory, Mapping):
        found |= {f"growth of memory, {name}": (grown, GROWTH_MB) for name, grown in memory.items()}
        painted = figures["painted by Chromium"]["p95"]
        found["age p95, painted by Chromium"] = (painted, AGE)
        found["cut: page greys"] = (figures["cut: page greys after, ms"], TOLD)
    else:
        found["growth of memory"] = (memory, GROWTH_MB)
        found["cut: viewers are told"] = (figures["cut: told after, ms"], TOLD)
        found["masks of another picture"] = (figures["masks of another picture"], 1)
    return found


def show(title: str, figures: Mapping[str, Any]) -> None:
    """The table of one stage."""
    print(f"\n{title:26}" + "".join(f"{stage:>17}" for stage in STAGES) + "  p50 / p95, ms")
    for name in ("draw at once", "10 frames/s"):
        row = figures[name]
        cells = (f"{row[stage]['p50']:8.1f} /{row[stage]['p95']:7.1f}" for stage in STAGES)
        print(f"{name:26}" + "".join(cells))
    for name, value in figures.items():
        if name not in ("draw at once", "10 frames/s"):
            print(f"{name:34}{value}")


def verdicts(figures: Mapping[str, Any]) -> dict[str, bool]:
    """Print each goal and whether it was met."""
    met = {}
    for name, (value, goal) in judged(figures).items():
        met[name] = value is not None and value < goal
        print(f"{name:34}{value!s:>9} of {goal:g}  {'met' if met[name] else 'NOT MET'}")
    return met
