"""From examples to a file that `read_examples` gives back as they were."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stancekit.corpus.plain import plain_columns
from stancekit.corpus.tables import Table, delimited_bytes, jsonl_bytes, parquet_bytes
from stancekit.corpus.tools.doccano import doccano_bytes
from stancekit.corpus.tools.inception import inception_bytes
from stancekit.corpus.tools.label_studio import label_studio_bytes
from stancekit.errors import DataError, Problem

WRITERS: Mapping[str, Callable[[Table], bytes]] = {
    "jsonl": jsonl_bytes,
    "csv": lambda columns: delimited_bytes(columns, ","),
    "tsv": lambda columns: delimited_bytes(columns, "\t"),
    "parquet": parquet_bytes,
    "label_studio": label_studio_bytes,
    "doccano": doccano_bytes,
    "inception": inception_bytes,
}
"""By format; `read_examples` reads each of them back."""
ENDINGS = ("jsonl", "csv", "tsv", "parquet")


def write_examples(examples: Any, path: str | Path, *, format: str | None = None) -> Path:
    """Write examples to a new file, whole or not at all.

    Parameters
    ----------
    examples : Dataset, mapping of lists, list of dict, pyarrow.Table or data frame
        With `text`, and whatever else: see `stancekit.corpus.example_features()`. A row for each label that an
        annotator gave.
    path : str or Path
        Of a file that isn't there yet.
    format : {"jsonl", "csv", "tsv", "parquet", "label_studio", "doccano", "inception"}, optional
        By the file's ending if not given.

    Returns
    -------
    Path
        `read_examples` of it gives the same examples.

    Raises
    ------
    DataError
        If the file exists or can't be written, or if the format can't hold a value.

    Examples
    --------
    >>> from stancekit import read_examples
    >>> folder = getfixture("tmp_path")
    >>> path = write_examples([{"id": "1", "text": "Paris refuse.", "label": "opposes"}], folder / "examples.csv")
    >>> read_examples(path)["label"][0]
    'opposes'
    """
    path = Path(path)
    chosen = format_to_write(path, format)
    refuse_existing(path)
    content = WRITERS[chosen](plain_columns(examples))
    write_whole(path, content)
    return path


def format_to_write(path: Path, format: str | None = None) -> str:
    """Return the format in which a file will be written, by its ending if none is named.

    Raises
    ------
    DataError
        If there is no writer for it.
    """
    if format is None:
        ending = path.suffix.lstrip(".").lower()
        if ending not in ENDINGS:
            said, hint = "can't tell the format by the ending", "Name it: --format, or --to of convert"
            raise DataError(Problem(said, where=str(path), allowed=list(WRITERS), given=ending, hint=hint))
        return ending
    if format not in WRITERS:
        raise DataError(Problem(f"can't write the format {format!r}", allowed=list(WRITERS), given=format))
    return format


def refuse_existing(path: Path) -> None:
    """Refuse to write where something is.

    Raises
    ------
    DataError
    """
    if path.exists() or path.is_symlink():
        hint = "Nothing is overwritten: name another file, or remove this one"
        raise DataError(Problem("the file exists", where=str(path), hint=hint))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that half a file is never seen.

    Raises
    ------
    DataError
        If it can't be written, or the place was taken meanwhile.
    """
    partial = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.partial"
    try:
        try:
            partial.write_bytes(content)
            refuse_existing(path)
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(Problem(f"can't write the examples: {error.strerror}", where=str(path))) from error
