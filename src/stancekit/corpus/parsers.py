"""Parsing files of examples: what a format is made of, before any of it is taken for an example."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stancekit.corpus.text import decode
from stancekit.errors import DataError, Problem

LONGEST_FIELD = 2**31 - 1
"""Characters in one field of a CSV file; Python's own limit is 131,072."""


@dataclass(frozen=True)
class RawTable:
    """What a file holds, before any of it is taken for an example.

    Attributes
    ----------
    columns : dict of str to list
    lines : sequence of int
        The line (or row) of the file in which each row begins, counted from 1.
    unit : str
        `line` or `row`: what `lines` counts.
    """

    columns: dict[str, list[Any]]
    lines: Sequence[int]
    unit: str = "line"


def _parse_jsonl(raw: bytes, name: str) -> RawTable:
    rows: list[Mapping[str, Any]] = []
    lines: list[int] = []
    for number, line in enumerate(decode(raw, name).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except RecursionError as error:
            raise DataError(Problem("not usable JSON: nested too deeply", where=f"{name}:{number}")) from error
        except json.JSONDecodeError as error:
            raise DataError(Problem(f"not valid JSON: {error.msg}", where=f"{name}:{number}:{error.colno}")) from error
        except ValueError as error:
            raise DataError(Problem("a number has too many digits", where=f"{name}:{number}")) from error
        if not isinstance(row, dict):
            hint = "JSONL has one object {...} on each line"
            raise DataError(Problem(f"a {type(row).__name__}, not an object", where=f"{name}:{number}", hint=hint))
        rows.append(row)
        lines.append(number)
    names = dict.fromkeys(key for row in rows for key in row)
    return RawTable({key: [row.get(key) for row in rows] for key in names}, lines)


def _parse_delimited(raw: bytes, name: str, delimiter: str) -> RawTable:
    reader = csv.reader(io.StringIO(decode(raw, name), newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    rows: list[list[str]] = []
    lines: list[int] = []
    begin = 1
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        for row in reader:
            line, begin = begin, reader.line_num + 1
            if header is None:
                header = row
            elif row:
                if len(row) != len(header):
                    said = f"{len(row)} fields, but the header has {len(header)}"
                    raise DataError(
                        Problem(said, where=f"{name}:{line}", hint="Is a quotation mark or delimiter missing?")
                    )
                rows.append(row)
                lines.append(line)
    except csv.Error as error:
        raise DataError(Problem(f"not valid CSV: {error}", where=f"{name}:{begin}")) from error
    finally:
        csv.field_size_limit(limit)
    header = header or []
    repeated = first_repeated(header)
    if repeated is not None:
        raise DataError(Problem(f"the column {header[repeated[1]]!r} occurs twice", where=f"{name}:1"))
    columns: dict[str, list[Any]] = {key: [row[i] or None for row in rows] for i, key in enumerate(header)}
    return RawTable(columns, lines)


def _parse_parquet(raw: bytes, name: str) -> RawTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(raw))
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(Problem(f"not a Parquet file: {error}", where=name)) from error
    return RawTable(table.to_pydict(), range(1, table.num_rows + 1), unit="row")


PARSERS: Mapping[str, Callable[[bytes, str], RawTable]] = {
    "jsonl": _parse_jsonl,
    "csv": lambda raw, name: _parse_delimited(raw, name, ","),
    "tsv": lambda raw, name: _parse_delimited(raw, name, "\t"),
    "parquet": _parse_parquet,
}


def first_repeated(values: Sequence[Any]) -> tuple[int, int] | None:
    """Return the places of the first value that occurs a second time."""
    seen: dict[Any, int] = {}
    for i, value in enumerate(values):
        if seen.setdefault(value, i) != i:
            return seen[value], i
    return None
