"""Fields: the views of an example that are counted.

A mention of the actor or target is replaced by `_ACTOR_` / `_TARGET_` in every view but `text`, so that what is
learned is what is said about someone, not who it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stancekit.corpus.examples import Columns
from stancekit.corpus.text import compose, straighten
from stancekit.features.lexicons.skeleton import skeletons

ACTOR_MARK, TARGET_MARK = "_ACTOR_", "_TARGET_"
WINDOW = 5
"""Words on either side of a mention."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class _Row:
    """One example, its mentions as ordered, disjoint pieces: (start, end, mark)."""

    text: str
    actor: str | None
    target: str | None
    mentions: tuple[tuple[int, int, str], ...]


def compute_field(examples: Columns, field: str) -> list[str]:
    """Return a view of every example, apostrophes made straight and letters composed with their accents.

    Parameters
    ----------
    examples : mapping of lists
        `text, actor, target` and the four span columns; see `stancekit.corpus.as_columns`.
    field : str
        ===============================  ==========================================================
        `text`                           the sentence as it is
        `masked`                         mentions replaced by marks
        `before`, `between`, `after`     what is before the first mention, between the two, after the last; all
                                         empty where there is no mention, `between` where there is one
        `actor_window`, `target_window`  five words on either side of the mention; empty where there is none
        `actor`, `target`, `pair`        the canonical names; no text of the sentence
        `skeleton`                       marks, lexicon classes, negation, function words and shapes in order
        ===============================  ==========================================================

    Returns
    -------
    list of str of length n_examples

    Examples
    --------
    >>> example = {"text": ["Paris refuse l’accord."], "actor": ["France"], "target": ["deal"], "actor_start": [0],
    ...            "actor_end": [5], "target_start": [13], "target_end": [21]}
    >>> compute_field(example, "masked"), compute_field(example, "between")
    (['_ACTOR_ refuse _TARGET_.'], [' refuse '])
    """
    if field == "skeleton":
        return skeletons(compute_field(examples, "masked"), examples.get("language"))
    view = _VIEWS[field]
    return [compose(straighten(view(row))) for row in _rows(examples)]


def _rows(examples: Columns) -> list[_Row]:
    names = ("text", "actor", "target", "actor_start", "actor_end", "target_start", "target_end")
    none: list[Any] = [None] * len(examples["text"])
    columns = [examples.get(name, none) for name in names]
    return [
        _Row(text, actor, target, _mentions((a0, a1, ACTOR_MARK), (t0, t1, TARGET_MARK)))
        for text, actor, target, a0, a1, t0, t1 in zip(*columns, strict=True)
    ]


def _mentions(*spans: tuple[Any, Any, str]) -> tuple[tuple[int, int, str], ...]:
    """Return the spans that are there, in order; two that overlap become one with both marks."""
    known = sorted((start, end, mark) for start, end, mark in spans if start is not None and start >= 0)
    if len(known) == 2 and known[1][0] < known[0][1]:
        (start, end, first), (_, other_end, second) = known
        return ((start, max(end, other_end), f"{first} {second}"),)
    return tuple(known)


def _masked(row: _Row) -> str:
    return _mask(row, 0, len(row.text))


def _mask(row: _Row, begin: int, end: int) -> str:
    pieces, position = [], begin
    for start, stop, mark in row.mentions:
        if begin <= start and stop <= end:
            pieces += [row.text[position:start], mark]
            position = stop
    return "".join([*pieces, row.text[position:end]])


def _before(row: _Row) -> str:
    return row.text[: row.mentions[0][0]] if row.mentions else ""


def _between(row: _Row) -> str:
    return row.text[row.mentions[0][1] : row.mentions[1][0]] if len(row.mentions) == 2 else ""


def _after(row: _Row) -> str:
    return row.text[row.mentions[-1][1] :] if row.mentions else ""


def _window(mark: str) -> Callable[[_Row], str]:
    def view(row: _Row) -> str:
        own = next((mention for mention in row.mentions if mark in mention[2]), None)
        if own is None:
            return ""
        left = _WORD.findall(_mask(row, 0, own[0]))[-WINDOW:]
        right = _WORD.findall(_mask(row, own[1], len(row.text)))[:WINDOW]
        return " ".join([*left, own[2], *right])

    return view


_VIEWS: Mapping[str, Callable[[_Row], str]] = {
    "text": lambda row: row.text,
    "masked": _masked,
    "before": _before,
    "between": _between,
    "after": _after,
    "actor_window": _window(ACTOR_MARK),
    "target_window": _window(TARGET_MARK),
    "actor": lambda row: row.actor or "",
    "target": lambda row: row.target or "",
    "pair": lambda row: f"{row.actor or ''} > {row.target or ''}" if row.actor or row.target else "",
}
