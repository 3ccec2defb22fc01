"""Row "link drops after control commands": in order, apart, never into a stalled link."""

import asyncio
import itertools
import time

import numpy as np
import pytest

from inference.bridge.commands import APART_SECONDS, Commands
from inference.bridge.intake import Intake


class _Source:
    kind, device, rate = "test", "Test", 30.0
    commands: tuple[str, ...] = ("gain",)

    def __init__(self) -> None:
        self.sent: list[tuple[float, float | None]] = []

    def run(self, sink: object, stop: object) -> None:
        raise NotImplementedError

    def command(self, name: str, value: float | None) -> None:
        self.sent.append((time.monotonic(), value))


async def _send(intake: Intake, count: int) -> tuple[_Source, list[str | None]]:
    source, answers = _Source(), []
    commands = Commands(source, intake)
    worker = asyncio.create_task(commands.run())

    async def answer(identity: str, error: str | None) -> None:
        answers.append(error)

    for value in range(count):
        await commands.put(str(value), "gain", value, answer)
    while len(answers) < count:
        await asyncio.sleep(0.01)
    worker.cancel()
    return source, answers


def test_commands_are_sent_in_order_and_apart() -> None:
    intake = Intake()
    intake.picture(np.zeros((32, 32), np.uint8))
    intake.frozen(is_frozen=True)
    source, answers = asyncio.run(_send(intake, 3))
    assert answers == [None, None, None]
    assert [value for _, value in source.sent] == [0.0, 1.0, 2.0]
    times = [at for at, _ in source.sent]
    assert all(b - a >= APART_SECONDS * 0.99 for a, b in itertools.pairwise(times))


def test_nothing_is_sent_while_no_image_comes() -> None:
    source, answers = asyncio.run(_send(Intake(), 2))
    assert source.sent == []
    assert all(error and "CONNECTING" in error for error in answers)


def test_what_an_ended_connection_asked_for_is_never_sent() -> None:
    async def what() -> None:
        intake, source = Intake(), _Source()
        intake.picture(np.zeros((32, 32), np.uint8))
        intake.frozen(is_frozen=True)
        commands = Commands(source, intake)
        answered: list[str] = []

        async def answer(identity: str, error: str | None) -> None:
            answered.append(identity)

        await commands.put("old", "gain", 1, answer)
        commands.forget()
        await commands.put("new", "gain", 2, answer)
        worker = asyncio.create_task(commands.run())
        while not answered:
            await asyncio.sleep(0.01)
        worker.cancel()
        assert (answered, [value for _, value in source.sent]) == (["new"], [2.0])

    asyncio.run(what())


@pytest.mark.parametrize("value", [10**400, float("nan"), float("inf"), "loud", [1]])
def test_values_that_are_no_number_are_refused(value: object) -> None:
    errors: list[str | None] = []

    async def answer(identity: str, error: str | None) -> None:
        errors.append(error)

    asyncio.run(Commands(_Source(), Intake()).put("1", "gain", value, answer))
    assert errors == ["A command's value is a number or nothing."]
