"""Leaving out training examples that are copies."""

from __future__ import annotations

from typing import Any

from stancekit.corpus.examples import Columns


def rows_without_copies(train: Columns, test: Columns | None = None) -> list[int]:
    """Return the training examples that are neither a copy of an earlier one nor one of a test example.

    A copy has the same text, actor and target, mentioned at the same place; what another annotator says of it is none.
    Copies of test examples are told by text, actor and target alone. Labels don't count: of contradicting copies the
    first stays.

    Parameters
    ----------
    train, test : mapping of lists

    Returns
    -------
    list of int

    Examples
    --------
    >>> rows_without_copies({"text": ["a", "b", "a", "c"]}, {"text": ["c"]})
    [0, 1]
    """
    tested = set(cases(test)) if test is not None else set()
    keys = zip(marked_cases(train), _column(train, "annotator"), strict=True)
    first: dict[Any, int] = {}
    repeated = [first.setdefault(key, row) != row for row, key in enumerate(keys)]
    return [row for row, case in enumerate(cases(train)) if not repeated[row] and case not in tested]


def cases(examples: Columns) -> list[tuple[str, str | None, str | None]]:
    """Return what is labelled: text, actor and target of every example."""
    return list(zip(examples["text"], _column(examples, "actor"), _column(examples, "target"), strict=True))


def marked_cases(examples: Columns) -> list[tuple[Any, ...]]:
    """Return what is labelled, and where it is mentioned: a text may name the same target twice."""
    places = (_column(examples, f"{role}_start") for role in ("actor", "target"))
    return list(zip(cases(examples), *places, strict=True))


def _column(examples: Columns, name: str) -> Any:
    return examples.get(name) or [None] * len(examples["text"])
