"""A whole site under five viewers, one of them its live page in Chromium."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil
from playwright.sync_api import Browser, Page

from benchmarks._live_hub import CUT_S, REPOSITORY, SLOW_S, STARTER, join, memory_mb
from benchmarks._live_network import Network
from benchmarks._live_peers import BenchViewer, end, until
from benchmarks._live_report import growth, stages, summed
from phantom import read_index
from tests.browser.acts import workplace
from tests.browser.conftest import Person, Site, chromium, running_site
from tests.browser.live_publisher import pair, post

NUMBER_EVERY = 10
# Age of what is painted: what the page says when it has drawn, and from there to the browser's next
# turn, when the picture has been given to the screen. Of some, two lines of the number's pixels.
WATCH = """(numberEvery) => {
  const room = document.querySelector("[data-testid=live-room]");
  const canvas = document.querySelector("[data-testid=live-picture]");
  const watched = window.watched = { painted: [], states: [], numbers: [] };
  const now = () => performance.timeOrigin + performance.now();
  let drawn = null;
  new MutationObserver((changes) => {
    const { sequence, epoch, state, ageMs } = room.dataset;
    const at = now();
    const names = new Set(changes.map(({ attributeName }) => attributeName));
    if (names.has("data-sequence") || names.has("data-epoch")) {
      drawn = { at, age: Number(ageMs), name: `${epoch}:${sequence}` };
      if (Number(sequence) % numberEvery === 0) {
        const { width, height } = canvas;
        const line = (y) => {
          const { data } = canvas.getContext("2d").getImageData(0, Math.round(y), width, 1);
          return Array.from({ length: width }, (_, x) => data[4 * x]);
        };
        const band = Math.max(8, Math.round(height / 32));
        watched.numbers.push(
          [epoch, Number(sequence), height, line(height - 1.5 * band), line(height - 0.5 * band)]
        );
      }
    }
    if (names.has("data-state")) watched.states.push([at, state]);
  }).observe(room, { attributes: true });
  const look = () => {
    if (drawn !== null) {
      const at = now();
      watched.painted.push([at, drawn.age + at - drawn.at]);
      drawn = null;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
TAKE = """() => {
  const { painted, states, numbers } = window.watched;
  window.watched.painted = []; window.watched.states = []; window.watched.numbers = [];
  const memory = performance.memory ? performance.memory.usedJSHeapSize / 1e6 : 0;
  return { painted, states, numbers, memory };
}"""


class Watched:
    """What the page has painted since `WATCH`, fetched now and then."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.painted: list[tuple[float, float]] = []
        self.states: list[tuple[float, str]] = []
        self.numbers_read = self.numbers_wrong = 0
        self._first: dict[str, int] = {}
        page.evaluate(WATCH, NUMBER_EVERY)

    def take(self) -> float:
        """Fetch; megabytes of the page's own heap."""
        got = self.page.evaluate(TAKE)
        self.painted += [(at / 1e3, age) for at, age in got["painted"]]
        self.states += [(at / 1e3, state) for at, state in got["states"]]
        for epoch, sequence, height, upper, lower in got["numbers"]:
            image = np.zeros((height, len(upper)), np.uint8)
            band = max(8, round(height / 32))
            image[height - 2 * band : height - band] = upper
            image[height - band :] = lower
            read = read_index(image)
            # where the bridge's count stood when the epoch began is the bridge's affair
            first = self._first.setdefault(epoch, (read or 0) - sequence)
            self.numbers_read += 1
            self.numbers_wrong += read is None or read - sequence != first
        return float(got["memory"])

    def wait_for_picture(self, since_s: float, *, younger_ms: float, within_s: float) -> float:
        """When the first picture so young was painted after that moment."""
        deadline = time.time() + within_s
        while time.time() < deadline:
            self.take()
            for at, age in self.painted:
                if at > since_s and age < younger_ms:
                    return at
            time.sleep(0.1)
        raise SystemExit(f"No picture was painted within {within_s:.0f} s.")


class Loop:
    """An event loop in a thread: Playwright's way of waiting wants the main one."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def start(self, coroutine: Any) -> asyncio.Task[Any]:
        """Let it run."""

        async def begin() -> asyncio.Task[Any]:
            return asyncio.create_task(coroutine)

        return asyncio.run_coroutine_threadsafe(begin(), self.loop).result(30)

    def result(self, coroutine: Any, seconds: float = 120.0) -> Any:
        """Wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(seconds)


class LiveSite:
    """A project whose live model is the starter, a bridge of a phantom, and who looks on."""

    def __init__(self, site: Site, browser: Browser, folder: Path) -> None:
        self.site = site
        place = workplace(site, browser, "live", "axillary")
        site.manage(
            "register_model", str(STARTER), "--project", place.project, "--name", "Starter",
            "--promote", "live",
        )  # fmt: skip
        self.person = Person("Ada", browser.new_context().new_page(), site)
        self.person.page.set_viewport_size({"width": 1280, "height": 800})
        self.person.log_in(place.email)
        code = self.person.post("/api/devices/codes/", {"project": place.project})["code"]
        self._token = pair(site.address, code, "Phantom")
        given = post(
            site.address, "/api/live-sessions/publish/", {"source": "phantom"}, self._token
        )
        self.session = str(given["session"])
        self._hub = str(given["hub"])
        port = int(self._hub.rpartition(":")[2].partition("/")[0])
        self.network = Network(hub_port=port, granted=self._granted)
        cookies = {one.get("name"): one.get("value") for one in self.person.page.context.cookies()}
        self._headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": str(cookies["csrftoken"]),
            "Referer": site.address,
        }
        self._folder = folder
        self.bridge: subprocess.Popen[bytes] | None = None

    def _published(self) -> dict[str, str]:
        path = "/api/live-sessions/publish/"
        return post(self.site.address, path, {"source": "phantom"}, self._token)

    def _granted(self, head: str) -> dict[str, str]:
        given = self._published()
        return {"session": given["session"], "ticket": given["ticket"]}

    def view(self) -> str:
        """The address of a viewer's socket, with a ticket of the site."""
        address = urlsplit(self.site.address)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
        with closing(connection):
            path = f"/api/live-sessions/{self.session}/ticket/"
            connection.request("POST", path, headers=self._headers)
            ticket = json.loads(connection.getresponse().read())["ticket"]
        return f"{self._hub}/live/view?ticket={ticket}"

    def start_bridge(self) -> None:
        """`fascicle-bridge`, by the network that can be cut."""
        environment = {**os.environ, "FASCICLE_BRIDGE_TOKEN": self._token}
        environment["FASCICLE_BRIDGE_HOME"] = str(self._folder)
        self.bridge = subprocess.Popen(
            [
                *(sys.executable, "-m", "inference.bridge", "--source", "phantom"),
                *("--burn-index", "--server", self.network.site),
            ],
            cwd=REPOSITORY,
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=(self._folder / "bridge.log").open("ab"),
        )

    def hub_process(self) -> psutil.Process:
        """The hub's process, of this site and no other."""
        for each in psutil.process_iter(["cmdline"]):
            words = each.info["cmdline"] or []
            if "inference.live_process" in words and str(self.network.hub_port) in words:
                return each
        raise SystemExit("The site runs no hub.")


def measure_site(*, seconds: float, viewer_count: int) -> dict[str, Any]:
    """The page's ages and memory over a while, then joining, a restart and a cut."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_site() as site,
        chromium() as browser,
        _streaming(LiveSite(site, browser, Path(folder))) as (live, loop),
    ):
        page = live.person.page
        live.person.goto(f"/live/{live.session}")
        page.get_by_role("button", name="I understand").click()
        page.locator("[data-testid=live-room][data-state=live]").wait_for()
        # the page is one of the viewers
        quick = [BenchViewer(live.view, 0.0) for _ in range(viewer_count - 1)]
        slow = BenchViewer(live.view, SLOW_S)
        viewers = [loop.start(each.run()) for each in (*quick, slow)]
        loop.result(until(lambda: any(each.has_mask for each in slow.drawn), 300, "a mask"), 310)
        time.sleep(5)
        watched = Watched(page)
        figures = _over_time(live, watched, [*quick, slow], seconds)
        figures["join, ms"] = [loop.result(join(live.view)) for _ in range(5)]
        figures["restart, ms"] = _restart(live, watched)
        time.sleep(6)
        figures |= _cut(live, watched)
        figures |= {
            "numbers read on the canvas": watched.numbers_read,
            "numbers wrong": watched.numbers_wrong,
        }
        loop.result(end(viewers, [*quick, slow]))
        return figures


@contextmanager
def _streaming(live: LiveSite) -> Iterator[tuple[LiveSite, Loop]]:
    loop = Loop()
    network = loop.start(live.network.run())
    try:
        live.start_bridge()
        yield live, loop
    finally:
        if live.bridge is not None:
            live.bridge.terminate()
            with suppress(subprocess.TimeoutExpired):
                live.bridge.wait(15)
            live.bridge.kill()
        loop.result(end([network]))
        loop.loop.call_soon_threadsafe(loop.loop.stop)


def _over_time(
    live: LiveSite, watched: Watched, viewers: list[BenchViewer], seconds: float
) -> dict[str, Any]:
    hub = live.hub_process().pid
    began, began_s = time.monotonic(), time.time()
    heaps: list[float] = []
    hubs: list[float] = []
    bridges: list[float] = []
    while time.monotonic() - began < seconds:
        time.sleep(min(2.0, seconds))
        heaps.append(watched.take())
        hubs.append(memory_mb(hub))
        bridges.append(memory_mb(live.bridge.pid) if live.bridge else 0.0)
    ages = [age for at, age in watched.painted if at >= began_s]
    *quick, slow = viewers
    drawn = [each for viewer in quick for each in list(viewer.drawn) if each.at_s >= began]
    slowly = [each for each in list(slow.drawn) if each.at_s >= began]
    return {
        "painted by Chromium": summed(ages),
        "frames/s painted": round(len(ages) / seconds, 1),
        "draw at once": stages(drawn),
        "10 frames/s": stages(slowly),
        "with a mask": round(sum(each.has_mask for each in drawn) / max(1, len(drawn)), 3),
        "growth of age, ms": growth(ages),
        "growth of age at 10 frames/s, ms": growth([each.age for each in slowly]),
        "hub's memory, MB": round(sum(hubs) / len(hubs), 1),
        "growth of memory, MB": {
            "hub and engine": growth(hubs),
            "bridge": growth(bridges),
            "page's heap": growth(heaps),
        },
    }


def _restart(live: LiveSite, watched: Watched) -> float:
    """Milliseconds from killing the hub to a new picture on the canvas; the supervisor restarts."""
    hub = live.hub_process()
    killed = time.time()
    hub.kill()
    # what was on its way when the hub died is not yet a sign of its return
    first = watched.wait_for_picture(killed + 0.1, younger_ms=1000, within_s=60)
    return round((first - killed) * 1e3)


def _cut(live: LiveSite, watched: Watched) -> dict[str, float | None]:
    """When the page greys after the last picture, and when it shows new ones again."""
    live.network.is_cut = True
    time.sleep(CUT_S)
    watched.take()
    last = watched.painted[-1][0]
    greyed = [at for at, state in watched.states if state == "no-signal" and at > last - 0.05]
    live.network.is_cut = False
    mended = time.time()
    fresh = watched.wait_for_picture(mended, younger_ms=1000, within_s=60)
    return {
        "cut: page greys after, ms": round((greyed[0] - last) * 1e3) if greyed else None,
        "cut: recovers in, ms": round((fresh - mended) * 1e3),
    }
