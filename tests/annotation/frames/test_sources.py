"""Kinds of file, times, grey and order."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from annotation.frames.containers import container_of, matroska_end
from annotation.frames.grey import grey_from_picture, upright
from annotation.frames.mask_images import parse_classes, structure_masks
from annotation.frames.opening import open_source
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.stills import natural_key
from annotation.frames.times import duration, presentation_times

ONE = 1 << 16


def test_stored_times_are_kept_from_the_first_frame_on() -> None:
    times = presentation_times([2.0, 2.1, 2.5], 25)
    np.testing.assert_allclose(times, [0, 0.1, 0.5])
    assert duration(times) == pytest.approx(0.75)


@pytest.mark.parametrize(
    "stored", [[0.0, 0.0, 0.1], [0.2, 0.1, 0.3], [None, None, None], [0.0, None, 0.2]]
)
def test_unusable_times_give_way_to_the_nominal_rate(stored: list[float | None]) -> None:
    np.testing.assert_allclose(presentation_times(stored, 10.0), [0, 0.1, 0.2])
    with pytest.raises(UnreadableSourceError, match="times of the frames are damaged"):
        presentation_times(stored, None)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=50))
def test_times_always_rise(stored: list[float]) -> None:
    times = presentation_times(stored, 30.0)
    assert times[0] == 0
    assert bool(np.all(np.diff(times) > 0))


def test_names_sort_as_people_count() -> None:
    names = ["f10.png", "f2.png", "F1.png", "a/3.png", "f02b.png"]
    assert sorted(names, key=natural_key) == ["a/3.png", "F1.png", "f2.png", "f02b.png", "f10.png"]


def test_grey_stored_as_colour_keeps_its_values() -> None:
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    colour = Image.fromarray(np.dstack([ramp] * 3))
    np.testing.assert_array_equal(grey_from_picture(colour), ramp)


def test_sixteen_bit_pictures_keep_their_high_byte() -> None:
    picture = Image.fromarray(np.array([[0x1234, 0xFF00]], dtype=np.uint16))
    np.testing.assert_array_equal(grey_from_picture(picture), [[0x12, 0xFF]])


@pytest.mark.parametrize(
    ("matrix", "shown"),
    [
        ((ONE, 0, 0, ONE), [[1, 2, 3], [4, 5, 6]]),
        ((0, ONE, -ONE, 0), [[4, 1], [5, 2], [6, 3]]),
        ((-ONE, 0, 0, -ONE), [[6, 5, 4], [3, 2, 1]]),
        ((0, -ONE, ONE, 0), [[3, 6], [2, 5], [1, 4]]),
        ((-ONE, 0, 0, ONE), [[3, 2, 1], [6, 5, 4]]),
        ((ONE // 2, 7, 0, ONE), [[1, 2, 3], [4, 5, 6]]),
    ],
)
def test_a_display_matrix_turns_and_mirrors(
    matrix: tuple[int, int, int, int], shown: list[list[int]]
) -> None:
    a, b, c, d = matrix
    whole = np.array([a, b, 0, c, d, 0, 0, 0, 1 << 30], dtype=np.int32)
    grey = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.uint8)
    np.testing.assert_array_equal(upright(grey, whole), shown)


def read_or_refuse(path: Path) -> str:
    """The sentence of a refusal, or "" when every frame could be read."""
    try:
        for _ in open_source(path).frames():
            pass
    except UnreadableSourceError as refused:
        return str(refused)
    return ""


@given(content=st.binary(min_size=1, max_size=700))
def test_any_bytes_are_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    container_of(path)
    matroska_end(path)
    assert read_or_refuse(path).endswith(".")


def small_files() -> dict[str, bytes]:
    """One small whole file of each kind."""
    grey = np.random.default_rng(2).integers(0, 256, (32, 48), dtype=np.uint8)
    files: dict[str, bytes] = {}
    for kind in ("PNG", "JPEG"):
        content = io.BytesIO()
        Image.fromarray(grey).save(content, kind)
        files[kind] = content.getvalue()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.png", files["PNG"])
        archive.writestr("2.jpg", files["JPEG"])
    files["zip"] = packed.getvalue()
    for kind, codec in (("mp4", "libx264"), ("avi", "mpeg4"), ("matroska", "libx264")):
        content = io.BytesIO()
        with av.open(content, "w", format=kind) as container:
            stream = container.add_stream(codec, rate=20)
            stream.width, stream.height, stream.pix_fmt = 48, 32, "yuv420p"
            for _ in range(4):
                frame = av.VideoFrame.from_ndarray(grey, format="gray").reformat(format="yuv420p")
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        files[kind] = content.getvalue()
    return files


WHOLE = small_files()


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_file_is_read(kind: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(WHOLE[kind])
    assert read_or_refuse(tmp_path / "file") == ""


@settings(max_examples=100, deadline=None)
@given(kind=st.sampled_from(sorted(WHOLE)), data=st.data())
def test_a_damaged_file_is_read_or_refused_and_never_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
) -> None:
    content = bytearray(WHOLE[kind])
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    sentence = read_or_refuse(path)
    assert sentence == "" or sentence.endswith(".")


def test_classes_are_read_as_values_and_codes() -> None:
    assert parse_classes("1=nerve, 2=vessel:Blood vessel") == {1: "nerve", 2: "vessel"}
    for wrong in ("nerve", "0=nerve", "300=nerve", "1=nerve,1=vessel", "1=a,2=a", "1=Nerve x", ""):
        with pytest.raises(UnreadableSourceError):
            parse_classes(wrong)


def test_black_and_white_masks_mean_one_structure_only_where_there_is_one() -> None:
    values = np.array([[0, 255]], dtype=np.uint16)
    np.testing.assert_array_equal(structure_masks(values, {1: "nerve"}, "a")["nerve"], [[0, 1]])
    with pytest.raises(UnreadableSourceError, match=r"a\.png holds the mask value 255"):
        structure_masks(values, {1: "nerve", 2: "vessel"}, "a.png")
