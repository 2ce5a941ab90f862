"""What a sentence quotes, and who speaks in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from stancekit.corpus.examples import Columns
from stancekit.corpus.language import likely_language
from stancekit.corpus.quotations import Speaker, find_speaker
from stancekit.corpus.sentences import CLOSING, OPENING, find_quotations
from stancekit.corpus.text import fold
from stancekit.features.mentions import ACTOR_MARK, TARGET_MARK, MarkedText, marked_texts

_MARK = re.compile(f'[{OPENING}{CLOSING}"]')


def quotations(text: str) -> list[tuple[int, int]]:
    """Return what stands inside the outermost quotation marks of a sentence, without the marks.

    A quotation that another sentence opens begins with this one, one that is not closed goes on to its end; a single
    straight mark is none, as nobody knows which it is.

    Examples
    --------
    >>> text = "Demain », dit-il. « Ou"
    >>> [text[begin:end] for begin, end in quotations(text)]
    ['Demain ', ' Ou']
    """
    if _MARK.search(text) is None:
        return []
    closed = find_quotations(text, 0, len(text))
    found = [(begin + 1, end - 1) for begin, end in closed]
    outside = [
        match for match in _MARK.finditer(text) if not any(begin <= match.start() < end for begin, end in closed)
    ]
    from_before = [match.start() for match in outside if match[0] in CLOSING]
    going_on = [match.end() for match in outside if match[0] in OPENING]
    if from_before:
        found = [(0, from_before[-1]), *(own for own in found if own[0] > from_before[-1])]
    if going_on:
        found = [*(own for own in found if own[1] < going_on[0]), (going_on[0], len(text))]
    return found


def quote(row: MarkedText) -> str:
    """Return what a sentence quotes, masked, one quotation after the other; empty where it quotes nothing."""
    return " ".join(row.masked(begin, end).strip() for begin, end in quotations(row.text))


def speakers(examples: Columns) -> Iterator[str]:
    """Yield who speaks in each example: `_ACTOR_` or `_TARGET_` if it is they, else the name; empty if nobody does.

    The column `speaker` says who. Where it doesn't, the rules of attribution are asked about the sentence alone;
    what they find is the actor if the words overlap the actor's mention. They are those of the column `language`,
    else of the language that the sentence is likely to be in.
    """
    none: list[Any] = [None] * len(examples["text"])
    given, actors, targets, languages = (
        examples.get(name, none) for name in ("speaker", "actor", "target", "language")
    )
    find = cache(_find)  # examples of one sentence stand for every pair of those it mentions
    rows = zip(marked_texts(examples), given, actors, targets, languages, strict=True)
    for row, speaker, actor, target, language in rows:
        if speaker:
            yield _mark_of_name(speaker, actor, target)
        else:
            yield _named(find(row.text, language), row)


def _mark_of_name(speaker: str, actor: str | None, target: str | None) -> str:
    for name, mark in ((actor, ACTOR_MARK), (target, TARGET_MARK)):
        if name is not None and _plain(name) == _plain(speaker):
            return mark
    return speaker


def _plain(name: str) -> str:
    return fold(name).replace("_", " ")


def _find(text: str, language: str | None) -> Speaker | None:
    return find_speaker(text, language or likely_language(text))


def _named(found: Speaker | None, row: MarkedText) -> str:
    if found is None:
        return ""
    mention = next((own for own in row.mentions if own.start < found.end and found.start < own.end), None)
    return found.name if mention is None else mention.mark
