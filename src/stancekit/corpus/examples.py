"""Examples, the unit of everything downstream: a sentence, who may hold a stance in it, and on what.

A corpus of examples is a `datasets.Dataset` with the columns of `example_features()`, whatever else its source
holds beside them. Features and models need only some columns as plain lists: `as_columns`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stancekit.errors import DataError, Problem, closest

if TYPE_CHECKING:
    from datasets import Dataset, Features

Columns = Mapping[str, Sequence[Any]]

TEXT_COLUMNS = (
    "id",
    "article",
    "text",
    "actor",
    "target",
    "label",
    "speaker",
    "annotator",
    "language",
    "date",
    "group",
)
NUMBER_COLUMNS = ("sentence", "actor_start", "actor_end", "target_start", "target_end")
SPAN_COLUMNS = ("actor_start", "actor_end", "target_start", "target_end")
COLUMN_ORDER = (
    "id",
    "article",
    "sentence",
    "text",
    "actor",
    "actor_start",
    "actor_end",
    "target",
    "target_start",
    "target_end",
    "label",
    "labels",
    "speaker",
    "annotator",
    "language",
    "date",
    "group",
)

_USED_COLUMNS = ("text", "actor", "target", *SPAN_COLUMNS)

LARGEST_NUMBER = 2**31 - 1
"""In the columns of numbers."""
UNLINKED = -1
"""A span that was not given: the mention may be looked up by name. (None: there is no mention.)"""


def example_features() -> Features:
    """Return the schema of a table of examples.

    ==================================  ==================================================================
    `id`                                unique in its table
    `article`, `sentence`               where it is from: article id, sentence number counted from 0
    `text`                              the sentence
    `actor`, `actor_start`, `…_end`     canonical name; its mention as `text[start:end]`, null where none
    `target`, `target_start`, `…_end`   likewise
    `label`                             the stance (`kind: stance`)
    `labels`                            the set of labels (`kind: multilabel`)
    `speaker`                           who says it, where it is quoted or reported: canonical name, or as written
    `annotator`, `language`, `date`     who labelled it; ISO 639-1; ISO 8601
    `group`                             what must not be torn apart by folds, where that isn't the article
    ==================================  ==================================================================
    """
    from datasets import Features, List, Value

    types: dict[str, Any] = dict.fromkeys(TEXT_COLUMNS, Value("string"))
    types |= dict.fromkeys(NUMBER_COLUMNS, Value("int32"))
    types["labels"] = List(Value("string"))
    return Features({name: types[name] for name in COLUMN_ORDER})


def to_dataset(columns: Columns) -> Dataset:
    """Return columns as a `Dataset` with the schema of examples; what the schema doesn't know is kept behind it."""
    import pyarrow as pa
    from datasets import Dataset

    schema = example_features().arrow_schema
    count = len(columns["text"])
    arrays: dict[str, Any] = {
        field.name: pa.array(columns.get(field.name, [None] * count), type=field.type) for field in schema
    }
    for name in columns:
        if name not in arrays:
            arrays[name] = _extra_array(columns[name])
    return Dataset(pa.table(arrays))


def _extra_array(values: Sequence[Any]) -> Any:
    import pyarrow as pa

    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if value is None else str(value) for value in values])


def as_columns(examples: Any, *, actor: str | None = None, target: str | None = None) -> dict[str, list[Any]]:
    """Return examples of any tabular kind as {column: list}.

    Parameters
    ----------
    examples : str, list of str, list of dict, mapping of lists, Dataset, pyarrow.Table or data frame
        A row needs `text`; `actor`, `target` and their spans are optional.
    actor, target : str, optional
        For every row that doesn't name its own.

    Raises
    ------
    DataError
        If a row has no text, or the kind of table isn't known.

    Examples
    --------
    >>> as_columns(["Paris refuse."], actor="France")["actor"]
    ['France']
    """
    columns = columns_of(examples)
    if "text" not in columns:
        match = closest("text", [str(name) for name in columns])
        hint = f"Is it {match!r}?" if match else "Name the column of the sentences 'text'"
        raise DataError(Problem("the examples have no 'text'", hint=hint))
    for row, text in enumerate(columns["text"]):
        if not isinstance(text, str):
            raise DataError(Problem(f"'text' is {type(text).__name__}, not str", where=f"example {row}"))
    count = len(columns["text"])
    uneven = next((name for name in _USED_COLUMNS if name in columns and len(columns[name]) != count), None)
    if uneven is not None:
        raise DataError(Problem(f"{count} texts, but {len(columns[uneven])} values of {uneven!r}"))
    for name in _USED_COLUMNS[1:]:
        if name in columns:
            columns[name] = [_known(value) for value in columns[name]]
    for name, value in (("actor", actor), ("target", target)):
        given = columns.get(name, [None] * count)
        columns[name] = [value if own is None else own for own in given]
    for name in SPAN_COLUMNS:
        columns.setdefault(name, [UNLINKED] * count)
    for role in ("actor", "target"):
        _refuse_wrong_spans(role, columns)
    return columns


def _refuse_wrong_spans(role: str, columns: Columns) -> None:
    rows = zip(columns["text"], columns[f"{role}_start"], columns[f"{role}_end"], strict=True)
    for row, (text, start, end) in enumerate(rows):
        if start == end and start in (None, UNLINKED):
            continue
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
            said = f"{role}_start {start!r} and {role}_end {end!r} are no span of its text"
            raise DataError(Problem(said, where=f"example {row}"))


def _known(value: Any) -> Any:
    """Return a value of a table: None where a data frame has NaN or NA, a whole number where it has 3.0 or int64(3)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None if math.isnan(value) else value
    return int(value) if hasattr(value, "__index__") else None


def columns_of(examples: Any) -> dict[str, list[Any]]:
    """Return a table of any kind as {column: list}, its values as they are; see `as_columns` for what it may be.

    Spans that no row of a table with a schema has are left out: they were not given.

    Raises
    ------
    DataError
        If the kind of table isn't known.
    """
    if isinstance(examples, str):
        return {"text": [examples]}
    if isinstance(examples, Mapping):
        if isinstance(examples.get("text"), str):
            return _columns_of_rows([examples])
        return {str(name): list(values) for name, values in examples.items()}
    if hasattr(examples, "to_pydict"):
        return _without_empty_spans(examples.to_pydict())
    if hasattr(examples, "column_names") and hasattr(examples, "features"):
        return _without_empty_spans({name: list(examples[name][:]) for name in examples.column_names})
    if hasattr(examples, "to_dict") and hasattr(examples, "columns"):
        return _without_empty_spans({str(name): examples[name].to_list() for name in examples.columns})
    if isinstance(examples, Iterable):
        rows = list(examples)
        if all(isinstance(row, str) for row in rows):
            return {"text": rows}
        # An abstract class is slow to ask: dict first.
        if all(isinstance(row, (dict, Mapping)) for row in rows):
            return _columns_of_rows(rows)
    allowed = "a list of dicts or strings, a Dataset, a pyarrow table or a data frame"
    raise DataError(Problem(f"can't read examples from {type(examples).__name__}", hint=f"Give {allowed}"))


def _without_empty_spans(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return the columns of a table with a schema; spans that no row has were not given."""
    given = [name for name in SPAN_COLUMNS if name in columns]
    empty = {name for name in given if all(_known(value) is None for value in columns[name])}
    return {name: values for name, values in columns.items() if name not in empty}


def _columns_of_rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name, UNLINKED if name in SPAN_COLUMNS else None) for row in rows] for name in names} or {
        "text": []
    }


def label_sets(examples: Columns) -> dict[str, list[Any]]:
    """Return the view of the same labels by sentence: sets such as `{opposes_wagner_deal}`.

    Parameters
    ----------
    examples : mapping of lists
        With `article`, `sentence`, `text`, `target`, `label`. A neutral example adds nothing to the set.

    Returns
    -------
    dict of lists
        `id, article, sentence, text, labels, language, date`, a row for each sentence, in order.

    Examples
    --------
    >>> view = label_sets({"article": ["a", "a"], "sentence": [0, 0], "text": ["t", "t"],
    ...                    "target": ["junta", "vote"], "label": ["opposes", "neutral"]})
    >>> view["id"], view["labels"]
    (['a/s00'], [['opposes_junta']])
    """
    count = len(examples["text"])
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for i in range(count):
        key = (examples["article"][i], examples["sentence"][i])
        row = rows.setdefault(
            key,
            {
                "id": f"{key[0]}/s{key[1]:02d}",
                "article": key[0],
                "sentence": key[1],
                "text": examples["text"][i],
                "labels": set(),
                "language": examples["language"][i] if "language" in examples else None,
                "date": examples["date"][i] if "date" in examples else None,
            },
        )
        if examples["label"][i] != "neutral":
            row["labels"].add(f"{examples['label'][i]}_{examples['target'][i]}")
    ordered = [rows[key] | {"labels": sorted(rows[key]["labels"])} for key in sorted(rows)]
    names = ("id", "article", "sentence", "text", "labels", "language", "date")
    return {name: [row[name] for row in ordered] for name in names}
