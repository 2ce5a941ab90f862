"""Worlds to draw data from: articles of sentences, and classifiers that are right or wrong about them.

Sentences of an article share how hard they are and which labels they tend to have, and each classifier has articles
that suit it. So right and wrong come in clusters, as they do in news. What is true in a world is measured on so many
articles that no digit shown depends on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from stancekit.evaluation.predictions import Predictions
from stancekit.models.tallies import METRICS

TRUTH_ARTICLES = 100_000
METRIC_NAMES = ("macro_f1", "accuracy")


@dataclass(frozen=True)
class World:
    """How data comes about.

    Attributes
    ----------
    name : str
    sentences : float
        The mean number of an article's sentences; it has a geometric-like spread, and one at least.
    shares : tuple of float
        Of the labels.
    gathering : float
        How far labels gather in articles: 0 not at all.
    shared, own, sentence : float
        The standard deviation, in logits, of how hard an article is for all classifiers, for each by itself, and of
        how hard a sentence is for all.
    ability : tuple of float
        For every label, the logit of being right.
    """

    name: str
    sentences: float
    shares: tuple[float, ...]
    gathering: float
    shared: float
    own: float
    sentence: float
    ability: tuple[float, ...]

    def draw(self, random: np.random.Generator, articles: int, better: Sequence[float]) -> list[Predictions]:
        """Return what classifiers predict for the same articles; `better` is what each is added to its ability."""
        length = 1 + random.negative_binomial(2, 2.0 / (self.sentences + 1.0), articles)
        groups = np.repeat(np.arange(articles), length)
        n, labels = len(groups), len(self.shares)
        tilted = np.log(self.shares) + random.normal(0.0, self.gathering, (articles, labels))
        chances = np.exp(tilted) / np.exp(tilted).sum(axis=1, keepdims=True)
        gold = (random.random(n)[:, None] > chances.cumsum(axis=1)[groups, :-1]).sum(axis=1)
        ease = np.array(self.ability)[gold] + random.normal(0.0, self.shared, articles)[groups]
        ease += random.normal(0.0, self.sentence, n)
        runs = []
        for gain in better:
            logits = ease + gain + random.normal(0.0, self.own, articles)[groups]
            right = random.random(n) < 1.0 / (1.0 + np.exp(-logits))
            # Who is wrong takes one of the other labels by their shares.
            weights = np.tile(self.shares, (n, 1))
            weights[np.arange(n), gold] = 0.0
            weights = weights.cumsum(axis=1) / weights.sum(axis=1, keepdims=True)
            mistaken = (random.random(n)[:, None] > weights[:, :-1]).sum(axis=1)
            runs.append(np.where(right, gold, mistaken))
        one_hot = np.eye(labels, dtype=bool)
        return [Predictions(one_hot[gold], one_hot[own][None], groups) for own in runs]


WORLDS = (
    World("even", 10, (0.33, 0.37, 0.30), 0.5, 0.6, 0.4, 1.0, (1.1, 0.6, 1.3)),
    World("clustered", 12, (0.33, 0.37, 0.30), 1.5, 1.2, 0.8, 1.0, (1.1, 0.6, 1.3)),
    World("rare labels", 5, (0.10, 0.75, 0.15), 0.8, 0.6, 0.4, 1.0, (-0.2, 1.6, 0.2)),
)


@lru_cache(maxsize=200)
def truth(world: World, better: tuple[float, ...] = (0.0,)) -> NDArray[np.float64]:
    """Return the true scores of classifiers, of shape (n_classifiers, n_metrics)."""
    drawn = world.draw(np.random.default_rng(20_000), TRUTH_ARTICLES, better)
    sums = [own.tallies()[0].summed() for own in drawn]
    return np.array([[float(METRICS[name](tally)) for name in METRIC_NAMES] for tally in sums])
