"""`StanceModel`: what training leaves behind, arrays and a description, ready to label new examples.

It needs NumPy and SciPy only; scikit-learn fitted it and isn't missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.decision import Decision
from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.config.schema import Task, TaskKind
from stancekit.corpus.examples import Columns, as_columns
from stancekit.corpus.gazetteer import Gazetteer
from stancekit.corpus.linking import link_spans
from stancekit.errors import InputError, Problem
from stancekit.features.blocks import FittedFeatures
from stancekit.features.counts import Counts, count_blocks
from stancekit.models.decision import decide, probabilities
from stancekit.models.linear import LinearModel, RunJobs, has_probabilities, in_turn
from stancekit.models.members import RuledModel, fit_members, gather_inner, plan_inner
from stancekit.models.rules import Rule, fit_rule, fixed_rule, learns


@dataclass(frozen=True)
class StanceModel:
    """A fitted model; `stancekit.load` returns one.

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

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, in the order of scores and tables."""
        return self.task.labels

    @property
    def rule(self) -> Rule:
        """How the scores of linear models become decision values."""
        return self.linear.rule if isinstance(self.linear, RuledModel) else fixed_rule(self.spec, self.task.kind)

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
        """
        columns: Columns = as_columns(examples, actor=actor, target=target)
        columns = {**columns, **link_spans(columns, self.gazetteer)}
        return self.linear.scores(self.features.transform(columns))

    def predict(self, examples: Any, *, actor: str | None = None, target: str | None = None) -> list[Any]:
        """Return the label of every example, as str; in a multilabel task, the list of its labels."""
        chosen = decide(self.decision_function(examples, actor=actor, target=target), self.task.kind)
        return name_labels(chosen, self.task)

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
        scores = self.decision_function(examples, actor=actor, target=target)
        shares = probabilities(scores, self.task.kind, self.spec)
        return [dict(zip(self.labels, row, strict=True)) for row in shares.tolist()]


def name_labels(chosen: NDArray[np.bool_], task: Task) -> list[Any]:
    """Return chosen labels by name: str in a stance task, list of str in a multilabel one."""
    if task.kind == "multilabel":
        return [[label for label, own in zip(task.labels, row, strict=True) if own] for row in chosen]
    return [task.labels[code] for code in chosen.argmax(axis=1)]


def fit_counted(
    counted: Sequence[Counts],
    blocks: Sequence[Block],
    rows: NDArray[np.intp],
    labels: NDArray[np.bool_],
    spec: Model,
    seed: int,
    run: RunJobs = in_turn,
    *,
    kind: TaskKind = "stance",
    decision: Decision = "argmax",
    folds: NDArray[np.int32] | None = None,
) -> tuple[FittedFeatures, LinearModel | RuledModel]:
    """Fit features and a model on rows of a counted corpus; `labels` are those of the whole corpus.

    `run` runs the fits of inner folds and of single labels. `folds`, of shape (n_rows,), says with which others a row
    is held out; they are needed where a rule `learns` something.
    """
    if learns(spec, decision):
        if folds is None:
            raise InputError(Problem("a calibration or a tuned decision needs inner folds"))
        inner = list(run(plan_inner(counted, blocks, labels, rows, folds, spec, decision, seed)))
        rule = fit_rule(gather_inner(inner), labels[rows], folds, spec, kind, decision)
    else:
        rule = fixed_rule(spec, kind)
    features, members = fit_members(counted, blocks, rows, labels, spec, seed, run)
    return features, members[0] if rule.changes_nothing else RuledModel(members, rule)


def fit_model(
    examples: Columns,
    labels: Sequence[Sequence[bool]] | NDArray[np.bool_],
    task: Task,
    blocks: Sequence[Block],
    spec: Model,
    seed: int = 0,
    *,
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
    decision : Decision, default="argmax"
    folds : ndarray of int of shape (n_examples,), optional
        Inner folds, by which calibrations are fitted and decisions tuned; needed where there are any.
    """
    gold = np.asarray(labels, dtype=np.bool_)
    columns = as_columns(examples)
    gazetteer = Gazetteer.from_examples(columns)
    columns |= link_spans(columns, gazetteer)
    counted, rows = count_blocks(columns, blocks), np.arange(len(gold))
    features, linear = fit_counted(
        counted, blocks, rows, gold, spec, seed, kind=task.kind, decision=decision, folds=folds
    )
    return StanceModel(task, spec, features, linear, gazetteer, decision=decision)
