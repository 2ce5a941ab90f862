"""From examples to TF-IDF blocks: fields, analyzers, counts, weights; and scikit-learn's vectorizers, faster."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stancekit.features.analyzers import TOKEN, Analyzer
from stancekit.features.blocks import FittedBlock, FittedFeatures, fit_features
from stancekit.features.counts import Counts, count, count_blocks, count_known
from stancekit.features.fields import compute_field

if TYPE_CHECKING:
    from stancekit.features.transformer import StanceFeatures
    from stancekit.features.vectorizers import CountVectorizer, TfidfVectorizer

__all__ = [
    "TOKEN",
    "Analyzer",
    "CountVectorizer",
    "Counts",
    "FittedBlock",
    "FittedFeatures",
    "StanceFeatures",
    "TfidfVectorizer",
    "compute_field",
    "count",
    "count_blocks",
    "count_known",
    "fit_features",
]


_NEED_SCIKIT_LEARN = {
    "CountVectorizer": "stancekit.features.vectorizers",
    "StanceFeatures": "stancekit.features.transformer",
    "TfidfVectorizer": "stancekit.features.vectorizers",
}


def __getattr__(name: str) -> Any:
    if name in _NEED_SCIKIT_LEARN:
        # scikit-learn takes a second to import, and nothing else here needs it.
        return getattr(import_module(_NEED_SCIKIT_LEARN[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
