"""How many there really are: shares of predicted labels, corrected by how a classifier is known to err.

Counting what a classifier predicts is biased: where it takes one `supports` in three for `neutral`, the shares of
both are wrong, however many articles are read. `adjusted count` solves for the shares that would have led to the
predicted ones (Forman 2008, Quantifying counts and costs via classification). It holds where the classifier errs as it
did when it was scored, that is, where texts of each label are of the same kind and only the shares of labels differ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FEWEST_ROWS = 30
"""Below this, shares of predictions are too unsure to be worth correcting."""
LARGEST_GAIN = 5.0
"""How much an error of the predicted shares may grow; a classifier that tells labels apart badly can't be corrected."""
_SUM_TO_ONE = 1e4


def adjusted_shares(shares: Array, confusion: Array) -> Array | None:
    """Return the shares of labels that would have led to the shares of predicted labels.

    Parameters
    ----------
    shares : ndarray of shape (n_labels,)
        Of predicted labels; they sum to one.
    confusion : ndarray of shape (n_labels, n_labels)
        Counts, gold in rows, predicted in columns, from examples that the classifier was not fitted to.

    Returns
    -------
    ndarray of shape (n_labels,) or None
        The nearest shares between 0 and 1 that sum to one; None where a label has no gold example, or the classifier
        tells labels apart so badly that errors would grow more than `LARGEST_GAIN` times.

    Examples
    --------
    >>> confusion = np.array([[8.0, 2.0], [1.0, 9.0]])
    >>> adjusted_shares(np.array([0.45, 0.55]), confusion).round(3).tolist()
    [0.5, 0.5]
    """
    from scipy.optimize import nnls

    totals = confusion.sum(axis=1)
    if not (totals > 0).all():
        return None
    # Column by column: what becomes of a label.
    errs = (confusion / totals[:, None]).T
    if np.linalg.svd(errs, compute_uv=False).min() * LARGEST_GAIN < 1.0:
        return None
    weighted = np.vstack([errs, np.full(len(errs), _SUM_TO_ONE)])
    solved, _ = nnls(weighted, np.append(shares, _SUM_TO_ONE))
    return np.asarray(solved / solved.sum())
