"""The metrics that a config may name, by kind of task; which way each of them points, and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from stancekit.config.named import Named
from stancekit.config.section import Mistake

TunableMetric = Literal[
    "macro_f1",
    "micro_f1",
    "weighted_f1",
    "accuracy",
    "balanced_accuracy",
    "mcc",
    "cohen_kappa",
    "f_avg",
    "subset_accuracy",
    "hamming_loss",
]
"""Metrics of what is decided that a decision can be tuned for."""
ProbabilityMetric = Literal["log_loss", "brier", "expected_calibration_error"]

BuiltInMetric = Literal[
    TunableMetric,
    "macro_precision",
    "macro_recall",
    "samples_f1",
    "samples_jaccard",
    "mean_average_precision",
    ProbabilityMetric,
]

ANY_METRIC = Named("metric", get_args(BuiltInMetric))
"""The metrics that stancekit has, and those of plug-ins."""
MetricName = Annotated[str, ANY_METRIC]

LOWER_IS_BETTER: frozenset[str] = frozenset({"hamming_loss", *get_args(ProbabilityMetric)})
"""Losses and errors. Of every other metric, those of plug-ins included, the higher value is the better one."""
PROBABILITY_METRICS: tuple[str, ...] = get_args(ProbabilityMetric)
"""Those that need the probabilities behind predictions."""

_OF_ONE_LABEL: tuple[BuiltInMetric, ...] = (
    "macro_f1",
    "micro_f1",
    "weighted_f1",
    "f_avg",
    "accuracy",
    "balanced_accuracy",
    "macro_precision",
    "macro_recall",
    "mcc",
    "cohen_kappa",
    "mean_average_precision",
    *get_args(ProbabilityMetric),
)
METRICS_OF: Mapping[str, tuple[BuiltInMetric, ...]] = {
    "stance": _OF_ONE_LABEL,
    "directed_pair": _OF_ONE_LABEL,
    "multilabel": (
        "macro_f1",
        "micro_f1",
        "weighted_f1",
        "samples_f1",
        "samples_jaccard",
        "subset_accuracy",
        "hamming_loss",
        "macro_precision",
        "macro_recall",
        "mean_average_precision",
    ),
}
DEFAULT_METRICS: Mapping[str, tuple[BuiltInMetric, ...]] = {
    "stance": ("macro_f1", "accuracy"),
    "directed_pair": ("macro_f1", "accuracy"),
    "multilabel": ("macro_f1", "micro_f1", "subset_accuracy"),
}


def is_plugged(metric: str) -> bool:
    """Tell whether a metric is a plug-in's."""
    return metric not in ANY_METRIC.own


def direction(metric: str) -> float:
    """Return 1.0 where higher is better, -1.0 where lower is: values times it can be compared.

    Examples
    --------
    >>> direction("macro_f1") * 0.7 > direction("macro_f1") * 0.6, direction("brier") * 0.7 > direction("brier") * 0.6
    (True, False)
    """
    return -1.0 if metric in LOWER_IS_BETTER else 1.0


def metrics_of(kind: str) -> tuple[str, ...]:
    """Return the metrics of a kind of task; those of plug-ins are of every kind."""
    return (*METRICS_OF[kind], *filter(is_plugged, ANY_METRIC.names()))


def tunable(kind: str) -> tuple[str, ...]:
    """Return the metrics that a decision of a kind of task can be tuned for."""
    return tuple(name for name in METRICS_OF[kind] if name in get_args(TunableMetric))


def unfit_metric(
    metric: str, path: tuple[str | int, ...], kind: str, neutral: str | None, allowed: tuple[str, ...] | None = None
) -> Mistake | None:
    """Return why a metric that is known can't be that of a task.

    Parameters
    ----------
    metric : str
    path : tuple of str or int
        Where it is named.
    kind : str
        Of the task.
    neutral : str or None
        The task's neutral label.
    allowed : tuple of str, optional
        What to name instead; every metric of the kind by default.
    """
    if not (is_plugged(metric) or metric in METRICS_OF[kind]):
        return Mistake(f"{metric!r} is not a metric of a {kind} task", path, allowed or metrics_of(kind))
    if metric == "f_avg" and neutral is None:
        said = "'f_avg' is the mean F1 of all labels but the neutral one, and task.neutral names none"
        return Mistake(said, path, hint="Example: task: {neutral: NONE}")
    return None
