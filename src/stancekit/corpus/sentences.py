"""From text to sentences, as spans of the text.

A full stop ends a sentence unless it belongs to an abbreviation, an initial, a number or an ellipsis that runs on, or
numbers what follows (`2. Le budget`). An acronym or a letter (`aux U.S.A. Il`, `le plan B. Elle`) ends one before a
word that opens sentences and no name. A bracket inside a sentence belongs to it with all its stops.
A quotation that stands inside a sentence (`« A. B. », assure X`, `X a dit : « A. B. »`) belongs to that sentence
as a whole, so that what is said keeps who says it; one that stands alone is split into its own sentences.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

LONGEST_ABBREVIATION = 40
"""Characters looked at before a full stop."""
NEARBY = 20
"""Characters looked at before a quotation."""

LONGEST_BRACKET = 300
"""Characters after which an open bracket is taken for a slip."""

OPENING, CLOSING = "«“„", "»”"
"""Quotation marks that say by themselves whether they open or close."""

_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_QUOTATION_MARK = re.compile(f'[{OPENING}{CLOSING}]|"')
_STOP = re.compile(
    r"""
    (?P<stop>
        [.!?…] (?<! [.!?…]{2} ) (?<! [.!?…]\s[!?] ) [.!?…]*+   # a set first, so that `re` skips to it
        (?: \s [!?]++ (?! [^\s»”)\]"'’] ) )*+                # French sets a space before ! and ?
    )
    (?: \s? [»”)\]] | ["'’](?=\s|\Z) )*+                    # what closes with the sentence
    (?= (?P<gap> \s+ ) (?P<next> [«“„"'’(\[–—-]* \s? \S ) | \Z )
    """,
    re.VERBOSE,
)
_LAST = re.compile(r"(\S)\s*\Z")
_FIRST = re.compile(r"\s*(\S)")
_WORD_EDGE = re.compile(r"[«“„»”\"()\[\]]")
_PART_EDGE = re.compile(r"['’-]")
_NUMBERING = re.compile(r"\d|[A-Z](?:\.\s?)?\d|n[°o]|[IVXLC]+(?=[\s.,;)])")
_ENUMERATOR = re.compile(r"\d{1,2}|[IVX]{1,5}|NB|PS")
_WORD = re.compile(r"[^\W\d_]+['’]?")
_INITIAL = re.compile(r"(?:[a-zA-Zà-ÿ]['’])?(?:[A-ZÀ-Ý]\.-?)*[A-ZÀ-Ý]")

_TITLES = {
    "fr": (
        "m mm mme mmes mlle mlles me mgr dr drs pr prof st ste sts stes sté ets vve gén col cdt cne cap lt ltn sgt adj "
        "hon cf av bd boul blvd fbg faub pl rte sq bât dir trad coll prés sén dép gouv préf amb"
    ),
    "en": "mr mrs ms dr drs prof st sr jr hon rev gen col maj capt lt sgt sen rep gov messrs vs cf",
}
_WORDS_TOO = frozenset({"cap", "col", "m", "mm"})
_BEFORE_NUMBERS = {
    "fr": "al alin fig ill vol no nos n° n art chap ch éd ed p pp t tit sect réf tabl suppl apt appt ca v bp",
    "en": "al fig vol no nos art ch ed p pp",
}
_LIST_ENDS = {
    "fr": "etc ex env max min tél janv févr avr juil sept oct nov déc",
    "en": "etc inc ltd corp co max min tel jan feb mar apr jun jul aug sept oct nov dec",
}
_OPENERS = {
    "fr": (
        "il elle ils elles on je j' tu nous vous ce c' cela ça ceci cet cette ces celui celle ceux celles les un une "
        "deux trois son sa ses leur leurs notre nos votre vos mon ma mes tout tous toute toutes chaque plusieurs "
        "certains certaines aucun aucune mais et ou or puis donc car en dans pour par avec sans sous sur chez selon "
        "après avant depuis pendant lors lorsque lorsqu' quand si s' comme même aussi ainsi alors enfin ensuite "
        "toutefois cependant pourtant néanmoins au aux à qui que qu' quoi quel quelle comment pourquoi ne n'"
    ),
    "en": (
        "the he she it they we you this that these those his her its their our but and or so yet in on at for from "
        "with as if when while after before since there here what who why how not no"
    ),
}
_OPENERS_OR_NAMES = frozenset("le la l' de du des d'".split())
LONGEST_LISTED = max(
    len(word) for lists in (_TITLES, _BEFORE_NUMBERS, _LIST_ENDS) for words in lists.values() for word in words.split()
)
"""Letters of the longest abbreviation known."""


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
        Whether all of it is inside a quotation, in « », “ ” or straight marks.
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
    body = text[start:]  # a pattern that looks behind would see what is before `start`
    for number, (begin, end) in enumerate(_paragraphs(body)):
        quotations = find_quotations(body, begin, end)
        for first, last in _spans(body, begin, end, quotations, abbreviations):
            quoted = quotations != [] and _quotation_around(quotations, first + 1, last - 1) is not None
            sentences.append(Sentence(body[first:last], start + first, start + last, len(sentences), number, quoted))
    return sentences


@dataclass(frozen=True)
class _Abbreviations:
    """Words whose full stop doesn't end a sentence: ever, before a number, or unless a capital follows.

    `openers` are words that begin sentences and aren't names.
    """

    always: frozenset[str]
    before_numbers: frozenset[str]
    before_lower_case: frozenset[str]
    openers: frozenset[str]

    @classmethod
    @cache
    def of(cls, language: str) -> _Abbreviations:
        languages = [language] if language in _TITLES else list(_TITLES)
        lists = (_TITLES, _BEFORE_NUMBERS, _LIST_ENDS, _OPENERS)
        return cls(*(frozenset(word for own in languages for word in words[own].split()) for words in lists))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _EMPTY_LINE.finditer(text):
        yield from _trimmed(text, start, gap.start())
        start = gap.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    paragraph = text[start:end].rstrip()
    end = start + len(paragraph)
    begin = end - len(paragraph.lstrip())
    if begin < end:
        yield begin, end


def find_quotations(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Return the outermost quotations of a paragraph, marks included; one that isn't closed is none.

    Straight marks open and close by turns, unless their number is odd.
    """
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    by_turns = text.count('"', begin, end) % 2 == 0
    for match in _QUOTATION_MARK.finditer(text, begin, end):
        mark, position = match[0], match.start()
        if mark in OPENING or (mark == '"' and by_turns and not (opened and text[opened[-1]] == '"')):
            opened.append(position)
        elif opened and (mark != '"' or by_turns):
            first = opened.pop()
            while found and found[-1][0] > first:
                found.pop()
            found.append((first, position + 1))
    return found


def _spans(
    text: str, begin: int, end: int, quotations: list[tuple[int, int]], abbreviations: _Abbreviations
) -> Iterator[tuple[int, int]]:
    first = begin
    for match in _STOP.finditer(text, begin, end):
        if match["next"] is None or not _ends_a_sentence(text, first, match, abbreviations):
            continue
        position, stop = match.start(), match.end()
        if quotations:
            inside = _quotation_around(quotations, position, stop)
            if inside is not None and _is_embedded(text, begin, end, inside):
                continue
        if _is_bracketed(text, first, position, end):
            continue
        yield first, stop
        first = match.end("gap")
    yield first, end


def _ends_a_sentence(text: str, first: int, match: re.Match[str], abbreviations: _Abbreviations) -> bool:
    following = match["next"][-1]
    if following in ",;:»”)]" or (following.islower() and not _is_camel_case(text, match)):
        return False
    if following.isalpha() and not (following.isupper() or following.islower()):
        return False
    return match["stop"] != "." or not _abbreviates(text, first, match, abbreviations)


def _is_camel_case(text: str, match: re.Match[str]) -> bool:
    """Tell whether what follows a stop is a name such as `iPhone`."""
    return text[match.end("next") : match.end("next") + 1].isupper()


def _abbreviates(text: str, first: int, match: re.Match[str], abbreviations: _Abbreviations) -> bool:
    """Tell whether a full stop belongs to the word or number before it."""
    position, after = match.start(), match.end("gap")
    word = _word_before(text, first, position)
    if len(word) > LONGEST_LISTED and word.isalpha():
        return False
    folded = _PART_EDGE.split(word.casefold())[-1]
    if folded in abbreviations.always:
        return not (word in _WORDS_TOO and _next_word(text, after) in abbreviations.openers)
    begins = len(word) == position - first
    if begins and _ENUMERATOR.fullmatch(word):
        return True
    if _INITIAL.fullmatch(word):
        return begins or not _opens_a_sentence(_next_word(text, after), word, abbreviations)
    if folded in abbreviations.before_numbers:
        return _NUMBERING.match(text, after) is not None
    return folded in abbreviations.before_lower_case and not match["next"][-1].isupper()


def _word_before(text: str, first: int, position: int) -> str:
    before = text[max(first, position - LONGEST_ABBREVIATION) : position]
    words = before.split()
    if not words or before[-1].isspace():
        return ""
    return words[-1] if words[-1].isalpha() else _WORD_EDGE.split(words[-1])[-1]


def _next_word(text: str, position: int) -> str:
    """Return the word that begins at a position, in lower case, if it begins with a capital."""
    word = _WORD.match(text, position)
    return word[0].lower().replace("’", "'") if word and word[0][0].isupper() else ""


def _opens_a_sentence(word: str, initials: str, abbreviations: _Abbreviations) -> bool:
    """Tell whether a word behind initials is no part of a name; `Le` may be one behind `J.-M.`, not behind `U.S.A.`."""
    acronym = initials.count(".") > 1 and "-" not in initials
    return word in abbreviations.openers or (acronym and word in _OPENERS_OR_NAMES)


def _is_bracketed(text: str, first: int, position: int, end: int) -> bool:
    """Tell whether a stop is inside a bracket that opens within the sentence."""
    opening = text.rfind("(", first, position)
    if opening <= first or text.find(")", opening, position) >= 0:
        return False
    return text.find(")", position, min(end, opening + LONGEST_BRACKET)) >= 0


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
