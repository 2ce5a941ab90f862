"""Conditioning on the target: what is said may count otherwise, according to what it is said about.

Columns are added to the finished features of the blocks, of n_features columns:

    features | copies, target by target | intercept of each target | intercept of targets unseen in training

A copy is a feature that only rows of its target have; there is one for each feature that training rows of the target
have. In `shared_per_target` rows have the features and their copies (EasyAdapt: Daumé III 2007, "Frustratingly easy
domain adaptation"), in `cross` and `per_target` rows of known targets have copies only, and rows of others, for which
these two ways keep a model of all targets together, the features. Rows without a target are a group of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Conditioning
from stancekit.errors import DataError, Problem

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

Target = str | None
APART: tuple[Conditioning, ...] = ("cross", "per_target")
"""The ways in which rows of known targets share no feature with each other."""
INTERCEPT = "intercept"
"""What the column is called that rows of one target have, whatever they say."""


@dataclass(frozen=True)
class FittedConditioning:
    """One way of conditioning, and what it learned from the training rows.

    Attributes
    ----------
    kind : str
        Any but `none`.
    n_features : int
        Columns of the features that are conditioned.
    targets : tuple of (str or None)
        Those of the training rows, in order; None, for rows without a target, is the first.
    copied : ndarray of int32 of shape (n_copies,)
        Which feature each copy is of, increasing inside each target.
    starts : ndarray of int64 of shape (n_targets + 1,)
        Where the copies of each target start among all, and the number of all.

    Examples
    --------
    >>> matrix = sparse.csr_array(np.array([[2.0, 0.0], [0.0, 3.0]]))
    >>> fitted = fit_conditioning("shared_per_target", matrix, ["deal", "junta"])
    >>> fitted.expand(matrix, ["deal", "vote"]).toarray().tolist()
    [[2.0, 0.0, 2.0, 0.0, 1.0, 0.0], [0.0, 3.0, 0.0, 0.0, 0.0, 0.0]]
    """

    kind: Conditioning
    n_features: int
    targets: tuple[Target, ...]
    copied: NDArray[np.int32]
    starts: NDArray[np.int64]

    @property
    def n_columns(self) -> int:
        """How many columns conditioned features have."""
        return self.n_features + len(self.copied) + len(self.targets) + (self.kind in APART)

    def codes(self, targets: Sequence[Target]) -> NDArray[np.intp]:
        """Return the number of each row's target, -1 where it was in no training row."""
        return np.fromiter((self._numbers.get(own or None, -1) for own in targets), np.intp, len(targets))

    def expand(self, matrix: sparse.csr_array, targets: Sequence[Target]) -> sparse.csr_array:
        """Return conditioned features, of shape (n_rows, n_columns).

        Parameters
        ----------
        matrix : csr_array of shape (n_rows, n_features)
        targets : sequence of (str or None) of length n_rows
        """
        codes = self.codes(targets)
        shared = _only_rows(matrix, codes < 0) if self.kind in APART else matrix
        return _stacked([shared, self.copies(matrix, codes), self._intercepts(codes)])

    def names(self, features: Sequence[str]) -> list[str]:
        """Return names of the columns that are added, in order, from the names of the features."""
        shown = ["(no target)" if target is None else target for target in self.targets]
        of_copies = np.repeat(np.arange(len(shown)), np.diff(self.starts))
        names = [f"{features[i]} @ {shown[k]}" for i, k in zip(self.copied.tolist(), of_copies.tolist(), strict=True)]
        names += [f"{INTERCEPT} @ {target}" for target in shown]
        return [*names, f"{INTERCEPT} @ (unknown target)"] if self.kind in APART else names

    def own_columns(self, matrix: sparse.csr_array, codes: NDArray[np.intp]) -> sparse.csr_array:
        """Return what rows of known targets have to themselves: copies and intercepts, of targets by number."""
        return _stacked([self.copies(matrix, codes), self._intercepts(codes)[:, : len(self.targets)]])

    def copies(self, matrix: sparse.csr_array, codes: NDArray[np.intp]) -> sparse.csr_array:
        """Return the copies, of shape (n_rows, n_copies); rows of targets that aren't known have none."""
        if not len(self.copied):
            return sparse.csr_array((matrix.shape[0], 0))
        sorted_rows, order, bounds = _rows_by_target(matrix, codes, len(self.targets))
        column = np.full(len(sorted_rows.indices), -1, dtype=np.int32)
        place = np.full(self.n_features, -1, dtype=np.int32)
        for target in np.unique(codes[codes >= 0]):
            copies = slice(self.starts[target], self.starts[target + 1])
            entries = slice(bounds[target], bounds[target + 1])
            place[self.copied[copies]] = np.arange(copies.start, copies.stop)
            column[entries] = place[sorted_rows.indices[entries]]
            place[self.copied[copies]] = -1
        kept = column >= 0
        ends = np.concatenate([[0], np.cumsum(kept)])[sorted_rows.indptr]
        shape = (len(codes), len(self.copied))
        copies_of_rows = sparse.csr_array((sorted_rows.data[kept], column[kept], ends), shape=shape)
        return sparse.csr_array(copies_of_rows[np.argsort(order)])

    def _intercepts(self, codes: NDArray[np.intp]) -> sparse.csr_array:
        width = len(self.targets) + (self.kind in APART)
        column = np.where(codes < 0, len(self.targets), codes)
        rows = np.flatnonzero(column < width)
        return sparse.csr_array((np.ones(len(rows)), (rows, column[rows])), shape=(len(codes), width))

    @cached_property
    def _numbers(self) -> dict[Target, int]:
        return {target: number for number, target in enumerate(self.targets)}


def fit_conditioning(kind: Conditioning, matrix: sparse.csr_array, targets: Sequence[Target]) -> FittedConditioning:
    """Learn targets, and which features occur with which, from training rows.

    Parameters
    ----------
    kind : str
        Any but `none`.
    matrix : csr_array of shape (n_rows, n_features)
    targets : sequence of (str or None) of length n_rows
    """
    n_features = matrix.shape[1]
    known = in_order(targets)
    none = FittedConditioning(kind, n_features, known, np.empty(0, np.int32), np.zeros(len(known) + 1, np.int64))
    if kind == "token":
        return none
    sorted_rows, _, bounds = _rows_by_target(matrix, none.codes(targets), len(known))
    copied = [np.unique(sorted_rows.indices[bounds[i] : bounds[i + 1]]) for i in range(len(known))]
    starts = np.concatenate([[0], np.cumsum([len(own) for own in copied])])
    return FittedConditioning(kind, n_features, known, np.concatenate(copied).astype(np.int32), starts.astype(np.int64))


def in_order(targets: Iterable[Target]) -> tuple[Target, ...]:
    """Return the distinct targets in order, None for those without a name first."""
    distinct = {own or None for own in targets}
    return tuple(sorted(distinct, key=lambda own: (own is not None, own or "")))


def refuse_without_targets(targets: Sequence[Target] | None, kinds: Sequence[Conditioning]) -> None:
    """Refuse to condition on targets where no example has one.

    Raises
    ------
    DataError
    """
    asked = next((kind for kind in kinds if kind != "none"), None)
    if asked is not None and not any(targets or ()):
        hint = "Name the column of targets in data.columns, or set features.conditioning to none"
        raise DataError(Problem(f"features.conditioning is {asked}, but no example has a target", hint=hint))


def _rows_by_target(
    matrix: sparse.csr_array, codes: NDArray[np.intp], n_targets: int
) -> tuple[sparse.csr_array, NDArray[np.intp], NDArray[np.int64]]:
    """Return the rows in order of their targets, that order, and where the entries of each target start."""
    order = np.argsort(codes, kind="stable")
    sorted_rows = sparse.csr_array(matrix[order])
    first_rows = np.searchsorted(codes[order], np.arange(n_targets + 1))
    return sorted_rows, order, sorted_rows.indptr[first_rows].astype(np.int64)


def _only_rows(matrix: sparse.csr_array, kept: NDArray[np.bool_]) -> sparse.csr_array:
    """Return the matrix with nothing in rows that aren't kept."""
    lengths = np.diff(matrix.indptr)
    entries = np.repeat(kept, lengths)
    ends = np.concatenate([[0], np.cumsum(np.where(kept, lengths, 0))])
    return sparse.csr_array((matrix.data[entries], matrix.indices[entries], ends), shape=matrix.shape)


def _stacked(parts: Sequence[sparse.csr_array]) -> sparse.csr_array:
    return sparse.csr_array(sparse.hstack(parts, format="csr"))
