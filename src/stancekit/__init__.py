"""Training and evaluation harness for stance classification of news.

run = stancekit.train("configs/mali.yaml")
model = stancekit.load(run.path)
model.predict([{"text": "Paris refuse tout accord.", "actor": "France", "target": "wagner_deal"}])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stancekit.cli.train import train
    from stancekit.corpus.readers import read_examples
    from stancekit.experiment.compare import compare
    from stancekit.experiment.run import Run
    from stancekit.models.classifier import StanceClassifier
    from stancekit.models.persistence import load

__all__ = ["Run", "StanceClassifier", "compare", "load", "read_examples", "train"]

_HOMES = {
    "Run": "stancekit.experiment.run",
    "StanceClassifier": "stancekit.models.classifier",
    "compare": "stancekit.experiment.compare",
    "load": "stancekit.models.persistence",
    "read_examples": "stancekit.corpus.readers",
    "train": "stancekit.cli.train",
}

_SHOWN = frozenset({"Run", "compare", "train"})
"""Names that give runs or comparisons; the report, two rooms above these, lets them show themselves."""


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that importing stancekit costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'stancekit' has no attribute {name!r}")
    if name in _SHOWN:
        import_module("stancekit.report.display")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
