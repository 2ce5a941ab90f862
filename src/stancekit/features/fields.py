"""Fields: the views of an example that are counted.

A mention of the actor or target is replaced by `_ACTOR_` / `_TARGET_` in every view but `text`, so that what is
learned is what is said about someone, not who it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from stancekit.corpus.examples import Columns
from stancekit.corpus.text import compose, straighten
from stancekit.features.clauses import clause
from stancekit.features.lexicons.skeleton import skeletons
from stancekit.features.mentions import ACTOR_MARK, TARGET_MARK, MarkedText, marked_texts
from stancekit.features.neighbours import contexts
from stancekit.features.plugged import plugged_view
from stancekit.features.positions import positions
from stancekit.features.speech import quote, speakers

WINDOW = 5
"""Words on either side of a mention."""

View = Callable[[Columns], Iterable[str]]

WORD = re.compile(r"\S+")


def compute_field(examples: Columns, field: str) -> list[str]:
    """Return a view of every example, apostrophes made straight and letters composed with their accents.

    Parameters
    ----------
    examples : mapping of lists
        `text`, `actor`, `target` and the four span columns, for some fields `speaker`, `article`, `sentence` and
        `language` as well; see `stancekit.corpus.as_columns`.
    field : str
        ===============================  ==========================================================
        `text`                           the sentence as it is
        `masked`                         mentions replaced by marks
        `before`, `between`, `after`     what is before the first mention, between the two, after the last; all
                                         empty where there is no mention, `between` where there is one
        `actor_window`, `target_window`  five words on either side of the mention; empty where there is none
        `clause`                         the clauses that hold a mention, masked; empty where there is none
        `quote`                          what stands inside quotation marks, masked
        `speaker`                        who speaks: the column `speaker`, else what the sentence itself says
        `context`                        the sentences before and after, found among the examples
        `positions`                      where the mentions stand, as tokens
        `actor`, `target`, `pair`        the canonical names; no text of the sentence
        `skeleton`                       marks, lexicon classes, negation, function words and shapes in order
        a plug-in's                      what its function returns; see `stancekit.plugins.field`
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
    view = _VIEWS[field] if field in _VIEWS else partial(plugged_view, field)
    return [compose(straighten(text)) for text in view(examples)]


def _of_each(view: Callable[[MarkedText], str]) -> View:
    """Return a view that looks at one example at a time."""
    return lambda examples: map(view, marked_texts(examples))


def _masked(row: MarkedText) -> str:
    return row.masked(0, len(row.text))


def _before(row: MarkedText) -> str:
    return row.text[: row.mentions[0].start] if row.mentions else ""


def _between(row: MarkedText) -> str:
    return row.text[row.mentions[0].end : row.mentions[1].start] if len(row.mentions) == 2 else ""


def _after(row: MarkedText) -> str:
    return row.text[row.mentions[-1].end :] if row.mentions else ""


def _window(mark: str) -> View:
    def view(row: MarkedText) -> str:
        own = row.mention_of(mark)
        if own is None:
            return ""
        left = WORD.findall(row.masked(0, own.start))[-WINDOW:]
        right = WORD.findall(row.masked(own.end, len(row.text)))[:WINDOW]
        return " ".join([*left, own.mark, *right])

    return _of_each(view)


def _column(name: str) -> View:
    return lambda examples: (value or "" for value in _values(examples, name))


def _pairs(examples: Columns) -> Iterable[str]:
    names = zip(_values(examples, "actor"), _values(examples, "target"), strict=True)
    return (f"{actor or ''} > {target or ''}" if actor or target else "" for actor, target in names)


def _skeletons(examples: Columns) -> Iterable[str]:
    return skeletons(compute_field(examples, "masked"), examples.get("language"))


def _values(examples: Columns, name: str) -> Iterable[Any]:
    return examples.get(name) or [None] * len(examples["text"])


_VIEWS: Mapping[str, View] = {
    "text": lambda examples: examples["text"],
    "masked": _of_each(_masked),
    "before": _of_each(_before),
    "between": _of_each(_between),
    "after": _of_each(_after),
    "actor_window": _window(ACTOR_MARK),
    "target_window": _window(TARGET_MARK),
    "clause": _of_each(clause),
    "quote": _of_each(quote),
    "speaker": speakers,
    "context": contexts,
    "positions": _of_each(positions),
    "actor": _column("actor"),
    "target": _column("target"),
    "pair": _pairs,
    "skeleton": _skeletons,
}
