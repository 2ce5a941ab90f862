"""Baselines and controls: what a score has to beat before it means anything.

`majority` and `stratified` know the labels' shares only, `per_target_majority` those of each target. `duplicate_lookup`
(see `lookup`) knows which training examples a sentence repeats. The other controls are the same linear model with less
to read: `names_only` the actor and target but no sentence, `target_only` the target, `text_only` the sentence but not
who is asked about. A model that doesn't beat `names_only` has learned who usually thinks what, not what the text says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Block
from stancekit.config.schema import BaselineName, TaskKind
from stancekit.corpus.examples import Columns
from stancekit.evaluation.lookup import Lookup, most_frequent

CONTROL_BLOCKS: Mapping[BaselineName, tuple[Block, ...]] = {
    "names_only": (
        Block(field="actor", analyzer="indicator", idf=False),
        Block(field="target", analyzer="indicator", idf=False),
        Block(field="pair", analyzer="indicator", idf=False),
    ),
    "target_only": (Block(field="target", analyzer="indicator", idf=False),),
    "text_only": (Block(field="text", analyzer="word", ngrams=(1, 2)),),
}

_NEEDED_COLUMNS: Mapping[BaselineName, tuple[str, ...]] = {
    "per_target_majority": ("target",),
    "names_only": ("actor", "target"),
    "target_only": ("target",),
    "text_only": (),
}


def applicable(baselines: Sequence[BaselineName], examples: Columns) -> list[BaselineName]:
    """Return the baselines that these examples allow: no control on names where there are none."""
    filled = {name for name, values in examples.items() if any(value is not None for value in values)}
    return [
        name
        for name in baselines
        if name not in _NEEDED_COLUMNS or not _NEEDED_COLUMNS[name] or filled & set(_NEEDED_COLUMNS[name])
    ]


@dataclass(frozen=True)
class Unfitted:
    """A baseline for which nothing is fitted: it counts labels of training rows.

    Attributes
    ----------
    name : str
    labels : ndarray of bool of shape (n_training_examples, n_labels)
        Only those of the rows that are named as training rows are looked at.
    columns : mapping of lists
        The training examples.
    lookup : Lookup
        Whose first part they are.
    kind : str
        Of the task.
    """

    name: BaselineName
    labels: NDArray[np.bool_]
    columns: Columns
    lookup: Lookup
    kind: TaskKind

    def predict(
        self,
        trained_on: NDArray[np.bool_],
        columns: Columns,
        part: int,
        rows: NDArray[np.intp],
        seed: Sequence[int],
    ) -> NDArray[np.bool_]:
        """Return what is predicted for some examples, of shape (n_rows, n_labels).

        Parameters
        ----------
        trained_on : ndarray of bool of shape (n_training_examples,)
        columns : mapping of lists
            The examples of a part: the training examples themselves, or the test set.
        part : int
            Its number in `lookup`.
        rows : ndarray of int
            Which of them are predicted.
        seed : sequence of int
        """
        known = self.labels[trained_on]
        if self.name == "duplicate_lookup":
            return self.lookup.predict(self.labels, trained_on, self.lookup.cases[part][rows], self.kind)
        if self.name == "per_target_majority":
            own, asked = self.columns["target"], columns.get("target") or [None] * len(columns["text"])
            targets = [own[row] for row in np.flatnonzero(trained_on).tolist()]
            return majority_of_target(known, targets, [asked[row] for row in rows.tolist()], self.kind)
        return constant_prediction(self.name, known, len(rows), self.kind, seed)


def constant_prediction(
    name: BaselineName, training: NDArray[np.bool_], n: int, kind: TaskKind, seed: Sequence[int]
) -> NDArray[np.bool_]:
    """Return what `majority` or `stratified` predicts for `n` examples.

    Parameters
    ----------
    name : {"majority", "stratified"}
        The most frequent label of the training rows (in a multilabel task, each label that more than half of them
        have); or labels drawn with their shares among them.
    training : ndarray of bool of shape (n_training, n_labels)
    n : int
    kind : {"stance", "multilabel"}
    seed : sequence of int

    Returns
    -------
    ndarray of bool of shape (n, n_labels)
    """
    shares = training.mean(axis=0)
    if name == "majority":
        row = shares > 0.5 if kind == "multilabel" else np.arange(len(shares)) == shares.argmax()
        return np.tile(row, (n, 1))
    random = np.random.default_rng(seed)
    if kind == "multilabel":
        return np.asarray(random.random((n, len(shares))) < shares)
    drawn = random.choice(len(shares), size=n, p=shares / shares.sum())
    return np.asarray(drawn[:, None] == np.arange(len(shares)))


def majority_of_target(
    training: NDArray[np.bool_], targets: Sequence[str | None], asked: Sequence[str | None], kind: TaskKind
) -> NDArray[np.bool_]:
    """Return the most frequent label of each target; the overall one for a target that training doesn't have.

    Parameters
    ----------
    training : ndarray of bool of shape (n_training, n_labels)
    targets : sequence of (str or None) of length n_training
    asked : sequence of (str or None) of length n_asked
        The targets of the examples to predict.
    kind : str
        Of the task. Of labels that are equally frequent for a target, the one that training has more of is taken; in a
        multilabel task each label that more than half of the target's examples have.

    Returns
    -------
    ndarray of bool of shape (n_asked, n_labels)

    Examples
    --------
    >>> training = np.array([[True, False], [True, False], [False, True]])
    >>> majority_of_target(training, ["vote", "vote", "deal"], ["deal", "vote", "other"], "stance").astype(int).tolist()
    [[0, 1], [1, 0], [1, 0]]
    """
    names = {name: number for number, name in enumerate(dict.fromkeys(filter(None, targets)), start=1)}
    # Number 0 is everything: what stands in for a target that isn't known.
    votes, voters = np.zeros((len(names) + 1, training.shape[1])), np.zeros(len(names) + 1)
    votes[0], voters[0] = training.sum(axis=0), len(training)
    named = np.array([names.get(name or "", 0) for name in targets], dtype=np.intp)
    known = named > 0
    np.add.at(votes, named[known], training[known])
    np.add.at(voters, named[known], 1.0)
    rows = np.array([names.get(name or "", 0) for name in asked], dtype=np.intp)
    return most_frequent(votes[rows], voters[rows], training.sum(axis=0), kind)
