"""Labelled rows, and which row of the predictions belongs to which row of the gold labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stancekit.errors import DataError, Problem

Labelled = Sequence[str] | Sequence[Mapping[str, Any]] | Mapping[str, Sequence[Any]]
"""Labels; or rows, or columns, that have a `label` and what else a scorer asks for."""


@dataclass(frozen=True)
class Rows:
    """Labels, what stands beside them, and where each of them is written.

    Attributes
    ----------
    name : str
        As messages call them: `gold`, or a file.
    columns : mapping of str to sequence
        `label` and whatever else there is, all of one length.
    places : sequence of str
        Where each row is, as messages begin.
    """

    name: str
    columns: Mapping[str, Sequence[Any]]
    places: Sequence[str]

    @property
    def labels(self) -> Sequence[str]:
        """The labels."""
        return self.columns["label"]

    def __len__(self) -> int:
        return len(self.places)

    def take(self, order: Sequence[int]) -> Rows:
        """Return some rows, in that order."""
        columns = {name: [values[row] for row in order] for name, values in self.columns.items()}
        return replace(self, columns=columns, places=[self.places[row] for row in order])


def rows_of(given: Labelled, name: str) -> Rows:
    """Return what was given in code as rows.

    Raises
    ------
    DataError
        If it is neither labels nor rows nor columns, or the columns differ in length.

    Examples
    --------
    >>> rows_of(["FAVOR", "NONE"], "gold").labels
    ['FAVOR', 'NONE']
    >>> rows_of([{"id": 1, "label": "FAVOR"}], "gold").columns
    {'id': [1], 'label': ['FAVOR']}
    """
    columns = _columns_of(given, name)
    lengths = {key: len(values) for key, values in columns.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{key} {length}" for key, length in lengths.items())
        raise DataError(Problem(f"columns of different lengths: {said}", where=name))
    count = next(iter(lengths.values()), 0)
    if not count:
        raise DataError(Problem("there are no rows to score", where=name))
    return Rows(name, columns, [f"{name}: row {row}" for row in range(1, count + 1)])


def _columns_of(given: Labelled, name: str) -> dict[str, list[Any]]:
    if isinstance(given, Mapping):
        return {key: list(values) for key, values in given.items()}
    rows: list[Any] = list(given) if isinstance(given, Iterable) else [given]
    if any(isinstance(row, Mapping) for row in rows):
        strange = next((i for i, row in enumerate(rows, start=1) if not isinstance(row, Mapping)), None)
        if strange is not None:
            said = f"{type(rows[strange - 1]).__name__}, and other rows are mappings"
            raise DataError(Problem(said, where=f"{name}: row {strange}"))
        keys = dict.fromkeys(key for row in rows for key in row)
        return {key: [row.get(key) for row in rows] for key in keys}
    return {"label": rows}


def require(rows: Rows, columns: Sequence[str]) -> None:
    """Refuse rows without a column of text that a scorer needs, `label` first of all.

    Raises
    ------
    DataError
        Naming the column that is missing, or the row where its value is.
    """
    for column in columns:
        if column not in rows.columns:
            said = f"there is no column {column!r}"
            raise DataError(Problem(said, where=rows.name, allowed=[*map(str, rows.columns)], given=column))
        for value, place in zip(rows.columns[column], rows.places, strict=True):
            if not isinstance(value, str) or not value:
                said = "is empty" if value in (None, "") else f"is {type(value).__name__}, not text"
                raise DataError(Problem(f"{column!r} {said}", where=place))


def refuse_unknown_labels(rows: Rows, allowed: Sequence[str]) -> None:
    """Refuse the first label that a scorer doesn't know.

    Raises
    ------
    DataError
    """
    for label, place in zip(rows.labels, rows.places, strict=True):
        if label not in allowed:
            raise DataError(Problem(f"the label {label!r} is unknown", where=place, allowed=allowed, given=label))


def align_by_order(gold: Rows, predicted: Rows, keys: Sequence[str]) -> Rows:
    """Return the predictions as they are, if the row of each says that it belongs to the gold label of that row.

    Parameters
    ----------
    gold, predicted : Rows
    keys : sequence of str
        Columns that must be equal row by row, where both have them.

    Raises
    ------
    DataError
        Naming the first row that is another one, or how many rows there are.
    """
    shared = [key for key in keys if key in gold.columns and key in predicted.columns]
    for row in range(min(len(gold), len(predicted))):
        for key in shared:
            theirs, ours = predicted.columns[key][row], gold.columns[key][row]
            if str(theirs) != str(ours):
                said = f"{key} {theirs!r}, but the gold row of that place ({gold.places[row]}) has {ours!r}"
                hint = "This scorer compares row by row: give the predictions in the order of the gold file"
                raise DataError(Problem(said, where=predicted.places[row], hint=hint))
    if len(gold) != len(predicted):
        said = f"{len(predicted)} rows, but there are {len(gold)} gold rows"
        raise DataError(Problem(said, where=predicted.name, hint=f"Each row of {gold.name} needs one prediction"))
    return predicted


def align_by_id(gold: Rows, predicted: Rows) -> Rows:
    """Return the predictions in the order of the gold rows, by `id`.

    Raises
    ------
    DataError
        If an id occurs twice, has no prediction, or is not among the gold rows.
    """
    rows = _rows_by_id(predicted)
    wanted = _rows_by_id(gold)
    for id, row in rows.items():
        if id not in wanted:
            raise DataError(Problem(f"the id {id!r} is not in {gold.name}", where=predicted.places[row]))
    for id, row in wanted.items():
        if id not in rows:
            said = f"the id {id!r} has no prediction in {predicted.name}"
            hint = f"{len(predicted)} predictions for {len(gold)} gold rows: each row needs one"
            raise DataError(Problem(said, where=gold.places[row], hint=hint))
    return predicted.take([rows[id] for id in wanted])


def _rows_by_id(rows: Rows) -> dict[str, int]:
    """Return where each id is; a number and the same number as text are one id, as CSV can't tell them apart."""
    found: dict[str, int] = {}
    for row, value in enumerate(rows.columns["id"]):
        if not isinstance(value, (str, int)):
            said = "there is no id" if value is None else f"the id is {type(value).__name__}, not text or a number"
            raise DataError(Problem(said, where=rows.places[row]))
        before = found.setdefault(str(value), row)
        if before != row:
            said = f"the id {str(value)!r} occurs a second time; the first is {rows.places[before]}"
            raise DataError(Problem(said, where=rows.places[row]))
    return found
