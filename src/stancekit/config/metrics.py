"""The metrics that a config may name, by kind of task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

CountedMetricName = Literal["macro_f1", "micro_f1", "weighted_f1", "accuracy", "subset_accuracy"]
"""Metrics of what is decided: those that a decision can be tuned for."""
MetricName = Literal[CountedMetricName, "mean_average_precision"]

METRICS_OF: Mapping[str, tuple[MetricName, ...]] = {
    "stance": ("macro_f1", "micro_f1", "weighted_f1", "accuracy", "mean_average_precision"),
    "directed_pair": ("macro_f1", "micro_f1", "weighted_f1", "accuracy", "mean_average_precision"),
    "multilabel": ("macro_f1", "micro_f1", "weighted_f1", "subset_accuracy", "mean_average_precision"),
}
DEFAULT_METRICS: Mapping[str, tuple[MetricName, ...]] = {
    "stance": ("macro_f1", "accuracy"),
    "directed_pair": ("macro_f1", "accuracy"),
    "multilabel": ("macro_f1", "micro_f1", "subset_accuracy"),
}
