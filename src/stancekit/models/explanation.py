"""Exact explanations: what each feature, and each word, adds to the decision values of an example.

A linear model's score is a sum, so nothing is estimated: a feature adds its value times its coefficient.

Where a rule makes decision values of scores in a way that is no sum (calibration, a vote), the scores are explained as
they are before it, and the rule's step stands beside them. The scores of a vote are then the weighted mean of its
members' scores, each divided by the norm of the member's coefficients, as members differ in scale. Offsets of a tuned
decision that follows no such rule are a sum again: they are a feature of every example.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancekit.corpus.examples import Columns, as_columns
from stancekit.corpus.linking import link_spans
from stancekit.corpus.pairs import with_mirrors
from stancekit.errors import DataError, InputError, Problem
from stancekit.features.blocks import FittedFeatures
from stancekit.features.vocabulary import take_terms
from stancekit.models.contributions import (
    BETWEEN_WORDS,
    Contributions,
    WordShares,
    block_name,
    contributions_of,
    weights_for,
    word_spans,
)
from stancekit.models.decision import decide
from stancekit.models.explained import MIRROR, Explanation, FeatureShares, Ranked, WordShare
from stancekit.models.instances import merge_instances
from stancekit.models.members import RuledModel
from stancekit.models.rules import Rule

if TYPE_CHECKING:
    from stancekit.models.stance_model import StanceModel

Array = NDArray[np.float64]

OF_TARGET = "target by itself"
OFFSET = "tuned offset"
_Instance = tuple[int, float, NDArray[np.intp]]
"""An instance of an example: its row, what it counts, and which of its labels each label is."""


def explain(model: StanceModel, examples: Any) -> list[Explanation]:
    """Explain the decision values of examples as `StanceModel.explain` does, without a warning of any."""
    _refuse_opaque(model)
    columns: Columns = as_columns(examples)
    columns = {**columns, **link_spans(columns, model.gazetteer)}
    n_examples, reversal = len(columns["text"]), model.task.reversal
    if not n_examples:
        return []
    instances = columns if reversal is None else with_mirrors(columns)
    targets = instances.get("target") or [None] * len(instances["text"])
    matrix = model.features.transform(instances)
    values = model.linear.scores(matrix, targets)
    values = values if isinstance(model.linear, RuledModel) else merge_instances(values, reversal)
    parts = _Parts(model, instances, contributions_of(model.linear, matrix, targets))
    own = np.arange(len(model.labels))
    explanations = []
    for row in range(n_examples):
        seen: list[_Instance] = [(row, 1.0, own)]
        if reversal is not None:
            seen = [(row, 0.5, own), (row + n_examples, 0.5, np.array(reversal))]
        explanations.append(parts.together(seen, values[row]))
    return explanations


def _refuse_opaque(model: StanceModel) -> None:
    if not model.is_linear:
        raise InputError(Problem(f"a {model.spec.kind} is not linear: what it says is no sum of what features add"))


class _Parts:
    """What instances say, to be put together to explanations of examples."""

    def __init__(self, model: StanceModel, instances: Columns, contributions: Contributions) -> None:
        self.model, self.contributions = model, contributions
        self.texts = instances["text"]
        self.actors, self.targets = (instances.get(role) or [None] * len(self.texts) for role in ("actor", "target"))
        self.words = WordShares(instances, model.features, contributions)
        self.rule = name_rule(model.rule)
        self.intercept = _both_ways(model.linear.intercepts, model.task.reversal)
        offsets = model.rule.offsets if self.rule is None else None
        self.offsets = None if offsets is None else _both_ways(offsets, model.task.reversal)

    def together(self, instances: Sequence[_Instance], values: Array) -> Explanation:
        """Return the explanation of an example with some decision values."""
        labels, task, row = self.model.labels, self.model.task, instances[0][0]
        features = self._features(instances)
        words, elsewhere = self._words(instances)
        chosen = decide(values[None, :], task.kind)[0]
        named = [label for label, own in zip(labels, chosen, strict=True) if own]
        scores = values if self.rule is None else self.intercept + features.added.sum(axis=0)
        return Explanation(
            text=self.texts[row],
            actor=self.actors[row],
            target=self.targets[row],
            labels=labels,
            predicted=named if task.kind == "multilabel" else named[0],
            values=_by_label(labels, values),
            scores=_by_label(labels, scores),
            rule=self.rule,
            intercept=_by_label(labels, self.intercept),
            features=features,
            words=words,
            elsewhere={name: _by_label(labels, added) for name, added in elsewhere.items() if added.any()},
        )

    def _words(self, instances: Sequence[_Instance]) -> tuple[list[WordShare], dict[str, Array]]:
        text, labels = self.texts[instances[0][0]], self.model.labels
        nothing = np.zeros(len(labels))
        characters = np.zeros((len(text), len(labels)))
        elsewhere = {} if self.offsets is None else {OFFSET: self.offsets}
        for instance, share, order in instances:
            own, rest = self.words.of(instance)
            characters += share * own[:, order]
            for name, added in [*rest.items(), (OF_TARGET, self.contributions.of_targets[instance])]:
                elsewhere[name] = elsewhere.get(name, nothing) + share * added[order]
        words = []
        for start, end in word_spans(text):
            words.append(WordShare(start, end, text[start:end], _by_label(labels, characters[start:end].sum(axis=0))))
            characters[start:end] = 0.0
        elsewhere[BETWEEN_WORDS] = elsewhere.get(BETWEEN_WORDS, nothing) + characters.sum(axis=0)
        return words, elsewhere

    def _features(self, instances: Sequence[_Instance]) -> FeatureShares:
        matrix, own = self.contributions.matrix, self.contributions
        columns, values, added = [], [], []
        others: list[tuple[str, str]] = []
        for number, (instance, share, order) in enumerate(instances):
            entries = slice(matrix.indptr[instance], matrix.indptr[instance + 1])
            columns.append(matrix.indices[entries].astype(np.intp) + number * matrix.shape[1])
            values.append(matrix.data[entries])
            added.append(share * own.added[entries][:, order])
            if own.of_targets[instance].any():
                columns.append(np.array([-1 - len(others)]))
                values.append(np.ones(1))
                added.append(share * own.of_targets[instance][None, order])
                others.append((OF_TARGET + MIRROR * number, self.targets[instance] or ""))
        if self.offsets is not None:
            columns.append(np.array([-1 - len(others)]))
            values.append(np.ones(1))
            added.append(self.offsets[None, :])
            others.append((OFFSET, ""))
        every = np.concatenate(added)
        first = np.argsort(-np.abs(every).max(axis=1), kind="stable")
        return FeatureShares(
            self.model.features,
            self.model.labels,
            np.concatenate(columns)[first],
            np.concatenate(values)[first],
            every[first],
            tuple(others),
        )


def name_rule(rule: Rule) -> str | None:
    """Return what makes decision values of scores where that is no sum: `vote`, `platt`, `isotonic`."""
    if rule.spec.of is not None:
        return "vote"
    return None if rule.calibrations == (None,) else rule.spec.calibration


def _both_ways(added: Array, reversal: tuple[int, ...] | None) -> Array:
    """Return what every instance of an example adds, for the example."""
    own: Array = merge_instances(np.stack([added] * (1 if reversal is None else 2)), reversal)[0]
    return own


def _by_label(labels: Sequence[str], values: Array) -> dict[str, float]:
    return dict(zip(labels, values.tolist(), strict=True))


def top_features(
    model: StanceModel, label: str | None = None, n: int = 20, target: str | None = None
) -> dict[str, dict[str, list[Ranked]]]:
    """Return the strongest features of labels; see `StanceModel.top_features`."""
    _refuse_opaque(model)
    labels = model.labels if label is None else (_known_label(model, label),)
    weights = _weights_of(model, target)
    found = {}
    for own in labels:
        row = weights[model.labels.index(own)]
        against = [(block, term, -weight) for block, term, weight in strongest(-row, model.features, n)]
        found[own] = {"for": strongest(row, model.features, n), "against": against}
    return found


def strongest(weights: Array, features: FittedFeatures, n: int) -> list[Ranked]:
    """Return the features of the largest weights above zero; of equals those first that sort first.

    Parameters
    ----------
    weights : ndarray of shape (n_features,)
    features : FittedFeatures
    n : int
    """
    columns = np.flatnonzero(weights > 0.0)
    if len(columns) > n:
        # There are millions of features: only those that can be among the first are named and sorted.
        columns = columns[weights[columns] >= np.partition(weights[columns], -n)[-n]] if n > 0 else columns[:0]
    found: list[Ranked] = []
    begin = 0
    for block in features.blocks:
        own = columns[(columns >= begin) & (columns < begin + len(block.terms))]
        terms = take_terms(block.terms, own - begin)
        name = block_name(block.spec)
        found += [(name, term, float(weights[at])) for at, term in zip(own.tolist(), terms, strict=True)]
        begin += len(block.terms)
    return sorted(found, key=lambda shown: (-shown[2], shown[:2]))[:n]


def _weights_of(model: StanceModel, target: str | None) -> Array:
    """Return the weights of features, of shape (n_labels, n_features): those for a target if one is named."""
    columns = np.arange(sum(len(block.terms) for block in model.features.blocks))
    code = -1 if target is None else _known_target(model, target)
    return weights_for(model.linear, code, columns, model.linear.coefficients)


def _known_target(model: StanceModel, target: str) -> int:
    conditioning = model.linear.conditioning
    if conditioning is None or conditioning.kind == "token":
        hint = "Leave it out, or train with features.conditioning, as shared_per_target"
        raise InputError(
            Problem(f"not for {target!r} alone: its weights don't depend on the target", "the model", hint=hint)
        )
    code = int(conditioning.codes([target])[0])
    if code < 0:
        known = [own for own in conditioning.targets if own is not None]
        raise InputError(Problem(f"the model has no weights for the target {target!r}", allowed=known, given=target))
    return code


def _known_label(model: StanceModel, label: str) -> str:
    if label not in model.labels:
        raise InputError(Problem(f"the model has no label {label!r}", allowed=model.labels, given=label))
    return label


def weigh_errors(
    model: StanceModel, examples: Any, gold: Sequence[Any], predicted: Sequence[Any] | None = None
) -> list[list[dict[str, Any]]]:
    """Return which words of examples spoke for what was predicted and against what is right.

    Parameters
    ----------
    model : StanceModel
    examples : list of dict, list of str, Dataset, pyarrow.Table or data frame
    gold : sequence of str, or of lists of str in a multilabel task
    predicted : like gold, optional
        What was predicted, if not by this model: predictions of cross-validation are those of others.

    Returns
    -------
    list of list of dict
        For each example its words in order, `{"start", "end", "weight"}`: offsets into the text, and what the word adds
        to the predicted label less what it adds to the right one, divided by the largest such amount of the example,
        so that weights are from -1 to 1. All are 0 where both are the same. In a multilabel task it is the labels
        wrongly said less those that were missed.

    Raises
    ------
    DataError
        If the lengths differ.
    InputError
        If a label isn't one of the model's.
    """
    explanations = explain(model, examples)
    said = [own.predicted for own in explanations] if predicted is None else list(predicted)
    for what, given in (("gold", gold), ("predicted", said)):
        if len(given) != len(explanations):
            raise DataError(Problem(f"{len(explanations)} examples, but {len(given)} labels in {what!r}"))
    return [
        _scaled(own, _signs(model, wrong, right)) for own, right, wrong in zip(explanations, gold, said, strict=True)
    ]


def _signs(model: StanceModel, predicted: Any, gold: Any) -> Mapping[str, int]:
    """Return for each label 1 if it was wrongly said, -1 if it was missed, and 0 otherwise."""
    said, right = (
        {_known_label(model, own) for own in ([given] if isinstance(given, str) else given)}
        for given in (predicted, gold)
    )
    return {label: (label in said) - (label in right) for label in model.labels}


def _scaled(explanation: Explanation, signs: Mapping[str, int]) -> list[dict[str, Any]]:
    weights = [sum(signs[label] * own for label, own in word.contributions.items()) for word in explanation.words]
    largest = max(map(abs, weights), default=0.0) or 1.0
    return [
        {"start": word.start, "end": word.end, "weight": weight / largest}
        for word, weight in zip(explanation.words, weights, strict=True)
    ]
