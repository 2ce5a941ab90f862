"""`stancekit convert`: from any format that is read to any that is written."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stancekit.corpus.readers import read_examples
from stancekit.corpus.writers import format_to_write, refuse_existing, write_examples


@dataclass(frozen=True)
class Conversion:
    """What was converted into what.

    Attributes
    ----------
    source, path : str
        The file or folder that was read, and the file that was written.
    format : str
        That it was written in.
    examples, labelled : int
        Rows, and those of them with a label or a set of labels.
    annotators : tuple of str
        Who labelled them, where that is known.
    columns : tuple of str
        Those that hold anything.
    """

    source: str
    path: str
    format: str
    examples: int
    labelled: int
    annotators: tuple[str, ...]
    columns: tuple[str, ...]


def convert(
    source: Path, path: Path, *, read_as: str | None = None, write_as: str | None = None, encoding: str = "utf-8"
) -> Conversion:
    """Read examples in one format and write them in another.

    Parameters
    ----------
    source, path : Path
        A file or folder that is there, and a file that isn't.
    read_as, write_as : str, optional
        Their formats, by their endings if not given.
    encoding : str, default="utf-8"
        Of `source`, if it is text.

    Raises
    ------
    DataError
        If one can't be read, or the other exists or can't hold what was read.

    Examples
    --------
    >>> convert(Path("data/mali-2021-11/examples.jsonl"), getfixture("tmp_path") / "examples.csv").examples
    52
    """
    format = format_to_write(path, write_as)
    refuse_existing(path)
    examples = read_examples(source, format=read_as, encoding=encoding)
    write_examples(examples, path, format=format)
    table: dict[str, list[Any]] = {name: list(examples[name]) for name in examples.column_names}
    labels = zip(table["label"], table["labels"], strict=True)
    return Conversion(
        source=str(source),
        path=str(path),
        format=format,
        examples=len(examples),
        labelled=sum(label is not None or bool(several) for label, several in labels),
        annotators=tuple(sorted({name for name in table["annotator"] if name is not None})),
        columns=tuple(name for name, values in table.items() if any(value is not None for value in values)),
    )


def convert_command(
    source: Path, path: Path, read_as: str | None, write_as: str | None, encoding: str, *, as_json: bool
) -> None:
    """Convert a file, and say what was written."""
    done = convert(source, path, read_as=read_as, write_as=write_as, encoding=encoding)
    if as_json:
        print(json.dumps(asdict(done), ensure_ascii=False))
        return
    by = f", by {len(done.annotators)} annotators" if len(done.annotators) > 1 else ""
    print(f"{done.path}: {done.examples} examples, {done.labelled} labelled{by} ({done.format})")
