"""Scorers: the rules by which shared tasks judge predictions, a module for each task, and plain metrics by name."""

from stancekit.evaluation.scorers.registry import SCORERS, Scorer, Scores, read_and_score, score, scorer_named

__all__ = ["SCORERS", "Scorer", "Scores", "read_and_score", "score", "scorer_named"]
