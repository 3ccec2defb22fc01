"""Frames reach the hub, the newest first, and come back after every kind of trouble."""

import itertools
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from inference.bridge import uplink
from inference.bridge.agent import Agent
from inference.bridge.crop import Crop
from inference.bridge.labels import Labelled
from inference.bridge.sources import open_source
from inference.live.wire import Flag, Kind, labels_of, labels_segment
from phantom import burn_index, read_index
from tests.inference.bridge.conftest import SMALL
from tests.inference.bridge.fakes import FakeHub, FakeSite, image_of, wait_for

Start = Callable[..., Agent]


def test_a_phantom_streams_and_its_numbers_rise_with_the_sequence(
    hub: FakeHub, bridge: Start
) -> None:
    agent = bridge()
    assert wait_for(lambda: len(hub.frames) > 20)
    frames = list(hub.frames)
    numbers = [read_index(image_of(each)) for each in frames]
    assert None not in numbers
    assert numbers == [each.sequence for each in frames]
    assert all(b > a for a, b in itertools.pairwise(numbers))
    assert len({each.epoch for each in frames}) == 1
    assert all(Flag.ORIGINAL_TIMES in each.flags for each in frames)
    assert frames[0].microns_per_pixel > 0
    hello = hub.said("hello")[0]
    assert (hello["version"], hello["source"]) == (1, "phantom")
    assert "freeze" in hello["commands"]
    assert wait_for(lambda: hub.states()[-1:] == ["LIVE"])
    assert agent.status()["server"]["is_up"]


def test_no_more_frames_are_in_flight_than_the_window_and_the_newest_goes(
    hub: FakeHub, bridge: Start
) -> None:
    hub.ack_after = 0.2  # a slow hub
    agent = bridge()
    assert wait_for(lambda: len(hub.frames) >= 8)
    assert hub.most_in_flight == 2
    frames = list(hub.frames)
    # some 30 a second were made, some 10 a second were taken: most were skipped, none queued
    assert frames[-1].sequence > 1.5 * len(frames)
    assert agent.status()["scanner"]["skipped"] > 0


def test_a_cut_connection_comes_back(hub: FakeHub, bridge: Start) -> None:
    bridge()
    assert wait_for(lambda: hub.frames)
    hub.cut()
    assert wait_for(lambda: hub.connections == 2)
    count = len(hub.frames)
    assert wait_for(lambda: len(hub.frames) > count)


def test_commands_of_a_cut_connection_are_not_sent_over_the_next(
    hub: FakeHub, bridge: Start
) -> None:
    source, sent, goes_on = open_source("phantom", SMALL), list[str](), threading.Event()

    def command(name: str, value: float | None) -> None:
        sent.append(f"{name} {value}")
        goes_on.wait(30)

    source.command = command  # type: ignore[method-assign]
    bridge(source=source)
    assert wait_for(lambda: hub.states()[-1:] == ["LIVE"])
    for value in range(3):
        hub.tell({"type": "command", "id": f"old {value}", "name": "gain", "value": value})
    assert wait_for(lambda: sent)
    hub.cut()
    assert wait_for(lambda: hub.connections == 2)
    goes_on.set()
    count = len(hub.frames)
    assert wait_for(lambda: len(hub.frames) > count)
    hub.tell({"type": "command", "id": "new", "name": "gain", "value": 9})
    assert wait_for(lambda: hub.said("done"))
    assert [each["id"] for each in hub.said("done")] == ["new"]
    assert sent == ["gain 0.0", "gain 9.0"]
    assert hub.connections == 2


def test_attempts_come_further_apart_and_never_at_the_same_moment(
    hub: FakeHub, site: FakeSite, bridge: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [uplink.back_off(n, away_s=5) for n in (1, 2, 3, 4, 5, 900)] == [0.25, 0.5, 1, 2, 2, 2]
    assert uplink.back_off(900, away_s=500) == 10
    jitters: list[tuple[float, float]] = []

    def half(least: float, most: float) -> float:
        jitters.append((least, most))
        return least

    monkeypatch.setattr("inference.bridge.uplink.random.uniform", half)
    hub.down()
    bridge()
    assert wait_for(lambda: len(jitters) >= 4)
    assert set(jitters) == {(0.5, 1.0)}
    hub.up()
    assert wait_for(lambda: hub.frames)


def test_the_server_is_reached_by_the_adapter_that_was_named(
    hub: FakeHub, site: FakeSite, bridge: Start
) -> None:
    bridge(bind="127.0.0.2")
    assert wait_for(lambda: hub.frames)
    assert (set(site.peers), set(hub.peers)) == ({"127.0.0.2"}, {"127.0.0.2"})


def test_a_hub_that_was_restarted_is_found_again(hub: FakeHub, bridge: Start) -> None:
    agent = bridge()
    assert wait_for(lambda: hub.frames)
    hub.down()
    assert wait_for(lambda: not agent.status()["server"]["is_up"])
    assert "cannot be reached" in wait_for(
        lambda: "reached" in (s := agent.status()["server"]["sentence"]) and s
    )
    hub.up()
    assert wait_for(lambda: hub.connections == 2)


def test_a_hub_that_takes_nothing_is_left(
    hub: FakeHub, bridge: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uplink, "ACK_SECONDS", 0.3)
    hub.ack_after = None
    bridge()
    assert wait_for(lambda: hub.connections >= 2)


def test_a_wrong_ticket_is_answered_with_a_new_one(
    hub: FakeHub, site: FakeSite, bridge: Start
) -> None:
    right, site.ticket = site.ticket, "wrong"
    agent = bridge()
    assert wait_for(lambda: "ticket was not taken" in agent.status()["server"]["sentence"])
    site.ticket = right
    assert wait_for(lambda: hub.frames)


def test_a_revoked_token_is_said_and_not_hammered(site: FakeSite, bridge: Start) -> None:
    site.token = "another"
    agent = bridge()
    assert wait_for(lambda: "not paired any more" in agent.status()["server"]["sentence"])
    assert not wait_for(lambda: len(site.asked) > 1, seconds=1.5)


def test_a_session_revoked_while_streaming_is_said_and_not_hammered(
    hub: FakeHub, site: FakeSite, bridge: Start
) -> None:
    agent = bridge()
    assert wait_for(lambda: hub.frames)
    hub.close_with(4403)
    assert wait_for(lambda: "Pair it again" in agent.status()["server"]["sentence"])
    assert not wait_for(lambda: len(site.asked) > 1, seconds=1.5)


def test_pings_are_answered_with_this_machines_clock(hub: FakeHub, bridge: Start) -> None:
    bridge()
    assert wait_for(lambda: hub.frames)
    hub.tell({"type": "ping", "t0_us": 17})
    assert wait_for(lambda: hub.said("pong"))
    pong = hub.said("pong")[0]
    assert pong["t0_us"] == 17
    assert abs(pong["t1_us"] - hub.frames[-1].t_bridge_us) < 60e6


def test_freeze_stops_the_frames_and_thawing_brings_them_back(hub: FakeHub, bridge: Start) -> None:
    bridge()
    assert wait_for(lambda: hub.states()[-1:] == ["LIVE"])
    hub.tell({"type": "command", "id": "a", "name": "freeze", "value": 1})
    assert wait_for(lambda: hub.states()[-1:] == ["FROZEN"])
    assert hub.said("done") == [{"type": "done", "id": "a", "error": None}]
    hub.tell({"type": "command", "id": "b", "name": "freeze", "value": 0})
    count = len(hub.frames)
    assert wait_for(lambda: hub.states()[-1:] == ["LIVE"] and len(hub.frames) > count + 3)


def test_a_frozen_picture_is_sent_again_to_a_new_hub_with_its_own_age(
    hub: FakeHub, bridge: Start
) -> None:
    bridge()
    assert wait_for(lambda: hub.states()[-1:] == ["LIVE"])
    hub.tell({"type": "command", "id": "a", "name": "freeze", "value": 1})
    assert wait_for(lambda: hub.states()[-1:] == ["FROZEN"])
    wait_for(lambda: False, seconds=0.3)
    before = list(hub.frames)
    hub.cut()
    assert wait_for(lambda: len(hub.frames) > len(before))
    again = hub.frames[-1]
    assert again.sequence > before[-1].sequence
    assert again.t_bridge_us <= before[-1].t_bridge_us + 100_000


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"name": "explode", "value": None}, "no such command"),
        ({"name": "gain", "value": "loud"}, "a number"),
        ({"name": "gain", "value": 300}, "0 to 100"),
    ],
)
def test_commands_that_do_not_fit_are_refused_with_a_reason(
    hub: FakeHub, bridge: Start, command: dict[str, Any], reason: str
) -> None:
    bridge()
    assert wait_for(lambda: hub.states()[-1:] == ["LIVE"])
    hub.tell({"type": "command", "id": "a", **command})
    assert wait_for(lambda: hub.said("done"))
    assert reason in hub.said("done")[0]["error"]


def test_garbage_from_the_hub_is_passed_over(hub: FakeHub, bridge: Start) -> None:
    bridge()
    assert wait_for(lambda: hub.frames)
    hub.tell({"type": "of a later version"})
    hub.tell({"type": "ack", "sequence": "x", "epoch": [1]})
    count = len(hub.frames)
    assert wait_for(lambda: len(hub.frames) > count + 5)
    assert hub.connections == 1


def test_what_lies_outside_the_crop_never_leaves(hub: FakeHub, bridge: Start) -> None:
    bridge(crop=Crop(20, 10, 120, 90))
    assert wait_for(lambda: hub.frames)
    assert {(each.width, each.height) for each in hub.frames} == {(100, 80)}
    assert image_of(hub.frames[0]).shape == (80, 100)


class _NumberLabeller:
    """Writes the number that it reads in the pixels into the mask."""

    def infers(self) -> bool:
        return True

    def fit(self, structures: Any) -> None:
        pass

    def label(self, picture: Any, grey: Any) -> Labelled:
        number = read_index(grey)
        assert number is not None
        mask = burn_index(np.zeros_like(grey), number)
        return Labelled((labels_segment(mask),), inference_us=1234)


def test_a_mask_made_here_travels_with_the_very_frame(hub: FakeHub, bridge: Start) -> None:
    bridge(labeller=_NumberLabeller())
    assert wait_for(lambda: len(hub.frames) > 10)
    for frame in list(hub.frames):
        labels = frame.segment(Kind.LABELS)
        assert labels is not None
        assert Flag.INFERRED in frame.flags
        assert frame.inference_us == 1234
        assert read_index(labels_of(labels)) == read_index(image_of(frame)) == frame.sequence
