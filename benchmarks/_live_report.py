"""The figures of the live benchmark: summed up, judged, printed."""

from collections.abc import Sequence
from typing import Any

from benchmarks._live_peers import Drawn
from inference.live.clock import percentile

STAGES = ("uplink", "hub", "inference", "downlink", "wait", "age")
LIMITS = {
    "age p95, viewers that draw at once": 100.0,
    "age p95, 10 frames/s": 250.0,
    "join": 300.0,
    "restart": 3000.0,
    "cut: recovers in": 3000.0,
    "cut: stalled after": 1050.0,
}


def stages(drawn: Sequence[Drawn]) -> dict[str, dict[str, float]]:
    """p50 and p95 of each stage, milliseconds."""
    return {
        stage: {
            "p50": round(percentile([getattr(each, stage) for each in drawn], 0.5) or 0.0, 1),
            "p95": round(percentile([getattr(each, stage) for each in drawn], 0.95) or 0.0, 1),
        }
        for stage in STAGES
    }


def growth(values: Sequence[float]) -> float:
    """Median of the last third less that of the first."""
    third = max(1, len(values) // 3)
    first, last = percentile(values[:third], 0.5), percentile(values[-third:], 0.5)
    return round((last or 0.0) - (first or 0.0), 2)


def judged(figures: dict[str, Any]) -> dict[str, float | None]:
    """The figures that have limits."""
    quick, slow = figures["viewers that draw at once"], figures["10 frames/s"]
    return {
        "age p95, viewers that draw at once": quick["age"]["p95"],
        "age p95, 10 frames/s": slow["age"]["p95"],
        "join": max(figures["join, ms"]),
        "restart": figures["restart, ms"],
        "cut: recovers in": figures["cut"]["recovers in, ms"],
        "cut: stalled after": figures["cut"]["stalled after, ms"],
    }


def show(figures: dict[str, Any]) -> None:
    """The table."""
    plain = figures["reference"]
    rows = {
        "hub, draw at once": figures["viewers that draw at once"],
        "hub, 10 frames/s": figures["10 frames/s"],
        "no window, draw at once": plain["viewers that draw at once"],
        "no window, 10 frames/s": plain["10 frames/s"],
    }
    print(f"{'p50 / p95, ms':26}" + "".join(f"{stage:>17}" for stage in STAGES))
    for name, row in rows.items():
        cells = (f"{row[stage]['p50']:8.1f} /{row[stage]['p95']:7.1f}" for stage in STAGES)
        print(f"{name:26}" + "".join(cells))
    skipped = ("viewers that draw at once", "10 frames/s", "reference")
    for name, value in figures.items():
        if name not in skipped:
            print(f"{name:26}{value}")
    print(f"{'no window, growth of age':26}{plain['10 frames/s, growth of age, ms']} ms")
