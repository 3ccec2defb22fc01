"""Nothing that is sent to the hub breaks it."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.inference.live.hub_rig import Rig, frame, run_with_hub, settle, ticket, wanted

GOOD = frame(1)
KINDS = st.sampled_from(
    ["hello", "state", "pong", "ping", "ack", "done", "command", "model", "error", "x"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["sequence", "epoch", "t0_us", "t1_us", "t2_us", "state", "reason", "id", "name", "value",
     "error", "version", "commands", "rate"]
)  # fmt: skip
CONTROLS = st.builds(
    lambda kind, fields: json.dumps({"type": kind, **fields}),
    KINDS,
    st.dictionaries(NAMES, VALUES, max_size=5),
)
BROKEN = st.builds(
    lambda place, value: GOOD[:place] + bytes([value]) + GOOD[place + 1 :],
    st.integers(0, 120),
    st.integers(0, 255),
)
MESSAGES = st.lists(
    CONTROLS | BROKEN | st.binary(max_size=200) | st.text(max_size=50), min_size=1, max_size=6
)
SLOWLY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOWLY
@given(MESSAGES, MESSAGES)
def test_whatever_a_bridge_and_a_viewer_send_others_go_on(
    from_bridge: list[str | bytes], from_viewer: list[str | bytes]
):
    async def what(rig: Rig) -> None:
        bridge = await rig.bridge()
        viewer = await rig.viewer(ticket(may_command=True))
        good = await rig.bridge(ticket("publisher", "s2"))
        watching = await rig.viewer(ticket(session="s2"))
        for peer, messages in ((bridge, from_bridge), (viewer, from_viewer)):
            for message in messages:
                peer.send(message)
        await settle()
        for peer in (bridge, viewer):
            # whoever was let go was told why, and nothing in the hub failed
            assert peer.closed is None or peer.closed[0] in {4400, 4413, 4429}
        good.send(GOOD)
        await settle()
        assert [got.sequence for got in watching.frames] == [1]

    run_with_hub(what, sessions={"s1": wanted(), "s2": wanted("s2")})


@SLOWLY
@given(st.text(max_size=300))
def test_no_text_is_a_ticket(text: str):
    async def what(rig: Rig) -> None:
        viewer = await rig.viewer(text)
        assert viewer.closed is not None
        assert viewer.closed[0] == 4401

    run_with_hub(what)
