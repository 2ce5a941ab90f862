"""From examples to TF-IDF blocks: fields, analyzers, counts, weights."""

from stancekit.features.blocks import FittedBlock, FittedFeatures, fit_features
from stancekit.features.counts import Counts, count, count_blocks
from stancekit.features.fields import compute_field

__all__ = ["Counts", "FittedBlock", "FittedFeatures", "compute_field", "count", "count_blocks", "fit_features"]
