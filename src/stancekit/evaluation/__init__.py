"""How good predictions are: tallies, metrics, official scorers, baselines, cross-validation, intervals."""

from stancekit.evaluation.crossval import out_of_fold
from stancekit.evaluation.predictions import Predictions
from stancekit.evaluation.scorers import score
from stancekit.evaluation.scores import score_predictions
from stancekit.evaluation.verdict import verdict, warn

__all__ = ["Predictions", "out_of_fold", "score", "score_predictions", "verdict", "warn"]
