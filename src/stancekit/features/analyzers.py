"""Analyzers: from the text of a field to its n-grams.

`word` knows French and English: elided words keep their apostrophe and stand alone (`n'offrent` is `n'`, `offrent`),
`aujourd'hui` and `don't` stay whole, `U.S.` keeps its stops and `#wagner` its mark. `char` and `char_wb` cut as
scikit-learn's analyzers of these names do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

Analyze = Callable[[str], list[str]]

TOKEN = re.compile(
    r"""
      (?:[^\W\d_]\.){2,}                                        # U.S., A.F.P.
    | \b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)     # n', qu'
    | [#@]?\w+(?:'\w+)*                                         # word, aujourd'hui, don't, #wagner
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WHITE_SPACE = re.compile(r"\s\s+")


def make_analyzer(kind: str, ngrams: tuple[int, int], lowercase: bool) -> Analyze:
    """Return the function that cuts one text into n-grams.

    Parameters
    ----------
    kind : {"word", "char", "char_wb", "indicator"}
    ngrams : (int, int)
        Shortest and longest n-gram, in words or characters.
    lowercase : bool

    Examples
    --------
    >>> make_analyzer("word", (1, 2), True)("N'offrent pas")
    ["n'", 'offrent', 'pas', "n' offrent", 'offrent pas']
    >>> make_analyzer("char_wb", (3, 3), True)("Non")
    [' no', 'non', 'on ']
    """
    cut = _CUTS[kind]

    def analyze(text: str) -> list[str]:
        return cut(text.lower() if lowercase else text, ngrams)

    return analyze


def _words(text: str, ngrams: tuple[int, int]) -> list[str]:
    return _join(TOKEN.findall(text), ngrams)


def _join(tokens: Sequence[str], ngrams: tuple[int, int]) -> list[str]:
    shortest, longest = ngrams
    return [
        " ".join(tokens[i : i + n])
        for n in range(shortest, min(longest, len(tokens)) + 1)
        for i in range(len(tokens) - n + 1)
    ]


def _characters(text: str, ngrams: tuple[int, int]) -> list[str]:
    text = _WHITE_SPACE.sub(" ", text)
    return [text[i : i + n] for n in range(ngrams[0], min(ngrams[1], len(text)) + 1) for i in range(len(text) - n + 1)]


def _characters_within_words(text: str, ngrams: tuple[int, int]) -> list[str]:
    found: list[str] = []
    for word in _WHITE_SPACE.sub(" ", text).split():
        padded = f" {word} "
        for n in range(ngrams[0], ngrams[1] + 1):
            found.append(padded[:n])
            if n >= len(padded):
                break
            found += [padded[i : i + n] for i in range(1, len(padded) - n + 1)]
    return found


def _whole(text: str, _: tuple[int, int]) -> list[str]:
    return [text] if text else []


_CUTS: Mapping[str, Callable[[str, tuple[int, int]], list[str]]] = {
    "word": _words,
    "char": _characters,
    "char_wb": _characters_within_words,
    "indicator": _whole,
}
