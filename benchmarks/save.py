"""How long the server takes to save a stroke, open a large set and look far back.

    python -m benchmarks.save [--writers 50] [--seconds 10] [--keyframes 10000]

Starts PostgreSQL, Redis and the web server of its own, as `manage.py up` starts it. Each writer has
a set of their own and saves a stroke a second, as an annotator who never pauses does; times are
taken at the socket. The reference, in the same run and at the same rate, is the smallest
authenticated answer (`/api/me/`). Prints one table and writes `results/save.json`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform as machine
import random
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from fascicle.stack.ports import free_port
from fascicle.stack.services import WEB_PROCESSES
from tests.services_plugin import TestServices

LIMIT_MS = 30.0
OPEN_LIMIT_MS = 300.0
REFERENCE = "/api/me/"
CIRCLE = [[100 + 40 * (n % 7) / 7, 100 + 40 * (n % 5) / 5] for n in range(50)]


class Writer:
    """A person with a session, a set and a connection that is kept."""

    def __init__(self, port: int, cookie: str, annotation_set: Any, structure: str) -> None:
        self.port, self.cookie, self.set, self.structure = port, cookie, annotation_set, structure
        self.revision = annotation_set.revision
        self.track = str(uuid4())
        self.is_begun = False
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def stroke(self) -> dict[str, Any]:
        """The next save's body."""
        shape = {"kind": "spline", "points": CIRCLE}
        frame = random.randrange(10)
        put = {"op": "keyframe.put", "track": self.track, "frame": frame, "shape": shape}
        ops = [put]
        if not self.is_begun:
            ops.insert(0, {"op": "track.add", "track": self.track, "structure": self.structure})
        return {"base_revision": self.revision, "idempotency_key": str(uuid4()), "ops": ops}

    async def save(self) -> float:
        """Milliseconds of one saved stroke."""
        taken, answer = await self.ask(
            "POST", f"/api/annotation-sets/{self.set.pk}/save/", self.stroke()
        )
        self.revision, self.is_begun = json.loads(answer)["revision"], True
        return taken

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[float, bytes]:
        """Milliseconds and body of an answer; it must be a 200."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n"
            f"X-CSRFToken: {'a' * 32}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        began = time.perf_counter()
        writer.write(head.encode() + content)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(answer.split("content-length:")[1].split("\r\n")[0])
        received = await reader.readexactly(length)
        if " 200 " not in answer.split("\r\n")[0]:
            raise RuntimeError(f"{path}: {answer} {received[:500]!r}")
        return 1000 * (time.perf_counter() - began), received


async def at_once(writers: list[Writer], seconds: int, what: str) -> list[float]:
    """Times of all writers, each acting once a second from a moment of their own."""

    async def act(writer: Writer) -> list[float]:
        await asyncio.sleep(random.random())
        taken = []
        for _ in range(seconds):
            began = time.perf_counter()
            one = await writer.save() if what == "save" else (await writer.ask("GET", what))[0]
            taken.append(one)
            await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - began)))
        return taken

    return [one for each in await asyncio.gather(*map(act, writers)) for one in each]


async def one_by_one(writer: Writer, count: int) -> list[float]:
    """Times of saves of one writer, one after another."""
    return [await writer.save() for _ in range(count)]


async def opened(writer: Writer, query: str, times: int) -> list[float]:
    """Times of reading the writer's set."""
    path = f"/api/annotation-sets/{writer.set.pk}/{query}"
    return [(await writer.ask("GET", path))[0] for _ in range(times)]


def sets(count: int, keyframes: int) -> tuple[list[tuple[Any, str]], Any, str]:
    """`count` experts with a set and a session each, one more whose set has `keyframes` keyframes
    of 50 points and as many revisions, and a structure.
    """
    from django.test import Client

    from annotation.models import Revision
    from annotation.operation_codec import encode_operations
    from annotation.operations import parse_operations
    from annotation.services.set_open import set_open
    from annotation.services.set_save import set_save
    from fascicle.accounts.models import Membership, Role, User
    from tests.factories import make_clip, make_team

    team = make_team()
    structure = str(team.structures[0].pk)
    clip = make_clip(team)
    long_clip = make_clip(team, subject="S-long", frame_count=keyframes)
    made = []
    for number in range(count + 1):
        user = User.objects.create_user(email=f"writer-{number}@fascicle.example")
        Membership.objects.create(project=team.project, user=user, role=Role.EXPERT)
        client = Client()
        client.force_login(user)
        cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}"
        row = set_open(clip=long_clip if number == count else clip, actor=user)
        made.append((row, cookie))
    row, _ = made[-1]
    track = str(uuid4())
    shape = {"kind": "spline", "points": CIRCLE}
    add = {"op": "track.add", "track": track, "structure": structure}
    puts = [
        {"op": "keyframe.put", "track": track, "frame": frame, "shape": shape}
        for frame in range(keyframes)
    ]
    set_save(
        annotation_set=row, actor=row.author, base_revision=0, idempotency_key=uuid4(),
        ops=[add, *puts],
    )  # fmt: skip
    # written side by side, as that many requests would take longer than the rest
    Revision.objects.bulk_create(
        Revision(
            annotation_set=row, number=number + 2, author=row.author, idempotency_key=uuid4(),
            operations=encode_operations(parse_operations([put])), op_count=1,
        )
        for number, put in enumerate(puts[2:])
    )  # fmt: skip
    row.revision = keyframes - 1
    row.save(update_fields=["revision"])
    return made, row, structure


def serve(port: int, environment: dict[str, str]) -> list[subprocess.Popen[bytes]]:
    """The web processes as `manage.py up` starts them."""
    command = [sys.executable, "-m", "fascicle.stack.web", "fascicle.asgi:application"]
    command += ["--port", str(port), "--log-level", "warning", "--no-access-log"]
    started = [
        subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=Path(__file__).resolve().parents[1],
        )
        for _ in range(WEB_PROCESSES)
    ]
    answers = 0
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health/", timeout=2)
        except urllib.error.HTTPError:  # it answers: no worker runs here, which is not well
            answers += 1
        except OSError:
            pass
        else:
            answers += 1
        if answers == 10 * len(started):  # each has imported what it needs
            return started
        time.sleep(0.2)
    for each in started:
        each.kill()
    raise RuntimeError("The web server did not come up.")


def processor_seconds(web: list[subprocess.Popen[bytes]]) -> float:
    """Processor time of the web server's processes so far."""
    spent = [psutil.Process(each.pid).cpu_times() for each in web]
    return float(sum(each.user + each.system for each in spent))


def summed(times: list[float]) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {"median_ms": round(statistics.median(ordered), 1), "p95_ms": round(p95, 1)}


def measure(port: int, writers: int, seconds: int, keyframes: int) -> dict[str, dict[str, float]]:
    """Every figure of the table."""
    from annotation.selectors.history import contents_at

    made, long_set, structure = sets(writers, keyframes)
    people = [Writer(port, cookie, row, structure) for row, cookie in made]
    far, near = people[-1], people[0]
    web = serve(port, {"FASCICLE_DATABASE_POOL": "1"})

    opening = f"open {keyframes:,} keyframes"

    spent: dict[str, float] = {}

    async def counted(what: str) -> list[float]:
        """The same, noting the server's processor time: it does not depend on who else computes."""
        before = processor_seconds(web)
        times = await at_once(people[:-1], seconds, what)
        spent[what] = 1000 * (processor_seconds(web) - before) / len(times)
        return times

    async def ask() -> dict[str, list[float]]:
        await at_once(people[:-1], 2, REFERENCE)
        return {
            f"reference, {writers} at once": await counted(REFERENCE),
            f"save, {writers} at once": await counted("save"),
            "reference, alone": [(await near.ask("GET", REFERENCE))[0] for _ in range(30)],
            f"save at revision {near.revision:,}": await one_by_one(near, 30),
            f"save at revision {far.revision:,}": await one_by_one(far, 30),
            opening: await opened(far, "?shapes=packed", 10),
            f"{opening}, as JSON": await opened(far, "", 3),
        }

    try:
        figures = {name: summed(times) for name, times in asyncio.run(ask()).items()}
    finally:
        for each in web:
            each.terminate()
        for each in web:
            each.wait(timeout=20)
    figures[f"reference, {writers} at once"]["processor_ms"] = round(spent[REFERENCE], 1)
    figures[f"save, {writers} at once"]["processor_ms"] = round(spent["save"], 1)
    for name in (f"look back to revision {keyframes - 1:,}", "the same again"):
        began = time.perf_counter()
        contents_at(long_set.pk, keyframes - 1)
        figures[name] = summed([1000 * (time.perf_counter() - began)])
    return figures


def main() -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--keyframes", type=int, default=10_000)
    options = parser.parse_args()
    services, port = TestServices(), free_port()
    try:
        os.environ.update(services.environment())
        os.environ["DJANGO_SETTINGS_MODULE"] = "fascicle.settings"
        services.start()
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        figures = measure(port, options.writers, options.seconds, options.keyframes)
        connection.close()
    finally:
        services.stop()
    for name, each in figures.items():
        used = f"   processor {each['processor_ms']:>6} ms" if "processor_ms" in each else ""
        print(f"{name:32} median {each['median_ms']:>8} ms   p95 {each['p95_ms']:>8} ms{used}")
    is_met = (
        figures[f"save, {options.writers} at once"]["p95_ms"] < LIMIT_MS
        and figures[f"open {options.keyframes:,} keyframes"]["median_ms"] < OPEN_LIMIT_MS
    )
    is_whole = options.writers >= 50 and options.keyframes >= 10_000
    print(f"p95 under {LIMIT_MS:.0f} ms, opening under {OPEN_LIMIT_MS:.0f}: {is_met}")
    if not is_whole:
        print("At sizes smaller than those the limits are for.")
    report = {
        "benchmark": "save",
        "figures": figures,
        "is_met": is_met and is_whole,
        "sizes": vars(options),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "python": machine.python_version(),
    }
    results = Path(__file__).resolve().parent / "results"
    results.mkdir(exist_ok=True)
    (results / "save.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
