"""From text to sentences, as spans of the text.

A full stop ends a sentence unless it belongs to an abbreviation, an initial, a number or an ellipsis that runs on.
A quotation that stands inside a sentence (`« A. B. », assure X`, `X a dit : « A. B. »`) belongs to that sentence
as a whole, so that what is said keeps who says it; one that stands alone is split into its own sentences.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_ABBREVIATION = 40
"""Characters looked at before a full stop."""
NEARBY = 20
"""Characters looked at before a quotation."""

OPENING, CLOSING = "«“„", "»”"
"""Quotation marks that say by themselves whether they open or close."""

_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_QUOTATION_MARK = re.compile(f"[{OPENING}{CLOSING}]")
_STOP = re.compile(
    r"""
    (?P<stop> (?<![.!?…]) [.!?…]++ (?: \s [!?]++ (?! [^\s»”)\]"'’] ) )*+ )      # French sets a space before ! and ?
    (?: \s? [»”)\]] | ["'’](?=\s|\Z) )*+                      # what closes with the sentence
    (?= (?P<gap> \s+ ) (?P<next> [«“„"'’(\[–—-]* \s? \S ) )
    """,
    re.VERBOSE,
)
_LAST = re.compile(r"(\S)\s*\Z")
_FIRST = re.compile(r"\s*(\S)")
_WORD_EDGE = re.compile(r"[\s«“„»”\"()\[\]]")
_PART_EDGE = re.compile(r"['’-]")
_INITIAL = re.compile(r"(?:[a-zA-Zà-ÿ]['’])?(?:[A-ZÀ-Ý]\.-?)*[A-ZÀ-Ý]")

_TITLES = {
    "fr": "m mm mme mmes mlle mlles me mgr dr drs pr prof st ste gén col cdt cap lt sgt adj hon cf av bd",
    "en": "mr mrs ms dr drs prof st sr jr hon rev gen col maj capt lt sgt sen rep gov messrs vs cf",
}
_BEFORE_NUMBERS = {
    "fr": "al fig vol no nos n° art chap éd p pp",
    "en": "al fig vol no nos art ch ed p pp",
}
_LIST_ENDS = {
    "fr": "etc ex env max min tél janv févr avr juil sept oct nov déc",
    "en": "etc inc ltd corp co max min tel jan feb mar apr jun jul aug sept oct nov dec",
}


@dataclass(frozen=True)
class Sentence:
    """A sentence as a span of a text.

    Attributes
    ----------
    text : str
        Equal to the whole text's `[start:end]`.
    start, end : int
        In characters of the whole text, end exclusive.
    index, paragraph : int
        Counted from 0.
    quoted : bool
        Whether all of it is inside a quotation.
    """

    text: str
    start: int
    end: int
    index: int
    paragraph: int
    quoted: bool


def split_sentences(text: str, language: str = "fr", *, start: int = 0) -> list[Sentence]:
    """Split a text into sentences.

    Parameters
    ----------
    text : str
        Paragraphs are separated by empty lines.
    language : str, default="fr"
        ISO 639-1 code, which says what abbreviations to expect. French and English are known; a text in another
        language is split by the same rules and the abbreviations of both.
    start : int, default=0
        Where to begin, as an offset into `text`.

    Returns
    -------
    list of Sentence
        In order, disjoint, and covering every character from `start` on that isn't white space.

    Examples
    --------
    >>> [s.text for s in split_sentences("M. Diop est à Moscou. « Oui. Demain », dit-il.")]
    ['M. Diop est à Moscou.', '« Oui. Demain », dit-il.']
    """
    sentences: list[Sentence] = []
    abbreviations = _Abbreviations.of(language)
    for number, (begin, end) in enumerate(_paragraphs(text, start)):
        quotations = _quotations(text, begin, end)
        for first, last in _spans(text, begin, end, quotations, abbreviations):
            quoted = bool(quotations) and _quotation_around(quotations, first + 1, last - 1) is not None
            sentences.append(Sentence(text[first:last], first, last, len(sentences), number, quoted))
    return sentences


@dataclass(frozen=True)
class _Abbreviations:
    """Words whose full stop doesn't end a sentence: ever, before a number, or unless a capital follows."""

    always: frozenset[str]
    before_numbers: frozenset[str]
    before_lower_case: frozenset[str]

    @classmethod
    def of(cls, language: str) -> _Abbreviations:
        languages = [language] if language in _TITLES else list(_TITLES)
        lists = (_TITLES, _BEFORE_NUMBERS, _LIST_ENDS)
        return cls(*(frozenset(word for own in languages for word in words[own].split()) for words in lists))


def _paragraphs(text: str, start: int) -> Iterator[tuple[int, int]]:
    for gap in _EMPTY_LINE.finditer(text, start):
        yield from _trimmed(text, start, gap.start())
        start = gap.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    paragraph = text[start:end].rstrip()
    end = start + len(paragraph)
    begin = end - len(paragraph.lstrip())
    if begin < end:
        yield begin, end


def _quotations(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Return the outermost quotations of a paragraph, marks included; one that isn't closed is none."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for mark in _QUOTATION_MARK.finditer(text, begin, end):
        if mark[0] in OPENING:
            opened.append(mark.start())
        elif opened:
            first = opened.pop()
            if not opened:
                found.append((first, mark.end()))
    return found


def _spans(
    text: str, begin: int, end: int, quotations: list[tuple[int, int]], abbreviations: _Abbreviations
) -> Iterator[tuple[int, int]]:
    first = begin
    for match in _STOP.finditer(text, begin, end):
        if not _ends_a_sentence(text, first, match, abbreviations):
            continue
        stop = match.end()
        if quotations:
            inside = _quotation_around(quotations, match.start(), stop)
            if inside is not None and _is_embedded(text, begin, end, inside):
                continue
        yield first, stop
        first = match.end("gap")
    yield first, end


def _ends_a_sentence(text: str, first: int, match: re.Match[str], abbreviations: _Abbreviations) -> bool:
    stop, following = match["stop"], match["next"][-1]
    if following.islower() or following in ",;:»”)]":
        return False
    if stop != ".":
        return following.isupper() or not following.isalpha()
    word = _word_before(text, first, match.start())
    folded = _PART_EDGE.split(word.casefold())[-1]
    if folded in abbreviations.always or _INITIAL.fullmatch(word):
        return False
    if folded in abbreviations.before_numbers and following.isdigit():
        return False
    if folded in abbreviations.before_lower_case and not following.isupper():
        return False
    return following.isupper() or not following.isalpha()


def _word_before(text: str, first: int, position: int) -> str:
    return _WORD_EDGE.split(text[max(first, position - LONGEST_ABBREVIATION) : position])[-1]


def _quotation_around(quotations: list[tuple[int, int]], position: int, stop: int) -> tuple[int, int] | None:
    """Return the quotation that is still open at a position and goes on after `stop`."""
    before = bisect.bisect_left(quotations, (position,)) - 1
    return quotations[before] if before >= 0 and stop < quotations[before][1] else None


def _is_embedded(text: str, begin: int, end: int, quotation: tuple[int, int]) -> bool:
    """Tell whether a quotation is part of a sentence that begins before it or goes on after it."""
    opening, closing = quotation
    before = _LAST.search(text, max(begin, opening - NEARBY), opening)
    after = _FIRST.match(text, closing, end)
    framed_before = before is not None and before[1] not in ".!?…»”"
    framed_after = after is not None and (after[1] in ",;:–—-" or after[1].islower())
    return framed_before or framed_after
