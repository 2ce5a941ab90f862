"""How MLflow opens a saved model: by this module's name, from our own files, without a pickle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stancekit.models.persistence import load
from stancekit.models.stance_model import StanceModel


@dataclass(frozen=True)
class Predictor:
    """What `mlflow.pyfunc.load_model` wraps."""

    model: StanceModel

    def predict(self, model_input: Any, params: Any = None) -> list[Any]:  # noqa: ARG002 # as MLflow calls it
        """Return the label of every row; of a multilabel task, the list of its labels."""
        return self.model.predict(model_input)


def _load_pyfunc(path: str) -> Predictor:
    return Predictor(load(path))
