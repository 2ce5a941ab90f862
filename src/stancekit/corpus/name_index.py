"""Finding thousands of written forms in a text, word by word, in time linear in the text's length.

Forms and texts are cut into words. A tree of words, shared by all forms, is walked from every word of the text; what
separates two words of a form may be a space, one line break or a hyphen, and an apostrophe may be of either kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stancekit.corpus.inflection import is_written_as, search_key
from stancekit.corpus.text import compose, fold

LONGEST_FORM = 20
"""Words of a form; the time for a word of a text is bounded by it."""

_WORD = re.compile(r"\w[\w\u0300-\u036f]*")
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013")
_APOSTROPHES = frozenset("'’ʼ")
_DETERMINERS = {
    "fr": frozenset(
        "le la les l un une ce cet cette ces son sa ses leur leurs notre nos votre vos aucun aucune tout toute".split()
    ),
    "en": frozenset("the a an this that these those his her its their our your no any".split()),
}
_ELIDED = frozenset({"l"})
_AMBIGUOUS_UNLESS_CAPITAL = {"fr": "Des"}
"""`des` is an article or a preposition with one; where it opens a sentence it is nearly always an article."""


@dataclass(frozen=True)
class Form:
    """One way to write a name; `name` is None for words in which nobody is named."""

    text: str
    name: str | None


@dataclass(frozen=True)
class Found:
    """A form found in a text: `text[start:end]`, its article included."""

    name: str | None
    start: int
    end: int


@dataclass
class _Node:
    below: dict[tuple[str, str], _Node] = field(default_factory=dict)
    forms: list[tuple[tuple[str, ...], str | None]] = field(default_factory=list)


@dataclass(frozen=True)
class _Words:
    """A text cut into words; `gaps[i]` is what stands before word i, by kind."""

    text: str
    spans: Sequence[tuple[int, int]]
    gaps: Sequence[str]

    def __getitem__(self, number: int) -> str:
        start, end = self.spans[number]
        return self.text[start:end]


class NameIndex:
    """The forms of one language, ready to be found.

    Parameters
    ----------
    forms : iterable of Form
        A leading article in lower case is not part of a form.
    language : str
        Whose articles and inflection apply; one without rules has none.
    """

    def __init__(self, forms: Iterable[Form], language: str) -> None:
        self.language = language
        self.determiners = _DETERMINERS.get(language, frozenset())
        self._root = _Node()
        for form in forms:
            self._add(form)

    def find(self, text: str) -> list[Found]:
        """Return the forms of a text, the longest at each place, in order and disjoint."""
        words = _cut(text)
        found: list[Found] = []
        number = earliest = 0
        while number < len(words.spans):
            length, name = self._longest(words, number)
            if not length:
                number += 1
                continue
            first = self._with_article(words, number, earliest)
            last = number + length - 1
            if not _is_part_of_a_word(words, number, last):
                found.append(Found(name, words.spans[first][0], words.spans[last][1]))
                earliest = last + 1
            number = last + 1
        return found

    def _add(self, form: Form) -> None:
        words = form_words(form.text, self.language)
        node = self._root
        for i in range(len(words.spans)):
            gap = words.gaps[i] if i else ""
            node = node.below.setdefault((gap, search_key(words[i], self.language)), _Node())
        if node is not self._root:
            node.forms.append((tuple(words[i] for i in range(len(words.spans))), form.name))

    def _longest(self, words: _Words, number: int) -> tuple[int, str | None]:
        """Return how many words the longest form has that begins at a word (0: none), and its name."""
        node, length = self._root, 0
        name: str | None = None
        for at in range(number, len(words.spans)):
            gap = words.gaps[at] if at > number else ""
            below = node.below.get((gap, search_key(words[at], self.language)))
            if below is None:
                break
            node = below
            written = [(form, own) for form, own in node.forms if self._is_written(words, number, form)]
            if written:
                length, name = at - number + 1, _name_of(written, words, number)
        return length, name

    def _is_written(self, words: _Words, number: int, form: tuple[str, ...]) -> bool:
        return all(is_written_as(words[number + i], word, self.language) for i, word in enumerate(form))

    def _with_article(self, words: _Words, number: int, earliest: int) -> int:
        """Return the number of the word with which a mention begins: its article if it has one of its own.

        The article in `du`, `au` and `aux` belongs to the preposition, which is no part of a mention.
        """
        before = number - 1
        if before < earliest:
            return number
        word, gap = words[before], words.gaps[number]
        if gap == "'":
            return before if fold(word) in _ELIDED & self.determiners else number
        is_article = fold(word) in self.determiners - _ELIDED or word == _AMBIGUOUS_UNLESS_CAPITAL.get(self.language)
        return before if gap == " " and not _is_hyphenated(words, number) and is_article else number


def form_words(form: str, language: str) -> _Words:
    """Return a form as words, without a leading article in lower case."""
    words = _cut(form)
    if len(words.spans) > 1 and words[0] in _DETERMINERS.get(language, frozenset()) and words.gaps[1] in " '":
        return _Words(form, words.spans[1:], words.gaps[1:])
    return words


def same_form(one: str, other: str, language: str) -> bool:
    """Tell whether two forms can be found in the same words of a text.

    Examples
    --------
    >>> same_form("les colonels", "colonel", "fr"), same_form("retrait", "retraite", "fr")
    (True, False)
    """
    first, second = form_words(one, language), form_words(other, language)
    if len(first.spans) != len(second.spans) or list(first.gaps[1:]) != list(second.gaps[1:]):
        return False
    pairs = [(first[i], second[i]) for i in range(len(first.spans))]
    return all(is_written_as(a, b, language) or is_written_as(b, a, language) for a, b in pairs)


def form_key(form: str, language: str) -> tuple[str, ...]:
    """Return what forms that may be the same share."""
    words = form_words(form, language)
    return tuple(search_key(words[i], language) for i in range(len(words.spans)))


def _name_of(written: Sequence[tuple[tuple[str, ...], str | None]], words: _Words, number: int) -> str | None:
    """Return the name of the form that the text has: one without inflection, if any, and a name rather than nobody."""
    exact = [
        own
        for form, own in written
        if all(fold(compose(words[number + i])) == fold(compose(word)) for i, word in enumerate(form))
    ]
    return next((own for own in exact or [own for _, own in written] if own is not None), None)


def _cut(text: str) -> _Words:
    spans = [match.span() for match in _WORD.finditer(text)]
    ends = [0, *(end for _, end in spans)]
    gaps = [_kind_of_gap(text[before:start]) for before, (start, _) in zip(ends, spans, strict=False)]
    return _Words(text, spans, gaps)


def _kind_of_gap(gap: str) -> str:
    """Return " " for what may separate the words of a name, "'" for an apostrophe, else the gap itself."""
    if gap in _APOSTROPHES:
        return "'"
    hyphenated = gap[:1] in _HYPHENS and gap[1:] in ("", "\n", "\r\n")
    return " " if hyphenated or (gap.isspace() and gap.count("\n") < 2) else gap


def _is_hyphenated(words: _Words, number: int) -> bool:
    """Tell whether a hyphen ties a word to the one before it."""
    start = words.spans[number][0]
    return start > 0 and words.text[start - 1] in _HYPHENS and words.gaps[number] == " "


def _is_part_of_a_word(words: _Words, first: int, last: int) -> bool:
    """Tell whether a hyphen makes the words from `first` to `last` part of a longer one: `Nord-Mali`, `anti-junte`."""
    after = last + 1
    return (first > 0 and _is_tied(words, first)) or (after < len(words.spans) and _is_tied(words, after))


def _is_tied(words: _Words, number: int) -> bool:
    before, start = words.spans[number - 1][1], words.spans[number][0]
    return start - before == 1 and words.text[before] in _HYPHENS
