"""The classes of a scikit-learn classifier: what its `y` holds, whatever type that has."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import assert_all_finite
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from stancekit.corpus.examples import is_missing
from stancekit.errors import DataError, Problem


def read_classes(y: Any, n_examples: int) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the classes of labels in sorted order, and the number of each example's.

    Parameters
    ----------
    y : sequence of str, int or bool
    n_examples : int

    Raises
    ------
    DataError
        If labels are missing, of several kinds, or fewer or more than examples.
    ValueError
        If they are no classes; worded by scikit-learn.

    Examples
    --------
    >>> classes, codes = read_classes(["supports", "opposes", "supports"], 3)
    >>> classes.tolist(), codes.tolist()
    (['opposes', 'supports'], [1, 0, 1])
    """
    if y is None:
        raise DataError(Problem("StanceClassifier requires y to be passed, but the target y is None"))
    labels = np.asarray(y)
    if labels.dtype.kind == "O" and labels.ndim == 1:
        labels = _of_one_kind(labels)
    labels = column_or_1d(labels, warn=True)
    if len(labels) != n_examples:
        raise DataError(Problem(f"{n_examples} examples, but {len(labels)} labels"))
    if not n_examples:
        raise DataError(Problem("there are no examples to fit on"))
    assert_all_finite(labels, input_name="y")
    check_classification_targets(labels)
    classes, codes = np.unique(labels, return_inverse=True)
    return classes, codes


def class_names(classes: NDArray[Any]) -> list[str]:
    """Return the names of classes as the labels of a task."""
    return [str(label) for label in classes.tolist()]


def _of_one_kind(labels: NDArray[Any]) -> NDArray[Any]:
    """Return objects as an array of text or of numbers."""
    for row, label in enumerate(labels):
        if is_missing(label):
            raise DataError(Problem("no label", where=f"example {row}"))
        if isinstance(label, str) != isinstance(labels[0], str):
            said = (
                f"the label {label!r} is {type(label).__name__}, that of the first example {type(labels[0]).__name__}"
            )
            raise DataError(Problem(said, where=f"example {row}"))
    return np.asarray(labels.tolist())
