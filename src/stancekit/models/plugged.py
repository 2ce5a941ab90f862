"""Models of plug-ins: an estimator for each label, of which only coefficients and intercept are kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancekit.models.solvers import Fitted, Job, Training, without_convergence_warnings
from stancekit.plugins import Plugin, get

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.features.late import sparse


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
    coefficients = _numbers(plugin, estimator, "coef_", n_features)
    intercept = _numbers(plugin, estimator, "intercept_", 1)
    return Fitted(coefficients[None], intercept, _converged(estimator))


def _numbers(plugin: Plugin, estimator: Any, name: str, size: int) -> NDArray[np.float64]:
    """Return an attribute of a fitted estimator as so many numbers."""
    said = f"returned {type(estimator).__name__}, which"
    with plugin.guarded(f" in {name!r}"):
        found = getattr(estimator, name, None)
    if found is None:
        hint = "Only linear models can be trained: what is saved are coefficients and intercepts, no code"
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
