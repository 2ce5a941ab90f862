"""From files of labelled examples to a `Dataset`, every mistake with its line or row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from stancekit.config.explain import problems_of_one_value
from stancekit.config.sources import Columns as ColumnNames
from stancekit.config.sources import Source
from stancekit.config.task import Task
from stancekit.corpus.examples import (
    COLUMN_ORDER,
    LARGEST_NUMBER,
    NUMBER_COLUMNS,
    SPAN_COLUMNS,
    TEXT_COLUMNS,
    UNLINKED,
    to_dataset,
)
from stancekit.corpus.files import name_of, raw_file
from stancekit.corpus.formats import PARSERS
from stancekit.corpus.hub import hash_of_table, load_hub_table
from stancekit.corpus.parsers import RawTable, first_repeated, other_delimiter
from stancekit.corpus.text import has_half_a_character
from stancekit.errors import DataError, Problem

if TYPE_CHECKING:
    from datasets import Dataset

ROWS_NAMED = 3
LONGEST_NUMBER = 100
"""Characters of a number that is read from text; Python refuses to read thousands of digits."""


def read_examples(
    path: str | Path,
    *,
    format: str | None = None,
    encoding: str = "utf-8",
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str | None] | None = None,
) -> Dataset:
    """Read labelled examples from a file, or from the folder that some formats are.

    Parameters
    ----------
    path : str or Path
    format : {"jsonl", "csv", "tsv", "parquet"} or the name of an annotation tool or a corpus, optional
        By the file's ending if not given. "label_studio", "doccano" and "inception" are exports; "newsmtsc", "dse",
        "seesaw", "semeval2016", "xstance" and "fnc1" are read as they are distributed.
    encoding : str, default="utf-8"
        Of a text format: the name of one of Python's text codecs.
    columns : mapping of str to str, optional
        Our name of a column: the file's name of it.
    labels : mapping of str to (str or None), optional
        The file's label: ours. None leaves the example out.

    Returns
    -------
    datasets.Dataset
        With the columns of `stancekit.corpus.example_features()` and whatever else the file has.

    Raises
    ------
    DataError
        If the file isn't there or can't be used.

    Examples
    --------
    >>> import stancekit
    >>> examples = stancekit.read_examples("data/mali-2021-11/examples.jsonl")
    >>> examples[0]["actor"], examples[0]["label"]
    ('France', 'supports')
    """
    source = open_source(path, format=format, encoding=encoding, columns=columns, labels=labels)
    return to_dataset(read_source(source, ColumnNames()))


def read_source(
    source: Source, columns: ColumnNames, task: Task | None = None, id_prefix: str = ""
) -> dict[str, list[Any]]:
    """Read a source of a config as {column: list}, its columns and labels renamed and checked.

    Parameters
    ----------
    source : Source
    columns : Columns
        The config's `data.columns`; the source's own win.
    task : Task, optional
        If given, every row must have a label of the task.
    id_prefix : str, default=""
        Of the ids of rows that have none, before the number of their line.

    Raises
    ------
    DataError
        If the file is empty, lacks a column, or holds rows that can't be used.
    """
    table = read_table(source)
    name = name_of(source)
    renamed = _rename(table, columns.mapping() | (source.columns.mapping() if source.columns else {}), name)
    return _Checker(name, table, source, task, id_prefix).check(renamed)


def read_table(source: Source) -> RawTable:
    """Parse the file of a source, or load its dataset, whatever its columns are.

    Raises
    ------
    DataError
        If it can't be read or parsed, or has no rows.
    """
    name = name_of(source)
    table = load_hub_table(source) if source.hub else _parsed_file(source)
    if not table.lines:
        raise DataError(Problem("the file has no examples, only a header", where=name))
    for column in table.columns:
        if "\0" in column or has_half_a_character(column):
            raise DataError(Problem(f"{column!r} can't be the name of a column", where=name))
    return table


def _parsed_file(source: Source) -> RawTable:
    file = raw_file(source)
    if file.is_empty:
        said = f"the {'folder' if source.file.is_dir() else 'file'} has no examples: it is empty"
        raise DataError(Problem(said, where=file.name))
    return PARSERS[source.resolved_format or "jsonl"](file)


def open_source(path: str | Path, **more: Any) -> Source:
    """Return a source for a path given by hand, relative to the current folder.

    Raises
    ------
    DataError
        If there is no such file, or its format isn't known.
    """
    try:
        return Source.model_validate({"path": str(path), **more}, context={"base": Path()})
    except ValidationError as error:
        raise DataError(problems_of_one_value(error, str(path), at=("data", "train"))) from error


def fingerprint(sources: Iterable[Source]) -> str:
    """Return a SHA-256 of what the sources hold, as 64 hexadecimal digits.

    Of a file, that is its bytes; of a folder, the names and bytes of its files, hidden ones left out; of a dataset
    of the Hub, its values.

    Raises
    ------
    DataError
        If a file can't be read.
    """
    digest = hashlib.sha256()
    for source in sources:
        if source.hub:
            digest.update(hash_of_table(load_hub_table(source)))
            continue
        file = raw_file(source)
        for part in (file, file.beside) if file.beside else (file,):
            digest.update(hashlib.sha256(part.content).digest())
        for inner in file.inside:
            digest.update(hashlib.sha256(inner.name.removeprefix(file.name).encode("utf-8", "replace")).digest())
            digest.update(hashlib.sha256(inner.content).digest())
    return digest.hexdigest()


def read_sources(sources: Sequence[Source], columns: ColumnNames, task: Task) -> dict[str, list[Any]]:
    """Read the union of several sources; see `read_source`.

    Spans that one source has and another hasn't are `UNLINKED` in the latter: still to be looked up.

    Raises
    ------
    DataError
        Also if an id occurs in two of them.
    """
    prefixes = [f"{number}:" if len(sources) > 1 else "" for number in range(1, len(sources) + 1)]
    tables = [read_source(source, columns, task, prefix) for source, prefix in zip(sources, prefixes, strict=True)]
    names = dict.fromkeys(name for table in tables for name in table)
    union = {
        name: [value for table in tables for value in table.get(name, [_not_given(name)] * len(table["text"]))]
        for name in names
    }
    repeated = first_repeated(union["id"])
    if repeated is not None:
        raise DataError(Problem(f"the id {union['id'][repeated[1]]!r} occurs in two sources", hint="Make ids unique"))
    return union


def _not_given(column: str) -> int | None:
    return UNLINKED if column in SPAN_COLUMNS else None


def _rename(table: RawTable, mapping: Mapping[str, str], name: str) -> dict[str, list[Any]]:
    for ours, theirs in mapping.items():
        if theirs not in table.columns:
            said = f"there is no column {theirs!r} (data.columns names it for {ours!r})"
            raise DataError(Problem(said, where=name, allowed=list(table.columns), given=theirs))
    renamed = {ours: table.columns[theirs] for ours, theirs in mapping.items()}
    moved = set(mapping.values())
    kept = {key: values for key, values in table.columns.items() if key not in moved and key not in renamed}
    return kept | renamed


class _Checker:
    """Turns renamed columns into examples, gathering what is wrong with them."""

    def __init__(self, name: str, table: RawTable, source: Source, task: Task | None, id_prefix: str) -> None:
        self.id_prefix = id_prefix
        self.name = name
        self.table = table
        self.source = source
        self.task = task
        self.problems: list[Problem] = []
        self.refused: set[int] = set()

    def check(self, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
        if "text" not in columns:
            self._missing_column("text", columns)
        label_column = None
        if self.task is not None:
            label_column = "labels" if self.task.kind == "multilabel" else "label"
            if label_column not in columns:
                self._missing_column(label_column, columns)
        for name in NUMBER_COLUMNS:
            if name in columns:
                columns[name] = self._whole_numbers(name, columns[name])
        for name in TEXT_COLUMNS:
            if name in columns:
                columns[name] = self._texts(name, columns[name])
        self._make_ids(columns)
        self._refuse("no text", [i for i, text in enumerate(columns["text"]) if not text or text.isspace()])
        self._check_spans(columns)
        keep = self._check_labels(columns, label_column)
        if self.problems:
            raise DataError(self.problems)
        kept = columns if keep is None else {name: [values[i] for i in keep] for name, values in columns.items()}
        if not kept["text"]:
            raise DataError(Problem("the label mapping leaves no example", where=self.name))
        ordered = [name for name in COLUMN_ORDER if name in kept] + [name for name in kept if name not in COLUMN_ORDER]
        return {name: kept[name] for name in ordered}

    def _missing_column(self, name: str, columns: Mapping[str, Any]) -> None:
        said = f"there is no column {name!r}"
        hint = other_delimiter(list(self.table.columns))
        hint = (
            hint or f"Name it: data: {{columns: {{{name}: THEIRS}}}} in a config, --columns {name}=THEIRS in a command"
        )
        raise DataError(Problem(said, where=self.name, allowed=list(columns), given=name, hint=hint))

    def _make_ids(self, columns: dict[str, list[Any]]) -> None:
        if "id" not in columns:
            columns["id"] = [f"{self.id_prefix}{line}" for line in self.table.lines]
        self._refuse("no id", [i for i, value in enumerate(columns["id"]) if not value])
        repeated = first_repeated(columns["id"])
        if repeated is not None and not self.problems:
            first, again = repeated
            said = f"the id {columns['id'][again]!r} was used before, in {self.table.place(first)}"
            self.problems.append(
                Problem(said, where=self._where(again), hint="Make ids unique, or leave the column out")
            )

    def _texts(self, name: str, values: Sequence[Any]) -> list[str | None]:
        texts: list[str | None] = list(values)
        if not set(map(type, values)) <= {str, NoneType}:
            nested = [row for row, value in enumerate(values) if isinstance(value, (list, dict))]
            self._refuse(f"{name!r} is a list or an object, not text", nested)
            texts = [None if value is None or isinstance(value, (list, dict)) else str(value) for value in values]
        if has_half_a_character("".join(filter(None, texts))):
            halves = [row for row, text in enumerate(texts) if text is not None and has_half_a_character(text)]
            self._refuse(f"{name!r} holds half of a surrogate pair, which is no character", halves)
        return texts

    def _whole_numbers(self, name: str, values: Sequence[Any]) -> list[int | None]:
        numbers: list[int | None] = []
        wrong: list[int] = []
        of_text: dict[str, int | None] = {}
        for row, value in enumerate(values):
            if value is None:
                numbers.append(None)
                continue
            number = of_text.get(value) if type(value) is str else None
            if number is None:
                number = _as_whole_number(value)
                if number is None:
                    wrong.append(row)
                elif type(value) is str:
                    of_text[value] = number
            numbers.append(number)
        self._refuse(f"{name!r} is not a whole number", wrong)
        return numbers

    def _check_spans(self, columns: Mapping[str, list[Any]]) -> None:
        for role in ("actor", "target"):
            if f"{role}_start" not in columns and f"{role}_end" not in columns:
                continue
            none = [None] * len(columns["text"])
            spans = zip(
                columns["text"], columns.get(f"{role}_start", none), columns.get(f"{role}_end", none), strict=True
            )
            wrong = [
                row
                for row, (text, start, end) in enumerate(spans)
                if (start is None) != (end is None)
                or (start is not None and end is not None and not 0 <= start < end <= len(text or ""))
            ]
            self._refuse(f"{role}_start and {role}_end are no span of the text", wrong)

    def _check_labels(self, columns: dict[str, list[Any]], label_column: str | None) -> list[int] | None:
        """Map and check labels; return the rows to keep, None for all."""
        mapping = self.source.labels or {}
        if label_column == "labels" or (label_column is None and "label" not in columns and "labels" in columns):
            unusable = [
                row for row, value in enumerate(columns["labels"]) if not isinstance(value, (list, str, NoneType))
            ]
            self._refuse("'labels' is neither a list nor text with '|' between labels", unusable)
            columns["labels"] = [self._map_set(value, mapping) for value in columns["labels"]]
            self._refuse_unknown(columns["labels"])
            return None
        if "labels" in columns:
            columns["labels"] = [self._map_set(value, {}) for value in columns["labels"]]
        if "label" not in columns:
            return None
        dropped = {row for row, label in enumerate(columns["label"]) if label in mapping and mapping[label] is None}
        columns["label"] = [mapping.get(label, label) if label is not None else None for label in columns["label"]]
        if label_column is not None:
            self._refuse_unknown([[] if row in dropped else [label] for row, label in enumerate(columns["label"])])
        return [row for row in range(len(columns["label"])) if row not in dropped] if dropped else None

    def _map_set(self, value: Any, mapping: Mapping[str, str | None]) -> list[str]:
        if value is None:
            return []
        listed = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else []
        mapped = [mapping.get(str(label), str(label)) for label in listed if label is not None]
        return [label for label in dict.fromkeys(mapped) if label is not None]

    def _refuse_unknown(self, labels: Sequence[Sequence[str | None]]) -> None:
        if self.task is None:
            return
        known = self.task.labels
        self._refuse("no label", [row for row, values in enumerate(labels) if None in values])
        unknown: dict[str, list[int]] = {}
        for row, values in enumerate(labels):
            for label in values:
                if label is not None and label not in known:
                    unknown.setdefault(label, []).append(row)
        for label, rows in unknown.items():
            self._refuse(
                f"the label {label!r} is not in task.labels",
                rows,
                allowed=known,
                given=label,
                hint="Map it (to null to leave it out): data: {train: {path: ..., labels: {THEIRS: OURS}}};"
                " in a command: --labels THEIRS=OURS",
            )

    def _refuse(self, said: str, rows: Sequence[int], **more: Any) -> None:
        rows = [row for row in rows if row not in self.refused]
        if not rows:
            return
        self.refused.update(rows)
        others = [str(self.table.lines[row]) for row in rows[1 : 1 + ROWS_NAMED]]
        if others:
            left = len(rows) - 1 - len(others)
            unit = self.table.unit + ("s" if len(rows) > 2 else "")
            said += f" (also {unit} {', '.join(others)}{f' and {left} more' if left else ''})"
        self.problems.append(Problem(said, where=self._where(rows[0]), **more))

    def _where(self, row: int) -> str:
        return self.table.where(self.name, row)


def _as_whole_number(value: Any) -> int | None:
    decimals = isinstance(value, str) and len(value) < LONGEST_NUMBER and value.strip().removeprefix("-").isdecimal()
    if decimals or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_NUMBER:
        return None
    return value
