"""A text as a stream of words and punctuation, lower-cased, as lexicons and negation look at it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import Generic, TypeVar

from stancekit.features.analyzers import TOKEN

ACTOR, TARGET = "_actor_", "_target_"
MARKS = {ACTOR: "_ACTOR_", TARGET: "_TARGET_"}
QUOTES = frozenset('«»"“”„')
STOPS = frozenset(".,;:!?…()[]—–-")
PUNCTUATION = QUOTES | STOPS

STREAM = re.compile(rf"{TOKEN.pattern} | [«»\"“”„.,;:!?…()\[\]—–] | (?<!\S)-(?!\S)", TOKEN.flags)
MOST_REMEMBERED = 200_000

Value = TypeVar("Value")


class Remembered(dict[str, Value], Generic[Value]):
    """What a function says of words, kept: a corpus has far fewer distinct words than words.

    Examples
    --------
    >>> lengths = Remembered(len)
    >>> lengths["word"], dict(lengths)
    (4, {'word': 4})
    """

    def __init__(self, of_word: Callable[[str], Value]) -> None:
        super().__init__()
        self._of_word = of_word

    def __missing__(self, word: str) -> Value:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        value = self[word] = self._of_word(word)
        return value


def cut(text: str) -> list[str]:
    """Return the words and punctuation of a text, as `STREAM.findall` does: it looks at nothing beyond white space.

    Examples
    --------
    >>> cut("on n'offre rien, dit-il")
    ['on', "n'", 'offre', 'rien', ',', 'dit', 'il']
    """
    return list(chain.from_iterable(map(_TOKENS.__getitem__, text.split())))


def cut_places(text: str) -> list[tuple[int, int]]:
    """Return where the words and punctuation of `cut` begin and end."""
    return [
        (word.start() + token.start(), word.start() + token.end())
        for word in _WORD.finditer(text)
        for token in STREAM.finditer(word[0])
    ]


_WORD = re.compile(r"\S+")
_TOKENS: Remembered[tuple[str, ...]] = Remembered(lambda word: tuple(STREAM.findall(word)))


def mark_in(word: str) -> str | None:
    """Return the mark of a mention that a word is or holds; annotated spans may end inside a word."""
    if "_" not in word:
        return None
    return next((shown for mark, shown in MARKS.items() if mark in word), None)
