from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.datasets.problem import BadInputError
from training.folds import (
    LeakError,
    Split,
    continued_folds,
    grouped_folds,
    near_duplicate_groups,
    read_split,
    split_from_json,
    thumbnail,
)

GROUPS = st.dictionaries(
    st.text("abcdef0123", min_size=1, max_size=6),
    st.sampled_from([f"subject-{number}" for number in range(8)]),
    min_size=1,
    max_size=60,
)


@given(GROUPS, st.integers(2, 5), st.integers(0, 2**31))
def test_no_group_is_ever_on_both_sides_and_every_image_is_held_out_once(
    groups: dict[str, str], folds: int, seed: int
) -> None:
    if len(set(groups.values())) < folds:
        with pytest.raises(BadInputError, match="need at least"):
            grouped_folds(groups, folds, seed)
        return
    split = grouped_folds(groups, folds, seed)
    held_out: Counter[str] = Counter()
    for fold in range(folds):
        trained = {groups[stem] for stem in split.training(fold)}
        assert split.held_out(fold)
        assert not trained & {groups[stem] for stem in split.held_out(fold)}
        held_out.update(split.held_out(fold))
    assert held_out == Counter(groups.keys())


@given(GROUPS, st.integers(0, 2**31))
def test_folds_differ_by_no_more_than_the_largest_group(groups: dict[str, str], seed: int) -> None:
    sizes = Counter(groups.values())
    if len(sizes) < 2:
        return
    counts = [len(stems) for stems in grouped_folds(groups, 2, seed).folds]
    assert max(counts) - min(counts) <= max(sizes.values())


@given(GROUPS, st.randoms())
def test_the_order_of_the_images_does_not_change_the_split(groups: dict[str, str], random) -> None:
    if len(set(groups.values())) < 2:
        return
    shuffled = list(groups.items())
    random.shuffle(shuffled)
    assert grouped_folds(groups, 2, 7) == grouped_folds(dict(shuffled), 2, 7)


@given(GROUPS, GROUPS, st.integers(2, 5))
def test_what_a_fold_held_out_it_holds_out_again_as_images_are_added(
    before: dict[str, str], added: dict[str, str], folds: int
) -> None:
    if len(set(before.values())) < folds:
        return
    former = grouped_folds(before, folds, 1)
    # a stem that was there keeps its group; subjects that are not known yet come along
    groups = {f"new-{stem}": f"{group}-{len(stem) % 2}" for stem, group in added.items()} | before
    split = continued_folds(former, groups, 2)
    for fold in range(folds):
        assert set(former.held_out(fold)) <= set(split.held_out(fold))
        known = {before[stem] for stem in former.training(fold)}
        assert not known & {groups[stem] for stem in split.held_out(fold)}
    assert sorted(stem for stems in split.folds for stem in stems) == sorted(groups)
    assert continued_folds(former, before, 1).folds == former.folds


def test_new_groups_fill_a_fold_whose_own_are_gone_or_it_is_refused() -> None:
    former = grouped_folds({"a": "1", "b": "2"}, 2, 0)
    left = former.groups[former.held_out(0)[0]]
    split = continued_folds(former, {"x": left, "y": "new", "z": left}, 0)
    assert (split.held_out(0), split.held_out(1)) == (("x", "z"), ("y",))
    with pytest.raises(BadInputError, match="Nothing is left to hold out in fold 1"):
        continued_folds(former, {"x": left}, 0)


def test_another_seed_deals_otherwise() -> None:
    groups = {f"{number}": f"{number}" for number in range(40)}
    assert grouped_folds(groups, 4, 1) != grouped_folds(groups, 4, 2)


def test_a_split_that_leaks_a_subject_is_refused() -> None:
    with pytest.raises(LeakError, match="'s' is in folds 0 and 1"):
        Split((("a",), ("b",)), {"a": "s", "b": "s"}, 0)
    with pytest.raises(LeakError, match="two folds"):
        Split((("a",), ("a",)), {"a": "s"}, 0)


def test_a_split_is_a_readable_file_and_reads_back(tmp_path: Path) -> None:
    split = grouped_folds({"a": "1", "b": "2", "c": "2"}, 2, 5)
    described = json.loads(json.dumps(split.to_json()))
    assert split_from_json(described) == split
    assert {fold["images"] for fold in described["folds"]} == {1, 2}
    described["groups"]["a"] = "2"
    (tmp_path / "folds.json").write_text(json.dumps(described))
    with pytest.raises(LeakError, match=r"folds\.json"):
        read_split(tmp_path / "folds.json")


def test_a_fold_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadInputError, match="folds 0 to 1"):
        grouped_folds({"a": "1", "b": "2"}, 2).held_out(2)


def test_noisy_copies_of_a_frame_are_one_group_and_another_frame_is_not() -> None:
    rng = np.random.default_rng(0)
    frame = rng.integers(0, 255, (64, 120)).astype(np.uint8)
    copies = [
        np.clip(frame + rng.normal(0, 4, frame.shape), 0, 255).astype(np.uint8) for _ in range(3)
    ]
    other = rng.integers(0, 255, (90, 80)).astype(np.uint8)
    vectors = np.stack([thumbnail(each) for each in (*copies, other)])
    groups = near_duplicate_groups(["a", "b", "c", "z"], vectors)
    assert groups == {"a": "a", "b": "a", "c": "a", "z": "z"}


def test_a_chain_joins_ends_that_do_not_resemble_each_other() -> None:
    angles = np.deg2rad([0.0, 15.0, 30.0, 90.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    groups = near_duplicate_groups(["a", "b", "c", "d"], vectors)
    assert float(vectors[0] @ vectors[2]) < 0.95
    assert groups == {"a": "a", "b": "a", "c": "a", "d": "d"}
