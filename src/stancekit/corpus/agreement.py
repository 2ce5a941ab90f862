"""How far annotators agree: percent, Cohen's and Fleiss' kappa, Krippendorff's alpha, with bootstrap intervals.

Every coefficient is a function of sums over items, so that a resample of whole groups (articles, where known) is one
product. Sources: Cohen 1960 (Educ. Psychol. Meas. 20); Fleiss 1971 (Psychol. Bull. 76); Krippendorff 2011, "Computing
Krippendorff's Alpha-Reliability", for nominal data with missing values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import DataError, Problem

Array = NDArray[np.float64]

ITEM_COLUMNS = (("item",), ("article", "sentence", "actor", "target"), ("text", "actor", "target"))
"""What tells one labelled thing from another: the first of these whose first column a table has."""


@dataclass(frozen=True)
class Estimate:
    """A coefficient and its interval; None where it isn't defined, as kappa is not where only one label occurs."""

    value: float | None
    low: float | None
    high: float | None
    items: int


@dataclass(frozen=True)
class Agreement:
    """What annotators of the same items agree on.

    Attributes
    ----------
    annotators, labels : tuple of str
    items, compared : int
        All items, and those that two or more annotators labelled: only these count.
    percent : Estimate
        Share of pairs of annotators who agree, averaged over items.
    alpha : Estimate
        Krippendorff's alpha for nominal data.
    fleiss : Estimate or None
        Fleiss' kappa; None unless every compared item has the same number of labels.
    cohen : dict of (str, str) to Estimate
        Cohen's kappa of each pair of annotators with common items.
    per_label, per_target : dict of str to Estimate
        Alpha of a label against all others, and of the items of one target.
    disagreements : list of dict
        The items on which not all agree: the columns that identify them, and `labels` by annotator.
    """

    annotators: tuple[str, ...]
    labels: tuple[str, ...]
    items: int
    compared: int
    percent: Estimate
    alpha: Estimate
    fleiss: Estimate | None
    cohen: Mapping[tuple[str, str], Estimate]
    per_label: Mapping[str, Estimate]
    per_target: Mapping[str, Estimate]
    disagreements: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class _Ratings:
    """Codes of labels, -1 where an annotator gave none, of shape (n_items, n_annotators); the group of each item."""

    codes: NDArray[np.intp]
    groups: NDArray[np.intp]
    n_labels: int

    def of(self, rows: NDArray[np.bool_]) -> _Ratings:
        return _Ratings(self.codes[rows], np.unique(self.groups[rows], return_inverse=True)[1], self.n_labels)

    def compared(self) -> _Ratings:
        return self.of(np.asarray((self.codes >= 0).sum(axis=1) >= 2))

    def counts(self) -> Array:
        """Return how often each item was given each label, of shape (n_items, n_labels)."""
        return np.stack([(self.codes == label).sum(axis=1) for label in range(self.n_labels)], axis=1).astype(float)


def measure_agreement(
    table: Mapping[str, Sequence[Any]],
    *,
    item: Sequence[str] | None = None,
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Agreement:
    """Measure how far annotators agree.

    Parameters
    ----------
    table : mapping of lists
        A row for each label that an annotator gave an item: `annotator`, `label` and what identifies the item.
        Groups are resampled by `article` where there is one, else by item.
    item : sequence of str, optional
        The columns that identify an item; see `ITEM_COLUMNS` for the default.
    resamples : int, default=2000
    level : float, default=0.95
    seed : int, default=0

    Raises
    ------
    DataError
        If a column is missing, an annotator labelled an item twice, or nothing was labelled by two.

    Examples
    --------
    >>> table = {"item": [1, 1, 2, 2, 3, 3], "annotator": ["a", "b"] * 3, "label": ["x", "x", "y", "y", "x", "y"]}
    >>> agreement = measure_agreement(table)
    >>> round(agreement.percent.value, 3), round(agreement.cohen["a", "b"].value, 3), len(agreement.disagreements)
    (0.667, 0.4, 1)
    """
    columns = _item_columns(table, item)
    annotators, labels, keys, ratings = _arrange(table, columns)
    compared = ratings.compared()
    if not len(compared.codes):
        raise DataError(Problem("no item was labelled by two annotators", hint=f"Items are told apart by {columns}"))

    def estimate(own: _Ratings, statistics: Callable[[_Ratings], Array], value: Callable[[Array], Array]) -> Estimate:
        return _estimate(statistics(own), own.groups, value, resamples, level, seed)

    def alpha(own: _Ratings) -> Estimate:
        return estimate(own, _alpha_statistics, _alpha)

    rated = (compared.codes >= 0).sum(axis=1)
    return Agreement(
        annotators,
        labels,
        len(ratings.codes),
        len(compared.codes),
        estimate(compared, _percent_statistics, _percent),
        alpha(compared),
        estimate(compared, _fleiss_statistics, _fleiss) if (rated == rated[0]).all() else None,
        {pair: estimate(own, _cohen_statistics, _cohen) for pair, own in _by_pair(annotators, compared).items()},
        {label: alpha(_against_others(compared, code)) for code, label in enumerate(labels)},
        {target: alpha(own) for target, own in _by_target(columns, keys, ratings).items()},
        _disagreements(columns, keys, ratings, annotators, labels),
    )


def _item_columns(table: Mapping[str, Sequence[Any]], given: Sequence[str] | None) -> tuple[str, ...]:
    for name in ("annotator", "label", *(given or ())):
        if name not in table:
            raise DataError(Problem(f"there is no column {name!r}", allowed=list(table), given=name))
    if given:
        return tuple(given)
    for names in ITEM_COLUMNS:
        if names[0] in table and (names[0] != "article" or "sentence" in table):
            return tuple(name for name in names if name in table)
    hint = "Name the columns that tell items apart with --item"
    raise DataError(Problem("there is no column that identifies an item", allowed=list(table), hint=hint))


def _arrange(
    table: Mapping[str, Sequence[Any]], columns: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], list[tuple[Any, ...]], _Ratings]:
    rows = [row for row, label in enumerate(table["label"]) if label is not None]
    unnamed = next((row for row in rows if table["annotator"][row] is None), None)
    if unnamed is not None:
        raise DataError(Problem("a label without an annotator", where=f"row {unnamed + 1}"))
    annotators = tuple(sorted({str(table["annotator"][row]) for row in rows}))
    labels = tuple(sorted({str(table["label"][row]) for row in rows}))
    if len(annotators) < 2:
        names = ", ".join(annotators) or "none"
        raise DataError(Problem(f"agreement takes two annotators; found: {names}"))
    places = {name: place for place, name in enumerate(annotators)}
    codes_of = {name: code for code, name in enumerate(labels)}
    keys: dict[tuple[Any, ...], int] = {}
    groups: dict[Any, int] = {}
    codes = np.full((len(rows), len(annotators)), -1, dtype=np.intp)
    group = np.zeros(len(rows), dtype=np.intp)
    for row in rows:
        key = tuple(table[name][row] for name in columns)
        number = keys.setdefault(key, len(keys))
        place = places[str(table["annotator"][row])]
        if codes[number, place] >= 0:
            shown = ", ".join(f"{name} {value!r}" for name, value in zip(columns, key, strict=True))
            raise DataError(Problem(f"{annotators[place]!r} labelled the item twice: {shown}", where=f"row {row + 1}"))
        codes[number, place] = codes_of[str(table["label"][row])]
        whole = table["article"][row] if "article" in table else key
        group[number] = groups.setdefault(whole, len(groups))
    return annotators, labels, list(keys), _Ratings(codes[: len(keys)], group[: len(keys)], len(labels))


def _estimate(
    statistics: Array,
    groups: NDArray[np.intp],
    value: Callable[[Array], Array],
    resamples: int,
    level: float,
    seed: int,
) -> Estimate:
    n_groups = int(groups.max()) + 1
    by_group = np.stack([np.bincount(groups, column, n_groups) for column in statistics.T], axis=1)
    own = float(value(by_group.sum(axis=0)))
    low = high = float("nan")
    if n_groups > 1:
        draws = np.random.default_rng([seed, n_groups]).multinomial(n_groups, [1 / n_groups] * n_groups, size=resamples)
        scores = value(draws.astype(float) @ by_group)
        if not np.isnan(scores).all():
            low, high = np.nanquantile(scores, [(1 - level) / 2, (1 + level) / 2])
    value_, low_, high_ = (None if np.isnan(number) else float(number) for number in (own, low, high))
    return Estimate(value_, low_, high_, len(groups))


def estimate_alpha(counts: Array, groups: NDArray[np.intp], *, resamples: int, level: float, seed: int) -> Estimate:
    """Return Krippendorff's alpha for nominal data.

    Parameters
    ----------
    counts : ndarray of shape (n_items, n_labels)
        How often each item was given each label: two labels or more for every item.
    groups : ndarray of int of shape (n_items,)
        What is resampled; counted from 0.
    resamples, level, seed
        See `measure_agreement`.

    Examples
    --------
    >>> counts = np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    >>> round(estimate_alpha(counts, np.arange(3), resamples=100, level=0.95, seed=0).value, 3)
    0.444
    """
    return _estimate(_alpha_of_counts(counts), groups, _alpha, resamples, level, seed)


def _alpha_statistics(ratings: _Ratings) -> Array:
    return _alpha_of_counts(ratings.counts())


def _alpha_of_counts(counts: Array) -> Array:
    agreeing = (counts * (counts - 1)).sum(axis=1) / (counts.sum(axis=1) - 1)
    return np.column_stack([agreeing, counts])


def _alpha(sums: Array) -> Array:
    agreeing, counts = sums[..., 0], sums[..., 1:]
    n = counts.sum(axis=-1)
    observed, expected = n - agreeing, n**2 - (counts**2).sum(axis=-1)
    return 1.0 - _ratio((n - 1) * observed, expected)


def _percent_statistics(ratings: _Ratings) -> Array:
    counts = ratings.counts()
    m = counts.sum(axis=1)
    return np.column_stack([np.ones(len(counts)), (counts * (counts - 1)).sum(axis=1) / (m * (m - 1))])


def _percent(sums: Array) -> Array:
    return _ratio(sums[..., 1], sums[..., 0])


def _fleiss_statistics(ratings: _Ratings) -> Array:
    return np.column_stack([_percent_statistics(ratings), ratings.counts()])


def _fleiss(sums: Array) -> Array:
    return _beyond_chance(_percent(sums), (_shares(sums[..., 2:]) ** 2).sum(axis=-1))


def _by_pair(annotators: Sequence[str], ratings: _Ratings) -> dict[tuple[str, str], _Ratings]:
    """Return the items that two annotators have in common, labelled by these two, for every pair that has some."""
    pairs = {}
    for a, b in combinations(range(len(annotators)), 2):
        own = _Ratings(ratings.codes[:, [a, b]], ratings.groups, ratings.n_labels).compared()
        if len(own.codes):
            pairs[annotators[a], annotators[b]] = own
    return pairs


def _cohen_statistics(ratings: _Ratings) -> Array:
    labels = np.arange(ratings.n_labels)
    first, second = ratings.codes[:, [0]] == labels, ratings.codes[:, [1]] == labels
    same = ratings.codes[:, 0] == ratings.codes[:, 1]
    return np.column_stack([np.ones(len(same)), same, first, second]).astype(float)


def _cohen(sums: Array) -> Array:
    first, second = np.split(sums[..., 2:], 2, axis=-1)
    return _beyond_chance(_ratio(sums[..., 1], sums[..., 0]), (_shares(first) * _shares(second)).sum(axis=-1))


def _beyond_chance(observed: Array, expected: Array) -> Array:
    return _ratio(observed - expected, 1.0 - expected)


def _shares(counts: Array) -> Array:
    return _ratio(counts, counts.sum(axis=-1, keepdims=True))


def _ratio(above: Array, below: Array) -> Array:
    defined = np.abs(below) > 1e-12
    return np.where(defined, above / np.where(defined, below, 1.0), np.nan)


def _against_others(ratings: _Ratings, code: int) -> _Ratings:
    codes = np.where(ratings.codes < 0, -1, ratings.codes == code)
    return _Ratings(codes, ratings.groups, 2)


def _by_target(columns: Sequence[str], keys: Sequence[tuple[Any, ...]], ratings: _Ratings) -> dict[str, _Ratings]:
    if "target" not in columns:
        return {}
    targets = np.array([str(key[list(columns).index("target")]) for key in keys])
    twice = (ratings.codes >= 0).sum(axis=1) >= 2
    return {str(name): ratings.of(np.asarray((targets == name) & twice)) for name in np.unique(targets[twice])}


def _disagreements(
    columns: Sequence[str],
    keys: Sequence[tuple[Any, ...]],
    ratings: _Ratings,
    annotators: Sequence[str],
    labels: Sequence[str],
) -> list[dict[str, Any]]:
    found = []
    for key, codes in zip(keys, ratings.codes, strict=True):
        given = {name: labels[code] for name, code in zip(annotators, codes, strict=True) if code >= 0}
        if len(set(given.values())) > 1:
            found.append({**dict(zip(columns, key, strict=True)), "labels": given})
    return found
