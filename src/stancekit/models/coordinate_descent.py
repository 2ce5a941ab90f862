"""Linear SVMs and logistic regressions of several labels at once, by coordinate descent on their dual problems.

The dual of a penalised linear model has a number, alpha, for each row and label; the weights are the sum of the rows,
each times its signed alpha. One alpha after the other is made the best for all others as they are (Hsieh et al. 2008
for the squared hinge, Yu, Huang & Lin 2011 for the logistic loss). Labels share the rows: what takes the time is
finding a row's weights in memory, and that is done once for all labels.

What a row's private features have to say is part of the same formula, so they need no columns; see `condensed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from stancekit.models.condensed import Condensed

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

LABELS_AT_ONCE = 8
"""More don't fit into the registers and the cache line of a feature."""
MAXIMUM_PASSES = 600
"""Over all rows. Where it takes more, because C is large, a primal solver is sooner there."""
TOLERANCE = 1e-3
"""At which no score of DSE's examples was further than 0.0005 from what it converges to."""

Loss = Literal["squared_hinge", "logistic"]


@dataclass(frozen=True)
class Descended:
    """Where the descent ended.

    Attributes
    ----------
    weights : ndarray of shape (n_labels, n_merged)
        Of the columns of `Condensed.shared`.
    intercepts : ndarray of shape (n_labels,)
    per_row : ndarray of shape (n_labels, n_rows)
        The signed alphas: what each row adds to the weights for each unit of its values.
    converged : bool
    """

    weights: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    per_row: NDArray[np.float64]
    converged: bool


def fit_by_descent(
    small: Condensed,
    labels: NDArray[np.bool_],
    costs: NDArray[np.float64],
    loss: Loss,
    tolerance: float | None = None,
    most_passes: int | None = None,
) -> Descended:
    """Minimise half the squared norm of weights and intercept plus the rows' losses times their costs, by label.

    The order in which rows are visited is drawn anew for each pass, always from the same seed.

    Parameters
    ----------
    small : Condensed
    labels : ndarray of bool of shape (n_rows, n_labels)
    costs : ndarray of shape (n_rows, n_labels)
        Above 0.
    loss : {"squared_hinge", "logistic"}
    tolerance : float, default=TOLERANCE
        How far, at most, a score may be from the one for which the row's alpha would be best.
    most_passes : int, default=MAXIMUM_PASSES

    Examples
    --------
    >>> from stancekit.models.condensed import condense
    >>> small = condense(sparse.csr_array(np.ones((2, 1))))
    >>> found = fit_by_descent(small, np.array([[True], [True]]), np.ones((2, 1)), "squared_hinge", 1e-9)
    >>> found.weights.round(4).tolist(), found.intercepts.round(4).tolist()
    ([[0.4444]], [0.4444])
    """
    from stancekit.models.descent_kernel import Rows, State, descend

    matrix, (n_rows, n_labels) = small.shared, labels.shape
    squares = sparse.csr_array((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)
    shared = squares @ np.ones(matrix.shape[1]) + 1.0
    rows = Rows(
        matrix.indptr,
        matrix.indices,
        matrix.data,
        np.ascontiguousarray(labels),
        np.ascontiguousarray(costs),
        shared + small.private_norms() ** 2,
        shared,
    )
    # No alpha of the logistic loss is 0; an infinite margin stands for a row that was not visited yet.
    margins = np.full((n_rows, n_labels) if loss == "logistic" else (0, n_labels), np.inf)
    state = State(np.zeros((matrix.shape[1] + 1, n_labels)), np.zeros((n_rows, n_labels)), margins)
    converged = descend(
        rows,
        state,
        (0.0,) * n_labels,
        loss == "logistic",
        TOLERANCE if tolerance is None else tolerance,
        MAXIMUM_PASSES if most_passes is None else most_passes,
    )
    signed = np.where(labels, state.alphas, -state.alphas)
    return Descended(state.weights[:-1].T, state.weights[-1], signed.T, converged)
