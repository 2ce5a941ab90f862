"""The scorers by name, and how one is applied: rows read, aligned, checked, scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from stancekit.errors import InputError, Problem
from stancekit.evaluation.scorers import files, fnc1, metrics, semeval2016, xstance
from stancekit.evaluation.scorers.rows import (
    Labelled,
    Rows,
    align_by_id,
    align_by_order,
    refuse_unknown_labels,
    require,
    rows_of,
)
from stancekit.evaluation.scorers.tables import ScoreTable

Scores = dict[str, Any]


@dataclass(frozen=True)
class Scorer:
    """A way to judge predictions.

    Attributes
    ----------
    compute : callable
        Makes scores of gold rows and of predictions in the same order.
    read : callable
        Reads a file of labels.
    tables : callable
        What a terminal shows of the scores.
    labels : tuple of str
        Those it knows; empty for any.
    needs : tuple of str
        Columns of text that gold must have beside `label`.
    keys : tuple of str
        Columns that must be equal row by row; rows belong together by order. Empty: by `id`, where there are ids.
    digits : int or None
        Decimals that the terminal shows, as the task's own scorer does; None for all.
    """

    compute: Callable[[Rows, Rows], Scores]
    read: files.Read
    tables: Callable[[Scores], list[ScoreTable]]
    labels: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    digits: int | None = None


def _semeval(
    compute: Callable[[Rows, Rows], Scores], tables: Callable[[Scores], list[ScoreTable]], needs: tuple[str, ...] = ()
) -> Scorer:
    keys = ("ID", "id", "target")
    return Scorer(compute, files.read_semeval, tables, semeval2016.LABELS, needs, keys, semeval2016.DIGITS)


SCORERS: Mapping[str, Scorer] = MappingProxyType(
    {
        "semeval2016": _semeval(semeval2016.score_pooled, semeval2016.pooled_tables),
        "semeval2016_per_target": _semeval(semeval2016.score_per_target, semeval2016.per_target_tables, ("target",)),
        "fnc1": Scorer(
            fnc1.score_weighted, files.read_fnc, fnc1.weighted_tables, fnc1.LABELS, keys=("Headline", "Body ID")
        ),
        "xstance": Scorer(
            xstance.score_parts,
            files.read_xstance,
            xstance.parts_tables,
            xstance.LABELS,
            needs=("language", "test_set"),
            keys=("id",),
        ),
        **{
            name: Scorer(metrics.score_by(name), files.read_labels, metrics.metric_tables, digits=4)
            for name in metrics.METRICS
        },
    }
)


def scorer_named(name: str) -> Scorer:
    """Return a scorer.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name not in SCORERS:
        problem = Problem(f"there is no scorer {name!r}", where="scorer", allowed=list(SCORERS), given=name)
        raise InputError(problem)
    return SCORERS[name]


def score(gold: Labelled | str | Path, predicted: Labelled | str | Path, *, scorer: str) -> Scores:
    """Score predictions as the organisers of a shared task do, or by one of stancekit's metrics.

    Parameters
    ----------
    gold, predicted : sequence of str, sequence of mapping, mapping of sequences, str or Path
        Labels; or rows or columns with `label` and what else the scorer asks for: `semeval2016_per_target` the
        `target` of gold, `xstance` its `language` and `test_set`. Or, each, the path of a file as
        `stancekit score` takes it.
    scorer : {'semeval2016', 'semeval2016_per_target', 'fnc1', 'xstance'} or the name of a metric
        A metric matches rows by `id` where both have it. All others take them in their order, as the tasks do.

    Returns
    -------
    dict
        Full precision; what is in it stands with the scorer's module in `stancekit.evaluation.scorers`.

    Raises
    ------
    DataError
        If rows don't belong together, or a label or column is missing or unknown.
    InputError
        If there is no such scorer.

    Examples
    --------
    >>> score(["FAVOR", "AGAINST", "AGAINST"], ["FAVOR", "AGAINST", "NONE"], scorer="semeval2016")["against"]["recall"]
    0.5
    >>> score(["a", "b"], ["a", "a"], scorer="accuracy")
    {'accuracy': 0.5}
    """
    chosen = scorer_named(scorer)
    ours, theirs = (
        chosen.read(Path(given), None) if isinstance(given, (str, Path)) else rows_of(given, name)
        for given, name in ((gold, "gold"), (predicted, "predicted"))
    )
    return _score_rows(chosen, ours, theirs)


def read_and_score(scorer: str, gold: Path, predicted: Path, encoding: str | None = None) -> tuple[Scores, int]:
    """Score a file of predictions; return also how many rows there are.

    Raises
    ------
    DataError
    InputError
    """
    chosen = scorer_named(scorer)
    ours, theirs = (chosen.read(path, encoding) for path in (gold, predicted))
    return _score_rows(chosen, ours, theirs), len(ours)


def _score_rows(scorer: Scorer, gold: Rows, predicted: Rows) -> Scores:
    require(gold, ("label", *scorer.needs))
    require(predicted, ("label",))
    if scorer.labels:
        for rows in (gold, predicted):
            refuse_unknown_labels(rows, scorer.labels)
    return scorer.compute(gold, _aligned(gold, predicted, scorer.keys))


def _aligned(gold: Rows, predicted: Rows, keys: Sequence[str]) -> Rows:
    if not keys and "id" in gold.columns and "id" in predicted.columns:
        return align_by_id(gold, predicted)
    return align_by_order(gold, predicted, keys)
