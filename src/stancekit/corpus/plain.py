"""From a table of any kind to plain values that a file can hold, or to what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from stancekit.corpus.examples import (
    COLUMN_ORDER,
    LARGEST_NUMBER,
    NUMBER_COLUMNS,
    TEXT_COLUMNS,
    UNLINKED,
    columns_of,
)
from stancekit.corpus.text import has_half_a_character
from stancekit.errors import DataError, Problem


class _UnusableError(Exception):
    """A value that no file of examples can hold; says why."""


def plain_columns(examples: Any) -> dict[str, list[Any]]:
    """Return examples as {column: list} of what JSON knows, our columns first.

    Columns of the schema that a `Dataset` or Arrow table has without a single value are left out, as are spans that
    are still to be looked up: reading a file without them gives the same table.

    Raises
    ------
    DataError
        If there is no example, a row has no text, or a value is of a kind that files don't hold.
    """
    has_schema = hasattr(examples, "to_pydict") or hasattr(examples, "features")
    columns = columns_of(examples)
    if has_schema:
        columns = {
            name: values
            for name, values in columns.items()
            if name not in COLUMN_ORDER or any(value is not None for value in values)
        }
    _refuse_wrong_shape(columns)
    _leave_out_unlinked(columns)
    names = [name for name in COLUMN_ORDER if name in columns] + [name for name in columns if name not in COLUMN_ORDER]
    missing_is_nan = hasattr(examples, "iloc")
    return {name: _plain_column(name, columns[name], missing_is_nan) for name in names}


def _refuse_wrong_shape(columns: Mapping[str, Sequence[Any]]) -> None:
    if "text" not in columns:
        raise DataError(Problem("the examples have no 'text'", allowed=list(columns), given="text"))
    count = len(columns["text"])
    if count == 0:
        raise DataError("there are no examples to write")
    for name, values in columns.items():
        if not name or "\0" in name or has_half_a_character(name):
            raise DataError(f"{name!r} can't be the name of a column")
        if len(values) != count:
            raise DataError(f"{count} texts, but {len(values)} values of {name!r}")
    for row, text in enumerate(columns["text"]):
        if not isinstance(text, str) or not text.strip():
            raise DataError(Problem("no text", where=f"example {row}"))


def _leave_out_unlinked(columns: dict[str, list[Any]]) -> None:
    for role in ("actor", "target"):
        spans = [name for name in (f"{role}_start", f"{role}_end") if name in columns]
        unlinked = [value == UNLINKED for name in spans for value in columns[name]]
        if not any(unlinked):
            continue
        if not all(unlinked):
            row = unlinked.index(True) % len(columns["text"])
            said = f"the span of its {role} is still to be looked up, which a file can't say of single rows"
            hint = f"Look it up, or give None as {role}_start and {role}_end where there is no mention"
            raise DataError(Problem(said, where=f"example {row}", hint=hint))
        for name in spans:
            del columns[name]


def _plain_column(name: str, values: Sequence[Any], missing_is_nan: bool) -> list[Any]:
    plain = _kind_of(name)
    result = []
    for row, value in enumerate(values):
        given = None if missing_is_nan and _is_missing(value) else value
        try:
            result.append(plain(given))
        except _UnusableError as error:
            raise DataError(Problem(f"{name!r} {error}", where=f"example {row}")) from None
    return result


def _kind_of(name: str) -> Callable[[Any], Any]:
    if name == "labels":
        return _plain_labels
    if name in TEXT_COLUMNS:
        return _plain_text
    return _plain_number if name in NUMBER_COLUMNS else plain_value


def _is_missing(value: Any) -> bool:
    return type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and math.isnan(value))


def _plain_text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, (int, date)) or hasattr(value, "__index__"):
        return str(value)
    if not isinstance(value, str):
        raise _UnusableError(f"is {type(value).__name__}, not text")
    return _whole_characters(value)


def _plain_number(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not hasattr(value, "__index__") or abs(int(value)) > LARGEST_NUMBER:
        raise _UnusableError(f"is {value!r}, not a whole number of at most {LARGEST_NUMBER}")
    return int(value)


def _plain_labels(value: Any) -> list[str]:
    listed = [] if value is None else plain_value(value)
    if not isinstance(listed, list) or not all(isinstance(label, str) for label in listed):
        raise _UnusableError(f"is {type(value).__name__}, not a list of labels")
    return list(dict.fromkeys(listed))


def plain_value(value: Any) -> Any:
    """Return what JSON makes of a value: text, numbers, truth values, None, and lists and mappings of these."""
    if isinstance(value, str):
        return _whole_characters(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _UnusableError(f"is {value}, which JSON has no number for; None says that there is no value")
        return float(value)
    if isinstance(value, (list, tuple)):
        return [plain_value(each) for each in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise _UnusableError("has a key that is no text")
        return {_whole_characters(key): plain_value(each) for key, each in value.items()}
    if hasattr(value, "dtype") and hasattr(value, "tolist"):
        return plain_value(value.tolist())
    raise _UnusableError(f"is {type(value).__name__}, which no format holds")


def _whole_characters(text: str) -> str:
    if has_half_a_character(text):
        raise _UnusableError("holds half of a surrogate pair, which is no character")
    return text
