"""Predictions of several runs as arrays whose rows are the same examples, in the same order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stancekit.config.load import load_config
from stancekit.config.metrics import PROBABILITY_METRICS
from stancekit.config.named import reading_back
from stancekit.corpus.folds import group_codes
from stancekit.corpus.parsers import LABEL_SEPARATOR
from stancekit.corpus.readers import read_sources
from stancekit.errors import Problem, RefusedError, StancekitError
from stancekit.evaluation.predictions import Predictions
from stancekit.experiment.run import Run
from stancekit.models.tallies import RANKING_METRICS

PartName = Literal["cv", "test"]
PARTS: tuple[PartName, ...] = ("cv", "test")
IN_PREDICTIONS = ("id", "article", "actor", "target")
"""The columns of predictions.csv by which examples can be grouped."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Opened:
    """A run and the rows of its predictions, read once."""

    run: Run
    rows: Sequence[Row]

    @classmethod
    def of(cls, run: Run) -> Opened:
        """Read the predictions of a run."""
        return cls(run, run.predictions())


@dataclass(frozen=True)
class Said:
    """What was predicted for the examples of a part.

    Attributes
    ----------
    predicted : ndarray of bool of shape (n_repeats, n_examples, n_labels)
    probabilities : ndarray of float of shape (n_repeats, n_examples, n_labels) or None
    """

    predicted: NDArray[np.bool_]
    probabilities: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Note:
    """What to know before reading a comparison: in English, and as a code with the numbers and names in it."""

    said: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Grouping:
    """What is resampled as one.

    Attributes
    ----------
    codes : ndarray of int of shape (n_examples,)
        Counted from 0.
    by : str
        The column that was used.
    note : Note or None
        Why it isn't the one that the run names; None if it is.
    """

    codes: NDArray[np.intp]
    by: str
    note: Note | None = None


@dataclass(frozen=True)
class Examples:
    """The examples of a part, as the first run has them.

    Attributes
    ----------
    part : {"cv", "test"}
    ids : tuple of str
    labels : tuple of str
    gold : ndarray of bool of shape (n_examples, n_labels)
    grouping : Grouping
    """

    part: PartName
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    gold: NDArray[np.bool_]
    grouping: Grouping

    def predictions(self, said: Said, metrics: Sequence[str]) -> Predictions:
        """Return predictions beside gold labels and groups, with what metrics are made from."""
        # A ranking is sorted and weighted for every resample: nothing that is done in vain.
        ranked = said.probabilities if set(metrics) & set(RANKING_METRICS) else None
        shares = said.probabilities if set(metrics) & set(PROBABILITY_METRICS) else None
        return Predictions(self.gold, said.predicted, self.grouping.codes, ranked, shares)


def refuse_other_labels(first: Run, other: Run) -> None:
    """Refuse runs whose tasks have other labels, or sets of labels where the first has one.

    Raises
    ------
    RefusedError
    """
    a, b = first.config.task, other.config.task
    if set(a.labels) == set(b.labels) and (a.kind == "multilabel") == (b.kind == "multilabel"):
        return
    only_a, only_b = (sorted(set(x.labels) - set(y.labels)) for x, y in ((a, b), (b, a)))
    parts = [
        f"only {run.id} has {', '.join(labels)}" for run, labels in ((first, only_a), (other, only_b)) if labels
    ] or [f"{first.id} is {a.kind}, {other.id} is {b.kind}"]
    said = f"{first.id} and {other.id} do not predict the same labels: {'; '.join(parts)}"
    raise RefusedError(Problem(said, hint="Train both with the same task"))


def refuse_other_examples(first: Opened, other: Opened) -> None:
    """Refuse runs that were scored on other examples or gold labels.

    Raises
    ------
    RefusedError
        Naming some of them.
    """
    a, b = _gold(first), _gold(other)
    if a == b:
        return
    only_a, only_b = sorted(set(a) - set(b)), sorted(set(b) - set(a))
    relabelled = sorted(id for id in set(a) & set(b) if a[id] != b[id])
    parts = [
        f"{len(ids)} {what} ({', '.join(ids[:3])}{', …' if len(ids) > 3 else ''})"
        for ids, what in (
            (only_a, f"only in {first.run.id}"),
            (only_b, f"only in {other.run.id}"),
            (relabelled, "labelled otherwise"),
        )
        if ids
    ]
    hint = (
        "Scores on different examples can't be told apart from scores of different models; train both on the same data"
    )
    said = f"{first.run.id} and {other.run.id} were not scored on the same examples: {'; '.join(parts)}"
    raise RefusedError(Problem(said, hint=hint))


def _gold(opened: Opened) -> dict[str, str]:
    """Return gold labels by example; a test example is another one than that of cross-validation."""
    return {
        ("test " if row["fold"] == "test" else "") + row["id"]: "|".join(sorted(row["gold"].split("|")))
        for row in opened.rows
    }


def read_part(opened: Opened, part: PartName) -> Examples | None:
    """Return the examples of a part of a run; None if it has no such part.

    Raises
    ------
    RefusedError
        If predictions.csv is damaged.
    """
    repeats = _rows_by_repeat(opened, part)
    if not repeats:
        return None
    run, rows = opened.run, repeats[0]
    labels = run.config.task.labels
    gold = _chosen(run, [row["gold"] for row in rows], labels)
    ids = tuple(row["id"] for row in rows)
    return Examples(part, ids, labels, gold, _grouped(run, part, rows))


def read_said(opened: Opened, examples: Examples) -> Said:
    """Return what a run predicted for examples, in their order.

    Raises
    ------
    RefusedError
        If predictions.csv is damaged.
    """
    run, predicted, probabilities = opened.run, [], []
    names = [f"p_{label}" for label in examples.labels]
    for rows in _rows_by_repeat(opened, examples.part):
        by_id = {row["id"]: row for row in rows}
        if by_id.keys() != set(examples.ids):
            raise _damaged(run, "a repeat of cross-validation lacks examples that another one has")
        own = [by_id[id] for id in examples.ids]
        predicted.append(_chosen(run, [row["predicted"] for row in own], examples.labels))
        probabilities.append([[_share(run, row.get(name, "")) for name in names] for row in own])
    shares = np.array(probabilities, dtype=np.float64)
    return Said(np.stack(predicted), None if np.isnan(shares).any() else shares)


def _chosen(run: Run, cells: Sequence[str], labels: Sequence[str]) -> NDArray[np.bool_]:
    """Return cells with a label each, or in a multilabel task a set of them, as an array of truth values."""
    several = run.config.task.kind == "multilabel"
    code = {label: i for i, label in enumerate(labels)}
    chosen = np.zeros((len(cells), len(labels)), dtype=np.bool_)
    for row, cell in enumerate(cells):
        for label in filter(None, cell.split(LABEL_SEPARATOR)) if several else [cell]:
            if label not in code:
                raise _damaged(run, f"the label {label!r} is none of the run's own")
            chosen[row, code[label]] = True
    return chosen


def _rows_by_repeat(opened: Opened, part: PartName) -> list[list[Row]]:
    by_repeat: dict[str, list[Row]] = {}
    for row in opened.rows:
        if (row["fold"] == "test") == (part == "test"):
            by_repeat.setdefault(row["repeat"], []).append(row)
    for rows in by_repeat.values():
        if len({row["id"] for row in rows}) != len(rows):
            raise _damaged(opened.run, "an example occurs twice in a repeat")
    return list(by_repeat.values())


def _share(run: Run, cell: str) -> float:
    try:
        return float(cell) if cell else np.nan
    except ValueError as error:
        raise _damaged(run, f"{cell!r} is no probability") from error


def _damaged(run: Run, said: str) -> RefusedError:
    return RefusedError(Problem(f"the run's predictions are damaged: {said}", where=str(run.path / "predictions.csv")))


def _grouped(run: Run, part: PartName, rows: Sequence[Row]) -> Grouping:
    """Return groups by the column that the run resamples by, from its data if its predictions don't have it."""
    by = str(run.config.evaluation.intervals.by)
    if by in IN_PREDICTIONS and all(row.get(by) for row in rows):
        return Grouping(_codes([row[by] for row in rows]), by)
    names = _groups_in_data(run.path, part, by, rows)
    if names is not None:
        return Grouping(_codes(names), by)
    instead = "article" if all(row.get("article") for row in rows) else "id"
    said = (
        f"{run.id} resamples by {by!r}, which its predictions don't hold, and its data can't be read again:"
        f" resampled by {instead!r} instead."
    )
    note = Note(said, "resampled_otherwise", {"run": run.id, "wanted": by, "by": instead})
    return Grouping(_codes([row[instead] for row in rows]), instead, note)


def _groups_in_data(run: Path, part: PartName, by: str, rows: Sequence[Row]) -> list[int] | None:
    """Return the group of each row from the run's data; None if they aren't there any more, or others."""
    try:
        with reading_back():
            config = load_config(run / "config.yaml")
        sources = (config.data.train if part == "cv" else config.data.test) or ()
        if any(source.hub for source in sources):
            return None
        columns = read_sources(sources, config.data.columns, config.task)
        codes, _ = group_codes(columns, by)
    except (StancekitError, OSError):
        return None
    several = config.task.kind == "multilabel"
    gold = columns["labels"] if several else [[label] for label in columns["label"]]
    known = {id: (set(own), int(code)) for id, own, code in zip(columns["id"], gold, codes, strict=True)}
    found = [known.get(row["id"]) for row in rows]
    wanted = [set(filter(None, row["gold"].split(LABEL_SEPARATOR))) if several else {row["gold"]} for row in rows]
    same = [own is not None and own[0] == gold for own, gold in zip(found, wanted, strict=True)]
    return [own[1] for own in found if own is not None] if all(same) else None


def _codes(names: Sequence[str] | Sequence[int]) -> NDArray[np.intp]:
    codes: dict[str | int, int] = {}
    return np.array([codes.setdefault(name, len(codes)) for name in names], dtype=np.intp)
