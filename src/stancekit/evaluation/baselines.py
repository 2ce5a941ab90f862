"""Baselines and controls: what a score has to beat before it means anything.

`majority` and `stratified` know the labels' shares only. The controls are the same linear model with less to read:
`names_only` the actor and target but no sentence, `target_only` the target, `text_only` the sentence but not who is
asked about. A model that doesn't beat `names_only` has learned who usually thinks what, not what the text says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Block
from stancekit.config.schema import BaselineName, TaskKind
from stancekit.corpus.examples import Columns

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
