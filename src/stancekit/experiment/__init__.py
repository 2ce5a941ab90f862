"""Runs: from config to folder, found again, compared, trained again."""

from stancekit.experiment.compare import Comparison, compare
from stancekit.experiment.reproduce import Reproduction, reproduce
from stancekit.experiment.run import Run
from stancekit.experiment.store import find_runs
from stancekit.experiment.train import run_experiment

__all__ = ["Comparison", "Reproduction", "Run", "compare", "find_runs", "reproduce", "run_experiment"]
