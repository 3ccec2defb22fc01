from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.datasets.pairs import (
    infer_classes,
    parse_classes,
    read_groups,
    read_image,
    read_mask,
    read_pair,
    scan_pairs,
)
from training.datasets.problem import BadInputError

TWO = parse_classes("1=nerve,2=vessel")
ONE = parse_classes("1=nerve")
VALUES = np.array([[0, 1, 2], [2, 1, 0]], np.uint8)


def palette_png(path: Path, values: np.ndarray, colours: list[int]) -> Path:
    picture = Image.fromarray(values)
    picture.putpalette(colours)
    picture.save(path)
    return path


def test_a_palette_mask_is_read_by_index_whatever_its_colours(tmp_path: Path) -> None:
    # index 0 painted white, 1 and 2 nearly black: any reading by colour turns this round
    path = palette_png(tmp_path / "m.png", VALUES, [255, 255, 255, 1, 0, 0, 0, 0, 1])
    np.testing.assert_array_equal(read_mask(path, TWO), VALUES)


def test_a_grey_mask_is_read_by_its_values(tmp_path: Path) -> None:
    Image.fromarray(VALUES).save(tmp_path / "m.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png", TWO), VALUES)


def test_a_black_and_white_mask_means_its_single_class(tmp_path: Path) -> None:
    Image.fromarray((VALUES > 0).astype(np.uint8) * 255).save(tmp_path / "grey.png")
    Image.fromarray(VALUES > 0).save(tmp_path / "bits.png")
    for name in ("grey.png", "bits.png"):
        np.testing.assert_array_equal(read_mask(tmp_path / name, ONE), VALUES > 0)


def test_an_rgb_mask_is_read_only_where_it_is_grey(tmp_path: Path) -> None:
    Image.fromarray(np.repeat(VALUES[..., None], 3, axis=2)).save(tmp_path / "grey.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "grey.png", TWO), VALUES)
    Image.new("RGB", (3, 2), (200, 0, 0)).save(tmp_path / "red.png")
    with pytest.raises(BadInputError, match=r"red\.png is a colour picture"):
        read_mask(tmp_path / "red.png", TWO)


def test_mask_values_become_channels_in_their_order(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 40, 9]], np.uint8)).save(tmp_path / "m.png")
    classes = parse_classes("40=vessel,9=nerve")
    assert classes.codes == ("nerve", "vessel")
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png", classes), [[0, 2, 1]])


def test_an_unknown_value_is_named_with_its_file(tmp_path: Path) -> None:
    Image.fromarray(VALUES).save(tmp_path / "m.png")
    with pytest.raises(BadInputError, match=r"m\.png holds the mask value 2.*1=nerve"):
        read_mask(tmp_path / "m.png", ONE)


def test_a_mask_of_another_size_is_named(tmp_path: Path) -> None:
    for folder, size in (("images", (5, 4)), ("masks", (4, 4))):
        (tmp_path / folder).mkdir()
        Image.new("L", size).save(tmp_path / folder / "a.png")
    (pair,) = scan_pairs(tmp_path / "images", tmp_path / "masks").pairs
    with pytest.raises(BadInputError, match=r"a\.png is 4x4 pixels, but its image a\.png is 5x4"):
        read_pair(pair, ONE)


def test_images_become_grey_by_luma(tmp_path: Path) -> None:
    Image.new("RGB", (2, 2), (0, 255, 0)).save(tmp_path / "green.png")
    assert read_image(tmp_path / "green.png")[0, 0] == 150


def test_pairs_share_their_stem_and_the_rest_is_named(tmp_path: Path) -> None:
    for name in ("images/b.jpg", "images/a.png", "images/lonely.png", "masks/a.png", "masks/b.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("L", (4, 4)).save(tmp_path / name)
    scan = scan_pairs(tmp_path / "images", tmp_path / "masks", {"a": "s1", "b": "s2"})
    assert [(pair.stem, pair.group) for pair in scan.pairs] == [("a", "s1"), ("b", "s2")]
    assert scan.without_mask == ("lonely",)
    assert len(scan_pairs(tmp_path / "images", tmp_path / "masks", limit=1).pairs) == 1
    with pytest.raises(BadInputError, match="no group for 'b'"):
        scan_pairs(tmp_path / "images", tmp_path / "masks", {"a": "s1"})


def test_two_images_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg"):
        Image.new("L", (4, 4)).save(tmp_path / name)
    with pytest.raises(BadInputError, match="same name"):
        scan_pairs(tmp_path, tmp_path)


@pytest.mark.parametrize(
    "text", ["", "nerve", "x=nerve", "1=", "1=a,1=b", "1=a,2=a", "0=nerve", "256=nerve", "1=a:"]
)
def test_classes_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        parse_classes(text)


def test_a_name_makes_a_code_and_a_code_makes_a_name() -> None:
    classes = parse_classes("1=femoral_nerve, 2=Blood vessel, 3=bone:Iliac bone").classes
    assert [(each.code, each.name) for each in classes] == [
        ("femoral_nerve", "Femoral nerve"),
        ("blood-vessel", "Blood vessel"),
        ("bone", "Iliac bone"),
    ]


def test_classes_nobody_named_are_named_after_their_values(discs: Path) -> None:
    pairs = scan_pairs(discs / "images", discs / "masks").pairs
    assert infer_classes(pairs).codes == ("class-1", "class-2")


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG but not really")
    with pytest.raises(BadInputError, match=r"broken\.png is not a readable"):
        read_image(tmp_path / "broken.png")
    with pytest.raises(BadInputError, match=r"broken\.png is not a readable"):
        read_mask(tmp_path / "broken.png", ONE)


@pytest.mark.parametrize("text", ["[1, 2]", "not json", '{"a": ["b"]}'])
def test_a_groups_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "groups.json").write_text(text)
    with pytest.raises(BadInputError, match="groups file"):
        read_groups(tmp_path / "groups.json")
