"""From examples to TF-IDF blocks: fields, analyzers, counts, weights; and scikit-learn's vectorizers, faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stancekit.features.analyzers import TOKEN, Analyzer
from stancekit.features.blocks import FittedBlock, FittedFeatures, fit_features
from stancekit.features.counts import Counts, count, count_blocks, count_known
from stancekit.features.fields import compute_field
from stancekit.late import names_of

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

# scikit-learn takes a second to import, and nothing else here needs it.
_NEED_SCIKIT_LEARN = {
    "CountVectorizer": "vectorizers",
    "StanceFeatures": "transformer",
    "TfidfVectorizer": "vectorizers",
}

__getattr__ = names_of(__name__, _NEED_SCIKIT_LEARN)
