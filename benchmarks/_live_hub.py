"""The hub, its engine and a phantom's bridge in processes of their own, without a site."""

from __future__ import annotations

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

import numpy as np
import psutil
import redis
from numpy.typing import NDArray

from benchmarks._live_network import Network
from benchmarks._live_peers import BenchViewer, NaiveHub, end, until
from benchmarks._live_report import growth, stages
from fascicle.stack.ports import free_port
from inference.bridge.agent import Agent
from inference.bridge.intake import Intake
from inference.bridge.labels import Labelled
from inference.bridge.server import Server
from inference.bridge.sources import SourceOptions, open_source
from inference.bridge.uplink import Uplink
from inference.engine import read_spec
from inference.engine.cache import default_cache
from inference.live.tickets import issue_ticket
from inference.live.wanted import WantedModel, WantedSession
from inference.live.wire import labels_segment
from phantom import burn_index, read_index
from tests.services_plugin import TestServices

REPOSITORY = Path(__file__).resolve().parents[1]
STARTER = REPOSITORY / "inference" / "starter" / "starter-2.keras"
SECRET = "a secret of benchmarks"  # noqa: S105
TOKEN = "fsd_benchmark"  # noqa: S105  # of no site
CUT_S = 10.0
SLOW_S = 0.1


class Bench:
    """Redis, hub and bridge, and the site's part of handing tickets out."""

    def __init__(self, services: TestServices, *, has_model: bool) -> None:
        self.services = services
        self.hub_port = free_port()
        self.hub: subprocess.Popen[bytes] | None = None
        self.bridge: subprocess.Popen[bytes] | None = None
        self.network = Network(hub_port=self.hub_port, granted=self._granted)
        self.store = redis.Redis.from_url(services.redis_url)
        self.environment = {
            **os.environ,
            **services.environment(),
            "FASCICLE_LIVE_SECRET": SECRET,
            "FASCICLE_BRIDGE_TOKEN": TOKEN,
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

    def _ticket(self, role: Any) -> str:
        return issue_ticket(SECRET.encode(), role=role, session="bench", project="p", subject=role)

    def _granted(self, head: str) -> dict[str, str]:
        return {"session": "bench", "ticket": self._ticket("publisher")}

    def view(self) -> str:
        """The address of a viewer's socket."""
        return f"ws://127.0.0.1:{self.hub_port}/live/view?ticket={self._ticket('viewer')}"

    def start_hub(self) -> None:
        """As the supervisor starts it."""
        argv = ["-m", "inference.live_process", "--port", str(self.hub_port)]
        self.hub = self._start(argv, "hub")

    def start_bridge(self) -> None:
        """Of a phantom of 640x480 at 30 frames a second, a number in its pixels."""
        argv = ["-m", "inference.bridge", "--source", "phantom", "--server", self.network.site]
        self.bridge = self._start([*argv, "--burn-index"], "bridge")

    def stop_bridge(self) -> None:
        """Wait for its end."""
        if self.bridge is not None:
            self.bridge.terminate()
            self.bridge.wait(10)

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
        """Both processes, whatever state they are in."""
        for process in (self.bridge, self.hub):
            if process is not None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                process.kill()

    def logs(self) -> str:
        """The ends of what both said."""
        files = [self.services.folder / f"{name}.log" for name in ("hub", "bridge")]
        return "\n".join(f"--- {file.name}\n{file.read_text()[-2000:]}" for file in files)


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children; 0 for one that has gone."""
    total = 0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += each.memory_info().rss
    return total / 1e6


async def measure_hub(bench: Bench, *, seconds: float, viewer_count: int) -> dict[str, Any]:
    """Ages and memory over a while, then joining, a restart, a cut, and the numbers of masks."""
    background = asyncio.create_task(bench.network.run())
    quick = [BenchViewer(bench.view, 0.0, checks=n == 0) for n in range(viewer_count)]
    slow = BenchViewer(bench.view, SLOW_S)
    bench.start_hub()
    bench.start_bridge()
    viewers = [asyncio.create_task(each.run()) for each in (*quick, slow)]
    await until(lambda: any(each.has_mask for each in quick[0].drawn), 300, "a first mask")
    await asyncio.sleep(5)
    began = time.monotonic()
    memory: list[float] = []
    while time.monotonic() - began < seconds:
        await asyncio.sleep(1)
        memory.append(memory_mb(bench.hub.pid) if bench.hub else 0.0)
    drawn = [each for viewer in quick for each in viewer.drawn if each.at_s >= began]
    drawn.sort(key=lambda each: each.at_s)
    slowly = [each for each in slow.drawn if each.at_s >= began]
    figures: dict[str, Any] = {
        "draw at once": stages(drawn),
        "10 frames/s": stages(slowly),
        "frames/s drawn": round(len(drawn) / viewer_count / seconds, 1),
        "with a mask": round(sum(each.has_mask for each in drawn) / max(1, len(drawn)), 3),
        "growth of age, ms": growth([each.age for each in drawn]),
        "growth of age at 10 frames/s, ms": growth([each.age for each in slowly]),
        "memory, MB": round(sum(memory) / len(memory), 1),
        "growth of memory, MB": growth(memory),
    }
    figures["join, ms"] = [await join(bench.view) for _ in range(5)]
    figures["restart, ms"] = await _restart(bench, quick[0])
    await asyncio.sleep(6)
    figures |= await _cut(bench.network, quick[0])
    figures |= {"numbers read": quick[0].numbers_read, "numbers wrong": quick[0].numbers_wrong}
    figures |= await _numbers(bench)
    await end(viewers, [*quick, slow])
    await end([background])
    return figures


async def measure_reference(bench: Bench, *, seconds: float, count: int) -> dict[str, Any]:
    """The same bridge and viewers at a hub that does not wait for acknowledgements."""
    port = free_port()
    bench.network.hub_port = port
    tasks = [asyncio.create_task(each) for each in (bench.network.run(), NaiveHub().serve(port))]
    bench.stop_bridge()
    bench.start_bridge()

    def address() -> str:
        return f"ws://127.0.0.1:{port}/live/view"

    quick = [BenchViewer(address, 0.0, acks=False) for _ in range(count)]
    slow = BenchViewer(address, SLOW_S, acks=False)
    tasks += [asyncio.create_task(each.run()) for each in (*quick, slow)]
    await until(lambda: bool(slow.drawn), 60, "a picture of the reference")
    began = time.monotonic()
    await asyncio.sleep(seconds)
    await end(tasks, [*quick, slow])
    drawn = [each for viewer in quick for each in viewer.drawn if each.at_s >= began]
    slowly = [each for each in slow.drawn if each.at_s >= began]
    return {
        "seconds": seconds,
        "draw at once": stages(drawn),
        "10 frames/s": stages(slowly),
        "growth of age at 10 frames/s, ms": growth([each.age for each in slowly]),
    }


async def join(view: Any) -> float:
    """Milliseconds from opening the socket to the first picture."""
    viewer = BenchViewer(view, 0.0)
    task = asyncio.create_task(viewer.run())
    await until(lambda: bool(viewer.drawn), 10, "a picture for a new viewer")
    await end([task], [viewer])
    return round((viewer.drawn[0].at_s - viewer.opened_s) * 1e3, 1)


async def _restart(bench: Bench, viewer: BenchViewer) -> float:
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


async def _cut(network: Network, viewer: BenchViewer) -> dict[str, float | None]:
    """When viewers hear of the cut, and when pictures come again after it."""
    network.is_cut = True
    await asyncio.sleep(CUT_S)
    last = viewer.drawn[-1].at_s
    told = [at for at, state in viewer.states if state == "STALLED" and at > last]
    network.is_cut = False
    mended = time.monotonic()
    await until(
        lambda: viewer.drawn[-1].at_s > mended and viewer.drawn[-1].age < 1000,
        60,
        "pictures after the cut",
    )
    fresh = next(each.at_s for each in viewer.drawn if each.at_s > mended and each.age < 1000)
    return {
        "cut: told after, ms": round((told[0] - last) * 1e3) if told else None,
        "cut: recovers in, ms": round((fresh - mended) * 1e3),
    }


class _NumberLabeller:
    """Writes the number that it reads in the pixels into the mask, as structure 1."""

    def infers(self) -> bool:
        return True

    def fit(self, structures: Any) -> None:
        """Structure 1 is in every session."""

    def label(self, picture: Any, grey: NDArray[np.uint8]) -> Labelled:
        number = read_index(grey)
        assert number is not None
        mask = burn_index(np.zeros_like(grey), number) // 255
        return Labelled((labels_segment(mask),), inference_us=0)


async def _numbers(bench: Bench) -> dict[str, int]:
    """Of every message that viewers draw: the number in its picture and that in its mask."""
    bench.stop_bridge()
    source = open_source("phantom", SourceOptions(burn_index=True))
    intake = Intake()
    uplink = Uplink(
        source=source, intake=intake, server=Server(bench.network.site), token=TOKEN,
        labeller=_NumberLabeller(),
    )  # fmt: skip
    agent = Agent(
        source=source, intake=intake, uplink=uplink, address="", crop=None, say=lambda _: None
    )
    publishing = asyncio.create_task(agent.run())
    viewers = [BenchViewer(bench.view, SLOW_S if n else 0.0, reads_masks=True) for n in range(2)]
    watching = [asyncio.create_task(each.run()) for each in viewers]
    await until(lambda: sum(each.masks_read for each in viewers) > 200, 60, "masks with a number")
    await end([*watching, publishing], viewers)
    return {
        "masks with a number": sum(each.masks_read for each in viewers),
        "masks of another picture": sum(each.masks_wrong for each in viewers),
    }
