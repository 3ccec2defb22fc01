"""Masks at the hub: of the same frame, never late, never wrongly named."""

import numpy as np

from inference.live.wire import Flag, Kind, confidence_of, labels_of
from tests.inference.live.hub_rig import (
    MODEL,
    STRUCTURES,
    FakePeer,
    Rig,
    frame,
    index_of,
    run_with_hub,
    settle,
    wanted,
)

WITH_MODEL = {"sessions": {"s1": wanted(model=MODEL)}}


def test_picture_and_mask_of_the_same_frame_are_in_one_message():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        bridge.send(frame(1))
        await settle()
        assert viewer.frames == []  # it waits for its mask
        for sequence in (2, 3):
            bridge.send(frame(sequence))
        await settle()
        rig.worker.answer(value=1)
        await settle()
        rig.worker.answer(value=2)
        await settle()
        # the second was let go: the third is newer
        assert [(got.sequence, index_of(got)) for got in viewer.frames] == [(1, 1), (3, 3)]
        first = viewer.frames[0]
        assert first.flags & Flag.INFERRED
        assert (first.model, first.inference_us) == (7, 12_000)
        labels, sure = first.segment(Kind.LABELS), first.segment(Kind.CONFIDENCE)
        assert labels is not None
        assert sure is not None
        assert set(np.unique(labels_of(labels))) == {1}
        # the fake model names (median, artery), the session (artery, median)
        artery, median = confidence_of(sure)
        assert np.isnan(artery)
        assert median == 0.75

    run_with_hub(what, **WITH_MODEL)


def test_the_models_structures_are_told_the_sessions_channels_by_code():
    async def what(rig: Rig) -> None:
        await rig.bridge()
        assert rig.worker.clients == {}  # nobody watches
        await rig.viewer()
        (client,) = rig.worker.clients.values()
        assert client.channels == (2, 1)

    run_with_hub(what, **WITH_MODEL)


def test_when_the_engine_is_too_slow_pictures_go_on_alone_and_it_is_said():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        (session,) = rig.hub.sessions.values()
        session.inference._hold_s = 0.02
        bridge.send(frame(1))
        await settle(0.04)
        bridge.send(frame(2))
        await settle()
        rig.worker.answer()  # the mask of the first, too late
        await settle()
        assert [(got.sequence, got.flags & Flag.INFERRED) for got in viewer.frames] == [
            (1, 0), (2, 0),
        ]  # fmt: skip
        assert viewer.told("model")[-1]["model"]["state"] == "slow"
        session.inference._hold_s = 5.0
        for sequence in range(3, 13):
            bridge.send(frame(sequence))
            await settle()
            rig.worker.answer()
        await settle()
        assert viewer.told("model")[-1]["model"]["state"] == "running"
        assert viewer.frames[-1].flags & Flag.INFERRED

    run_with_hub(what, **WITH_MODEL)


def test_an_engine_that_crashes_leaves_the_pictures_and_says_why():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        bridge.send(frame(1))
        await settle()
        client, picture = rig.worker.running
        rig.worker.running = None
        client.answered(picture, None)
        rig.worker.state, rig.worker.reason = "failed", "The model's process has ended."
        client.worker_changed()
        bridge.send(frame(2))
        await settle()
        assert [got.sequence for got in viewer.frames] == [1, 2]
        assert not any(got.flags & Flag.INFERRED for got in viewer.frames)
        told = viewer.told("model")[-1]["model"]
        assert (told["state"], told["reason"]) == ("failed", "The model's process has ended.")

    run_with_hub(what, **WITH_MODEL)


def test_a_model_of_foreign_structures_is_refused_with_their_names():
    async def what(rig: Rig) -> None:
        rig.worker.codes = ("median", "liver")
        bridge, viewer = await rig.bridge(), await rig.viewer()
        bridge.send(frame(1))
        await settle()
        told = viewer.told("hello")[-1]["model"]
        assert told["state"] == "refused"
        assert "liver" in told["reason"]
        assert [got.segment(Kind.LABELS) for got in viewer.frames] == [None]

    run_with_hub(what, **WITH_MODEL)


def test_a_model_is_taken_up_and_put_down_while_pictures_run():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        bridge.send(frame(1))
        rig.board.want(wanted(model=MODEL))
        await settle()
        bridge.send(frame(2))
        await settle()
        rig.worker.answer()
        rig.board.want(wanted())
        await settle()
        bridge.send(frame(3))
        await settle()
        assert [bool(got.flags & Flag.INFERRED) for got in viewer.frames] == [False, True, False]
        assert [each["model"] and each["model"]["number"] for each in viewer.told("model")] == [
            7, None,
        ]  # fmt: skip
        assert rig.worker.clients == {}

    run_with_hub(what)


def test_a_bridge_that_makes_the_masks_itself_needs_no_engine_here():
    async def what(rig: Rig) -> None:
        await rig.viewer()
        await rig.bridge(infers=True)
        assert rig.worker.clients == {}
        await rig.bridge()
        assert list(rig.worker.clients) == ["s1"]

    run_with_hub(what, **WITH_MODEL)


def test_no_model_is_loaded_while_a_bridge_that_makes_the_masks_is_away():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(infers=True), await rig.viewer()
        (session,) = rig.hub.sessions.values()
        bridge.send(None)  # its end
        await settle()
        assert session.publisher is None
        session.follow(session.wanted)  # as each two seconds
        assert rig.worker.clients == {}
        assert viewer.told("hello")[-1]["model"]["label"] == "The bridge makes the masks."
        await rig.bridge()
        assert list(rig.worker.clients) == ["s1"]

    run_with_hub(what, **WITH_MODEL)


def test_structures_of_other_channels_are_followed():
    async def what(rig: Rig) -> None:
        await rig.bridge()
        await rig.viewer()
        moved = [{**each, "channel": each["channel"] + 4} for each in STRUCTURES]
        rig.board.want(wanted(model=MODEL, structures=moved))
        await settle()
        (client,) = rig.worker.clients.values()
        assert client.channels == (6, 5)

    run_with_hub(what, **WITH_MODEL)


async def freeze(rig: Rig, bridge: FakePeer) -> None:
    bridge.say("state", state="FROZEN", reason="Frozen at the scanner.")
    await settle()
    (session,) = rig.hub.sessions.values()
    await session.each_moment()
    assert session.state == "FROZEN"


def test_a_frozen_picture_gets_the_mask_that_came_too_late_for_it():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        (session,) = rig.hub.sessions.values()
        session.inference._hold_s = 0.02
        bridge.send(frame(1))
        await settle(0.04)
        bridge.send(frame(2))
        await settle()
        rig.worker.answer()  # of the first, which has gone out alone
        await freeze(rig, bridge)
        assert [got.flags & Flag.INFERRED for got in viewer.frames] == [0, 0]
        rig.worker.answer(value=2)  # of the one that stands
        await settle()
        last = viewer.frames[-1]
        assert [got.sequence for got in viewer.frames] == [1, 2, 2]
        assert index_of(last) == 2
        assert last.flags & Flag.INFERRED
        labels = last.segment(Kind.LABELS)
        assert labels is not None
        assert set(np.unique(labels_of(labels))) == {2}
        assert rig.worker.running is None, "it is asked for once"
        # who comes now sees it as it stands
        late = await rig.viewer()
        assert [bool(got.flags & Flag.INFERRED) for got in late.frames] == [True]

    run_with_hub(what, **WITH_MODEL)


def test_a_mask_is_made_for_a_picture_that_froze_while_nobody_looked():
    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        bridge.send(frame(1))
        await freeze(rig, bridge)
        viewer = await rig.viewer()
        assert [got.flags & Flag.INFERRED for got in viewer.frames] == [0]
        _, picture = rig.worker.running
        assert picture.is_still
        rig.worker.answer()
        await settle()
        assert [(got.sequence, bool(got.flags & Flag.INFERRED)) for got in viewer.frames] == [
            (1, False), (1, True),
        ]  # fmt: skip

    run_with_hub(what, **WITH_MODEL)


def test_a_picture_of_a_source_that_is_gone_gets_no_mask_any_more():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        (session,) = rig.hub.sessions.values()
        session.inference._hold_s = 0.02
        bridge.send(frame(1))
        await settle(0.04)
        assert session.last_frame_s is not None
        session.last_frame_s -= 1.5
        await session.each_moment()
        assert session.state == "STALLED"
        rig.worker.answer()
        await settle()
        assert [got.flags & Flag.INFERRED for got in viewer.frames] == [0]

    run_with_hub(what, **WITH_MODEL)
