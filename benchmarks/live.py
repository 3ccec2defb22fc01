"""How old the live picture is, stage by stage, beside a hub that does not wait for its viewers.

    python -m benchmarks.live [--seconds 60 | --minutes 10] [--viewers 5] [--no-model]
                              [--parts hub,reference,site]

`hub`: Redis, the hub with the starter model, and the bridge of a phantom (640x480, 30 frames a
second, a number written into each frame's pixels), each in a process of its own as on a site. Five
viewers draw at once, one draws ten frames a second. Then it measures: a viewer that joins, the hub
killed and started again, the bridge's network cut for ten seconds, and of masks with a number in
their pixels whether it is that of their picture.

`reference`: the same bridge and viewers at a mailbox of one slot without acknowledgements.

`site`: the same on a whole site of its own (PostgreSQL, Redis, web, workers, hub, supervisor), and
one of the five viewers is the live page in Chromium: ages from the bridge's having the frame to the
turn of the browser after it was drawn on the canvas. Needs FASCICLE_CHROMIUM or Chromium on PATH.

Prints tables and writes `results/live.json`. Ages are by one clock.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from pathlib import Path
from typing import Any

from benchmarks._live_hub import Bench, measure_hub, measure_reference
from benchmarks._live_report import show, verdicts
from tests.services_plugin import TestServices

PARTS = ("hub", "reference", "site")
MOST_OF_REFERENCE_S = 30.0


def without_site(options: argparse.Namespace, seconds: float) -> dict[str, Any]:
    """The parts that need no site."""
    os.environ["FASCICLE_TEST_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"  # not needed
    services = TestServices()
    services.start()
    bench = Bench(services, has_model=not options.no_model)
    figures = {}
    try:
        if "hub" in options.parts:
            figures["hub"] = asyncio.run(
                measure_hub(bench, seconds=seconds, viewer_count=options.viewers)
            )
        if "reference" in options.parts:
            figures["reference"] = asyncio.run(
                measure_reference(
                    bench, seconds=min(seconds, MOST_OF_REFERENCE_S), count=options.viewers
                )
            )
    except SystemExit:
        print(bench.logs())
        raise
    finally:
        bench.stop()
        services.stop()
    return figures


def _parts(text: str) -> list[str]:
    parts = text.split(",")
    if not set(parts) <= set(PARTS):
        raise argparse.ArgumentTypeError(f"parts are {', '.join(PARTS)}")
    return parts


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--viewers", type=int, default=5)
    parser.add_argument("--no-model", action="store_true", help="of the hub alone")
    parser.add_argument("--parts", type=_parts, default=list(PARTS))
    options = parser.parse_args()
    seconds = 60 * options.minutes if options.minutes else options.seconds
    figures: dict[str, Any] = {}
    is_met: dict[str, dict[str, bool]] = {}

    def told(part: str) -> None:
        show(part, figures[part])
        if part != "reference":
            is_met[part] = verdicts(figures[part])

    if set(options.parts) - {"site"}:
        figures |= without_site(options, seconds)
        for part in tuple(figures):
            told(part)
    if "site" in options.parts:
        from benchmarks._live_site import measure_site

        figures["site"] = measure_site(seconds=seconds, viewer_count=options.viewers)
        told("site")
    report = {
        "benchmark": "live",
        "figures": figures,
        "is_met": is_met,
        "seconds": seconds,
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
    }
    results = Path(__file__).resolve().parent / "results"
    results.mkdir(exist_ok=True)
    (results / "live.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
