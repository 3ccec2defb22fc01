"""A hub, a site, and a bridge between a phantom and them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from inference.bridge.agent import Agent
from inference.bridge.intake import Intake
from inference.bridge.server import Server
from inference.bridge.sources import SourceOptions, open_source
from inference.bridge.uplink import Uplink
from tests.inference.bridge.fakes import TOKEN, FakeHub, FakeSite, Running

SMALL = SourceOptions(width=160, height=128, rate=30.0, burn_index=True)


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    made = FakeHub()
    yield made
    made.down()


@pytest.fixture
def site(hub: FakeHub) -> Iterator[FakeSite]:
    made = FakeSite(hub)
    yield made
    made.close()


@pytest.fixture
def bridge(site: FakeSite) -> Iterator[Callable[..., Agent]]:
    """Starts bridges; those of a test are ended after it."""
    running: list[Running] = []

    def start(spec: str = "phantom", *, token: str = TOKEN, crop: Any = None, **more: Any) -> Agent:
        source = more.pop("source", None) or open_source(spec, more.pop("options", SMALL))
        intake = Intake(crop=crop.apply if crop else None)
        agents: list[Agent] = []

        async def run() -> None:
            server = Server(site.address, bind=more.pop("bind", None))
            uplink = Uplink(source=source, intake=intake, server=server, token=token, **more)
            agent = Agent(
                source=source,
                intake=intake,
                uplink=uplink,
                address=site.address,
                crop=crop,
                say=lambda _: None,
            )
            agents.append(agent)
            await agent.run()

        running.append(Running(run))
        from tests.inference.bridge.fakes import wait_for

        assert wait_for(lambda: agents)
        return agents[0]

    yield start
    for each in running:
        each.end()
