"""Conditioned features: copies, intercepts, and nothing of rows that were not trained on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from stancekit.errors import DataError
from stancekit.features.conditioning import APART, fit_conditioning, refuse_without_targets

KINDS = ("token", "cross", "per_target", "shared_per_target")
TARGETS = (None, "deal", "junta", "élections")


def dense_expansion(kind, trained, targets, rows, row_targets):
    """Return what `expand` should, column by column, from lists alone."""
    known = sorted({own for own in targets if own}, key=str)
    known = [None, *known] if any(not own for own in targets) else known
    n_features = trained.shape[1]
    expanded = []
    for row, target in zip(rows, row_targets, strict=True):
        target = target or None
        seen = target in known
        out = [0.0] * n_features if kind in APART and seen else list(row)
        if kind != "token":
            for other in known:
                own = [i for i, each in enumerate(targets) if (each or None) == other]
                kept = [j for j in range(n_features) if any(trained[i][j] for i in own)]
                out += [row[j] if other == target else 0.0 for j in kept]
        out += [float(other == target) for other in known]
        out += [float(not seen)] if kind in APART else []
        expanded.append(out)
    return np.array(expanded)


def test_copies_and_intercepts_by_hand():
    trained = sparse.csr_array(np.array([[1.0, 2.0, 0.0], [0.0, 3.0, 0.0], [4.0, 0.0, 5.0]]))
    fitted = fit_conditioning("shared_per_target", trained, ["b", "b", "a"])
    assert fitted.targets == ("a", "b")
    assert fitted.copied.tolist() == [0, 2, 0, 1]
    assert fitted.starts.tolist() == [0, 2, 4]
    assert fitted.expand(trained, ["b", "b", "a"]).toarray().tolist() == [
        # features | of a: 0 2 | of b: 0 1 | a b
        [1.0, 2.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 1.0],
        [0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 3.0, 0.0, 1.0],
        [4.0, 0.0, 5.0, 4.0, 5.0, 0.0, 0.0, 1.0, 0.0],
    ]


def test_a_pair_of_target_and_feature_that_no_training_row_has_gets_no_column():
    trained = sparse.csr_array(np.array([[1.0, 0.0], [0.0, 1.0]]))
    fitted = fit_conditioning("cross", trained, ["a", "b"])
    new = fitted.expand(sparse.csr_array(np.array([[7.0, 9.0]])), ["a"])
    # The second feature was never seen with target a.
    assert new.toarray().tolist() == [[0.0, 0.0, 7.0, 0.0, 1.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("token", [2.0, 0.0]),
        ("shared_per_target", [2.0, 0.0, 0.0]),
        ("cross", [2.0, 0.0, 0.0, 1.0]),
        ("per_target", [2.0, 0.0, 0.0, 1.0]),
    ],
)
def test_a_target_unseen_in_training_has_the_shared_features_and_no_targets_intercept(kind, expected):
    fitted = fit_conditioning(kind, sparse.csr_array(np.array([[1.0]])), ["a"])
    assert fitted.expand(sparse.csr_array(np.array([[2.0]])), ["vote"]).toarray().tolist() == [expected]


def test_rows_without_a_target_are_a_group_of_their_own_whether_none_or_empty():
    fitted = fit_conditioning("shared_per_target", sparse.csr_array(np.ones((3, 1))), [None, "a", ""])
    assert fitted.targets == (None, "a")
    assert fitted.codes(["", None, "a", "b"]).tolist() == [0, 0, 1, -1]


rows_of = st.lists(
    st.tuples(st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.5]), min_size=4, max_size=4), st.sampled_from(TARGETS)),
    min_size=1,
    max_size=12,
)


@given(st.sampled_from(KINDS), rows_of, rows_of)
def test_any_matrix_is_expanded_as_written_out_column_by_column(kind, training, new):
    trained, targets = np.array([row for row, _ in training]), [target for _, target in training]
    fitted = fit_conditioning(kind, sparse.csr_array(trained), targets)
    for rows in (training, new):
        values, asked = np.array([row for row, _ in rows]), [target for _, target in rows]
        expanded = fitted.expand(sparse.csr_array(values), asked)
        assert expanded.shape == (len(rows), fitted.n_columns)
        np.testing.assert_array_equal(
            expanded.toarray(), dense_expansion(kind, trained, targets, values, asked).reshape(expanded.shape)
        )


@given(rows_of, st.randoms())
def test_the_order_of_training_rows_makes_no_difference(training, random):
    mixed = random.sample(training, len(training))
    for kind in KINDS:
        first, second = (
            fit_conditioning(kind, sparse.csr_array(np.array([r for r, _ in rows])), [t for _, t in rows])
            for rows in (training, mixed)
        )
        assert first.targets == second.targets
        np.testing.assert_array_equal(first.copied, second.copied)
        np.testing.assert_array_equal(first.starts, second.starts)


@pytest.mark.parametrize("targets", [None, [], [None, ""]])
def test_without_any_target_there_is_nothing_to_condition_on(targets):
    refuse_without_targets(targets, ["none"])
    with pytest.raises(DataError, match="conditioning is cross, but no example has a target"):
        refuse_without_targets(targets, ["none", "cross"])
    refuse_without_targets([None, "a"], ["cross"])
