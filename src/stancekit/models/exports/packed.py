"""`PackedModel`: a saved model inside one scikit-learn estimator, for what scikit-learn can't do alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if

from stancekit.config.model import has_probabilities
from stancekit.errors import InputError, Problem
from stancekit.models.decision import probabilities
from stancekit.models.persistence import load, save_model
from stancekit.models.stance_model import StanceModel


def _has_probabilities(packed: PackedModel) -> bool:
    return has_probabilities(packed.model_.spec)


class PackedModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn ships no types
    """A model as its files; the model is read from them when it is first used, checked as `stancekit.load` does.

    Parameters
    ----------
    files : dict of str to bytes
        The contents of `model.json`, `model.safetensors` and `vocabulary.parquet`.

    Attributes
    ----------
    classes_ : ndarray of str of shape (n_classes,)
    model_ : StanceModel

    Raises
    ------
    ModelError
        When first used, if the files are damaged, or need plug-ins that aren't loaded
        (`stancekit.plugins.load_code`).
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    @classmethod
    def of(cls, model: StanceModel) -> Self:
        """Return a model packed."""
        with TemporaryDirectory() as folder:
            save_model(model, Path(folder))
            return cls({path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())})

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what was read: only the files are kept."""
        return {"files": dict(self.files)}

    @cached_property
    def model_(self) -> StanceModel:
        """The model that the files are of."""
        with TemporaryDirectory() as folder:
            for name, content in self.files.items():
                if Path(name).name != name:
                    raise InputError(Problem(f"{name!r} is no name of a file"))
                (Path(folder) / name).write_bytes(content)
            return load(folder)

    @property
    def classes_(self) -> NDArray[np.str_]:
        """The labels, in the order of columns."""
        return np.asarray(self.model_.labels)

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 # as scikit-learn calls it
        """Refuse: the model was fitted when it was exported."""
        raise InputError(Problem("an exported model is not fitted again", hint="Train a stancekit.StanceClassifier"))

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return decision values of shape (n_examples, n_classes), of two labels of shape (n_examples,)."""
        scores = self.model_.decision_function(X)
        one_of_two = len(self.classes_) == 2 and self.model_.task.kind != "multilabel"
        return (scores[:, 1] - scores[:, 0]) / 2 if one_of_two else scores

    def predict(self, X: Any) -> NDArray[Any]:
        """Return labels of shape (n_examples,); of a multilabel task 0 and 1 of shape (n_examples, n_classes)."""
        if self.model_.task.kind == "multilabel":
            return (self.model_.decision_function(X) > 0.0).astype(np.int64)
        return np.asarray(self.model_.predict(X))

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator] # scikit-learn ships no types
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return probabilities of shape (n_examples, n_classes)."""
        own = self.model_
        return probabilities(own.decision_function(X), own.task.kind, own.spec)
