r"""Whether a regular expression may take time without end on some text.

Python's `re` tries one way after the other. Where parts that repeat can match the same letters in several ways, as in
`(\w+)+!` or `\w*\w*!`, there are more ways than it can try. That is so exactly where two places p and q of the
expression can, by the same letters, be reached so: p from p, q from p, and q from q (Weber and Seidl 1991, "On the
degree of ambiguity of finite automata"); or where a place follows in a loop in two ways. The expression is taken as its
places, each a set of letters, and what may follow each.

Where the answer isn't sure it is yes: what looks around itself is taken as passing always, and every `x?` and `x{2,5}`
as repeating without end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import product
from math import prod
from typing import Any

MOST_PLACES = 100
MOST_ALTERNATIVES = 1000
"""The product of all alternatives, each of which may be tried with each."""
_LONGEST_RANGE = 1024
_MOST_STEPS = 50_000
_SAMPLES = "aZé_5٣ \n\t\u00a0-—中😀'’ʰ.,/#@ſK"
"""Of every category some."""


class _UnsureError(Exception):
    """The expression has what isn't looked into."""


@dataclass
class _Automaton:
    """The places of an expression.

    Attributes
    ----------
    letters : list of frozenset of str
        Of the samples, those that each place matches.
    follow : list of set of int
    doubled : set of (int, int)
        What follows in more than one way, as in `(a+)+`.
    looks_around : bool
        Whether a match may still fail when all letters fit.
    """

    letters: list[frozenset[str]] = field(default_factory=list)
    follow: list[set[int]] = field(default_factory=list)
    doubled: set[tuple[int, int]] = field(default_factory=set)
    looks_around: bool = False

    def add(self, letters: frozenset[str]) -> int:
        if len(self.letters) == MOST_PLACES:
            raise _UnsureError
        self.letters.append(letters)
        self.follow.append(set())
        return len(self.letters) - 1

    def join(self, before: Iterable[int], after: Iterable[int]) -> None:
        for place, following in product(before, after):
            if following in self.follow[place]:
                self.doubled.add((place, following))
            self.follow[place].add(following)


@dataclass(frozen=True)
class _Part:
    """A part of an expression: where it begins and ends, and whether it may be empty."""

    first: frozenset[int]
    last: frozenset[int]
    may_be_empty: bool


_NOTHING = _Part(frozenset(), frozenset(), may_be_empty=True)


@cache
def may_take_without_end(pattern: str) -> bool:
    r"""Tell whether matching may take more than time in proportion to the square of a text's length.

    Examples
    --------
    >>> [may_take_without_end(own) for own in (r"\w+(?:-\w+)*", r"\b\w\w+\b", r"(\w+)+!", r"\w*\w*!")]
    [False, False, True, True]
    """
    try:
        parsed = import_module("re._parser").parse(pattern)
        return any(_is_ambiguous(own, parsed.state.flags) for own in _with_lookarounds(parsed))
    except re.error:
        return False  # it never comes to matching
    except (_UnsureError, ImportError, RecursionError):
        return True


def _with_lookarounds(parsed: Any) -> Iterator[Any]:
    """Yield an expression and those that it looks around itself with."""
    yield parsed
    for name, value in _walk(parsed):
        if name in ("ASSERT", "ASSERT_NOT"):
            yield value[1]


def _walk(parsed: Any) -> Iterator[tuple[str, Any]]:
    for operation, value in parsed:
        name = str(operation)
        yield name, value
        for inner in _inner(name, value):
            yield from _walk(inner)


def _inner(name: str, value: Any) -> list[Any]:
    if name == "BRANCH":
        return list(value[1])
    if name in ("SUBPATTERN", "MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return [value[-1]]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [value[1]]
    return [value] if name == "ATOMIC_GROUP" else []


def _is_ambiguous(parsed: Any, flags: int) -> bool:
    if prod(len(value[1]) for name, value in _walk(parsed) if name == "BRANCH") > MOST_ALTERNATIVES:
        return True
    automaton = _Automaton()
    whole = _sequence(automaton, parsed, _samples(parsed), flags & re.IGNORECASE)
    reached = [_reached(automaton, place) for place in range(len(automaton.letters))]
    loops = [place for place, own in enumerate(reached) if place in own]
    return any(
        (p, q) in automaton.doubled or (p != q and _go_along(automaton, p, q))
        for p, q in product(loops, loops)
        # Where both may end a match, none of the ways is given up.
        if q in reached[p] and (automaton.looks_around or not {p, q} <= whole.last)
    )


def _reached(automaton: _Automaton, place: int) -> set[int]:
    found: set[int] = set()
    coming = set(automaton.follow[place])
    while coming:
        found |= coming
        coming = {after for own in coming for after in automaton.follow[own]} - found
    return found


def _go_along(automaton: _Automaton, p: int, q: int) -> bool:
    """Tell whether the same letters lead from p to p, from p to q and from q to q."""
    goal = (p, q, q)
    coming: list[tuple[int, ...]] = [(p, p, q)]
    found = set(coming)
    while coming:
        places = coming.pop()
        for after in product(*(automaton.follow[own] for own in places)):
            if after not in found and frozenset.intersection(*(automaton.letters[own] for own in after)):
                if after == goal:
                    return True
                found.add(after)
                coming.append(after)
        if len(found) > _MOST_STEPS:
            raise _UnsureError
    return False


def _sequence(automaton: _Automaton, parsed: Any, samples: str, ignore_case: int) -> _Part:
    whole = _NOTHING
    for operation, value in parsed:
        whole = _joined(automaton, whole, _part(automaton, str(operation), value, samples, ignore_case))
    return whole


def _joined(automaton: _Automaton, one: _Part, other: _Part) -> _Part:
    automaton.join(one.last, other.first)
    return _Part(
        one.first | (other.first if one.may_be_empty else frozenset()),
        other.last | (one.last if other.may_be_empty else frozenset()),
        one.may_be_empty and other.may_be_empty,
    )


def _part(automaton: _Automaton, name: str, value: Any, samples: str, ignore_case: int) -> _Part:
    if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
        letters = frozenset(letter for letter in samples if _matches(name, value, letter, ignore_case))
        place = frozenset([automaton.add(letters)])
        return _Part(place, place, may_be_empty=False)
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        automaton.looks_around = True
        return _NOTHING
    if name == "BRANCH":
        parts = [_sequence(automaton, own, samples, ignore_case) for own in value[1]]
        if sum(own.may_be_empty for own in parts) > 1:
            raise _UnsureError
        first, last = (frozenset().union(*(getattr(own, end) for own in parts)) for end in ("first", "last"))
        return _Part(first, last, any(own.may_be_empty for own in parts))
    if name == "SUBPATTERN" and not value[1] and not value[2]:
        return _sequence(automaton, value[3], samples, ignore_case)
    if name == "ATOMIC_GROUP":
        automaton.looks_around = True
        return _sequence(automaton, value, samples, ignore_case)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        automaton.looks_around |= name == "POSSESSIVE_REPEAT"
        return _repeated(automaton, value, samples, ignore_case)
    raise _UnsureError  # what refers back to a group, or has flags of its own


def _repeated(automaton: _Automaton, value: Any, samples: str, ignore_case: int) -> _Part:
    least, most, inner = value
    if least == most:
        whole = _NOTHING
        for _ in range(min(int(least), MOST_PLACES + 1)):
            whole = _joined(automaton, whole, _sequence(automaton, inner, samples, ignore_case))
        return whole
    own = _sequence(automaton, inner, samples, ignore_case)
    automaton.join(own.last, own.first)
    return _Part(own.first, own.last, own.may_be_empty or least == 0)


def _samples(parsed: Any) -> str:
    """Return letters of which every two sets of the expression share one, if they share any."""
    found = set(_SAMPLES)
    for name, value in _walk(parsed):
        for kind, own in value if name == "IN" else [(name, value)]:
            if str(kind) == "RANGE" and own[1] - own[0] > _LONGEST_RANGE:
                raise _UnsureError
            low, high = own if str(kind) == "RANGE" else (own, own)
            if str(kind) in ("LITERAL", "NOT_LITERAL", "RANGE"):
                codes = range(max(low - 1, 0), min(high + 1, 0x10FFFF) + 1)
                found |= {variant for code in codes for letter in [chr(code)] for variant in _cases(letter)}
    return "".join(sorted(found))


def _cases(letter: str) -> set[str]:
    return {own for own in (letter, letter.lower(), letter.upper(), letter.swapcase()) if len(own) == 1}


def _matches(name: str, value: Any, letter: str, ignore_case: int) -> bool:
    codes = {ord(own) for own in (_cases(letter) if ignore_case else letter)}
    if name == "ANY":
        return True
    if name == "LITERAL":
        return value in codes
    if name == "NOT_LITERAL":
        return value not in codes or len(codes) > 1
    negated = str(value[0][0]) == "NEGATE"
    return any(_is_in(str(kind), own, codes, letter) for kind, own in value) != negated


def _is_in(kind: str, own: Any, codes: set[int], letter: str) -> bool:
    if kind == "LITERAL":
        return own in codes
    if kind == "RANGE":
        return any(own[0] <= code <= own[1] for code in codes)
    if kind == "CATEGORY":
        return re.fullmatch(_CATEGORIES[str(own)], letter) is not None
    return False  # NEGATE


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
