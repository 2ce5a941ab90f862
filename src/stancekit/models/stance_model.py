"""`StanceModel`: what training leaves behind, arrays and a description, ready to label new examples.

It needs NumPy and SciPy only; scikit-learn fitted it and isn't missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.decision import Decision
from stancekit.config.features import Block, Conditioning, Features
from stancekit.config.model import Model, has_probabilities
from stancekit.config.task import Task, TaskKind
from stancekit.corpus.examples import Columns, as_columns, columns_of
from stancekit.corpus.gazetteer import Gazetteer
from stancekit.corpus.linking import link_spans
from stancekit.corpus.pairs import with_mirrors
from stancekit.errors import InputError, Problem
from stancekit.features.blocks import FittedFeatures
from stancekit.features.conditioning import refuse_without_targets
from stancekit.models.decision import decide, probabilities
from stancekit.models.instances import Counted, count_instances, merge_instances
from stancekit.models.linear import LinearModel, RunJobs, in_turn
from stancekit.models.members import RuledModel, fit_members, gather_inner, plan_inner
from stancekit.models.notices import warn_about
from stancekit.models.opaque import estimators_of
from stancekit.models.rules import Rule, fit_rule, fixed_rule, learns
from stancekit.models.surroundings import Surroundings

if TYPE_CHECKING:
    from rich.console import RenderableType

    from stancekit.config.schema import Config
    from stancekit.config.settings import Setting
    from stancekit.models.explained import Explanation


@dataclass(frozen=True, repr=False)
class StanceModel:
    """A fitted model; `stancekit.load` returns one. Notebooks and terminals show what it is and how good.

    Attributes
    ----------
    task : Task
        Kind and labels.
    spec : Model
        Which linear model it is.
    features : FittedFeatures
    linear : LinearModel or RuledModel
        RuledModel where models vote, are calibrated, or the decision is tuned.
    gazetteer : Gazetteer
        The names of actors and targets, written by hand or marked in the training examples, by which mentions
        are found in new ones.
    about : dict
        Languages, training data and library versions.
    decision : Decision
        How scores become labels; what was tuned is in the scores already.
    around : Surroundings or None
        Where it was loaded from.

    Examples
    --------
    >>> model = fit_model({"text": ["oui", "non"]}, [[True, False], [False, True]], Task(labels=("pro", "con")),
    ...                   [Block(field="text")], Model())
    >>> model.predict(["oui oui"]), model.predict("non")
    (['pro'], ['con'])
    """

    task: Task
    spec: Model
    features: FittedFeatures
    linear: LinearModel | RuledModel
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    about: Mapping[str, Any] = field(default_factory=dict)
    decision: Decision = "argmax"
    around: Surroundings | None = field(default=None, compare=False)

    @cached_property
    def config(self) -> Config | None:
        """The resolved config of the run that the model was loaded from; None if it isn't in a run folder."""
        return None if self.around is None else self.around.config()

    @cached_property
    def metrics(self) -> Mapping[str, Any] | None:
        """The metrics of that run, as in its metrics.json; None if the model isn't in a run folder."""
        return None if self.around is None else self.around.metrics()

    @cached_property
    def card(self) -> str | None:
        """The text of the model card beside it; None where there is none."""
        return None if self.around is None else self.around.card()

    @property
    def is_linear(self) -> bool:
        """Whether coefficients are all there is to it; False where a plug-in's estimators score."""
        return not estimators_of(self.linear)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, in the order of scores and tables."""
        return self.task.labels

    @property
    def rule(self) -> Rule:
        """How the scores of linear models become decision values."""
        own = self.linear
        return own.rule if isinstance(own, RuledModel) else fixed_rule(self.spec, self.task.kind, self.task.reversal)

    def decision_function(
        self, examples: Any, *, actor: str | None = None, target: str | None = None
    ) -> NDArray[np.float64]:
        """Return decision values of shape (n_examples, n_labels), in the order of `labels`.

        The offsets of a tuned decision are in them.

        Parameters
        ----------
        examples : list of dict, list of str, Dataset, pyarrow.Table or data frame
            `text` and, where the model uses them, `actor` and `target`. A mention whose span isn't given is looked
            up by name; one that is given as null is taken not to be there.
        actor, target : str, optional
            For every example that doesn't name its own.

        Warns
        -----
        ExamplesWarning
            Once for each call, if examples name actors or targets that the model was not trained on, or have a column
            such as `Actor` where `actor` would be read. They are labelled all the same.
        """
        return decision_values(self, self._read(examples, actor, target))

    def predict(self, examples: Any, *, actor: str | None = None, target: str | None = None) -> list[Any]:
        """Return the label of every example, as str; in a multilabel task, the list of its labels.

        It is the label of the highest decision value; of equal ones, the first of `labels`.
        """
        scores = decision_values(self, self._read(examples, actor, target))
        return name_labels(decide(scores, self.task.kind), self.task)

    def predict_proba(
        self, examples: Any, *, actor: str | None = None, target: str | None = None
    ) -> list[dict[str, float]]:
        """Return the probability of every label for every example, by name.

        In a stance task the predicted label is the most probable one, in a multilabel task predicted labels have
        more than one half. A tuned decision therefore shifts probabilities, too.

        Raises
        ------
        InputError
            If the model is of a kind that has none (`linear_svc`, `ridge`, `nb_svm`) and isn't calibrated.
        """
        if not has_probabilities(self.spec):
            hint = "Train with model.calibration=platt or model.kind=logistic_regression, or use decision_function"
            raise InputError(Problem(f"a {self.spec.kind} has no probabilities", hint=hint))
        scores = decision_values(self, self._read(examples, actor, target))
        shares = probabilities(scores, self.task.kind, self.spec)
        return [dict(zip(self.labels, row, strict=True)) for row in shares.tolist()]

    def explain(self, examples: Any, *, actor: str | None = None, target: str | None = None) -> list[Explanation]:
        """Return what each feature and each word adds to the decision values of examples.

        Nothing is estimated: what is added up is what the model adds up, to the last digits of rounding. Where a
        calibration or a vote makes decision values of scores, the scores before it are explained. In notebooks and
        terminals an explanation is shown as the sentence with its words shaded.

        Parameters are those of `decision_function`.

        Examples
        --------
        >>> model = fit_model({"text": ["oui", "non"]}, [[True, False], [False, True]], Task(labels=("pro", "con")),
        ...                   [Block(field="text")], Model())
        >>> [own] = model.explain("oui ou non")
        >>> [(word.text, word.contributions["pro"] > 0) for word in own.words]
        [('oui', True), ('ou', False), ('non', False)]
        """
        from stancekit.models.explanation import explain

        return explain(self, self._read(examples, actor, target))

    def top_features(
        self, label: str | None = None, n: int = 20, target: str | None = None
    ) -> dict[str, dict[str, list[tuple[str, str, float]]]]:
        """Return the features with the largest coefficients, as `{label: {"for": [...], "against": [...]}}`.

        Each is its block (`masked:word`), term and coefficient. Coefficients are those of weighted and normalised
        values; of a vote, their mean, see `stancekit.models.members.RuledModel`.

        Parameters
        ----------
        label : str, optional
            Only of this one.
        n : int, default=20
            So many for and so many against.
        target : str, optional
            Where weights depend on the target: those for this one; else those of all targets together.

        Raises
        ------
        InputError
            If the model doesn't know the label, or has no weights of the target's own.
        """
        from stancekit.models.explanation import top_features

        return top_features(self, label, n, target)

    def __repr__(self) -> str:
        from stancekit.models.model_shown import model_in_a_line

        return model_in_a_line(self)

    def _repr_html_(self) -> str:
        from stancekit.models.model_shown import model_html

        return model_html(self)

    def __rich__(self) -> RenderableType:
        """Return what a terminal shows."""
        from stancekit.models.model_shown import model_in_terminal

        return model_in_terminal(self)

    def _read(self, examples: Any, actor: str | None, target: str | None) -> Columns:
        """Return examples as columns, and warn the caller of the method that was given them."""
        given = columns_of(examples)
        columns = as_columns(given, actor=actor, target=target)
        warn_about(self.gazetteer, given, columns, stacklevel=3)
        return columns


def name_labels(chosen: NDArray[np.bool_], task: Task) -> list[Any]:
    """Return chosen labels by name: str in a stance task, list of str in a multilabel one."""
    if task.kind == "multilabel":
        return [[label for label, own in zip(task.labels, row, strict=True) if own] for row in chosen]
    return [task.labels[code] for code in chosen.argmax(axis=1)]


def decision_values(model: StanceModel, examples: Any) -> NDArray[np.float64]:
    """Return the decision values of examples as `StanceModel.decision_function` does, without a warning of any."""
    columns: Columns = as_columns(examples)
    columns = {**columns, **link_spans(columns, model.gazetteer)}
    return score_examples(model.features, model.linear, columns, model.task)


def score_examples(
    features: FittedFeatures, linear: LinearModel | RuledModel, examples: Columns, task: Task
) -> NDArray[np.float64]:
    """Return decision values of shape (n_examples, n_labels) for examples whose spans are known."""
    instances = examples if task.reversal is None else with_mirrors(examples)
    targets = instances.get("target") or [None] * len(instances["text"])
    members = linear.members if isinstance(linear, RuledModel) else (linear,)
    parts = [
        [member.scores(matrix, targets[rows]) for member in members]
        for rows, matrix in features.transform_in_parts(instances)
    ]
    scores = [np.concatenate(own) for own in zip(*parts, strict=True)]
    # A rule is for what the instances of an example say together.
    return linear.values(scores) if isinstance(linear, RuledModel) else merge_instances(scores[0], task.reversal)


def fit_counted(
    counted: Counted,
    setting: Setting,
    rows: NDArray[np.intp],
    labels: NDArray[np.bool_],
    seed: int,
    run: RunJobs = in_turn,
    *,
    kind: TaskKind = "stance",
    neutral: int | None = None,
    folds: NDArray[np.int32] | None = None,
) -> tuple[FittedFeatures, LinearModel | RuledModel]:
    """Fit features and a model on rows of a counted corpus; `labels` are those of the whole corpus.

    `run` runs the fits of inner folds and of single labels. `neutral` is the number of the task's neutral label.
    `folds`, of shape (n_rows,), says with which others a row is held out; they are needed where a rule `learns`
    something.
    """
    model, decision = setting.model, setting.decision
    rule = fixed_rule(model, kind, counted.reversal)
    if learns(model, decision):
        if folds is None:
            raise InputError(Problem("a calibration or a tuned decision needs inner folds"))
        inner = list(run(plan_inner(counted, setting, labels, rows, folds, seed)))
        learning = gather_inner(inner), labels[rows], folds
        rule = fit_rule(*learning, model, kind, decision, counted.reversal, neutral=neutral)
    features, members = fit_members(counted, setting, rows, labels, seed, run)
    return features, members[0] if rule.changes_nothing else RuledModel(members, rule)


def learn_names(examples: Columns, task: Task) -> Gazetteer:
    """Return the names that examples mark; of a directed pair, either entity may be actor or target."""
    learned = Gazetteer.from_examples(examples)
    return learned.in_both_roles() if task.kind == "directed_pair" else learned


def fit_model(
    examples: Columns,
    labels: Sequence[Sequence[bool]] | NDArray[np.bool_],
    task: Task,
    blocks: Sequence[Block],
    spec: Model,
    seed: int = 0,
    *,
    conditioning: Conditioning = "none",
    decision: Decision = "argmax",
    folds: NDArray[np.int32] | None = None,
) -> StanceModel:
    """Fit a model on all of some examples.

    Parameters
    ----------
    examples : mapping of lists
    labels : array of bool of shape (n_examples, n_labels)
    task : Task
    blocks : sequence of Block
    spec : Model
    seed : int, default=0
    conditioning : str, default="none"
        How weights depend on the target.
    decision : Decision, default="argmax"
    folds : ndarray of int of shape (n_examples,), optional
        Inner folds, by which calibrations are fitted and decisions tuned; needed where there are any.

    Raises
    ------
    DataError
        If they are to depend on it and no example has one.
    """
    gold = np.asarray(labels, dtype=np.bool_)
    columns = as_columns(examples)
    refuse_without_targets(columns.get("target"), [conditioning])
    gazetteer = learn_names(columns, task)
    columns |= link_spans(columns, gazetteer)
    counted = count_instances(columns, blocks, task.reversal)
    from stancekit.config.settings import Setting

    setting = Setting({}, Features(blocks=tuple(blocks), conditioning=conditioning), spec, decision)
    rows = np.arange(len(gold))
    features, linear = fit_counted(
        counted, setting, rows, gold, seed, kind=task.kind, neutral=task.neutral_number, folds=folds
    )
    return StanceModel(task, spec, features, linear, gazetteer, decision=decision)
