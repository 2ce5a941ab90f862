"""Parsing files of examples: what a format is made of, before any of it is taken for an example."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stancekit.corpus.text import decode_as
from stancekit.errors import DataError, Problem

LONGEST_FIELD = 2**31 - 1
"""Characters in one field of a CSV file; Python's own limit is 131,072."""
ROWS_AT_ONCE = 1000
JSON_COLUMN = ":json"
"""Behind the name of a column of CSV or its like: its fields are JSON."""
LABEL_SEPARATOR = "|"
"""Between the labels of a set that is written as text."""


@dataclass(frozen=True)
class RawFile:
    """A file as it lies on the disk.

    Attributes
    ----------
    content : bytes
    name : str
        As messages call it.
    encoding : str
        Of its text; formats that are no text have no use for it.
    beside : RawFile, optional
        The file that belongs to it, where a format takes two.
    inside : tuple of RawFile
        The files of a folder, by name.
    """

    content: bytes
    name: str
    encoding: str = "utf-8"
    beside: RawFile | None = None
    inside: tuple[RawFile, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.inside and not self.content.removeprefix(codecs.BOM_UTF8).strip()

    def text(self) -> str:
        """Return its content as text.

        Raises
        ------
        DataError
            If it isn't text in its encoding.
        """
        return decode_as(self.encoding, self.content, self.name)

    def error(self, line: int, said: str, **more: Any) -> DataError:
        """Return what to raise for something wrong in a line; `more` is that of `Problem`."""
        return DataError(Problem(said, where=f"{self.name}:{line}", **more))


@dataclass(frozen=True)
class RawTable:
    """What a file holds, before any of it is taken for an example.

    Attributes
    ----------
    columns : dict of str to list
    lines : sequence of int
        The line (or row, or task) of the file in which each row begins, counted from 1.
    unit : str
        `line`, `row` or `task`: what `lines` counts.
    places : sequence of str
        Where each row is, in full, if a file and a number don't say it.
    """

    columns: dict[str, list[Any]]
    lines: Sequence[int]
    unit: str = "line"
    places: Sequence[str] = ()

    def place(self, row: int) -> str:
        """Return where a row is in its file."""
        return self.places[row] if self.places else f"{self.unit} {self.lines[row]}"

    def where(self, name: str, row: int) -> str:
        """Return where a row is, as messages begin, in the file of that name."""
        if self.places:
            return self.places[row]
        return f"{name}:{self.lines[row]}" if self.unit == "line" else f"{name}: {self.place(row)}"


def parse_jsonl(file: RawFile) -> RawTable:
    """Parse one JSON object a line; a key that a line lacks is None there."""
    rows, lines = json_objects(file)
    names = dict.fromkeys(key for row in rows for key in row)
    return RawTable({key: [row.get(key) for row in rows] for key in names}, lines)


def json_objects(file: RawFile) -> tuple[list[Mapping[str, Any]], list[int]]:
    """Return the JSON objects of a file that has one on each line, and their lines.

    Raises
    ------
    DataError
        Naming the line, and the column where JSON ends being JSON.
    """
    rows: list[Mapping[str, Any]] = []
    lines: list[int] = []
    for number, line in enumerate(file.text().split("\n"), start=1):
        if not line.strip():
            continue
        row = parse_json(file, number, line)
        if not isinstance(row, dict):
            hint = "JSONL has one object {...} on each line"
            raise file.error(number, f"a {type(row).__name__}, not an object", hint=hint)
        rows.append(row)
        lines.append(number)
    return rows, lines


def text_of(file: RawFile, line: int, row: Mapping[str, Any], key: str) -> str:
    """Return the text that a JSON object must have under a key.

    Raises
    ------
    DataError
        If there is none, or something else.
    """
    if key not in row:
        raise file.error(line, f"the key {key!r} is missing", allowed=list(row), given=key)
    value = row[key]
    if not isinstance(value, str) or not value.strip():
        raise file.error(line, f"{key!r} must be text, not {'empty' if value == '' else type(value).__name__}")
    return value


def parse_delimited(file: RawFile, delimiter: str) -> RawTable:
    """Parse CSV, or its like with another delimiter; the first row names the columns.

    The fields of a column whose name ends with `:json` are JSON, which isn't part of its name.
    """
    table = table_under_header(file, delimited_rows(file, delimiter))
    columns: dict[str, list[Any]] = {}
    for header, fields in table.columns.items():
        name = header.removesuffix(JSON_COLUMN)
        if name in columns or (name != header and name in table.columns):
            raise DataError(Problem(f"the column {name!r} occurs twice", where=file.name))
        columns[name] = fields if name == header else _parsed(file, table.lines, header, fields)
    return RawTable(columns, table.lines)


def _parsed(file: RawFile, lines: Sequence[int], header: str, fields: Sequence[str | None]) -> list[Any]:
    return [
        None if field is None else parse_json(file, line, field, f"{header!r} is ")
        for line, field in zip(lines, fields, strict=True)
    ]


def json_file(file: RawFile) -> Any:
    """Return the value that a file of JSON holds.

    Raises
    ------
    DataError
        Naming line and column where it ends being JSON.
    """
    try:
        return json.loads(file.text())
    except RecursionError as error:
        raise file.error(1, "not usable JSON: nested too deeply") from error
    except json.JSONDecodeError as error:
        where = f"{file.name}:{error.lineno}:{error.colno}"
        raise DataError(Problem(f"not valid JSON: {error.msg}", where=where)) from error
    except ValueError as error:
        raise file.error(1, "not usable JSON: a number has too many digits") from error


def parse_json(file: RawFile, line: int, text: str, what: str = "") -> Any:
    """Return the value that a piece of JSON in a line holds.

    Raises
    ------
    DataError
        Naming the line and, unless `what` says which part of it is parsed, the column.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise file.error(line, f"{what}not usable JSON: nested too deeply") from error
    except json.JSONDecodeError as error:
        where = f"{file.name}:{line}" if what else f"{file.name}:{line}:{error.colno}"
        raise DataError(Problem(f"{what}not valid JSON: {error.msg}", where=where)) from error
    except ValueError as error:
        raise file.error(line, f"{what}not usable JSON: a number has too many digits") from error


def table_under_header(file: RawFile, rows: Iterable[tuple[int, Sequence[str]]]) -> RawTable:
    """Return numbered rows as columns named by the first of them; an empty field is None.

    Raises
    ------
    DataError
        If a row is longer or shorter than the header, or a name occurs twice.
    """
    numbered = iter(rows)
    line, header = next(numbered, (0, ()))
    repeated = first_repeated(header)
    lines: list[int] = []
    columns: list[list[Any]] = [[] for _ in header]
    # In pieces: a hundred thousand rows alive at once keep the garbage collector busy for seconds.
    while piece := list(itertools.islice(numbered, ROWS_AT_ONCE)):
        for number, row in piece:
            if len(row) != len(header):
                said = f"{len(row)} fields, but the header has {len(header)}"
                hint = other_delimiter(header) or "Is a quotation mark or delimiter missing?"
                raise file.error(number, said, hint=hint)
            lines.append(number)
        for column, fields in zip(columns, zip(*(row for _, row in piece), strict=True), strict=True):
            column.extend([field or None for field in fields])
    if repeated is not None:
        raise file.error(line, f"the column {header[repeated[1]]!r} occurs twice")
    return RawTable(dict(zip(header, columns, strict=True)), lines)


def other_delimiter(header: Sequence[str]) -> str:
    """Return what to do about a header that another delimiter seems to cut, as spreadsheets do; empty if none does.

    Examples
    --------
    >>> other_delimiter(["id;text;label"])
    'The file looks separated by semicolons; save it with commas, or as TSV'
    >>> other_delimiter(["id", "text;label"])
    ''
    """
    for delimiter, called in (("\t", "tabs; read it as tsv"), (";", "semicolons; save it with commas, or as TSV")):
        if len(header) == 1 and delimiter in header[0]:
            return f"The file looks separated by {called}"
    return ""


def require_columns(file: RawFile, table: RawTable, names: Sequence[str]) -> None:
    """Refuse a table that lacks a column.

    Raises
    ------
    DataError
    """
    for name in names:
        if name not in table.columns:
            said = f"there is no column {name!r}"
            raise DataError(Problem(said, where=file.name, allowed=list(table.columns), given=name))


def delimited_rows(file: RawFile, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a CSV file or its like, each with the line in which it begins; empty rows are left out.

    Raises
    ------
    DataError
        Naming the line where the row begins that isn't CSV.
    """
    reader = csv.reader(io.StringIO(file.text(), newline=""), delimiter=delimiter, strict=True)
    begin = 1
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        for row in reader:
            line, begin = begin, reader.line_num + 1
            if row:
                yield line, row
    except csv.Error as error:
        raise file.error(begin, f"not valid CSV: {error}") from error
    finally:
        csv.field_size_limit(limit)


def parse_parquet(file: RawFile) -> RawTable:
    """Parse Apache Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(file.content))
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(Problem(f"not a Parquet file: {error}", where=file.name)) from error
    return RawTable(table.to_pydict(), range(1, table.num_rows + 1), unit="row")


def first_repeated(values: Sequence[Any]) -> tuple[int, int] | None:
    """Return the places of the first value that occurs a second time."""
    seen: dict[Any, int] = {}
    for i, value in enumerate(values):
        if seen.setdefault(value, i) != i:
            return seen[value], i
    return None
