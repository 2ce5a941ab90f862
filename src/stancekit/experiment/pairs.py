"""Two classifiers on the same examples: how far apart, by which test, and where they say otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.metrics import direction
from stancekit.config.schema import Config
from stancekit.evaluation.pair_verdict import Setting, judge, pair_verdict
from stancekit.evaluation.significance import Difference, McNemar, holm, mcnemar, paired_difference
from stancekit.experiment.aligned import Examples, Said
from stancekit.models.tallies import metric_of


@dataclass(frozen=True)
class Change:
    """An example for which two classifiers predict otherwise; labels of a set are joined by bars."""

    id: str
    gold: str
    first: str
    second: str


@dataclass(frozen=True)
class Changes:
    """Where two classifiers predict otherwise, from the first to the second.

    Attributes
    ----------
    became_right, became_wrong, wrong_otherwise : tuple of Change
    """

    became_right: tuple[Change, ...] = ()
    became_wrong: tuple[Change, ...] = ()
    wrong_otherwise: tuple[Change, ...] = ()

    def by_kind(self) -> dict[str, tuple[Change, ...]]:
        """Return the examples by what became of them, in words."""
        return {
            "became right": self.became_right,
            "became wrong": self.became_wrong,
            "wrong otherwise": self.wrong_otherwise,
        }

    def __str__(self) -> str:
        return ", ".join(f"{len(changes)} {kind}" for kind, changes in self.by_kind().items())


@dataclass(frozen=True)
class Pair:
    """Two of the classifiers compared, in one part.

    Attributes
    ----------
    first, second : int
        Their places among all that are compared. Differences are second minus first.
    differences : mapping of str to Difference
        By metric; without those that can't be computed from predictions.
    adjusted : mapping of str to (float or None)
        p-values after Holm over all pairs of the part, by metric; of one pair, those of `differences`.
    mcnemar : McNemar or None
        None in a multilabel task.
    changes : Changes
    said : str
        One sentence on the primary metric.
    found : str
        What the sentence says, as a word: see `stancekit.evaluation.pair_verdict.judge`; `untested`, where
        predictions don't tell the metric.
    """

    first: int
    second: int
    differences: Mapping[str, Difference]
    adjusted: Mapping[str, float | None]
    mcnemar: McNemar | None
    changes: Changes
    said: str = ""
    found: str = "untested"

    def to_dict(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the pair as plain values, for JSON; `names` are those of all that are compared."""
        differences = {
            metric: asdict(difference) | {"p_adjusted": self.adjusted[metric]}
            for metric, difference in self.differences.items()
        }
        return {
            "first": names[self.first],
            "second": names[self.second],
            "said": self.said,
            "found": self.found,
            "differences": differences,
            "mcnemar": None if self.mcnemar is None else asdict(self.mcnemar),
            "changes": asdict(self.changes),
        }


def compare_pairs(
    pairs: Sequence[tuple[int, int]],
    examples: Examples,
    said: Mapping[int, Said],
    metrics: Sequence[str],
    config: Config,
    names: Sequence[str],
) -> tuple[Pair, ...]:
    """Compare pairs of classifiers.

    Parameters
    ----------
    pairs : sequence of (int, int)
    examples : Examples
    said : mapping of int to Said
        By place.
    metrics : sequence of str
        Those that can be computed from predictions.
    config : Config
        Its intervals, seed, kind of task and primary metric count.
    names : sequence of str
        By place.
    """
    plan = config.evaluation.intervals

    def differ(metric: str, pair: tuple[int, int]) -> Difference:
        first, second = (examples.predictions(said[place], [metric]) for place in pair)
        return paired_difference(
            first, second, metric_of(metric, config.task.neutral_number), plan, config.seed, (metric,)
        )

    differences = [{metric: differ(metric, pair) for metric in metrics} for pair in pairs]
    adjusted = {metric: holm([own[metric].p_value for own in differences]) for metric in metrics}
    found = []
    for number, ((first, second), own) in enumerate(zip(pairs, differences, strict=True)):
        a, b = said[first], said[second]
        pair = Pair(
            first,
            second,
            own,
            {metric: values[number] for metric, values in adjusted.items()},
            None if config.task.kind == "multilabel" else mcnemar(_right(examples, a), _right(examples, b)),
            find_changes(examples, a, b),
        )
        same = predict_the_same(a, b)
        found.append(_judged(pair, examples, config, names, len(pairs), same=same))
    return tuple(found)


def _judged(pair: Pair, examples: Examples, config: Config, names: Sequence[str], n_tests: int, *, same: bool) -> Pair:
    """Return a pair with what its primary metric allows one to say."""
    primary, level = str(config.evaluation.primary), config.evaluation.intervals.level
    first, second = names[pair.first], names[pair.second]
    if primary not in pair.differences:
        return replace(
            pair, said=f"{first} and {second} can't be compared in {primary}, which predictions alone don't tell."
        )
    by = examples.grouping.by
    worse = direction(primary) < 0.0
    setting = Setting(primary, first, second, len(examples.ids), by, level, n_tests, lower_is_better=worse)
    told = (setting, pair.differences[primary], pair.adjusted[primary])
    return replace(pair, said=pair_verdict(*told, same=same), found=judge(*told, same=same))


def find_changes(examples: Examples, first: Said, second: Said) -> Changes:
    """Return the examples that two classifiers label otherwise, in their first repeat."""
    a, b = first.predicted[0], second.predicted[0]
    was, became = _right(examples, first), _right(examples, second)
    other = (a != b).any(axis=1)

    def listed(rows: NDArray[np.bool_]) -> tuple[Change, ...]:
        return tuple(
            Change(examples.ids[row], *(_named(labels[row], examples.labels) for labels in (examples.gold, a, b)))
            for row in np.flatnonzero(rows)
        )

    return Changes(listed(~was & became), listed(was & ~became), listed(~was & ~became & other))


def predict_the_same(first: Said, second: Said) -> bool:
    """Tell whether two classifiers predict the same for every example, repeat by repeat or in all of them."""
    a, b = first.predicted, second.predicted
    return np.array_equal(a, b) if len(a) == len(b) else bool((a[:1] == a).all() and (a[:1] == b).all())


def _right(examples: Examples, said: Said) -> NDArray[np.bool_]:
    return np.asarray((said.predicted[0] == examples.gold).all(axis=1))


def _named(chosen: NDArray[np.bool_], labels: Sequence[str]) -> str:
    return "|".join(label for label, own in zip(labels, chosen, strict=True) if own)
