"""Models of plug-ins: an estimator for each label; of a linear one only coefficients and intercept are kept."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancekit.models.solvers import Fitted, Job, Training, without_convergence_warnings
from stancekit.plugins import Plugin, get

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

SURE = 1e-9
"""A probability of 0 or 1 is taken for this much less sure: its log-odds would be infinite."""


def plan_plugged(training: Training) -> list[Job]:
    """Return a job for each label, by itself against the rest.

    Raises
    ------
    PluginError
        If the model's plug-in isn't loaded; the jobs raise it if it fails or gives no linear model.
    """
    plugin = get("model", training.spec.kind)
    return [partial(_fit_one, training, plugin, label) for label in range(training.labels.shape[1])]


def _fit_one(training: Training, plugin: Plugin, label: int) -> Fitted:
    estimator = plugin.call(C=training.spec.C, seed=training.seed)
    if not callable(getattr(estimator, "fit", None)):
        raise plugin.misbehaved(f"returned {type(estimator).__name__}, which has no 'fit'", "Return an estimator")
    # Other labels are fitted at the same time, so each fit has a matrix that it may change.
    X, y, weights = training.matrix.copy(), training.labels[:, label].astype(np.int64), training.weights(label)
    with without_convergence_warnings(), plugin.guarded(" in 'fit'"):
        estimator.fit(X, y, sample_weight=weights)
    n_features = training.matrix.shape[1]
    if not _is_linear(plugin, estimator):
        _refuse_unusable(plugin, estimator, training.matrix[:1])
        return Fitted(np.zeros((1, n_features)), np.zeros(1), (_converged(estimator),), estimator)
    coefficients = _numbers(plugin, estimator, "coef_", n_features)
    intercept = _numbers(plugin, estimator, "intercept_", 1)
    return Fitted(coefficients[None], intercept, (_converged(estimator),))


def _is_linear(plugin: Plugin, estimator: Any) -> bool:
    with plugin.guarded(" in 'coef_'"):
        return getattr(estimator, "coef_", None) is not None or not _says_scores(estimator)


def _says_scores(estimator: Any) -> bool:
    return any(callable(getattr(estimator, name, None)) for name in ("decision_function", "predict_proba"))


def _refuse_unusable(plugin: Plugin, estimator: Any, row: sparse.csr_array) -> None:
    """Refuse an estimator that isn't linear and can't be saved or used, before hours are spent on others."""
    if find_spec("skops") is None:
        said = f"returned {type(estimator).__name__}, which is not linear: it takes the package skops to save it"
        raise plugin.misbehaved(said, "Install it: pip install 'stancekit[skops]'")
    with plugin.guarded(" on one example"):
        score_by(estimator, row)


def score_by(estimator: Any, matrix: sparse.csr_array) -> NDArray[np.float64]:
    """Return what an estimator says of one label against the rest, of shape (n_examples,).

    Its decision values; of an estimator that has none, the log-odds of its probabilities.

    Raises
    ------
    ValueError
        If they aren't a finite number for each example.
    """
    if callable(getattr(estimator, "decision_function", None)):
        scores = np.asarray(estimator.decision_function(matrix), dtype=np.float64)
    else:
        column = [int(label) for label in estimator.classes_].index(1)
        shares = np.clip(np.asarray(estimator.predict_proba(matrix), np.float64)[:, column], SURE, 1.0 - SURE)
        scores = np.log(shares) - np.log1p(-shares)
    if scores.shape != (matrix.shape[0],) or not np.isfinite(scores).all():
        raise ValueError(f"{type(estimator).__name__} gives no finite number for each example")
    return scores


def _numbers(plugin: Plugin, estimator: Any, name: str, size: int) -> NDArray[np.float64]:
    """Return an attribute of a fitted estimator as so many numbers."""
    said = f"returned {type(estimator).__name__}, which"
    with plugin.guarded(f" in {name!r}"):
        found = getattr(estimator, name, None)
    if found is None:
        hint = "A model needs 'coef_' and 'intercept_', or else 'decision_function' or 'predict_proba'"
        raise plugin.misbehaved(f"{said} has no {name!r} after 'fit'", hint)
    try:
        numbers = np.asarray(found.toarray() if sparse.issparse(found) else found, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise plugin.misbehaved(f"{said} has a {name!r} that are no numbers") from error
    if numbers.size != size or max(numbers.shape, default=1) != size:
        raise plugin.misbehaved(f"{said} has a {name!r} of shape {numbers.shape}, not {size} numbers")
    if not np.isfinite(numbers).all():
        raise plugin.misbehaved(f"{said} has a {name!r} with numbers that are not finite")
    return numbers.reshape(size).copy()


def _converged(estimator: Any) -> bool:
    """Tell whether a solver came to an end, where it counts its iterations as scikit-learn's do."""
    done, most = getattr(estimator, "n_iter_", None), getattr(estimator, "max_iter", None)
    try:
        return done is None or most is None or most <= 0 or bool(np.max(done) < most)
    except (TypeError, ValueError):
        return True
