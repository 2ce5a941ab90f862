"""`StanceClassifier`: the same model as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from stancekit.config.decision import Decision, Tune
from stancekit.config.features import Block, Features
from stancekit.config.metrics import tunable, unfit_metric
from stancekit.config.model import ANY_KIND, Model, keys_of, unfit_conditioning
from stancekit.config.parameters import parameters_checked
from stancekit.config.schema import Folds, FoldScheme, Task
from stancekit.corpus.examples import as_columns
from stancekit.corpus.folds import cut_folds
from stancekit.corpus.linking import link_by_name
from stancekit.errors import DataError, InputError, Problem, printable
from stancekit.features.auto import auto_blocks
from stancekit.features.transformer import checked_features, note_columns, takes_examples
from stancekit.models.classes import class_names, read_classes
from stancekit.models.decision import probabilities
from stancekit.models.linear import HAS_PROBABILITIES
from stancekit.models.rules import learns
from stancekit.models.stance_model import StanceModel, decision_values, fit_model

if TYPE_CHECKING:
    from rich.console import RenderableType

_DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


def _has_probabilities(classifier: StanceClassifier) -> bool:
    return classifier.calibration != "none" or HAS_PROBABILITIES.get(classifier.model, False)


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
    labels : sequence, optional
        Every label there is, in the order that `model_` has them in; sorted by default. `classes_`, and with them the
        columns of scores, are in sorted order whatever it says, as scikit-learn's metrics take them to be.
    random_state : int, RandomState or None, default=0
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
    classes_ : ndarray of shape (n_classes,)
        The labels in sorted order, of the type that `y` had.
    model_ : StanceModel
        What was fitted, as arrays.
    feature_names_in_ : ndarray of str of shape (n_columns,)
        The columns of a data frame that `fit` was given; not there for rows of another kind.
    n_features_in_ : int
        Their number.

    Notes
    -----
    There are no weights of examples: `fit` takes no `sample_weight`.

    Examples
    --------
    >>> X = [{"text": "Paris soutient l'accord.", "actor": "France", "target": "deal"},
    ...      {"text": "Paris refuse l'accord.", "actor": "France", "target": "deal"}]
    >>> classifier = StanceClassifier().fit(X, ["supports", "opposes"])
    >>> classifier.predict([{"text": "Moscou soutient l'accord.", "actor": "Russia", "target": "deal"}]).tolist()
    ['supports']
    """

    classes_: NDArray[Any]
    model_: StanceModel

    def __init__(
        self,
        blocks: Sequence[Block | dict[str, Any]] | None = None,
        model: str = "logistic_regression",
        C: float = 1.0,
        class_weight: str | None = "balanced",
        labels: Sequence[Any] | None = None,
        random_state: Any = 0,
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
        y : sequence of str, int or bool
        groups : sequence, optional
            Examples of one group, as of one article, stay in one inner fold. With metadata routing, ask for it by
            `set_fit_request(groups=True)`.

        Raises
        ------
        InputError
            If a parameter isn't allowed.
        DataError
            If `X`, `y` and `groups` differ in length, `y` has one label only or one that isn't in `labels`, or the
            inner folds can't be cut.
        """
        columns = as_columns(X)
        self.classes_, codes = read_classes(y, len(columns["text"]))
        names = class_names(self.classes_)
        order = names if self.labels is None else [str(label) for label in self.labels]
        _refuse_unfit_labels(names, order, self.labels)
        task, features, spec, decision = self._checked_parameters(order)
        note_columns(self, X)
        blocks = auto_blocks(link_by_name(columns)) if features.are_auto else features.blocks
        gold = np.asarray(names)[codes][:, None] == np.asarray(order)[None, :]
        seed = self._seed()
        self.model_ = fit_model(
            columns,
            gold,
            task,
            blocks,
            spec,
            seed,
            conditioning=features.conditioning,
            decision=decision,
            folds=self._cut(gold, order, groups, seed) if learns(spec, decision) else None,
        )
        return self

    def _seed(self) -> int:
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))

    def _cut(self, gold: NDArray[np.bool_], order: list[str], groups: Any, seed: int) -> NDArray[np.int32]:
        codes = np.arange(len(gold)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
        if len(codes) != len(gold):
            raise DataError(Problem(f"{len(gold)} examples, but {len(codes)} groups"))
        scheme: FoldScheme = "stratified" if groups is None else "stratified_group"
        with parameters_checked():
            plan = Folds(scheme=scheme, by="groups", n=self.inner_folds)
        return np.asarray(cut_folds(gold, order, codes, plan, seed, "inner_folds")[0])

    def _checked_parameters(self, order: list[str]) -> tuple[Task, Features, Model, Decision]:
        features = checked_features(self.blocks, self.conditioning)
        with parameters_checked():
            pairs = {} if self.reverse is None else {"kind": "directed_pair", "reverse": dict(self.reverse)}
            task = Task.model_validate({"labels": tuple(order)} | pairs)
            # An estimator has all parameters whatever its model; only those of the model's kind count.
            keys = keys_of(self.model) if ANY_KIND.knows(self.model) else ()  # an unknown kind is refused below
            spec = Model.model_validate({"kind": self.model} | {key: getattr(self, key) for key in keys})
            decision: Decision = _DECISION.validate_python(self.decision)
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
        scores = self._scores(X)
        return (scores[:, 1] - scores[:, 0]) / 2 if len(self.classes_) == 2 else scores

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the stance of every example, of shape (n_examples,); of equals, the first of `classes_`."""
        scores = self._scores(X)
        return np.asarray(self.classes_[scores.argmax(axis=1)])

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator] # scikit-learn ships no types
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return probabilities of shape (n_examples, n_classes), in the order of `classes_`.

        Only models that have probabilities have this method.
        """
        return probabilities(self._scores(X), "stance", self.model_.spec)

    def _scores(self, X: Any) -> NDArray[np.float64]:
        """Return decision values of shape (n_examples, n_classes), in the order of `classes_`."""
        check_is_fitted(self)
        columns = [self.model_.labels.index(name) for name in class_names(self.classes_)]
        return np.asarray(decision_values(self.model_, X)[:, columns])

    def __sklearn_tags__(self) -> Any:
        return takes_examples(super().__sklearn_tags__())


def _refuse_unfit_labels(names: list[str], order: list[str], labels: Sequence[Any] | None) -> None:
    unknown = next((name for name in names if name not in order), None)
    if unknown is not None:
        hint = "Leave `labels` out where another estimator numbers the classes" if unknown.isdecimal() else ""
        raise DataError(Problem(f"y holds {unknown!r}", allowed=order, given=unknown, hint=hint))
    if labels is not None and len(names) < len(order):
        missing = next(name for name in order if name not in names)
        said = f"y holds {len(names)} of {len(order)} labels, and not {missing!r}; every label needs an example"
        raise DataError(Problem(said))
    if len(names) < 2:
        raise DataError(Problem(f"y holds one class only, {names[0]!r}: there is nothing to decide between"))
