"""Predictions made elsewhere, by a language model or a second annotator, to stand beside a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.corpus.examples import columns_of
from stancekit.corpus.parsers import LABEL_SEPARATOR, RawTable
from stancekit.corpus.readers import open_source, read_table
from stancekit.errors import DataError, Problem, closest
from stancekit.experiment.aligned import Examples, PartName, Said

LABEL_COLUMNS = ("label", "predicted", "labels")
TABLE_ENDINGS = (".csv", ".tsv", ".jsonl", ".parquet")
MISTAKES_NAMED = 5


@dataclass(frozen=True)
class Outside:
    """Predictions that no run made.

    Attributes
    ----------
    name : str
        The stem of the file.
    path : Path or None
        None for a table given in code.
    table : RawTable
        `id`, `label` (or `predicted`, or `labels` for sets); optional `fold` and `p_<label>`.
    """

    name: str
    path: Path | None
    table: RawTable

    def where(self, row: int) -> str:
        """Return where a row is, as messages begin."""
        return self.table.where(str(self.path or self.name), row)


def open_outside(given: Any) -> Outside:
    """Read predictions from a file (CSV, TSV, JSONL, Parquet) or from a table in memory.

    Parameters
    ----------
    given : str, Path, mapping of lists, list of dicts, data frame, Dataset or pyarrow table

    Raises
    ------
    DataError
        If it can't be read, or has no `id` or no label.
    """
    if isinstance(given, (str, Path)):
        path = Path(given)
        outside = Outside(path.stem, path, read_table(open_source(path)))
    else:
        columns = columns_of(given)
        count = len(next(iter(columns.values()), ()))
        if any(len(values) != count for values in columns.values()):
            raise DataError(Problem("the columns of predictions have different lengths"))
        outside = Outside("predictions", None, RawTable(columns, range(1, count + 1), unit="row"))
    _require(outside, "id")
    if not any(name in outside.table.columns for name in LABEL_COLUMNS):
        _require(outside, "label")
    return outside


def _require(outside: Outside, column: str) -> None:
    if column not in outside.table.columns:
        said = f"there is no column {column!r}"
        where, names = str(outside.path or outside.name), list(outside.table.columns)
        raise DataError(Problem(said, where=where, allowed=names, given=column))


def place_outside(outside: Outside, parts: Sequence[Examples], kind: str) -> dict[PartName, Said]:
    """Return what predictions say of each part of a run whose examples they are for.

    Parameters
    ----------
    outside : Outside
    parts : sequence of Examples
        Those of the run.
    kind : str
        Of the run's task.

    Raises
    ------
    DataError
        Naming rows: ids that are unknown, missing or given twice, unknown labels, what is no probability.
    """
    ids = [None if id is None else str(id) for id in outside.table.columns["id"]]
    rows_of = _rows_by_part(outside, ids, parts)
    problems: list[Problem] = []
    placed = {}
    for examples in parts:
        if examples.part not in rows_of:
            continue
        rows = rows_of[examples.part]
        order = _ordered(outside, ids, rows, examples, problems)
        labels = _labels(outside, rows, examples.labels, kind, problems)
        shares = _shares(outside, rows, examples.labels, problems)
        if not problems:
            predicted = np.stack([labels[row] for row in order])[None]
            probabilities = None if shares is None else np.stack([shares[row] for row in order])[None]
            placed[examples.part] = Said(predicted, probabilities)
    if problems:
        left = len(problems) - MISTAKES_NAMED
        more = [Problem(f"{left} more mistakes in {outside.name}")] if left > 0 else []
        raise DataError([*problems[:MISTAKES_NAMED], *more])
    return placed


def _rows_by_part(outside: Outside, ids: Sequence[str | None], parts: Sequence[Examples]) -> dict[PartName, list[int]]:
    """Return the rows for each part: as `fold` says, else by whose ids they are."""
    folds = outside.table.columns.get("fold")
    by_part: dict[PartName, list[int]] = {}
    if folds is not None:
        for row, fold in enumerate(folds):
            by_part.setdefault("test" if fold == "test" else "cv", []).append(row)
        there = {examples.part for examples in parts}
        for part, rows in by_part.items():
            if part not in there:
                said = "the run has no test set" if part == "test" else "the run was not cross-validated"
                hint = "Rows of a test set have 'test' as their fold; others any other, or none"
                raise DataError(Problem(said, where=outside.where(rows[0]), hint=hint))
        return by_part
    given = {id for id in ids if id is not None}
    known = {examples.part: given & set(examples.ids) for examples in parts}
    if len(parts) == 2 and known["cv"] & known["test"]:
        said = "ids that are both cross-validation and test examples of the run"
        hint = "Add a column 'fold': 'test' for the test set, empty for others"
        raise DataError(Problem(said, where=str(outside.path or outside.name), hint=hint))
    fitting = [examples for examples in parts if known[examples.part]] or list(parts[:1])
    home = {id: examples.part for examples in fitting for id in examples.ids}
    for row, id in enumerate(ids):
        by_part.setdefault(home.get(id or "", fitting[0].part), []).append(row)
    return by_part


def _ordered(
    outside: Outside, ids: Sequence[str | None], rows: Sequence[int], examples: Examples, problems: list[Problem]
) -> list[int]:
    """Return the row of each example, in the order of examples."""
    known, seen = set(examples.ids), dict[str, int]()
    for row in rows:
        id = ids[row]
        if id is None:
            problems.append(Problem("there is no id", where=outside.where(row)))
        elif id not in known:
            hint = "Rows have the ids of the run's predictions.csv"
            said = f"the run has no example {id!r}"
            nearest = _nearest(id, examples.ids)
            hint = f"Did you mean {nearest!r}? {hint}" if nearest else hint
            problems.append(Problem(said, where=outside.where(row), hint=hint))
        elif id in seen:
            said = f"the id {id!r} is there twice, first in {outside.table.place(seen[id])}"
            problems.append(Problem(said, where=outside.where(row), hint="One prediction for each example"))
        else:
            seen[id] = row
    missing = [id for id in examples.ids if id not in seen]
    if missing and not problems:
        named = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
        said = f"{len(missing)} of {len(examples.ids)} examples of the run are not predicted: {named}"
        where = str(outside.path or outside.name)
        problems.append(Problem(said, where=where, hint="Each needs a label, or scores can't be compared"))
    return [seen[id] for id in examples.ids if id in seen]


def _nearest(id: str, known: Sequence[str]) -> str | None:
    """Return the id that was probably meant; only ids of about its length are looked at, as there may be many."""
    return closest(id, [own for own in known if abs(len(own) - len(id)) <= 2][:2000])


def _labels(
    outside: Outside, rows: Sequence[int], labels: Sequence[str], kind: str, problems: list[Problem]
) -> dict[int, NDArray[np.bool_]]:
    name = next(name for name in LABEL_COLUMNS if name in outside.table.columns)
    values, code = outside.table.columns[name], {label: i for i, label in enumerate(labels)}
    found = {}
    for row in rows:
        own = _listed(values[row]) if kind == "multilabel" else [_as_text(values[row])]
        chosen = np.zeros(len(labels), dtype=np.bool_)
        for label in own:
            if not label:
                said = f"there is no {name!r}"
                problems.append(Problem(said, where=outside.where(row), allowed=labels))
            elif label not in code:
                said = f"{label!r} is none of the run's labels"
                problems.append(Problem(said, where=outside.where(row), allowed=labels, given=label))
            else:
                chosen[code[label]] = True
        found[row] = chosen
    return found


def _listed(value: Any) -> Sequence[str]:
    """Return a set of labels, that text joins by bars; none is the empty set."""
    if isinstance(value, (list, tuple)):
        return [_as_text(label) for label in value]
    text = _as_text(value)
    return text.split(LABEL_SEPARATOR) if text else []


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


def _shares(
    outside: Outside, rows: Sequence[int], labels: Sequence[str], problems: list[Problem]
) -> dict[int, list[float]] | None:
    """Return probabilities by row; None if there are no such columns, or they are empty."""
    columns = outside.table.columns
    names = [f"p_{label}" for label in labels]
    there = [name for name in names if name in columns and any(columns[name][row] not in (None, "") for row in rows)]
    if not there:
        return None
    for name in names:
        if name not in columns:
            _require(outside, name)
    found: dict[int, list[float]] = {}
    for row in rows:
        found[row] = [_probability(columns[name][row]) for name in names]
        for name, share in zip(names, found[row], strict=True):
            if math.isnan(share):
                said = f"{name!r} is {columns[name][row]!r}, not a probability from 0 to 1"
                problems.append(Problem(said, where=outside.where(row)))
    return found


def _probability(value: Any) -> float:
    """Return a number from 0 to 1; NaN for what is none."""
    try:
        share = float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan
    return share if 0.0 <= share <= 1.0 else math.nan


def is_outside(given: Any) -> bool:
    """Tell whether what was given to compare are predictions and no run."""
    if isinstance(given, (str, Path)):
        path = Path(given)
        return path.is_file() or (path.suffix.lower() in TABLE_ENDINGS and not path.is_dir())
    return isinstance(given, (Mapping, Sequence)) or any(
        hasattr(given, name) for name in ("iloc", "to_pydict", "column_names")
    )
