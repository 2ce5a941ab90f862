"""Labelled rows added up: shares of labels and mean stance for each actor, target, month …, with intervals.

Examples of one article are not independent, so intervals come from leaving each article out in turn, as those of
scores do (`stancekit.evaluation.intervals`). They say how far other articles might differ; of the errors of whoever
gave the labels they know nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Task
from stancekit.errors import InputError, Problem
from stancekit.evaluation.intervals import SHARE, Bounds, jackknife_interval, leave_out, standard_error
from stancekit.evaluation.quantification import FEWEST_ROWS, adjusted_shares

Array = NDArray[np.float64]
Columns = Mapping[str, Sequence[Any]]
Estimate = dict[str, float | None]

KEYS = ("actor", "target", "article", "speaker", "month", "year")
FEWEST_ARTICLES = 5
"""Below this, a cell has no interval: it would reach from nearly none to nearly all."""

_DATE = re.compile(r"\s*(?P<month>(?P<year>\d{4})-(?:0[1-9]|1[0-2]))(?!\d)|\s*(?P<only>\d{4})(?![\d-])")


def parse_keys(given: str) -> tuple[str, ...]:
    """Return the keys of an aggregate from `actor,target,month`.

    Raises
    ------
    InputError
        If one is unknown or named twice.
    """
    keys = tuple(key.strip() for key in given.split(","))
    for i, key in enumerate(keys):
        if key not in KEYS:
            raise InputError(Problem(f"can't add up by {key!r}", "--by", KEYS, key))
        if key in keys[:i]:
            raise InputError(Problem(f"{key!r} is named twice", "--by"))
    return keys


def stance_scale(task: Task) -> dict[str, float] | None:
    """Return a number for each label, from -1 for the first to 1 for the last; None where labels are no scale.

    They are taken for one where the task is a stance and there is a label in the middle, which is the neutral one if
    the task has any.

    Examples
    --------
    >>> stance_scale(Task()), stance_scale(Task(labels=("no", "yes")))
    ({'opposes': -1.0, 'neutral': 0.0, 'supports': 1.0}, None)
    """
    if task.kind != "stance" or len(task.labels) % 2 == 0:
        return None
    if task.neutral not in (None, task.labels[len(task.labels) // 2]):
        return None
    return dict(zip(task.labels, np.linspace(-1.0, 1.0, len(task.labels)).tolist(), strict=True))


def aggregate(
    columns: Columns,
    by: Sequence[str],
    labels: Sequence[str],
    *,
    scale: Mapping[str, float] | None = None,
    confusion: Array | None = None,
    level: float = 0.95,
) -> list[dict[str, Any]]:
    """Return a row for each combination of keys that occurs, in their order.

    Parameters
    ----------
    columns : mapping of lists
        `label` (one, or a list of several), `article`, and what the keys need; a month and a year come from `date`. A
        row without an article is one by itself.
    by : sequence of str
        Of `KEYS`.
    labels : sequence of str
    scale : mapping of str to float, optional
        A number for each label, for the mean.
    confusion : ndarray of shape (n_labels, n_labels), optional
        By which counts are adjusted; see `stancekit.evaluation.quantification`.
    level : float, default=0.95
        Of intervals.

    Returns
    -------
    list of dict
        The keys (None where a row doesn't say), `n`, `articles`, `shares` (of each label `value, low, high`),
        `stance` (likewise; None without a scale) and `adjusted` (shares; None where they can't be had). `low` and
        `high` are None in cells of fewer than `FEWEST_ARTICLES` articles.

    Examples
    --------
    >>> columns = {"label": ["no", "yes", "yes"], "article": ["a", "a", "b"], "date": ["2021-11-30", "2021-11", "2022"]}
    >>> for row in aggregate(columns, ["year"], ["no", "yes"]):
    ...     print(row["year"], row["n"], row["articles"], row["shares"]["yes"])
    2021 2 1 {'value': 0.5, 'low': None, 'high': None}
    2022 1 1 {'value': 1.0, 'low': None, 'high': None}
    """
    chosen = _label_matrix(columns["label"], labels)
    articles = _articles(columns)
    cells: dict[tuple[str | None, ...], list[int]] = {}
    for row, keys in enumerate(zip(*(_values(columns, key) for key in by), strict=True)):
        cells.setdefault(keys, []).append(row)
    result = []
    for keys in sorted(cells, key=lambda own: [(key is None, key or "") for key in own]):
        rows = np.array(cells[keys])
        counts, totals = _by_article(chosen[rows], articles[rows])
        summed, n = counts.sum(axis=0), len(rows)
        shares = _estimates(counts, totals, SHARE, level)
        adjusted = None if confusion is None or n < FEWEST_ROWS else adjusted_shares(summed / n, confusion)
        result.append(
            {
                **dict(zip(by, keys, strict=True)),
                "n": n,
                "articles": len(totals),
                "shares": dict(zip(labels, shares, strict=True)),
                "stance": None if scale is None else _mean_stance(counts, totals, labels, scale, level),
                "adjusted": None if adjusted is None else dict(zip(labels, adjusted.tolist(), strict=True)),
            }
        )
    return result


def _mean_stance(
    counts: Array, totals: Array, labels: Sequence[str], scale: Mapping[str, float], level: float
) -> Estimate:
    numbers = np.array([scale[label] for label in labels])
    bounds = (min(scale.values()), max(scale.values()))
    stances = (counts @ numbers)[:, None]
    return _estimates(stances, totals, bounds, level)[0]


def _estimates(sums: Array, totals: Array, bounds: Bounds, level: float) -> list[Estimate]:
    """Return ratios of sums to totals with their intervals; `sums` has shape (n_articles, n_estimates)."""
    value = sums.sum(axis=0) / totals.sum()
    low = high = np.full(value.shape, np.nan)
    if len(totals) >= FEWEST_ARTICLES:
        weights = leave_out(len(totals))
        left_out = (weights @ sums) / (weights @ totals)[:, None]
        low, high = jackknife_interval(value, left_out, level, bounds)
        # Articles that all say the same show no spread, which is not to say that there is none: of as many draws, so
        # large a part may have been missed (Clopper & Pearson 1934, with articles for draws).
        missed = 1.0 - ((1.0 - level) / 2.0) ** (1.0 / len(totals))
        same, (least, most) = standard_error(left_out) < 1e-12, bounds
        low = np.where(same, value - (value - least) * missed, low)
        high = np.where(same, value + (most - value) * missed, high)
    ends = zip(value.tolist(), low.tolist(), high.tolist(), strict=True)
    return [{"value": own, "low": _known(lower), "high": _known(upper)} for own, lower, upper in ends]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _by_article(chosen: Array, articles: NDArray[np.intp]) -> tuple[Array, Array]:
    names, codes = np.unique(articles, return_inverse=True)
    counts = np.zeros((len(names), chosen.shape[1]))
    np.add.at(counts, codes, chosen)
    return counts, np.bincount(codes).astype(np.float64)


def _label_matrix(given: Sequence[Any], labels: Sequence[str]) -> Array:
    places = {label: i for i, label in enumerate(labels)}
    matrix = np.zeros((len(given), len(labels)))
    for row, own in enumerate(given):
        for label in [own] if isinstance(own, str) else own:
            matrix[row, places[label]] = 1.0
    return matrix


def _articles(columns: Columns) -> NDArray[np.intp]:
    codes: dict[Any, int] = {}
    names = columns.get("article", [None] * len(columns["label"]))
    return np.array([codes.setdefault((row,) if name is None else name, len(codes)) for row, name in enumerate(names)])


def _values(columns: Columns, key: str) -> Sequence[str | None]:
    none = [None] * len(columns["label"])
    if key not in ("month", "year"):
        return columns.get(key, none)
    found = [None if date is None else _DATE.match(date) for date in columns.get("date", none)]
    if key == "month":
        return [own and own["month"] for own in found]
    return [own and (own["year"] or own["only"]) for own in found]
