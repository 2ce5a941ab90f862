"""Hard cases: what examples have in common that is known to make stances hard to tell, found by rules.

All but `mixed` are of the columns alone, without gold labels or predictions. An example can be of several cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.corpus.language import likely_language
from stancekit.corpus.quotations import find_speaker
from stancekit.features.lexicons.negation import may_negate, negated
from stancekit.features.lexicons.stream import cut
from stancekit.features.speech import quotations

Columns = Mapping[str, Sequence[Any]]

CASES = ("negated", "quoted", "several_pairs", "mixed", "no_mention", "long")
"""In the order of tables. Behind them come cases that the data names, then `other`: none of them all."""
OWN_COLUMNS = ("case", "hard_cases")
"""Columns of users' data whose values are cases, too: a name or a list of names."""
LONG = 40
"""Words, between white space."""


def case_rows(columns: Columns, gold: NDArray[np.bool_]) -> dict[str, NDArray[np.intp]]:
    """Return the rows of the examples of each case; cases of none are left out.

    `negated`: the sentence has a negation, French or English. `quoted`: quotation marks, or somebody is said to
    speak. `several_pairs`: the sentence has examples of several pairs of actor and target; `mixed`: and of several
    gold labels. `no_mention`: the actor or the target is not named in the sentence. `long`: over 40 words.

    Parameters
    ----------
    columns : mapping of lists
        `text`, and where they are known `article, actor, target`, spans, `language`, `speaker`, and cases of the
        data's own in `case` or `hard_cases`. A case of the data that is called like one of ours adds to it.
    gold : ndarray of bool of shape (n_examples, n_labels)

    Examples
    --------
    >>> columns = {"text": ["Paris ne soutient pas l'accord.", "Paris le soutient."], "case": [None, "irony"]}
    >>> {name: rows.tolist() for name, rows in case_rows(columns, np.array([[True], [True]])).items()}
    {'negated': [0], 'irony': [1]}
    """
    n = len(gold)
    found: dict[str, NDArray[np.bool_]] = {}
    if "text" in columns:
        found |= _in_words(columns)
        found |= _among_pairs(columns, gold)
        found["no_mention"] = _without_mention(columns, n)
    ordered = {name: found[name] for name in CASES if name in found}
    for name, rows in _named_in_data(columns).items():
        own = np.zeros(n, dtype=np.bool_)
        own[rows] = True
        ordered[name] = ordered[name] | own if name in ordered else own
    if ordered:
        other = ~np.any(list(ordered.values()), axis=0)
        ordered["other"] = ordered.get("other", other) | other
    return {name: np.flatnonzero(own) for name, own in ordered.items() if own.any()}


def _in_words(columns: Columns) -> dict[str, NDArray[np.bool_]]:
    none: list[Any] = [None] * len(columns["text"])
    languages, speakers = (columns.get(name, none) for name in ("language", "speaker"))
    has_negation, is_quoted = cache(_has_negation), cache(_is_quoted)
    texts = columns["text"]
    return {
        "negated": np.array([has_negation(text) for text in texts], dtype=np.bool_),
        "quoted": np.array(
            [bool(by) or is_quoted(text, own) for text, own, by in zip(texts, languages, speakers, strict=True)],
            dtype=np.bool_,
        ),
        "long": np.array([len(text.split()) > LONG for text in texts], dtype=np.bool_),
    }


def _has_negation(text: str) -> bool:
    words = cut(text.lower())
    return may_negate(words) and bool(negated(words))


def _is_quoted(text: str, language: str | None) -> bool:
    return bool(quotations(text)) or find_speaker(text, language or likely_language(text)) is not None


def _among_pairs(columns: Columns, gold: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    """Return of which examples the sentence has several pairs, and several gold labels, too."""
    none: list[Any] = [None] * len(gold)
    articles, actors, targets = (columns.get(name, none) for name in ("article", "actor", "target"))
    sentences = _codes(zip(articles, columns["text"], strict=True))
    several = _vary(sentences, _codes(zip(actors, targets, strict=True)))
    labels = _codes(map(bytes, gold))
    return {"several_pairs": several, "mixed": several & _vary(sentences, labels)}


def _codes(values: Any) -> NDArray[np.intp]:
    known: dict[Any, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.intp)


def _vary(groups: NDArray[np.intp], values: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell of each row whether its group has more than one value."""
    pairs = np.unique(np.stack([groups, values], axis=1), axis=0)
    return np.asarray(np.bincount(pairs[:, 0])[groups] > 1)


def _without_mention(columns: Columns, n: int) -> NDArray[np.bool_]:
    none: list[Any] = [None] * n
    missing = np.zeros(n, dtype=np.bool_)
    for role in ("actor", "target"):
        names, starts = columns.get(role, none), columns.get(f"{role}_start", none)
        missing |= [
            name is not None and (start is None or start < 0) for name, start in zip(names, starts, strict=True)
        ]
    return missing


def _named_in_data(columns: Columns) -> dict[str, list[int]]:
    """Return the rows of the cases that the data names, the most frequent first."""
    rows: dict[str, list[int]] = {}
    for column in OWN_COLUMNS:
        for row, value in enumerate(columns.get(column, ())):
            names = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
            for name in names:
                rows.setdefault(str(name), []).append(row)
    return {name: rows[name] for name in sorted(rows, key=lambda name: (-len(rows[name]), name))}
