"""The config keys in which runs differ, short enough to read: a block that some runs lack is one row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

TOLD = ("kind", "field", "analyzer", "lexicon", "ngrams", "C", "path", "hub")
"""What tells a block or a member of a vote from others, in this order."""

_IS_SOURCE = re.compile(r"data\.(?:train|test)\.\d+(?:\.path)?$")
_ONE_SOURCE = re.compile(r"^(data\.(?:train|test))\.0(?=\.|$)")
"""The first source of examples, which is nearly always the only one, goes without its number."""

Row = list[Any]


def short_keys(differing: Mapping[str, Sequence[Any]]) -> dict[str, Row]:
    """Return differing keys for the eye: those of a list's item that some runs lack become one, where others agree.

    Parameters
    ----------
    differing : mapping of str to sequence
        See `stancekit.experiment.compare.Comparison`.

    Examples
    --------
    >>> short_keys({"seed": [1, 2], "blocks.1.field": ["text", None], "blocks.1.ngrams": [[1, 2], None]})
    {'seed': [1, 2], 'blocks.1': ['text [1, 2]', None]}
    >>> short_keys({"data.test.0.path": [None, "../data/mali/examples.jsonl"], "data.test.0.format": [None, "jsonl"]})
    {'data.test': [None, 'mali/examples.jsonl']}
    """
    return {
        _ONE_SOURCE.sub(r"\1", key): list(map(_tail, row)) if _IS_SOURCE.match(key) else row
        for key, row in _joined(differing).items()
    }


def _joined(differing: Mapping[str, Sequence[Any]]) -> dict[str, Row]:
    items: dict[str, dict[str, Row]] = {}
    for key, values in differing.items():
        found = re.fullmatch(r"(.+\.\d+)\.([^.]+)", key)
        if found:
            items.setdefault(found[1], {})[found[2]] = list(values)
    there = {item: _runs_with(own) for item, own in items.items()}
    rows: dict[str, Row] = {}
    for key, values in differing.items():
        item = key.rpartition(".")[0]
        if item not in items or all(there[item]) or not _agree(values, there[item]):
            rows[key] = list(values)
        elif item not in rows:
            rows[item] = [_told(items[item], run) if own else None for run, own in enumerate(there[item])]
    return rows


def _runs_with(item: Mapping[str, Row]) -> list[bool]:
    """Tell which runs have an item of a list: those that have any of its keys."""
    return [any(value is not None for value in values) for values in zip(*item.values(), strict=True)]


def _agree(values: Sequence[Any], there: Sequence[bool]) -> bool:
    present = [value for value, own in zip(values, there, strict=True) if own]
    return all(value == present[0] for value in present)


def _told(item: Mapping[str, Row], run: int) -> str:
    known = [item[name][run] for name in TOLD if name in item and item[name][run] is not None]
    rest = (f"{name} {values[run]}" for name, values in item.items() if values[run] is not None)
    return " ".join(map(str, known)) or ", ".join(rest)


def _tail(value: Any) -> Any:
    """Return the end of a path, which tells files of a corpus apart; what leads there is seldom of interest."""
    return "/".join(value.split("/")[-2:]) if isinstance(value, str) else value
