"""A smaller problem with the same solution: equal features are merged, and those of one row alone are solved away.

Most n-grams are in one training text only, and many always come together. For models with an L2 penalty both can be
taken out of the problem before a solver sees it, exactly:

Merged: m equal columns share their weight, so they are one column times the square root of m.

Private: the features that row i alone has say nothing about other rows. Only the norm r of their values matters, so
they are one column with r in row i. With a squared loss `c (1 - y f)²` (hinge or not), the best weight of that column
is known for every f over the other features; put in, it leaves `c / (1 + 2 c r²) (1 - y f)²`: the column is gone, and
the row has a smaller weight.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse


@dataclass(frozen=True)
class Condensed:
    """What is left of a training matrix.

    Attributes
    ----------
    shared : csr_array of shape (n_rows, n_merged)
        A column for all features that are equal, where more than one row has them.
    column : ndarray of int32 of shape (n_features,)
        The column of `shared` that a feature went to, -1 if it is private.
    scale : ndarray of shape (n_merged,)
        The square root of how many features a column stands for.
    private_features, private_rows, private_values : ndarray of shape (n_private,)
        Which features one row alone has, which row that is, and the value.

    Examples
    --------
    >>> small = condense(sparse.csr_array(np.array([[3.0, 1.0, 1.0, 4.0], [0.0, 1.0, 1.0, 0.0]])))
    >>> (small.shared.toarray() ** 2).round(6).tolist(), small.private_norms().tolist()
    ([[2.0], [2.0]], [5.0, 0.0])
    """

    shared: sparse.csr_array
    column: NDArray[np.int32]
    scale: NDArray[np.float64]
    private_features: NDArray[np.int32]
    private_rows: NDArray[np.intp]
    private_values: NDArray[np.float64]

    def private_norms(self) -> NDArray[np.float64]:
        """Return the Euclidean norm of each row's private values, of shape (n_rows,)."""
        squares = np.bincount(self.private_rows, self.private_values**2, minlength=self.shared.shape[0])
        return np.asarray(np.sqrt(squares))

    def with_private_columns(self) -> tuple[sparse.csr_array, NDArray[np.intp]]:
        """Return `shared` with a column for each row that has private features, and which rows these are."""
        norms = self.private_norms()
        rows = np.flatnonzero(norms)
        own = sparse.csr_array((norms[rows], (rows, np.arange(len(rows)))), shape=(len(norms), len(rows)))
        return as_liblinear_takes_it(sparse.hstack([self.shared, own], format="csr")), rows

    def scaled(self, factors: NDArray[np.float64]) -> Condensed:
        """Return what is left of the matrix whose features are multiplied by factors, alike for equal features."""
        of_column = np.zeros(len(self.scale))
        merged = self.column >= 0
        of_column[self.column[merged]] = factors[merged]
        shared = self.shared.copy()
        shared.data *= of_column[shared.indices]
        return replace(self, shared=shared, private_values=self.private_values * factors[self.private_features])

    def expand(self, weights: NDArray[np.float64], per_value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weights of all features.

        Parameters
        ----------
        weights : ndarray of shape (n_merged,)
            Of the columns of `shared`.
        per_value : ndarray of shape (n_rows,)
            What a private feature's weight is for each unit of its value.
        """
        expanded = (weights / self.scale)[self.column]
        expanded[self.private_features] = per_value[self.private_rows] * self.private_values
        return expanded


def condense(matrix: sparse.csr_array) -> Condensed:
    """Merge the equal columns of a matrix and set aside those that one row alone has."""
    n_rows, n_features = matrix.shape
    frequency = np.bincount(matrix.indices, minlength=n_features)
    shared = frequency != 1
    if not shared.any():
        # A solver wants something to fit: the first feature stays, as a column like any other.
        shared[:1] = True
    representatives, group, scale = _equal_columns(matrix, shared)
    column = np.full(n_features, -1, dtype=np.int32)
    column[shared] = group
    # Of equal columns the first keeps its entries, times the scale; those of the others are dropped.
    factor = np.zeros(n_features)
    factor[representatives] = scale
    stays = factor[matrix.indices] > 0.0
    kept = matrix.indices[stays]
    ends = np.concatenate([[0], np.cumsum(stays)])[matrix.indptr]
    merged = sparse.csr_array(
        (matrix.data[stays] * factor[kept], column[kept], ends.astype(np.int32)), shape=(n_rows, len(scale))
    )
    entries = np.flatnonzero(~shared[matrix.indices])
    rows = np.searchsorted(matrix.indptr, entries, side="right") - 1
    return Condensed(merged, column, scale, matrix.indices[entries], rows, matrix.data[entries])


class Prepared:
    """A matrix of training examples as solvers take it, condensed once for all fits on it.

    Parameters
    ----------
    matrix : csr_array of shape (n_examples, n_features)
        Given to it for good: its indices are changed in place.
    """

    def __init__(self, matrix: sparse.csr_array) -> None:
        self.matrix = as_liblinear_takes_it(matrix)
        self._lock = threading.Lock()
        self._condensed: Condensed | None = None

    @property
    def condensed(self) -> Condensed:
        """The smaller problem; made when it is first asked for, by whichever thread."""
        with self._lock:
            if self._condensed is None:
                self._condensed = condense(self.matrix)
            return self._condensed


def as_liblinear_takes_it(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return the matrix with 32-bit indices; it is changed in place."""
    matrix.indices = matrix.indices.astype(np.int32, copy=False)
    matrix.indptr = matrix.indptr.astype(np.int32, copy=False)
    return matrix


def _equal_columns(
    matrix: sparse.csr_array, shared: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return the first of each group of equal columns, the group of each shared column, and the root of its size.

    Columns count as equal if two random sums over their entries are the same to the last bit; sums of equal columns
    are, since they are added up in the same order.
    """
    # A complex number is a pair that numpy can sort.
    sums = (matrix.T @ np.random.default_rng(0).random((matrix.shape[0], 2))).view(np.complex128)[shared, 0]
    _, first, group, sizes = np.unique(sums, return_index=True, return_inverse=True, return_counts=True)
    return np.flatnonzero(shared)[first], group, np.sqrt(sizes)
