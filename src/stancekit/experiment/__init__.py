"""Runs: from config to folder, found again, compared."""

from stancekit.experiment.compare import Comparison, compare
from stancekit.experiment.run import Run
from stancekit.experiment.store import find_runs
from stancekit.experiment.train import run_experiment

__all__ = ["Comparison", "Run", "compare", "find_runs", "run_experiment"]
