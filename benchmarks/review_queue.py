"""How long the server takes for the queue of a person to whom many assignments were given.

    python -m benchmarks.review_queue [--assignments 10000] [--repeats 15]

Starts a PostgreSQL and Redis of its own and writes a project in which that many readings wait for
one reviewer, a third of them without a day, and another with 20. Asks for the queue the way a
browser does, through all middleware but not over a network: the overview, the first page of what
was assigned, and a page in the middle and at the end by following the pages there. Prints one table
of wall times and numbers of queries and writes `results/review_queue.json`.

References of the same run: the queue of 20, and the last page counted off from the first one
(`OFFSET`) in place of beginning after the row before it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform as machine
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

REFERENCE_ASSIGNMENTS = 20
LIMIT_MS = 100.0
RESULTS = Path(__file__).resolve().parent / "results"


def fill(count: int) -> Any:
    """A team whose expert is to review that many readings of the colleague, each of its own clip;
    the admin has a tenth as many clips to read.
    """
    from django.utils import timezone

    from annotation.models import AnnotationSet, Assignment, Clip, SetPurpose, SetState, Subject
    from tests.factories import make_team

    team = make_team()
    subjects = Subject.objects.bulk_create(
        Subject(project=team.project, pseudonym=f"S-{number:03}") for number in range(40)
    )
    clips = Clip.objects.bulk_create(
        Clip(
            project=team.project,
            subject=subjects[number % 40],
            number=number + 1,
            state="in_review",
            source_sha256=hashlib.sha256(f"{team.project.pk}{number}".encode()).hexdigest(),
            source_format="mov / h264",
            width=640,
            height=480,
            frame_count=300,
            duration_s=12,
            thumbnail_key="none",
        )
        for number in range(count)
    )
    now = timezone.now()
    sets = AnnotationSet.objects.bulk_create(
        AnnotationSet(
            clip=clip, purpose=SetPurpose.READER, author=team.colleague, revision=1,
            state=SetState.SUBMITTED, submitted_at=now,
        )
        for clip in clips
    )  # fmt: skip
    today = now.date()
    Assignment.objects.bulk_create(
        Assignment(
            project=team.project,
            clip=row.clip,
            assignee=team.expert,
            task="review",
            annotation_set=row,
            set_author=team.colleague,
            due_on=None if number % 3 == 0 else today + timedelta(days=number % 30),
            created_at=now - timedelta(seconds=number),
        )
        for number, row in enumerate(sets)
    )
    Assignment.objects.bulk_create(
        Assignment(
            project=team.project, clip=clip, assignee=team.admin, task="annotate",
            is_blinded_to_readers=True,
        )
        for clip in clips[::10]
    )  # fmt: skip
    return team


def addresses(team: Any) -> dict[str, str]:
    """What the queue page asks for, with pages in the middle and at the end."""
    from tests.factories import client_of

    client = client_of(team.expert)
    first = f"/api/queue/assigned/?project={team.project.pk}"
    pages = [first]
    while (after := client.get(pages[-1]).json()["after"]) is not None:
        pages.append(f"{first}&after={after}")
    return {
        "overview": f"/api/queue/?project={team.project.pk}",
        "first page": first,
        "middle page": pages[len(pages) // 2],
        "last page": pages[-1],
    }


def by_offset(team: Any) -> Callable[[], object]:
    """The last page as it would be read without a place to begin at."""
    from annotation.models import Assignment
    from annotation.selectors.clips import clip_rows

    rows = Assignment.objects.filter(assignee=team.expert, project=team.project, state="open")
    count = rows.count()

    def read() -> object:
        page = list(rows.order_by("due_on", "created_at", "id")[max(0, count - 50) : count])
        return clip_rows(team.expert).in_bulk([row.clip_id for row in page])

    return read


def timed(act: Callable[[], object], repeats: int) -> dict[str, float]:
    """Milliseconds of an act, and its queries."""
    from django.db import connection

    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        act()
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - began))
    return {
        "median_ms": round(statistics.median(taken), 1),
        "slowest_ms": round(max(taken), 1),
        "queries": len(asked),
    }


def measure(team: Any, repeats: int) -> dict[str, dict[str, float]]:
    """Milliseconds and queries of each address."""
    from tests.factories import client_of

    client = client_of(team.expert)
    figures = {
        name: timed(lambda address=address: client.get(address), repeats)  # type: ignore[misc]
        for name, address in addresses(team).items()
    }
    figures["last page by offset, database only"] = timed(by_offset(team), repeats)
    return figures


def measured(count: int, repeats: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The figures of the large queue and of the small one, in databases of this run's own."""
    from tests.services_plugin import TestServices

    services = TestServices()
    try:
        os.environ.update(services.environment())
        os.environ["DJANGO_SETTINGS_MODULE"] = "fascicle.settings"
        services.start()
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        settings.ALLOWED_HOSTS = ["testserver"]
        call_command("migrate", verbosity=0)
        small, large = fill(REFERENCE_ASSIGNMENTS), fill(count)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        reference = measure(small, repeats)
        figures = measure(large, repeats)
        connection.close()
    finally:
        services.stop()
    return figures, reference


def main() -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assignments", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    figures, reference = measured(options.assignments, options.repeats)
    print(f"{options.assignments} assignments{'':18} {'median':>10} {'slowest':>10}", end="")
    print(f" {'queries':>8}   {REFERENCE_ASSIGNMENTS}: median, queries")
    for name, each in figures.items():
        other = reference[name]
        print(
            f"{name:36} {each['median_ms']:>7} ms {each['slowest_ms']:>7} ms {each['queries']:>8}"
            f"   {other['median_ms']:>7} ms {other['queries']:>4}"
        )
    pages = ("overview", "first page", "middle page", "last page")
    is_met = all(figures[name]["median_ms"] < LIMIT_MS for name in pages)
    print(f"every page under {LIMIT_MS:.0f} ms: {'yes' if is_met else 'NO'}")
    report = {
        "benchmark": "review_queue",
        "assignments": options.assignments,
        "figures": figures,
        "reference_assignments": REFERENCE_ASSIGNMENTS,
        "reference": reference,
        "limit_ms": LIMIT_MS,
        "is_met": is_met,
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "python": machine.python_version(),
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(report, indent=1) + "\n"
    (RESULTS / "review_queue.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
