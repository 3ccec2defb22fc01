"""How old the live picture is, stage by stage, beside a hub that does not wait for its viewers.

    python -m benchmarks.live [--seconds 60 | --minutes 10] [--viewers 5] [--no-model]
                              [--site URL --email E --password P]

Starts Redis, the hub with the starter model, and the bridge of a phantom (640x480, 30 frames a
second, a number written into each frame's pixels), each in a process of its own as on a site. Five
viewers draw at once, one draws ten frames a second. Then it measures: a viewer that joins, the hub
killed and started again, the bridge's network cut for ten seconds. The reference, in the same run
and from the same bridge, is a mailbox of one slot without acknowledgements. Ages are by one clock,
from the bridge's having the frame to its being drawn.

With --site it also opens a running site's live page in Chromium and reads the age of what is
painted from the page. Prints one table and writes `results/live.json`.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import redis

from benchmarks._live_peers import BenchViewer, NaiveHub
from benchmarks._live_report import LIMITS, growth, judged, show, stages
from fascicle.stack.ports import free_port
from inference.engine import read_spec
from inference.engine.cache import default_cache
from inference.live.tickets import issue_ticket
from inference.live.wanted import WantedModel, WantedSession
from tests.services_plugin import TestServices

REPOSITORY = Path(__file__).resolve().parents[1]
STARTER = REPOSITORY / "inference" / "starter" / "starter-2.keras"
SECRET = "a secret of benchmarks"  # noqa: S105
CUT_S = 10.0


class Bench:
    """Redis, hub and bridge, and the site's part of handing tickets out."""

    def __init__(self, services: TestServices, *, has_model: bool) -> None:
        self.services = services
        self.hub_port, self.site_port, self.naive_port = free_port(), free_port(), free_port()
        self.way_port = free_port()
        self.hub: subprocess.Popen[bytes] | None = None
        self.bridge: subprocess.Popen[bytes] | None = None
        self.is_cut = False
        self.open_ways: set[asyncio.StreamWriter] = set()
        self.to = self.way_port
        self.store = redis.Redis.from_url(services.redis_url)
        self.environment = {
            **os.environ,
            **services.environment(),
            "FASCICLE_LIVE_SECRET": SECRET,
            "FASCICLE_BRIDGE_TOKEN": "fsd_benchmark",
            "FASCICLE_BRIDGE_HOME": str(services.folder / "bridge"),
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "platform")]),
        }
        self._want(has_model=has_model)

    def _want(self, *, has_model: bool) -> None:
        spec = read_spec(STARTER)
        structures = [
            {"channel": n, "code": code, "name": code, "colour": "#00ff00", "kind": "nerve"}
            for n, code in enumerate(spec.codes, 1)
        ]
        digest = hashlib.sha256(STARTER.read_bytes()).hexdigest()
        # converted once a machine, not once a run
        default_cache().mkdir(parents=True, exist_ok=True)
        (self.services.state.path / "engines").symlink_to(default_cache())
        folder = self.services.state.path / "models"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(STARTER, folder / f"{digest}.keras")
        member = {"storage_key": f"models/{digest}.keras", "sha256": digest}
        wanted = WantedSession(
            id="bench", project="p", project_name="Benchmark", device="d", device_name="Phantom",
            source="phantom", structures=structures, recording=None, is_ended=False,
            model=WantedModel("m", 1, "starter 2", [member]) if has_model else None,
        )  # fmt: skip
        self.store.set("live:session:bench", json.dumps(asdict(wanted)))

    def ticket(self, role: Any) -> str:
        return issue_ticket(SECRET.encode(), role=role, session="bench", project="p", subject=role)

    def view(self) -> str:
        return f"ws://127.0.0.1:{self.hub_port}/live/view?ticket={self.ticket('viewer')}"

    def start_hub(self) -> None:
        argv = ["-m", "inference.live_process", "--port", str(self.hub_port)]
        self.hub = self._start(argv, "hub")

    def start_bridge(self) -> None:
        server = f"http://127.0.0.1:{self.site_port}"
        argv = ["-m", "inference.bridge", "--source", "phantom", "--server", server]
        self.bridge = self._start([*argv, "--burn-index"], "bridge")

    def _start(self, argv: Sequence[str], name: str) -> subprocess.Popen[bytes]:
        log = (self.services.folder / f"{name}.log").open("ab")
        return subprocess.Popen(
            [sys.executable, *argv],
            cwd=REPOSITORY,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def stop(self) -> None:
        for process in (self.bridge, self.hub):
            if process is not None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                process.kill()

    def memory_mb(self) -> float:
        """Of the hub and its engine."""
        if self.hub is None:
            return 0.0
        total = 0
        with suppress(psutil.Error):
            hub = psutil.Process(self.hub.pid)
            for each in (hub, *hub.children(recursive=True)):
                with suppress(psutil.Error):
                    total += each.memory_info().rss
        return total / 1e6

    async def site(self) -> None:
        """As much of the site as a bridge asks for."""

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError, asyncio.IncompleteReadError):
                await reader.readuntil(b"\r\n\r\n")
                while self.is_cut:
                    await asyncio.sleep(0.05)
                hub = f"ws://127.0.0.1:{self.to}"
                given = {"session": "bench", "ticket": self.ticket("publisher"), "hub": hub}
                body = json.dumps(given).encode()
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n"
                writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
                await writer.drain()
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", self.site_port) as server:
            await server.serve_forever()

    async def way(self) -> None:
        """The bridge's network: bytes to the hub and back, none while it is cut."""

        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError):
                while data := await reader.read(1 << 16):
                    while self.is_cut:
                        await asyncio.sleep(0.02)
                    writer.write(data)
                    await writer.drain()
            writer.close()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                there = await asyncio.open_connection("127.0.0.1", self.hub_port)
            except OSError:
                writer.close()
                return
            await asyncio.gather(carry(reader, there[1]), carry(there[0], writer))

        async with await asyncio.start_server(connected, "127.0.0.1", self.way_port) as server:
            await server.serve_forever()


async def measure(bench: Bench, *, seconds: float, viewer_count: int) -> dict[str, Any]:
    """Every figure of the hub and the reference."""
    background = [asyncio.create_task(each) for each in (bench.site(), bench.way())]
    quick = [BenchViewer(bench.view, 0.0, checks=n == 0) for n in range(viewer_count)]
    slow = BenchViewer(bench.view, 0.1)
    bench.start_hub()
    bench.start_bridge()
    viewers = [asyncio.create_task(each.run()) for each in (*quick, slow)]
    await until(lambda: any(each.has_mask for each in quick[0].drawn), 300, "a first mask")
    await asyncio.sleep(5)
    began = time.monotonic()
    memory: list[float] = []
    while time.monotonic() - began < seconds:
        await asyncio.sleep(1)
        memory.append(bench.memory_mb())
    drawn = [each for viewer in quick for each in viewer.drawn if each.at_s >= began]
    slowly = [each for each in slow.drawn if each.at_s >= began]
    figures: dict[str, Any] = {
        "viewers that draw at once": stages(drawn),
        "10 frames/s": stages(slowly),
        "frames/s drawn": round(len(drawn) / viewer_count / seconds, 1),
        "with a mask": round(sum(each.has_mask for each in drawn) / max(1, len(drawn)), 3),
        "numbers read": quick[0].numbers_read,
        "numbers wrong": quick[0].numbers_wrong,
        "growth of age, ms": {
            "at once": growth([each.age for each in drawn]),
            "10 frames/s": growth([each.age for each in slowly]),
        },
        "memory, MB": {
            "mean": round(sum(memory) / len(memory), 1),
            "growth": growth(memory),
        },
    }
    figures["join, ms"] = [await join(bench) for _ in range(5)]
    figures["restart, ms"] = await restart(bench, quick[0])
    await asyncio.sleep(6)
    figures["cut"] = await cut(bench, quick[0])
    await end(viewers, [*quick, slow])
    figures["reference"] = await reference(bench, seconds=min(seconds, 30), count=viewer_count)
    await end(background)
    return figures


async def end(tasks: Sequence[asyncio.Task[None]], viewers: Sequence[BenchViewer] = ()) -> None:
    """Cancel, and wait a little: a socket that says goodbye may swallow the first cancellation."""
    for viewer in viewers:
        viewer.is_over = True
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=5)


async def join(bench: Bench) -> float:
    """Milliseconds from opening the socket to the first picture."""
    viewer = BenchViewer(bench.view, 0.0)
    task = asyncio.create_task(viewer.run())
    await until(lambda: bool(viewer.drawn), 10, "a picture for a new viewer")
    await end([task], [viewer])
    return round((viewer.drawn[0].at_s - viewer.opened_s) * 1e3, 1)


async def restart(bench: Bench, viewer: BenchViewer) -> float:
    """Milliseconds from killing the hub to a new picture; started again as the supervisor does."""
    assert bench.hub is not None
    bench.hub.kill()
    killed = time.monotonic()
    bench.hub.wait()
    await asyncio.sleep(0.1)
    bench.start_hub()
    await until(lambda: viewer.drawn[-1].at_s > killed + 0.05, 60, "pictures after the restart")
    first = next(each.at_s for each in viewer.drawn if each.at_s > killed + 0.05)
    return round((first - killed) * 1e3)


async def cut(bench: Bench, viewer: BenchViewer) -> dict[str, float | None]:
    """When viewers hear of the cut, and when pictures come again after it."""
    bench.is_cut = True
    await asyncio.sleep(CUT_S)
    last = viewer.drawn[-1].at_s
    told = [at for at, state in viewer.states if state == "STALLED" and at > last]
    bench.is_cut = False
    mended = time.monotonic()
    await until(
        lambda: viewer.drawn[-1].at_s > mended and viewer.drawn[-1].age < 1000,
        60,
        "pictures after the cut",
    )
    fresh = next(each.at_s for each in viewer.drawn if each.at_s > mended and each.age < 1000)
    return {
        "stalled after, ms": round((told[0] - last) * 1e3) if told else None,
        "recovers in, ms": round((fresh - mended) * 1e3),
    }


async def reference(bench: Bench, *, seconds: float, count: int) -> dict[str, Any]:
    """The same bridge and viewers at a hub that does not wait for acknowledgements."""
    serving = asyncio.create_task(NaiveHub().serve(bench.naive_port))
    bench.to = bench.naive_port
    if bench.bridge is not None:
        bench.bridge.terminate()
        bench.bridge.wait(10)
    bench.start_bridge()

    def address() -> str:
        return f"ws://127.0.0.1:{bench.naive_port}/live/view"

    quick = [BenchViewer(address, 0.0, acks=False) for _ in range(count)]
    slow = BenchViewer(address, 0.1, acks=False)
    tasks = [asyncio.create_task(each.run()) for each in (*quick, slow)]
    await until(lambda: bool(slow.drawn), 60, "a picture of the reference")
    began = time.monotonic()
    await asyncio.sleep(seconds)
    await end([*tasks, serving], [*quick, slow])
    drawn = [each for viewer in quick for each in viewer.drawn if each.at_s >= began]
    slowly = [each for each in slow.drawn if each.at_s >= began]
    return {
        "seconds": seconds,
        "viewers that draw at once": stages(drawn),
        "10 frames/s": stages(slowly),
        "10 frames/s, growth of age, ms": growth([each.age for each in slowly]),
    }


async def until(what: Any, seconds: float, name: str) -> None:
    """Wait for something; SystemExit says what did not come."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise SystemExit(f"{name} did not come within {seconds:.0f} s.")
        await asyncio.sleep(0.01)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--viewers", type=int, default=5)
    parser.add_argument("--no-model", action="store_true")
    parser.add_argument("--site", help="a running site whose live page is opened in Chromium")
    parser.add_argument("--email", default="expert@fascicle.example")
    parser.add_argument("--password", default="fascicle-demo")
    options = parser.parse_args()
    seconds = 60 * options.minutes if options.minutes else options.seconds
    os.environ["FASCICLE_TEST_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"  # not needed
    services = TestServices()
    services.start()
    bench = Bench(services, has_model=not options.no_model)
    try:
        figures = asyncio.run(measure(bench, seconds=seconds, viewer_count=options.viewers))
    except SystemExit:
        for name in ("hub", "bridge"):
            print(f"--- {name}\n{(services.folder / f'{name}.log').read_text()[-2000:]}")
        raise
    finally:
        bench.stop()
        services.stop()
    if options.site:
        from benchmarks._live_page import painted

        figures["painted by Chromium"] = painted(
            options.site, options.email, options.password, seconds=min(seconds, 60)
        )
    show(figures)
    values = judged(figures)
    is_met = {name: (values[name] or 1e9) < limit for name, limit in LIMITS.items()}
    is_met["picture and mask of one frame"] = figures["numbers wrong"] == 0
    for name, met in is_met.items():
        print(f"{name:36} {values.get(name, '')!s:>9} {'met' if met else 'NOT MET'}")
    report = {
        "benchmark": "live",
        "figures": figures,
        "limits_ms": LIMITS,
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
