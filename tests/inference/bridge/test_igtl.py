"""OpenIGTLink against pyigtl, an implementation written by others."""

import struct
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.bridge.agent import SourceThread
from inference.bridge.igtl.codec import (
    HEADER,
    IgtlError,
    check_body,
    content,
    read_header,
    read_image,
)
from inference.bridge.intake import Intake
from inference.bridge.picture import Picture, State
from inference.bridge.sources import SourceOptions, open_source
from inference.bridge.sources.igtl import IgtlSource
from tests.inference.bridge.fakes import wait_for

pyigtl = pytest.importorskip("pyigtl")


def message(image: np.ndarray[Any, Any], *, microns: float = 80.0, seconds: float = 5.25) -> bytes:
    matrix = np.diag([microns / 1000, microns / 1000, 1.0, 1.0])
    made = pyigtl.ImageMessage(
        image[None], ijk_to_world_matrix=matrix, device_name="Probe", timestamp=seconds
    )
    return bytes(made.pack())


PICTURE = np.random.default_rng(1).integers(0, 256, (48, 64), np.uint8)


@pytest.fixture
def intake() -> Intake:
    return Intake()


@pytest.fixture
def running() -> Iterator[list[SourceThread]]:
    threads: list[SourceThread] = []
    yield threads
    for each in threads:
        each.stop()


def test_a_picture_packed_by_others_is_read_whole() -> None:
    packed = message(PICTURE)
    header = read_header(packed[: HEADER.size])
    body = packed[HEADER.size :]
    assert (header.kind, header.device, header.body_bytes) == ("IMAGE", "Probe", len(body))
    assert header.time_ns == pytest.approx(5.25e9, abs=2)
    check_body(header, body)
    image = read_image(content(header, body))
    np.testing.assert_array_equal(image.grey, PICTURE)
    assert image.microns_per_pixel == pytest.approx(80.0, rel=1e-6)


@given(st.integers(0, 64 * 48 + 71), st.integers(1, 255))
def test_any_changed_byte_of_the_body_is_noticed(place: int, change: int) -> None:
    packed = message(PICTURE)
    header = read_header(packed[: HEADER.size])
    body = bytearray(packed[HEADER.size :])
    check_body(header, body)
    body[place] ^= change
    with pytest.raises(IgtlError, match="damaged"):
        check_body(header, body)


@given(st.binary(max_size=400))
def test_garbage_is_refused_with_a_sentence(data: bytes) -> None:
    # 400 bytes are never an image that fits its own header, but for one of a few pixels
    with pytest.raises(IgtlError, match=r"\.$"):
        read_image(memoryview(data))


def test_a_stream_of_something_else_is_named() -> None:
    with pytest.raises(IgtlError, match="no OpenIGTLink") as raised:
        read_header(b"HTTP/1.1 400 Bad Request" + bytes(HEADER.size - 24))
    assert raised.value.is_fatal


def test_extended_header_and_metadata_are_cut_off() -> None:
    header = read_header(HEADER.pack(2, b"IMAGE", b"P", 0, 12 + 5 + 6, 0))
    body = struct.pack(">HHII", 12, 2, 4, 9) + b"12345" + b"mmmmmm"
    assert bytes(content(header, body)) == b"12345"
    with pytest.raises(IgtlError, match="does not fit"):
        content(header, struct.pack(">HHII", 999, 2, 4, 9))


def test_colour_becomes_grey_and_sixteen_bits_are_refused() -> None:
    packed = message(PICTURE)
    body = bytearray(packed[HEADER.size :])
    body[3] = 5
    with pytest.raises(IgtlError, match="8-bit grey"):
        read_image(memoryview(body))
    body[2:4] = bytes([3, 3])
    colour = body[:72] + bytes(np.repeat(PICTURE.reshape(-1), 3))
    np.testing.assert_array_equal(read_image(memoryview(colour)).grey, PICTURE)


def test_as_a_client_it_takes_the_pictures_of_a_server(
    intake: Intake, running: list[SourceThread]
) -> None:
    server = _server()
    source = open_source(f"igtl:127.0.0.1:{server.port}", SourceOptions())
    running.append(SourceThread(source, intake))
    running[0].start()
    seen: list[Picture] = []
    try:

        def send_and_look() -> bool:
            server.send_message(
                pyigtl.ImageMessage(PICTURE[None], device_name="Probe", timestamp=1.0), wait=False
            )
            picture = intake.take()
            if picture is not None:
                seen.append(picture)
            return bool(seen)

        assert wait_for(send_and_look)
    finally:
        server.stop()
    np.testing.assert_array_equal(seen[0].grey, PICTURE)
    assert source.device == "OpenIGTLink Probe"


def _server() -> Any:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return pyigtl.OpenIGTLinkServer(port=port, local_server=True)


def listening(intake: Intake, running: list[SourceThread], **more: float) -> tuple[str, int]:
    """Where a source waits for a sender."""
    source = IgtlSource(None, 0, **more)
    running.append(SourceThread(source, intake))
    running[0].start()
    port = wait_for(lambda: source.listening_at)
    assert port
    return "127.0.0.1", port


def test_as_a_server_it_takes_a_sender_and_the_next_one_too(
    intake: Intake, running: list[SourceThread]
) -> None:
    import socket

    address = listening(intake, running)
    packed = message(PICTURE)
    epochs = []
    for _ in range(2):
        with socket.create_connection(address) as link:
            link.sendall(packed[:30])  # a slow network pauses anywhere
            threading.Event().wait(0.4)
            link.sendall(packed[30:2000])
            threading.Event().wait(0.4)
            link.sendall(packed[2000:])
            picture = wait_for(intake.take)
            np.testing.assert_array_equal(picture.grey, PICTURE)
            epochs.append(picture.epoch)
    assert epochs[0] != epochs[1]


def test_a_sender_that_died_without_a_goodbye_makes_room_for_the_next(
    intake: Intake, running: list[SourceThread]
) -> None:
    import socket

    address = listening(intake, running, silent_seconds=0.2)
    with socket.create_connection(address) as dead:
        dead.sendall(message(PICTURE))
        first = wait_for(intake.take)
        assert first
        with socket.create_connection(address) as link:
            link.sendall(message(255 - PICTURE))
            second = wait_for(intake.take)
    np.testing.assert_array_equal(second.grey, 255 - PICTURE)
    assert second.epoch != first.epoch


def test_a_sender_may_wait_with_its_first_image(
    intake: Intake, running: list[SourceThread]
) -> None:
    import socket

    address = listening(intake, running, silent_seconds=0.0)
    with socket.create_connection(address) as link:
        threading.Event().wait(0.8)
        link.sendall(message(PICTURE))
        assert wait_for(intake.take)


def test_a_server_that_is_not_there_is_said(intake: Intake, running: list[SourceThread]) -> None:
    running.append(SourceThread(open_source("igtl:127.0.0.1:1", SourceOptions()), intake))
    running[0].start()
    assert wait_for(lambda: "cannot be reached" in intake.condition().reason)
    assert intake.condition().state is State.CONNECTING


@pytest.mark.parametrize("spec", ["igtl:", "igtl:host:x", "igtl:host:99999"])
def test_an_address_that_is_none_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="igtl:HOST:PORT"):
        open_source(spec, SourceOptions())
