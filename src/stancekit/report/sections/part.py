"""One of the things that were scored, as all sections see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Config
from stancekit.experiment.files import Results, Scored
from stancekit.report.words import Words

PartName = Literal["cv", "test"]


@dataclass(frozen=True)
class Part:
    """What was scored in cross-validation, or on the test set, with what it takes to say so.

    Attributes
    ----------
    name : {"cv", "test"}
    scored : Scored
    config : Config
    say : Words
    """

    name: PartName
    scored: Scored
    config: Config
    say: Words

    @property
    def title(self) -> str:
        """The part in words, for a heading."""
        return self.say(f"part.{self.name}")

    @property
    def multilabel(self) -> bool:
        """Whether an example has a set of labels."""
        return self.config.task.kind == "multilabel"

    @property
    def repeats(self) -> int:
        """How often every example was predicted."""
        return len(self.scored.predicted)

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Whether a prediction is right, of shape (n_repeats, n_examples); of a set, whether all of it is."""
        return np.asarray((self.scored.predicted == self.scored.gold).all(axis=2))

    @cached_property
    def times(self) -> NDArray[np.intp]:
        """How often each label was predicted over the repeats, of shape (n_examples, n_labels)."""
        return np.asarray(self.scored.predicted.sum(axis=0))

    @cached_property
    def most_often(self) -> NDArray[np.bool_]:
        """What was predicted most often, of shape (n_examples, n_labels); of equals the first label."""
        if self.multilabel:
            return np.asarray(2 * self.times > self.repeats)
        return np.asarray(np.arange(self.times.shape[1]) == self.times.argmax(axis=1)[:, None])

    @cached_property
    def probabilities(self) -> NDArray[np.float64] | None:
        """Mean over the repeats, of shape (n_examples, n_labels); None where the model has none."""
        shares = self.scored.probabilities
        return None if shares is None else np.asarray(shares.mean(axis=0))

    def column(self, name: str) -> list[Any]:
        """Return a column of the examples, nulls where there is none."""
        return list(self.scored.columns.get(name) or [None] * len(self.scored.gold))


def parts_of(results: Results, say: Words) -> list[Part]:
    """Return what was scored."""
    return list(_parts(results, say))


def _parts(results: Results, say: Words) -> Iterator[Part]:
    if results.cv is not None:
        yield Part("cv", results.cv, results.config, say)
    if results.test is not None:
        yield Part("test", results.test, results.config, say)
