"""Plain tables of examples as the bytes of a file: JSONL, CSV, TSV, Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stancekit.corpus.examples import COLUMN_ORDER, NUMBER_COLUMNS, example_features
from stancekit.corpus.parsers import JSON_COLUMN, LABEL_SEPARATOR
from stancekit.errors import DataError, Problem

Table = Mapping[str, Sequence[Any]]


def jsonl_bytes(columns: Table) -> bytes:
    """Return one JSON object a line; every row has every key."""
    names = list(columns)
    rows = (dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return "".join(as_json(row) + "\n" for row in rows).encode()


def as_json(value: Any) -> str:
    """Return JSON in one line, its characters as they are."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def delimited_bytes(columns: Table, delimiter: str) -> bytes:
    """Return CSV or its like: a field is text, and an empty one is None.

    A column that holds more than text (numbers, lists, empty text) is written as JSON, and `:json` behind its name says
    so; our own numbers and sets of labels are known without.

    Raises
    ------
    DataError
        If a name can't be told from that of a column of JSON, or a label holds a bar.
    """
    for name in columns:
        if name.endswith(JSON_COLUMN) or name.startswith("\ufeff"):
            raise DataError(Problem(f"a delimited file can't have a column {name!r}", hint="Rename it, or write JSONL"))
    encoded = [_fields(name, values) for name, values in columns.items()]
    sink = io.StringIO(newline="")
    # Python 3.11 leaves a carriage return unquoted beside a line feed as line end, and then fails to read it.
    quoted = csv.writer(sink, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain = csv.writer(sink, delimiter=delimiter, lineterminator="\n")
    for row in _with_header(encoded):
        (quoted if any("\r" in field for field in row) else plain).writerow(row)
    return sink.getvalue().encode()


def _with_header(encoded: Sequence[tuple[str, Sequence[str]]]) -> Iterable[tuple[str, ...]]:
    yield tuple(name for name, _ in encoded)
    yield from zip(*(fields for _, fields in encoded), strict=True)


def _fields(name: str, values: Sequence[Any]) -> tuple[str, list[str]]:
    """Return the name and the fields of a column of a delimited file."""
    if name == "labels":
        return name, [_label_field(row, labels) for row, labels in enumerate(values)]
    if name in NUMBER_COLUMNS or all(value is None or (isinstance(value, str) and value) for value in values):
        return name, ["" if value is None else str(value) for value in values]
    return name + JSON_COLUMN, ["" if value is None else as_json(value) for value in values]


def _label_field(row: int, labels: Sequence[str]) -> str:
    for label in labels:
        if not label or LABEL_SEPARATOR in label:
            said = f"the label {label!r} can't be told from others in a delimited file"
            raise DataError(Problem(said, where=f"example {row}", hint="Write JSONL"))
    return LABEL_SEPARATOR.join(labels)


def parquet_bytes(columns: Table) -> bytes:
    """Return Apache Parquet, our columns with the types of the schema.

    Raises
    ------
    DataError
        If the values of a column are of several types.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {field.name: field.type for field in example_features().arrow_schema}
    arrays = {}
    for name, values in columns.items():
        try:
            arrays[name] = pa.array(values, type=types[name] if name in COLUMN_ORDER else None)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
            said = f"Parquet can't hold the column {name!r}: {error}"
            raise DataError(Problem(said, hint="Write JSONL")) from error
    sink = io.BytesIO()
    try:
        pq.write_table(pa.table(arrays), sink)
    except pa.ArrowNotImplementedError as error:
        raise DataError(Problem(f"Parquet can't hold these columns: {error}", hint="Write JSONL")) from error
    return sink.getvalue()
