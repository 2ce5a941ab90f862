"""Files of rows that are written as the rows come: JSONL, CSV, TSV, Parquet; whole or not there at all."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal

from stancekit.corpus.parsers import LABEL_SEPARATOR
from stancekit.corpus.tables import as_json
from stancekit.corpus.writers import refuse_existing
from stancekit.errors import DataError, Problem

Kind = Literal["text", "whole", "decimal", "texts"]
Rows = Sequence[Mapping[str, Any]]
WriteRows = Callable[[Rows], None]


@contextmanager
def new_rows_file(
    path: Path, columns: Mapping[str, Kind], *, format: str | None = None, force: bool = False
) -> Iterator[WriteRows]:
    r"""Give what writes rows to a file, which appears when the block ends well and not if it fails.

    Text is written as it is: a cell that begins with `=` is one that began with `=`.

    Parameters
    ----------
    path : Path
    columns : mapping of str to {"text", "whole", "decimal", "texts"}
        Those of the file, in order; a row may have others, which are left out. In CSV and TSV None is an empty field,
        and the values of `texts` are divided by a bar.
    format : {"jsonl", "csv", "tsv", "parquet"}, optional
        By the file's ending if not given.
    force : bool, default=False
        Replace a file that is there.

    Raises
    ------
    DataError
        If the format isn't known, something is there already, or nothing can be written.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "rows.csv"
    >>> with new_rows_file(path, {"text": "text", "start": "whole"}) as write:
    ...     write([{"text": "Paris, non.", "start": 3}])
    >>> path.read_text(encoding="utf-8")
    'text,start\n"Paris, non.",3\n'
    """
    opened = _FORMATS[rows_format(path, format)]
    refuse_place(path, force=force)
    partial = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.partial"
    try:
        with _told(path), partial.open("wb") as file, opened(file, columns) as write:
            yield write
        with _told(path):
            if not force:
                refuse_existing(path)
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def streamed_rows(file: BinaryIO, columns: Mapping[str, Kind], format: str) -> Iterator[WriteRows]:
    """Give what writes rows to a stream that is open, each as soon as it is there; see `new_rows_file`.

    Raises
    ------
    DataError
        If the format isn't known.
    OSError
        If nothing can be written, as when nobody reads on.
    """
    opened = _FORMATS[rows_format(Path(), format)]
    with opened(file, columns) as write:

        def write_through(rows: Rows) -> None:
            write(rows)
            file.flush()

        yield write_through


def rows_format(path: Path, format: str | None = None) -> str:
    """Return the format of a file of rows, by its ending if none is named.

    Raises
    ------
    DataError
        If there is none of that name or ending.
    """
    chosen = format if format is not None else path.suffix.lstrip(".").lower()
    if chosen not in _FORMATS:
        said = f"can't write the format {format!r}" if format else "can't tell the format by the ending"
        raise DataError(Problem(said, str(path), list(_FORMATS), chosen, hint="" if format else "Name it: --to"))
    return chosen


def refuse_place(path: Path, *, force: bool) -> None:
    """Refuse a place where no file can be written, before any work is done for it.

    Raises
    ------
    DataError
    """
    if path.is_dir():
        raise DataError(Problem("this is a folder", where=str(path), hint="Name a file in it"))
    if not path.parent.is_dir():
        raise DataError(Problem("there is no such folder to write into", where=str(path.parent), hint="Make it first"))
    if not force and (path.exists() or path.is_symlink()):
        raise DataError(Problem("the file exists", where=str(path), hint="Name another file, or give --force"))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(Problem(f"can't write the rows: {error.strerror or error}", where=str(path))) from error


@contextmanager
def _jsonl(file: BinaryIO, columns: Mapping[str, Kind]) -> Iterator[WriteRows]:
    def write(rows: Rows) -> None:
        file.writelines((as_json({name: row[name] for name in columns}) + "\n").encode() for row in rows)

    yield write


@contextmanager
def _delimited(file: BinaryIO, columns: Mapping[str, Kind], delimiter: str) -> Iterator[WriteRows]:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    plain = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    # Python 3.11 leaves a carriage return unquoted beside a line feed as line end, and then fails to read it.
    quoted = csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)

    def write(rows: Rows) -> None:
        for row in rows:
            fields = [_field(row[name]) for name in columns]
            (quoted if any("\r" in field for field in fields) else plain).writerow(fields)

    try:
        plain.writerow(columns)
        yield write
    finally:
        text.detach()  # the file isn't its own to close


def _field(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return LABEL_SEPARATOR.join(value)
    return "" if value is None else str(value)


@contextmanager
def _parquet(file: BinaryIO, columns: Mapping[str, Kind]) -> Iterator[WriteRows]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "whole": pa.int64(), "decimal": pa.float64(), "texts": pa.list_(pa.string())}
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    with pq.ParquetWriter(file, schema) as writer:

        def write(rows: Rows) -> None:
            if rows:
                arrays = [pa.array([row[own.name] for row in rows], own.type) for own in schema]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))

        yield write


_FORMATS: Mapping[str, Callable[[BinaryIO, Mapping[str, Kind]], AbstractContextManager[WriteRows]]] = {
    "jsonl": _jsonl,
    "csv": lambda file, columns: _delimited(file, columns, ","),
    "tsv": lambda file, columns: _delimited(file, columns, "\t"),
    "parquet": _parquet,
}
