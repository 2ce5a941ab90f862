"""The metrics that a config may name, by kind of task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from stancekit.config.named import Named

CountedMetricName = Literal["macro_f1", "micro_f1", "weighted_f1", "accuracy", "subset_accuracy"]
"""Metrics of what is decided: those that a decision can be tuned for."""

BuiltInMetric = Literal[CountedMetricName, "mean_average_precision"]

ANY_METRIC = Named("metric", get_args(BuiltInMetric))
"""The metrics that stancekit has, and those of plug-ins."""
MetricName = Annotated[str, ANY_METRIC]

METRICS_OF: Mapping[str, tuple[BuiltInMetric, ...]] = {
    "stance": ("macro_f1", "micro_f1", "weighted_f1", "accuracy", "mean_average_precision"),
    "directed_pair": ("macro_f1", "micro_f1", "weighted_f1", "accuracy", "mean_average_precision"),
    "multilabel": ("macro_f1", "micro_f1", "weighted_f1", "subset_accuracy", "mean_average_precision"),
}
DEFAULT_METRICS: Mapping[str, tuple[BuiltInMetric, ...]] = {
    "stance": ("macro_f1", "accuracy"),
    "directed_pair": ("macro_f1", "accuracy"),
    "multilabel": ("macro_f1", "micro_f1", "subset_accuracy"),
}


def is_plugged(metric: str) -> bool:
    """Tell whether a metric is a plug-in's."""
    return metric not in ANY_METRIC.own


def metrics_of(kind: str) -> tuple[str, ...]:
    """Return the metrics of a kind of task; those of plug-ins are of every kind."""
    return (*METRICS_OF[kind], *filter(is_plugged, ANY_METRIC.names()))


def suits(metric: str, kind: str) -> bool:
    """Tell whether a metric that is known is one of a kind of task."""
    return is_plugged(metric) or metric in METRICS_OF[kind]
