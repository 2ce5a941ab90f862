"""`StanceClassifier`: the same model as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from stancekit.config.decision import Decision, Tune
from stancekit.config.features import Block, Features
from stancekit.config.metrics import tunable, unfit_metric
from stancekit.config.model import ANY_KIND, Model, keys_of, unfit_conditioning
from stancekit.config.schema import Folds, FoldScheme, Task
from stancekit.corpus.examples import as_columns
from stancekit.corpus.folds import cut_folds
from stancekit.corpus.linking import link_by_name
from stancekit.errors import DataError, InputError, Problem, printable
from stancekit.features.auto import auto_blocks
from stancekit.models.decision import probabilities
from stancekit.models.linear import HAS_PROBABILITIES
from stancekit.models.rules import learns
from stancekit.models.stance_model import StanceModel, fit_model

if TYPE_CHECKING:
    from rich.console import RenderableType


def _has_probabilities(classifier: StanceClassifier) -> bool:
    return classifier.calibration != "none" or HAS_PROBABILITIES.get(classifier.model, False)


_DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


def _in_words(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    names = {"kind": "model", "plain": "decision", "tuned": "decision"}
    path = ".".join(names.get(str(part), str(part)) for part in first["loc"])
    said = first["msg"] if first["type"] == "mistakes" else f"{first['msg']}, not {first['input']!r}"
    return f"{path}: {said}" if path else said


class StanceClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn ships no types
    """TF-IDF blocks and a linear model, from examples to stances.

    Parameters
    ----------
    blocks : sequence of Block or dict, optional
        The features; by default those that suit the examples of `fit`, chosen without their labels, as `features: auto`
        in a config.
    model : {"logistic_regression", "multinomial_logistic_regression", "linear_svc", "ridge", "sgd", \
            "complement_nb", "nb_svm", "vote"}, default="logistic_regression"
    C : float, default=1.0
        Inverse strength of the L2 penalty; not for `complement_nb` and `vote`.
    class_weight : "balanced" or None, default="balanced"
        Not for `complement_nb` and `vote`.
    smoothing : float, default=1.0
        What is added to every count; for `complement_nb` and `nb_svm`.
    labels : sequence of str, optional
        The order of the classes; sorted by default.
    random_state : int, default=0
    conditioning : {"none", "token", "cross", "per_target", "shared_per_target"}, default="none"
        How the weights of features depend on the target.
    reverse : dict of str to str, optional
        Of directed pairs: what a label is called when actor and target change places.
    calibration : {"none", "platt", "isotonic"}, default="none"
        How scores are made into probabilities, on examples that their models did not see; a vote has those of its
        members.
    decision : "argmax" or {"tune": METRIC}, default="argmax"
        Tuned, every label has an offset that makes the metric as high as it gets on examples that the models did
        not see. It is in `decision_function` and in `predict_proba`.
    inner_folds : int, default=5
        Into how many folds the examples are cut where something is calibrated or tuned.
    of : sequence of Model or dict, optional
        The models of a `vote`.
    weights : sequence of float, optional
        What each of them counts.

    Attributes
    ----------
    classes_ : ndarray of str of shape (n_classes,)
    model_ : StanceModel
        What was fitted, as arrays.

    Examples
    --------
    >>> X = [{"text": "Paris soutient l'accord.", "actor": "France", "target": "deal"},
    ...      {"text": "Paris refuse l'accord.", "actor": "France", "target": "deal"}]
    >>> classifier = StanceClassifier().fit(X, ["supports", "opposes"])
    >>> classifier.predict([{"text": "Moscou soutient l'accord.", "actor": "Russia", "target": "deal"}]).tolist()
    ['supports']
    """

    classes_: NDArray[np.str_]
    model_: StanceModel

    def __init__(
        self,
        blocks: Sequence[Block | dict[str, Any]] | None = None,
        model: str = "logistic_regression",
        C: float = 1.0,
        class_weight: str | None = "balanced",
        labels: Sequence[str] | None = None,
        random_state: int = 0,
        smoothing: float = 1.0,
        conditioning: str = "none",
        reverse: Mapping[str, str] | None = None,
        calibration: str = "none",
        decision: str | dict[str, str] = "argmax",
        inner_folds: int = 5,
        of: Sequence[Model | dict[str, Any]] | None = None,
        weights: Sequence[float] | None = None,
    ) -> None:
        self.blocks = blocks
        self.model = model
        self.C = C
        self.class_weight = class_weight
        self.labels = labels
        self.random_state = random_state
        self.smoothing = smoothing
        self.conditioning = conditioning
        self.reverse = reverse
        self.calibration = calibration
        self.decision = decision
        self.inner_folds = inner_folds
        self.of = of
        self.weights = weights

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Fit on examples (see `stancekit.corpus.as_columns`) and their labels.

        Parameters
        ----------
        X : list of dict, list of str, Dataset, pyarrow.Table or data frame
        y : sequence of str
        groups : sequence, optional
            Examples of one group, as of one article, stay in one inner fold.

        Raises
        ------
        DataError
            If `X`, `y` and `groups` differ in length, `y` has one label only or one that isn't in `labels`, or the
            inner folds can't be cut.
        """
        columns = as_columns(X)
        names = np.asarray([str(label) for label in y], dtype=np.str_)
        if len(names) != len(columns["text"]):
            raise DataError(Problem(f"{len(columns['text'])} examples, but {len(names)} labels"))
        found = np.unique(names)
        self.classes_ = found if self.labels is None else np.asarray(self.labels, dtype=np.str_)
        unknown = sorted(set(found.tolist()) - set(self.classes_.tolist()))
        if unknown:
            raise DataError(Problem(f"y holds {unknown[0]!r}", allowed=self.classes_.tolist(), given=unknown[0]))
        if len(found) < 2 or len(found) < len(self.classes_):
            raise DataError(
                Problem(f"y holds {len(found)} of {max(2, len(self.classes_))} labels; every label needs an example")
            )
        task, features, spec, decision = self._checked_parameters()
        blocks = auto_blocks(link_by_name(columns)) if features.are_auto else features.blocks
        gold = names[:, None] == self.classes_[None, :]
        self.model_ = fit_model(
            columns,
            gold,
            task,
            blocks,
            spec,
            self.random_state,
            conditioning=features.conditioning,
            decision=decision,
            folds=self._cut(gold, groups) if learns(spec, decision) else None,
        )
        return self

    def _cut(self, gold: NDArray[np.bool_], groups: Any) -> NDArray[np.int32]:
        codes = np.arange(len(gold)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
        if len(codes) != len(gold):
            raise DataError(Problem(f"{len(gold)} examples, but {len(codes)} groups"))
        scheme: FoldScheme = "stratified" if groups is None else "stratified_group"
        plan = Folds(scheme=scheme, by="groups", n=self.inner_folds)
        return np.asarray(cut_folds(gold, self.classes_.tolist(), codes, plan, self.random_state, "inner_folds")[0])

    def _checked_parameters(self) -> tuple[Task, Features, Model, Decision]:
        try:
            own = {} if self.blocks is None else {"blocks": tuple(Block.model_validate(b) for b in self.blocks)}
            features = Features.model_validate({"conditioning": self.conditioning} | own)
            pairs = {} if self.reverse is None else {"kind": "directed_pair", "reverse": dict(self.reverse)}
            task = Task.model_validate({"labels": tuple(self.classes_.tolist())} | pairs)
            # An estimator has all parameters whatever its model; only those of the model's kind count.
            keys = keys_of(self.model) if ANY_KIND.knows(self.model) else ()  # an unknown kind is refused below
            spec = Model.model_validate({"kind": self.model} | {key: getattr(self, key) for key in keys})
            decision: Decision = _DECISION.validate_python(self.decision)
        except ValidationError as error:
            raise InputError(Problem(_in_words(error))) from error
        unfit = unfit_conditioning(features, spec)
        if unfit is not None:
            raise InputError(Problem(unfit.message, hint=unfit.hint))
        if isinstance(decision, Tune):
            unfit = unfit_metric(decision.tune, ("decision", "tune"), task.kind, task.neutral)
            if unfit is not None:
                possible = [name for name in tunable(task.kind) if name != "f_avg"]
                raise InputError(Problem(f"decision.tune: {unfit.message}", allowed=possible))
        return task, features, spec, decision

    def __rich__(self) -> RenderableType:
        """Return what a terminal shows: its parameters and, once it is fitted, its model."""
        from rich.console import Group
        from rich.text import Text

        line = Text(printable(repr(self)))
        return Group(line, self.model_.__rich__()) if hasattr(self, "model_") else line

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        """Return what a notebook shows: scikit-learn's diagram and, once it is fitted, the model."""
        shown: dict[str, str] = super()._repr_mimebundle_(**kwargs)
        if "text/html" in shown and hasattr(self, "model_"):
            shown["text/html"] += self.model_._repr_html_()
        return shown

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return decision values of shape (n_examples, n_classes).

        For two classes of shape (n_examples,), as scikit-learn has it: above zero speaks for the second.
        """
        check_is_fitted(self)
        scores = self.model_.decision_function(X)
        return (scores[:, 1] - scores[:, 0]) / 2 if len(self.classes_) == 2 else scores

    def predict(self, X: Any) -> NDArray[np.str_]:
        """Return the stance of every example, of shape (n_examples,)."""
        check_is_fitted(self)
        return np.asarray(self.model_.predict(X), dtype=np.str_)

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator] # scikit-learn ships no types
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return probabilities of shape (n_examples, n_classes), in the order of `classes_`.

        Only models that have probabilities have this method.
        """
        check_is_fitted(self)
        return probabilities(self.model_.decision_function(X), "stance", self.model_.spec)
