"""Examples, the unit of everything downstream: a sentence, who may hold a stance in it, and on what.

A corpus of examples is a `datasets.Dataset` with the columns of `example_features()`, whatever else its source
holds beside them. Features and models need only some columns as plain lists: `as_columns`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
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

_MISSING = ("NAType", "NaTType")
"""What pandas has for no value, beside NaN."""

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
    for name, value in (("actor", actor), ("target", target)):
        columns[name] = _names(name, columns.get(name, [None] * count), value)
    for name in SPAN_COLUMNS:
        if name in columns:
            columns[name] = [_known(own) for own in columns[name]]
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


def _names(role: str, given: Sequence[Any], default: Any) -> list[str | None]:
    if default is not None and not isinstance(default, str):
        said = f"{role}= is {type(default).__name__}, not one name for all examples"
        raise DataError(Problem(said, hint="Give each example its own: a list of dicts or a data frame"))
    names = [_name(own, role, row) for row, own in enumerate(given)]
    return [default if own is None else own for own in names]


def _name(value: Any, role: str, row: int) -> str | None:
    """Return the name of an actor or a target; a number that stands for one is written out, as files have it."""
    if isinstance(value, str):
        return value
    if is_missing(value):
        return None
    known = _known(value)
    if isinstance(known, int) and not isinstance(value, bool):
        return str(known)
    raise DataError(Problem(f"{role!r} is {type(value).__name__}, not a name", where=f"example {row}"))


def is_missing(value: Any) -> bool:
    """Tell whether a value of a table is none: None, NaN, or what pandas has for it."""
    return value is None or type(value).__name__ in _MISSING or (isinstance(value, Real) and math.isnan(value))


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
        return _columns_of_mapping(examples)
    if hasattr(examples, "to_pydict"):
        return _without_empty_spans(examples.to_pydict())
    if hasattr(examples, "column_names") and hasattr(examples, "features") and hasattr(type(examples), "__len__"):
        return _without_empty_spans({name: list(examples[name][:]) for name in examples.column_names})
    names = names_of_columns(examples)
    if names is not None:
        return _without_empty_spans(_columns_of_frame(examples, names))
    if isinstance(_as_row(examples), Mapping):
        return _columns_of_rows([_as_row(examples)])
    if hasattr(examples, "to_pylist"):  # an Arrow array
        return _columns_of_items(examples.to_pylist())
    if isinstance(examples, Iterable) and not isinstance(examples, bytes) and getattr(examples, "ndim", 1) == 1:
        return _columns_of_items(list(examples))
    raise DataError(Problem(f"can't read examples from {type(examples).__name__}", hint=_how_to_give(examples)))


def names_of_columns(examples: Any) -> list[str] | None:
    """Return the names of the columns of a data frame, None for everything else."""
    if isinstance(examples, type) or not (hasattr(examples, "to_dict") and hasattr(examples, "columns")):
        return None
    return [str(name) for name in examples.columns]


def _columns_of_frame(examples: Any, names: Sequence[str]) -> dict[str, list[Any]]:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(Problem(f"there are two columns {twice!r}", hint="Leave one of them out"))
    return {str(name): examples[name].to_list() for name in examples.columns}


def _how_to_give(examples: Any) -> str:
    if getattr(examples, "ndim", 1) != 1:
        return "An array of numbers or of several columns doesn't say which is the text: give a data frame"
    if hasattr(examples, "collect"):
        return "Give what its .collect() returns"
    return "Give a list of dicts or strings, a Dataset, a pyarrow table or a data frame"


def _columns_of_mapping(examples: Mapping[Any, Any]) -> dict[str, list[Any]]:
    if "text" not in examples and examples and all(hasattr(table, "column_names") for table in examples.values()):
        splits = ", ".join(map(str, examples))
        raise DataError(Problem(f"this holds {len(examples)} tables ({splits})", hint="Give one of them"))
    columns = {}
    for name, values in examples.items():
        if isinstance(values, str) or not isinstance(values, Iterable):
            said = f"{str(name)!r} is {type(values).__name__}, not a list of a value for each example"
            hint = "Give actor= and target= for all examples" if isinstance(values, str) else ""
            raise DataError(Problem(said, hint=hint))
        columns[str(name)] = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
    return columns


def _columns_of_items(items: Sequence[Any]) -> dict[str, list[Any]]:
    """Return the columns of rows that are all texts or all mappings."""
    items = [_as_row(item) for item in items]
    of_mappings = bool(items) and isinstance(items[0], Mapping)
    kinds = (dict, Mapping) if of_mappings else (str,)  # an abstract class is slow to ask: dict first
    for row, item in enumerate(items):
        if not isinstance(item, kinds):
            wanted = "a dict as the first" if of_mappings else "text" if row else "text or a dict"
            where = f"example {row}"
            raise DataError(Problem(f"this is {type(item).__name__}, not {wanted}", where, hint=_how_to_give(items)))
    return _columns_of_rows(items) if of_mappings else {"text": list(items)}


def _as_row(item: Any) -> Any:
    """Return the row of a data frame, as `iterrows`, `apply` and `itertuples` give it, as a mapping."""
    if isinstance(item, (dict, str)):
        return item
    if hasattr(item, "_asdict"):
        return item._asdict()
    return item.to_dict() if hasattr(item, "to_dict") and "text" in getattr(item, "index", ()) else item


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
