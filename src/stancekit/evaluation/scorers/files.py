"""Files of gold and predicted labels: those of the shared tasks, and any table with `id` and `label`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stancekit.corpus.files import name_of
from stancekit.corpus.parsers import RawTable
from stancekit.corpus.readers import open_source, read_table
from stancekit.errors import DataError, Problem
from stancekit.evaluation.scorers.rows import Rows

Read = Callable[[Path, str | None], Rows]
"""Reads a file, in an encoding or in that of the task."""


def read_semeval(path: Path, encoding: str | None = None) -> Rows:
    """Read ID, Target, Tweet and Stance, separated by tabs; what isn't UTF-8 is read as cp1252, as it was handed out.

    Raises
    ------
    DataError
    """
    if encoding is None:
        encoding = "utf-8" if _is_utf8(path) else "cp1252"
    table, name = _table(path, "semeval2016", encoding)
    labels = ["UNKNOWN" if label is None else label for label in table.columns["label"]]
    return _rows(table, name, {"ID": table.columns["id"], "target": table.columns["target"], "label": labels})


def read_fnc(path: Path, encoding: str | None = None) -> Rows:
    """Read a CSV file of Headline, Body ID and Stance.

    Raises
    ------
    DataError
    """
    table, name = _table(path, "csv", encoding)
    for column in ("Headline", "Body ID", "Stance"):
        _column(table, name, column)
    return _rows(table, name, {**table.columns, "label": table.columns["Stance"]})


def read_xstance(path: Path, encoding: str | None = None) -> Rows:
    """Read JSONL with a label in each line; gold also says language and test_set.

    Raises
    ------
    DataError
    """
    table, name = _table(path, "jsonl", encoding)
    _column(table, name, "label")
    return _rows(table, name, table.columns)


def read_labels(path: Path, encoding: str | None = None) -> Rows:
    """Read a table (CSV, TSV, JSONL, Parquet) with the columns id and label.

    Raises
    ------
    DataError
    """
    table, name = _table(path, None, encoding)
    for column in ("id", "label"):
        _column(table, name, column)
    return _rows(table, name, table.columns)


def _is_utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    except OSError:
        return True  # opening it as a source says what is wrong
    return True


def _table(path: Path, format: str | None, encoding: str | None) -> tuple[RawTable, str]:
    known = {} if format is None else {"format": format}
    source = open_source(path, encoding=encoding or "utf-8", **known)
    return read_table(source), name_of(source)


def _rows(table: RawTable, name: str, columns: Mapping[str, Any]) -> Rows:
    return Rows(name, columns, [table.where(name, row) for row in range(len(table.lines))])


def _column(table: RawTable, name: str, column: str) -> None:
    if column not in table.columns:
        said = f"there is no column {column!r}"
        raise DataError(Problem(said, where=name, allowed=list(table.columns), given=column))
