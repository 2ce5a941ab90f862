"""Where the mentions stand, in words of our own: each is one token of letters and underscores."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from stancekit.features.mentions import ACTOR_MARK, TARGET_MARK, MarkedText, Mention
from stancekit.features.speech import quotations

_ROLES = (("actor", ACTOR_MARK), ("target", TARGET_MARK))
_BETWEEN = ((0, 2, 5, 10), ("none", "one_or_two", "three_to_five", "six_to_ten", "more"))
_LENGTHS = ((10, 20, 30, 40), ("up_to_ten", "up_to_twenty", "up_to_thirty", "up_to_forty", "more"))
_THIRDS = ("first", "middle", "last")
_WORD_BEGINS = re.compile(r"(?<![\w'’])\w")
_POSSESSIVE = re.compile(r"['’]s\b|(?<=s)['’](?!\w)", re.IGNORECASE)
_ENDS_POSSESSIVE = re.compile(r"(?:['’]s|s['’])\Z", re.IGNORECASE)


def positions(row: MarkedText) -> str:
    """Return what is known of the places of the mentions, as tokens with spaces between.

    ===========================================  ========================================================
    `actor_missing`, `target_missing`            no mention is marked
    `actor_before_target`, `target_before_actor` which comes first
    `actor_in_target`                            one lies inside the other, or they overlap
    `between_none`, `…_one_or_two`, `…_more`     words between the two
    `actor_in_first_third`, `…_middle_third`     of the sentence's characters; of the target likewise
    `actor_opens`, `actor_quoted`                it is the first word; it is inside a quotation
    `actor_possessive`                           `'s` or, after an s, `'` stands behind it or ends it
    `words_up_to_ten`, …, `words_more`           how long the sentence is
    ===========================================  ========================================================

    Examples
    --------
    >>> positions(MarkedText("Mali's junta defies Paris.", (Mention(0, 4, "_TARGET_"), Mention(20, 25, "_ACTOR_"))))
    'words_up_to_ten actor_in_last_third target_in_first_third target_opens target_possessive target_before_actor \
between_one_or_two'
    """
    return " ".join(_tokens(row))


def _tokens(row: MarkedText) -> Iterator[str]:
    yield f"words_{_bin(_count_words(row.text), _LENGTHS)}"
    quoted = quotations(row.text) if row.mentions else []
    for role, mark in _ROLES:
        own = row.mention_of(mark)
        if own is None:
            yield f"{role}_missing"
            continue
        yield from (f"{role}_{said}" for said in _place(row.text, own, quoted))
    if len(row.mentions) == 2:
        first, second = row.mentions
        actor_first = first.mark == ACTOR_MARK
        yield "actor_before_target" if actor_first else "target_before_actor"
        yield f"between_{_bin(_count_words(row.text[first.end : second.start]), _BETWEEN)}"
    elif row.mentions and row.mentions[0].mark not in (ACTOR_MARK, TARGET_MARK):
        yield "actor_in_target"


def _place(text: str, own: Mention, quoted: list[tuple[int, int]]) -> Iterator[str]:
    start, end, _ = own
    yield f"in_{_THIRDS[3 * start // len(text)]}_third"
    if not any(map(str.isalnum, text[:start])):
        yield "opens"
    if any(begin <= start and end <= stop for begin, stop in quoted):
        yield "quoted"
    if _POSSESSIVE.match(text, end) or _ENDS_POSSESSIVE.search(text[start:end]):
        yield "possessive"


def _count_words(text: str) -> int:
    """Count words; what is behind an apostrophe belongs to the word before it."""
    return len(_WORD_BEGINS.findall(text))


def _bin(count: int, bins: tuple[tuple[int, ...], tuple[str, ...]]) -> str:
    """Return the name of the bin that a count is in; bins are given by their largest counts."""
    return bins[1][bisect_left(bins[0], count)]
