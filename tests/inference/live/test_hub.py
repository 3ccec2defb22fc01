"""Bridges and viewers at the hub: what is passed on, to whom, and how old."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from inference.live.clock import now_us
from inference.live.wire import Flag, Kind, labels_of
from tests.inference.live.hub_rig import (
    Rig,
    frame,
    index_of,
    jpeg,
    run_with_hub,
    settle,
    ticket,
    wanted,
)


def test_a_frame_reaches_every_viewer_with_its_number_and_the_hubs_time():
    async def what(rig: Rig) -> None:
        bridge, one, two = await rig.bridge(), await rig.viewer(), await rig.viewer()
        bridge.send(frame(5, microns_per_pixel=90.0))
        await settle()
        for viewer in (one, two):
            assert [(each.sequence, index_of(each)) for each in viewer.frames] == [(5, 5)]
            got = viewer.frames[0]
            assert got.microns_per_pixel == 90.0
            assert got.t_bridge_us <= got.t_hub_in_us <= got.t_hub_out_us <= now_us()
        assert bridge.told("ack") == [{"type": "ack", "sequence": 5, "epoch": 1}]

    run_with_hub(what)


def test_hellos_name_the_session_and_its_structures():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        (welcome,), (hello,) = bridge.told("welcome"), viewer.told("hello")
        assert welcome["window"] == 2
        assert hello["classes"] == welcome["classes"]
        assert hello["classes"][1] == {
            "index": 2, "code": "median", "name": "Median nerve",
            "colour": "#ffff00", "kind": "nerve",
        }  # fmt: skip
        assert (hello["state"], hello["may_command"]) == ("CONNECTING", False)
        assert hello["commands"] == ["freeze"]

    run_with_hub(what)


def test_a_viewer_that_comes_late_is_shown_the_last_picture_at_once_with_its_true_age():
    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        taken_us = now_us() - 400_000
        bridge.send(frame(1, t_bridge_us=taken_us))
        await settle()
        viewer = await rig.viewer()
        assert [each.sequence for each in viewer.frames] == [1]
        assert viewer.frames[0].t_bridge_us == taken_us

    run_with_hub(what)


def test_the_bridges_clock_is_put_into_the_hubs_time():
    ahead_us = 7_000_000

    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        (ping,) = bridge.told("ping")
        bridge.say("pong", t0_us=ping["t0_us"], t1_us=now_us() + ahead_us)
        bridge.send(frame(1, t_bridge_us=now_us() + ahead_us))
        await settle()
        got = viewer.frames[0]
        assert 0 <= got.t_hub_in_us - got.t_bridge_us < 500_000

    run_with_hub(what)


def test_without_a_clock_to_go_by_no_frame_comes_from_the_future():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        bridge.send(frame(1, t_bridge_us=now_us() + 60_000_000))
        await settle()
        assert viewer.frames[0].t_bridge_us == viewer.frames[0].t_hub_in_us

    run_with_hub(what)


def test_a_viewer_that_does_not_draw_gets_two_frames_and_then_the_newest():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer(acks=False)
        for sequence in range(1, 10):
            bridge.send(frame(sequence))
            await settle()
        assert [each.sequence for each in viewer.frames] == [1, 2]
        viewer.ack(viewer.frames[1])
        await settle()
        assert [each.sequence for each in viewer.frames] == [1, 2, 9]

    run_with_hub(what)


def test_a_slow_viewer_stays_young():
    """30 frames a second to one who draws ten: what is drawn is never older than three draws."""
    ages: list[float] = []

    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer(acks=False)
        # the hub's time runs by frames, whatever else this machine does
        loop = asyncio.get_running_loop()
        began_s, gone = loop.time(), [0]
        loop.time = lambda: began_s + gone[0] / 30  # type: ignore[method-assign]
        drawn = 0
        for sequence in range(1, 58):
            bridge.send(frame(sequence, t_bridge_us=now_us(), data=PICTURE))
            await settle()
            gone[0] += 1
            if sequence % 3 == 0 and drawn < len(viewer.frames):
                ages.append(sequence - viewer.frames[drawn].sequence)
                viewer.ack(viewer.frames[drawn])
                drawn += 1
        (session,) = rig.hub.sessions.values()
        (one,) = session.viewers
        assert one.skipped_count > 30
        del loop.time  # type: ignore[method-assign]

    run_with_hub(what)
    assert max(ages) <= 3 * 3
    assert sum(ages[-10:]) <= sum(ages[5:15]) + 10  # no growth


PICTURE = jpeg()


def test_time_going_backwards_begins_a_new_epoch_and_stale_frames_go_nowhere():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        bridge.send(frame(1, t_source_ns=5_000))
        bridge.send(frame(1, t_source_ns=5_000))
        await settle()
        bridge.send(frame(2, t_source_ns=4_000))
        await settle()
        bridge.send(frame(3, t_source_ns=6_000))
        await settle()
        first, second, third = viewer.frames
        assert [each.sequence for each in viewer.frames] == [1, 2, 3]
        assert second.epoch == third.epoch == first.epoch + 1
        (session,) = rig.hub.sessions.values()
        assert session.publisher is not None
        assert session.publisher.stream.stale_count == 1

    run_with_hub(what)


def test_a_second_bridge_takes_the_session_over():
    async def what(rig: Rig) -> None:
        first, viewer = await rig.bridge(), await rig.viewer()
        first.send(frame(9))
        await settle()
        second = await rig.bridge()
        assert first.closed is not None
        assert first.closed[0] == 4409
        second.send(frame(1))
        await settle()
        assert [each.sequence for each in viewer.frames] == [9, 1]
        assert viewer.frames[1].epoch > viewer.frames[0].epoch
        assert viewer.closed is None

    run_with_hub(what)


def test_states_are_decided_by_frames_arriving():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        labels = np.ones((64, 96), np.uint8)
        bridge.say("state", state="LIVE", reason="")
        bridge.send(frame(1, labels=labels))
        await settle()
        (session,) = rig.hub.sessions.values()
        assert session.state == "LIVE"
        assert session.last_frame_s is not None
        session.last_frame_s -= 1.5  # as if a second and a half had gone by
        await session.each_moment()
        assert session.state == "STALLED"
        late = await rig.viewer()
        assert late.frames[0].segment(Kind.LABELS) is None  # no overlay on a picture that is over
        assert not late.frames[0].flags & Flag.INFERRED
        bridge.say("state", state="FROZEN", reason="Frozen at the scanner.")
        await settle()
        await session.each_moment()
        assert (session.state, session.reason) == ("FROZEN", "Frozen at the scanner.")
        bridge.send(None)
        await settle()
        assert session.state == "LOST"
        await settle()
        assert [each["state"] for each in viewer.told("state")] == [
            "LIVE", "STALLED", "FROZEN", "LOST",
        ]  # fmt: skip

    run_with_hub(what)


def test_masks_of_the_bridge_pass_through_with_their_picture():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(infers=True), await rig.viewer()
        labels = np.zeros((64, 96), np.uint8)
        labels[10:20, 10:20] = 2
        bridge.send(frame(3, labels=labels, model=4, inference_us=900))
        await settle()
        (got,) = viewer.frames
        segment = got.segment(Kind.LABELS)
        assert segment is not None
        assert np.array_equal(labels_of(segment), labels)
        assert (index_of(got), got.model, got.inference_us) == (3, 4, 900)

    run_with_hub(what)


def test_commands_go_to_the_bridge_and_their_end_comes_back():
    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        viewer = await rig.viewer(ticket(may_command=True))
        viewer.say("command", id="c1", name="freeze", value=None)
        await settle()
        (sent,) = bridge.told("command")
        assert (sent["name"], sent["value"]) == ("freeze", None)
        bridge.say("done", id=sent["id"], error="The scanner refused.")
        viewer.say("command", id="c2", name="dance", value=None)
        await settle()
        done = {each["id"]: each["error"] for each in viewer.told("done")}
        assert done["c1"] == "The scanner refused."
        assert "dance" in done["c2"]

    run_with_hub(what)


def test_those_who_only_watch_command_nothing():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        viewer.say("command", id="c1", name="freeze", value=None)
        await settle()
        assert bridge.told("command") == []
        assert "Only experts" in viewer.told("done")[0]["error"]

    run_with_hub(what)


def test_a_viewers_ping_is_answered_with_the_hubs_clock():
    async def what(rig: Rig) -> None:
        viewer = await rig.viewer()
        viewer.say("ping", t0_us=123)
        await settle()
        (pong,) = viewer.told("pong")
        assert pong["t0_us"] == 123
        assert 0 <= pong["t2_us"] - pong["t1_us"] < 1_000_000
        assert abs(pong["t1_us"] / 1e6 - time.time()) < 5

    run_with_hub(what)


def test_the_web_and_the_viewers_hear_figures_each_second():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        for sequence in (1, 2, 3):
            bridge.send(frame(sequence, microns_per_pixel=55.0))
            await settle(0.01)
        await rig.hub._each_second()
        await settle()
        seen = rig.board.seen["s1"]
        assert (seen["state"], seen["viewers"], seen["microns_per_pixel"]) == ("LIVE", 1, 55.0)
        assert seen["frames_per_second"] > 0
        stats = viewer.told("stats")[-1]
        assert {"uplink", "hub"} <= set(stats["stages"])
        assert stats["age_ms"]["p95"] >= 0

    run_with_hub(what)


def test_a_hub_of_a_board_that_is_away_goes_on_with_what_it_has(monkeypatch: pytest.MonkeyPatch):
    from inference.live.board import BoardAway

    async def away(*given: Any) -> Any:
        raise BoardAway("gone")

    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        monkeypatch.setattr(rig.board, "read", away)
        monkeypatch.setattr(rig.board, "revoked", away)
        late = await rig.viewer()
        unknown = await rig.viewer(ticket(session="s9"))
        bridge.send(frame(1))
        await settle()
        assert [len(each.frames) for each in (viewer, late)] == [1, 1]
        assert unknown.closed is not None
        assert unknown.closed[0] == 4500

    run_with_hub(what)


def test_structures_that_change_are_told_to_those_who_watch():
    async def what(rig: Rig) -> None:
        viewer = await rig.viewer()
        renamed = [{**each, "name": each["name"].upper()} for each in wanted().structures]
        rig.board.want(replace(wanted(), structures=renamed))
        await settle()
        assert viewer.told("hello")[-1]["classes"][0]["name"] == "ARTERY"

    run_with_hub(what)


def test_stopping_says_goodbye():
    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        await rig.hub.stop()
        await asyncio.sleep(0)
        assert bridge.closed is not None
        assert bridge.closed[0] == 4500

    run_with_hub(what)
