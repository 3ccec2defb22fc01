"""How long the server takes for a page of the library when a project has many clips.

    python benchmarks/library.py [--clips 1000] [--repeats 15]

Starts a PostgreSQL and Redis of its own, writes a project of 20 clips and one of `--clips`, and
asks each list the way a browser does, through all middleware but not over a network. Prints one
table of wall times (medians, and the slowest) and numbers of queries, and writes
`results/library.json`.
The small project is the reference: the same answer where there is next to nothing to look through.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent
# run as a script, this file's folder would come first and its files be taken for packages
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _FOLDER]
sys.path.insert(0, str(_FOLDER.parent))

import argparse  # noqa: E402
import hashlib  # noqa: E402
import json  # noqa: E402
import platform as machine  # noqa: E402
import statistics  # noqa: E402
import time  # noqa: E402
from typing import Any  # noqa: E402

REFERENCE_CLIPS = 20
LIMIT_MS = 150.0


def fill(clips: int) -> Any:
    """A team whose project has that many clips of 40 subjects, half of them read and suggested."""
    from uuid import uuid4

    from annotation.models import AnnotationSet, Chunk, Clip, SetPurpose, Subject
    from tests.factories import make_team

    team = make_team()
    subjects = Subject.objects.bulk_create(
        Subject(project=team.project, pseudonym=f"S-{number:03}") for number in range(40)
    )
    rows = Clip.objects.bulk_create(
        Clip(
            project=team.project,
            subject=subjects[number % 40],
            number=number + 1,
            label=f"Sweep {number}",
            scanner=f"Scanner {number % 5}",
            state=["new", "annotating", "accepted"][number % 3],
            source_sha256=hashlib.sha256(f"{team.project.pk}{number}".encode()).hexdigest(),
            source_format="mov / h264",
            width=640,
            height=480,
            frame_count=300,
            duration_s=12,
            thumbnail_key="none",
            redaction={"crop": None, "blanks": [], "keep": None},
            redaction_by=team.expert,
        )
        for number in range(clips)
    )
    Chunk.objects.bulk_create(
        Chunk(
            clip=row, number=n, first_frame=32 * n, frame_count=32, storage_key="none",
            byte_size=10**6,
        )
        for row in rows
        for n in range(10)
    )  # fmt: skip
    AnnotationSet.objects.bulk_create(
        AnnotationSet(clip=row, purpose=SetPurpose.READER, author=author)
        for row in rows[::2]
        for author in (team.expert, team.colleague)
    )
    AnnotationSet.objects.bulk_create(
        AnnotationSet(clip=row, purpose=SetPurpose.SUGGESTION, model_version_id=uuid4())
        for row in rows[::2]
    )
    return team


def addresses(team: Any) -> dict[str, str]:
    """What the library asks for."""
    clips = f"/api/clips/?project={team.project.pk}"
    project = f"/api/projects/{team.project.pk}"
    return {
        "page of 50": clips,
        "page of 200": f"{clips}&page_size=200",
        "search": f"{clips}&search=sweep+7",
        "by scanner and state": f"{clips}&scanner=scanner+3&state=accepted",
        "by assignee": f"{clips}&assignee={team.expert.pk}",
        "deleted": f"{clips}&deleted=true",
        "facets": f"{project}/facets/",
        "storage": f"{project}/storage/",
        "projects": "/api/projects/",
    }


def measure(team: Any, repeats: int) -> dict[str, dict[str, float]]:
    """Milliseconds and queries of each address."""
    from django.db import connection

    from tests.factories import client_of

    client = client_of(team.admin)
    figures: dict[str, dict[str, float]] = {}
    for name, address in addresses(team).items():
        asked: list[str] = []

        def count(execute: Any, sql: str, *rest: Any, asked: list[str] = asked) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            assert client.get(address).status_code == 200
        taken = []
        for _ in range(repeats):
            began = time.perf_counter()
            client.get(address)
            taken.append(1000 * (time.perf_counter() - began))
        figures[name] = {
            "median_ms": round(statistics.median(taken), 1),
            "slowest_ms": round(max(taken), 1),
            "queries": len(asked),
        }
    return figures


def main() -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
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
        small, large = fill(REFERENCE_CLIPS), fill(options.clips)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        reference = measure(small, options.repeats)
        figures = measure(large, options.repeats)
        connection.close()
    finally:
        services.stop()
    print(f"{options.clips} clips{'':12} {'median':>10} {'slowest':>10} {'queries':>8}", end="")
    print(f"   {REFERENCE_CLIPS} clips: median, queries")
    for name, each in figures.items():
        other = reference[name]
        print(
            f"{name:22} {each['median_ms']:>7} ms {each['slowest_ms']:>7} ms {each['queries']:>8}"
            f"   {other['median_ms']:>7} ms {other['queries']:>4}"
        )
    is_met = figures["page of 50"]["median_ms"] < LIMIT_MS
    print(f"a page under {LIMIT_MS:.0f} ms: {'yes' if is_met else 'NO'}")
    report = {
        "benchmark": "library",
        "clips": options.clips,
        "figures": figures,
        "reference_clips": REFERENCE_CLIPS,
        "reference": reference,
        "limit_ms": LIMIT_MS,
        "is_met": is_met,
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "python": machine.python_version(),
    }
    results = _FOLDER / "results"
    results.mkdir(exist_ok=True)
    text = json.dumps(report, indent=1) + "\n"
    (results / "library.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
