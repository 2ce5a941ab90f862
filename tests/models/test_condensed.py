"""Condensing a matrix: fewer columns, the same products, the same solution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from stancekit.models.condensed import condense


def csr(rows):
    return sparse.csr_array(np.array(rows, dtype=np.float64))


@st.composite
def matrices(draw):
    """Draw matrices most of whose columns one row has, or that are equal to another one."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    n_rows, n_patterns = draw(st.integers(2, 12)), draw(st.integers(1, 8))
    patterns = random.integers(0, 3, (n_rows, n_patterns)) * (random.random((n_rows, n_patterns)) < 0.5)
    private = np.zeros((n_rows, draw(st.integers(0, 15))))
    private[random.integers(n_rows, size=private.shape[1]), np.arange(private.shape[1])] = random.random(
        private.shape[1]
    )
    columns = np.hstack([patterns[:, random.integers(n_patterns, size=draw(st.integers(1, 12)))], private])
    return csr(columns[:, random.permutation(columns.shape[1])])


def test_equal_columns_become_one_times_the_root_of_how_many_they_are():
    small = condense(csr([[1, 2, 1, 1], [5, 1, 5, 5]]))
    merged, alone = small.column[0], small.column[1]
    assert small.column.tolist() == [merged, alone, merged, merged]
    expected = np.array([[np.sqrt(3), 5 * np.sqrt(3)], [2, 1]]).T
    np.testing.assert_allclose(small.shared.toarray()[:, [merged, alone]], expected, rtol=1e-15)
    assert len(small.private_features) == 0


def test_columns_that_are_only_alike_stay_apart():
    nearly = np.nextafter(1.0, 2.0)
    assert condense(csr([[1, nearly, 1, 0], [1, 1, 0, 1], [0, 0, 1, 1]])).shared.shape == (3, 4)


def test_features_of_one_row_are_set_aside_with_their_row_and_value():
    small = condense(csr([[0, 3, 1, 4], [0, 0, 1, 0], [7, 0, 0, 0], [0, 0, 0, 0]]))
    assert small.column.tolist() == [-1, -1, 0, -1]
    assert dict(zip(small.private_features.tolist(), small.private_rows.tolist(), strict=True)) == {0: 2, 1: 0, 3: 0}
    assert small.private_norms().tolist() == [5.0, 0.0, 7.0, 0.0]
    columns, rows = small.with_private_columns()
    assert rows.tolist() == [0, 2]
    assert columns.toarray().tolist() == [[1, 5, 0], [1, 0, 0], [0, 0, 7], [0, 0, 0]]
    assert columns.indices.dtype == columns.indptr.dtype == np.int32


@settings(deadline=None, max_examples=200)
@given(matrices())
def test_weights_score_the_rows_as_their_expansion_does_and_are_as_long(matrix):
    small = condense(matrix)
    random = np.random.default_rng(1)
    weights, per_value = random.normal(size=small.shared.shape[1]), random.normal(size=matrix.shape[0])
    expanded = small.expand(weights, per_value)
    norms = small.private_norms()
    np.testing.assert_allclose(matrix @ expanded, small.shared @ weights + per_value * norms**2, atol=1e-10)
    # What no row has is a column of zeros; its weight never differs from zero in a fit.
    assert (expanded**2).sum() == pytest.approx((weights**2).sum() + (per_value**2 * norms**2).sum(), rel=1e-9)


@settings(deadline=None, max_examples=100)
@given(matrices())
def test_nothing_is_left_to_condense(matrix):
    small = condense(matrix)
    columns = [tuple(column) for column in small.shared.toarray().T if np.any(column)]
    assert len(set(columns)) == len(columns)
    frequency = np.bincount(small.shared.indices, minlength=small.shared.shape[1])
    assert (frequency != 1).all() or small.shared.shape[1] == 1


@settings(deadline=None, max_examples=100)
@given(matrices())
def test_the_matrix_itself_is_left_alone(matrix):
    before = matrix.toarray()
    condense(matrix).scaled(np.full(matrix.shape[1], 2.0))
    np.testing.assert_array_equal(matrix.toarray(), before)


def test_scaling_what_is_condensed_is_condensing_what_is_scaled():
    matrix = csr([[1, 2, 1, 4, 1], [5, 1, 5, 0, 0], [0, 0, 0, 0, 1]])
    factors = np.array([3.0, -1.0, 3.0, 0.5, 2.0])
    weights, per_value = np.array([1.0, -2.0, 0.25]), np.array([1.5, 0.0, 0.0])
    first, second = condense(matrix).scaled(factors), condense(sparse.csr_array(matrix * factors))
    np.testing.assert_allclose(first.private_norms(), second.private_norms())
    scores = sparse.csr_array(matrix * factors) @ first.expand(weights, per_value)
    np.testing.assert_allclose(scores, first.shared @ weights + per_value * first.private_norms() ** 2)


def test_rows_that_share_nothing_leave_one_column():
    small = condense(csr([[1, 0, 0], [0, 2, 3]]))
    assert small.shared.shape == (2, 1)
    assert sorted(small.private_features.tolist()) == [1, 2]
