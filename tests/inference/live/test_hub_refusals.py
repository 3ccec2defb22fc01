"""Who and what the hub refuses: with a code and a sentence, and to the cost of nobody else."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from inference.live.clock import now_us
from inference.live.wire import HEADER, MAX_MESSAGE_BYTES, Flag
from tests.inference.live.hub_rig import (
    FakePeer,
    Rig,
    frame,
    run_with_hub,
    settle,
    ticket,
    wanted,
)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: "", 4401),
        (lambda: "not.a-ticket", 4401),
        (lambda: ticket()[:-3] + "abc", 4401),
        (lambda: ticket(seconds=-1), 4401),
        (lambda: ticket("publisher"), 4401),
        (lambda: ticket(session="unknown"), 4404),
        (lambda: ticket(session="s2", project="p2"), 4404),
        (lambda: ticket(session="s1", project="p2"), 4403),
        (lambda: ticket(subject="gone"), 4403),
    ],
)
def test_who_may_not_view_is_told_so_with_a_code(make: Callable[[], str], code: int):
    # made when the test runs: a ticket lives a minute, a session of tests longer
    async def what(rig: Rig) -> None:
        rig.board.taken_back.add("subject:gone")
        viewer = await rig.viewer(make())
        assert viewer.closed is not None
        assert viewer.closed[0] == code
        assert viewer.told("error")[0]["detail"] == viewer.closed[1]
        assert viewer.frames == []

    run_with_hub(what)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"garbage", 4400),
        (b"", 4400),
        (b"JUNK" + frame(1)[4:], 4400),
        (frame(1)[:4] + b"\x63" + frame(1)[5:], 4400),
        (frame(1)[:-5], 4400),
        (b"\0" * (MAX_MESSAGE_BYTES + 1), 4413),
        (frame(1)[:48] + b"\x01\x00\x01\x00" + frame(1)[52:], 4400),
        (frame(1)[:48] + b"\x00\x10\x00\x10" + frame(1)[52:], 4400),
        (frame(1)[:48] + b"\x61\x00\x40\x00" + frame(1)[52:], 4400),
        (frame(1, data=b"\xff\xd8 not a picture"), 4400),
        (frame(1, labels=np.full((8, 8), 60, np.uint8)), 4400),
        (frame(1, flags=Flag.INFERRED), 4400),
        ("{", 4400),
        ("[]", 4400),
        ('{"type":"state","state":"DANCING"}', 4400),
        ('{"type":"pong","t0_us":"x"}', 4400),
        ('{"type":"' + "x" * 20_000 + '"}', 4413),
    ],
    ids=[
        "garbage", "empty", "magic", "version", "cut", "oversized", "1x1", "4096x4096",
        "other size than the picture", "no JPEG", "foreign label", "labels missing",
        "half JSON", "list", "state", "stamp", "long text",
    ],
)  # fmt: skip
def test_what_cannot_be_taken_closes_the_bridge_and_nobody_else(message: Any, code: int):
    async def what(rig: Rig) -> None:
        rig.board.sessions["s2"] = wanted("s2")
        bridge, viewer = await rig.bridge(), await rig.viewer()
        other = await rig.bridge(ticket("publisher", "s2"))
        beside = await rig.viewer(ticket(session="s2"))
        bridge.send(message)
        await settle()
        assert bridge.closed is not None
        assert (bridge.closed[0], bool(bridge.closed[1])) == (code, True)
        assert viewer.closed is None
        other.send(frame(1))
        await settle()
        assert [each.sequence for each in beside.frames] == [1]

    run_with_hub(what)


def test_a_bridge_without_a_hello_or_of_another_version_is_refused():
    async def what(rig: Rig) -> None:
        old = await rig.bridge(version=2)
        assert old.closed is not None
        assert old.closed[0] == 4400
        mute = FakePeer()
        mute.send(frame(1))
        await rig.hub.serve_publisher(mute, ticket("publisher"))
        assert mute.closed is not None
        assert mute.closed[0] == 4400

    run_with_hub(what)


def test_too_many_frames_a_second_close_the_bridge():
    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        message = frame(1)
        for _ in range(200):
            bridge.send(message)
        await settle(0.05)
        assert bridge.closed is not None
        assert bridge.closed[0] == 4429

    run_with_hub(what)


def test_what_is_revoked_is_cut_off_and_others_go_on():
    async def what(rig: Rig) -> None:
        gone, stays = await rig.viewer(), await rig.viewer(ticket(subject="u2"))
        rig.board.taken_back.add("subject:u1")
        await rig.hub._follow_all()
        assert gone.closed is not None
        assert gone.closed[0] == 4403
        assert stays.closed is None
        rig.board.taken_back.add("session:s1")
        await rig.hub._follow_all()
        assert stays.closed is not None
        assert stays.closed[0] == 4403

    run_with_hub(what)


def test_a_session_that_ends_lets_everyone_go_at_once():
    async def what(rig: Rig) -> None:
        bridge, viewer = await rig.bridge(), await rig.viewer()
        rig.board.want(wanted(is_ended=True))
        await settle()
        assert bridge.closed is not None
        assert viewer.closed is not None
        assert bridge.closed[0] == viewer.closed[0] == 4404

    run_with_hub(what)


def test_a_silent_bridge_is_closed():
    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        (session,) = rig.hub.sessions.values()
        assert session.publisher is not None
        session.publisher.heard_s -= 11
        await rig.hub._each_moment()
        assert bridge.closed is not None
        assert bridge.closed[0] == 4408

    run_with_hub(what)


def test_garbage_from_a_viewer_closes_that_viewer():
    async def what(rig: Rig) -> None:
        bad, good = await rig.viewer(), await rig.viewer()
        for message in ("not json",):
            bad.send(message)
        binary = await rig.viewer()
        binary.send(b"\0" * HEADER.size)
        await settle()
        assert bad.closed is not None
        assert binary.closed is not None
        assert bad.closed[0] == binary.closed[0] == 4400
        assert good.closed is None

    run_with_hub(what)


@pytest.fixture
def gone_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """By how much the hub's clock is ahead, in seconds; one item, to be set."""
    ahead = [0.0]
    monkeypatch.setattr("inference.live.hub.now_us", lambda: now_us() + int(ahead[0] * 1e6))
    return ahead


def test_a_new_ticket_over_the_open_connection_is_believed_and_another_persons_is_not(
    gone_s: list[float],
):
    async def what(rig: Rig) -> None:
        await rig.bridge()
        faithful, forgetful, liar = [await rig.viewer() for _ in range(3)]
        demoted = await rig.viewer(ticket(may_command=True))
        faithful.say("ticket", ticket=ticket(seconds=400))
        liar.say("ticket", ticket=ticket(subject="someone else"))
        demoted.say("command", id="c0", name="freeze", value=True)
        await settle()
        assert demoted.told("done") == []  # it is with the bridge
        demoted.say("ticket", ticket=ticket(may_command=False))
        await settle()
        assert liar.closed is not None
        assert liar.closed[0] == 4403
        demoted.say("command", id="c1", name="freeze", value=True)
        await settle()
        assert "Only experts" in demoted.told("done")[0]["error"]
        gone_s[0] = 330.0
        await rig.hub._each_second()
        await settle()
        assert faithful.closed is None
        assert forgetful.closed is not None
        assert forgetful.closed[0] == 4401
        faithful.say("ticket", ticket=7)
        await settle()
        assert faithful.closed is not None
        assert faithful.closed[0] == 4401

    run_with_hub(what)


def test_viewers_are_asked_for_new_tickets_not_all_at_once_and_bridges_never(
    gone_s: list[float],
):
    async def what(rig: Rig) -> None:
        bridge, viewers = await rig.bridge(), [await rig.viewer() for _ in range(24)]
        counts = []
        for gone_s[0] in (0.0, 90.0, 240.0, 330.0):
            await rig.hub._each_second()
            await settle()
            counts.append(sum(each.closed is not None for each in viewers))
        assert counts[:2] == [0, 0]
        assert 0 < counts[2] < 24
        assert counts[3] == 24
        assert {each.closed and each.closed[0] for each in viewers} == {4401}
        assert all(each.told("error") == [] for each in viewers)
        assert bridge.closed is None
        assert not rig.hub.sessions["s1"].viewers
        # with a new ticket the picture is there at once
        bridge.send(frame(1))
        await settle()
        again = await rig.viewer()
        assert [each.sequence for each in again.frames] == [1]

    run_with_hub(what)
