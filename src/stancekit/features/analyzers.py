"""Analyzers: from the text of a field to its n-grams.

`word` knows French and English: elided words keep their apostrophe and stand alone (`n'offrent` is `n'`, `offrent`),
`aujourd'hui` and `don't` stay whole, `U.S.` keeps its stops and `#wagner` its mark. `char` and `char_wb` cut as
scikit-learn's analyzers of these names do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stancekit.features.hashtags import split_hashtags
from stancekit.features.pieces import Pieces, tokens_of_texts, tokens_within_words, word_character_runs

Analyze = Callable[[str], Iterable[Any]]

TOKEN = re.compile(
    r"""
      (?:[^\W\d_]\.){2,}                                        # U.S., A.F.P.
    | \b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)     # n', qu'
    | [#@]?\w+(?:'\w+)*                                         # word, aujourd'hui, don't, #wagner
    """,
    re.VERBOSE | re.IGNORECASE,
)
SCIKIT_LEARN_TOKEN = re.compile(r"(?u)\b\w\w+\b")
WHITE_SPACE = re.compile(r"\s\s+")


@dataclass(frozen=True)
class Analyzer:
    """How a text is cut into n-grams; called with a text, it returns them.

    Attributes
    ----------
    kind : {"word", "char", "char_wb", "indicator"}
    ngrams : (int, int)
        Shortest and longest n-gram, in words or characters.
    lowercase : bool
    tokens : re.Pattern or callable
        What finds the words of a text.
    stop_words : frozenset of str
        Words that are left out before n-grams are made.
    hashtags : {"keep", "split"}
        Whether the words of a hashtag are put behind it.

    Examples
    --------
    >>> Analyzer("word", (1, 2), stop_words=frozenset(["donc"]))("Donc pas donc d'accord")
    ['pas', "d'", 'accord', "pas d'", "d' accord"]
    """

    kind: str
    ngrams: tuple[int, int] = (1, 1)
    lowercase: bool = True
    tokens: re.Pattern[str] | Analyze = TOKEN
    stop_words: frozenset[str] = frozenset()
    hashtags: str = "keep"

    def __call__(self, text: str) -> list[Any]:
        """Return the n-grams of one text."""
        return self.cut(self.prepare([text])[0])

    def prepare(self, texts: Sequence[str]) -> Sequence[str]:
        """Split hashtags and lower-case texts if asked to.

        Each on its own: it may change the length (`İ`), and what a Greek sigma becomes depends on its neighbours.
        """
        if self.hashtags == "split":
            texts = list(map(split_hashtags, texts))
        return list(map(str.lower, texts)) if self.lowercase else texts

    def cut(self, text: str) -> list[Any]:
        """Return the n-grams of one prepared text."""
        return _CUTS[self.kind](self, text)

    def tokens_of(self, text: str) -> list[Any]:
        """Return the tokens of one prepared text, before n-grams are made."""
        return [token for token in self.find_tokens(text) if token not in self.stop_words]

    def cut_into_tokens(self, texts: Sequence[str]) -> Pieces:
        """Return the tokens of prepared texts, before n-grams are made."""
        if self.kind == "indicator":
            pieces = tokens_of_texts(texts, _whole)
        elif self.tokens in (TOKEN, TOKEN.findall):
            pieces = tokens_within_words(texts, TOKEN.findall)
        elif self.tokens == SCIKIT_LEARN_TOKEN:
            pieces = word_character_runs(texts, shortest=2)
        else:
            # What a pattern of somebody else's looks at is not known: `^`, `(?<=\s)` or `.` must not see other texts.
            pieces = tokens_of_texts(texts, self.find_tokens)
        return pieces.without(self.stop_words)

    @cached_property
    def find_tokens(self) -> Analyze:
        """What finds the tokens of one prepared text."""
        return self.tokens.findall if isinstance(self.tokens, re.Pattern) else self.tokens

    def join(self, tokens: Sequence[Any]) -> list[Any]:
        """Return the n-grams of tokens."""
        shortest, longest = self.ngrams
        found = list(tokens) if shortest == 1 else []
        return found + [
            " ".join(tokens[i : i + n])
            for n in range(max(shortest, 2), min(longest, len(tokens)) + 1)
            for i in range(len(tokens) - n + 1)
        ]


def make_analyzer(kind: str, ngrams: tuple[int, int], lowercase: bool) -> Analyzer:
    """Return the analyzer that cuts with our tokens.

    Examples
    --------
    >>> make_analyzer("word", (1, 2), True)("N'offrent pas")
    ["n'", 'offrent', 'pas', "n' offrent", 'offrent pas']
    >>> make_analyzer("char_wb", (3, 3), True)("Non")
    [' no', 'non', 'on ']
    """
    return Analyzer(kind, ngrams, lowercase)


def _words(analyzer: Analyzer, text: str) -> list[Any]:
    return analyzer.join(analyzer.tokens_of(text))


def _characters(analyzer: Analyzer, text: str) -> list[str]:
    text, (shortest, longest) = WHITE_SPACE.sub(" ", text), analyzer.ngrams
    return [text[i : i + n] for n in range(shortest, min(longest, len(text)) + 1) for i in range(len(text) - n + 1)]


def _characters_within_words(analyzer: Analyzer, text: str) -> list[str]:
    found: list[str] = []
    for word in text.split():
        padded = f" {word} "
        for n in range(analyzer.ngrams[0], analyzer.ngrams[1] + 1):
            found.append(padded[:n])
            if n >= len(padded):
                break
            found += [padded[i : i + n] for i in range(1, len(padded) - n + 1)]
    return found


def _whole(text: str) -> list[str]:
    return [text] if text else []


_CUTS: Mapping[str, Callable[[Analyzer, str], list[Any]]] = {
    "word": _words,
    "char": _characters,
    "char_wb": _characters_within_words,
    "indicator": lambda _, text: _whole(text),
}
