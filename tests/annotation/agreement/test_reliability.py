"""The coefficients against examples that their authors worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from annotation.agreement.reliability import (
    cohen_kappa,
    fleiss_kappa,
    item_sums,
    krippendorff_alpha,
    observed_agreement,
)


def test_cohens_kappa_of_a_table_of_two_by_two() -> None:
    # both no 15, only the first 5, only the second 10, both yes 20: (0.7 - 0.5) / (1 - 0.5)
    counts = np.array([15.0, 5.0, 10.0, 20.0])
    assert observed_agreement(counts) == pytest.approx(0.7)
    assert cohen_kappa(counts) == pytest.approx(0.4)


def test_kappa_is_not_a_number_where_nothing_varies_but_agreement_is_whole() -> None:
    always_both = np.array([0.0, 0.0, 0.0, 12.0])
    assert np.isnan(cohen_kappa(always_both))
    assert observed_agreement(always_both) == 1.0


def test_krippendorffs_alpha_of_his_binary_example() -> None:
    # Krippendorff 2011, section A: two observers, ten units, alpha = 0.095
    meg = np.array([0, 1, 0, 0, 0, 0, 0, 0, 1, 0])
    owen = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    sums = item_sums((meg + owen).astype(float), np.full(10, 2.0)).sum(axis=0)
    assert krippendorff_alpha(sums) == pytest.approx(0.095, abs=5e-4)


def test_a_unit_that_one_reader_alone_looked_at_changes_no_coefficient() -> None:
    present = np.array([2.0, 0.0, 1.0, 2.0])
    ratings = np.full(4, 2.0)
    without = item_sums(present, ratings).sum(axis=0)
    alone = item_sums(np.append(present, 1.0), np.append(ratings, 1.0)).sum(axis=0)
    assert np.array_equal(without, alone)


def test_fleiss_kappa_agrees_with_its_definition_written_out() -> None:
    rng = np.random.default_rng(1)
    said = rng.random((40, 5)) < np.linspace(0.1, 0.9, 40)[:, None]
    n_yes = said.sum(axis=1)
    n_no = 5 - n_yes
    observed = np.mean((n_yes**2 + n_no**2 - 5) / (5 * 4))
    share = n_yes.sum() / (40 * 5)
    chance = share**2 + (1 - share) ** 2
    sums = item_sums(n_yes.astype(float), np.full(40, 5.0)).sum(axis=0)
    assert fleiss_kappa(sums) == pytest.approx((observed - chance) / (1 - chance))
