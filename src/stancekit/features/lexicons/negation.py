"""Which words are negated: those after a negator, up to the end of the clause, six at most.

French negates with two words, and the verb between them is negated too; `ne ... que` (only) is no negation, nor is `ne`
by itself (`ne cesse de`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from stancekit.features.analyzers import TOKEN
from stancekit.features.lexicons.stream import STOPS, STREAM, Remembered, mark_in

LONGEST_SCOPE = 6
PREFIX = "NOT_"

NEGATORS = frozenset(
    "not never no nobody none nothing nowhere neither nor without cannot hardly barely scarcely "
    "pas jamais sans aucun aucune ni non nullement".split()
)
SECOND_PARTS = frozenset("pas plus jamais rien personne aucun aucune guère point nul nulle nulles ni nullement".split())
BEFORE_NE = frozenset("personne rien nul nulle aucun aucune jamais ni".split())
NO_NEGATION = frozenset(
    {(first, "only") for first in ("not", "n't")}
    | {("not", word) for word in ("just", "merely", "simply")}
    | {(first, word) for first in ("pas", "non") for word in ("seulement", "uniquement", "moins")}
    | {("no", "doubt"), ("no", "wonder"), ("sans", "doute"), ("sans", "cesse"), ("sans", "précédent"), ("non", "plus")}
)
"""Two words that are no negation."""
CLAUSE_OPENERS = frozenset("but although though whereas mais tandis quoique".split())
_BEGINNERS = NEGATORS | {"ne", "n'"}
_BETWEEN_PARTS = 6
_ENDS_IN_NT = re.compile(r"\w+n't")


class Part(IntEnum):
    """What a word does for negation; `NE` and `NEGATOR` may begin one."""

    NONE = 0
    NE = 1
    NEGATOR = 2
    SECOND = 3
    QUE = 4
    BOUNDARY = 5


def part_of(word: str) -> Part:
    """Tell what a lower-cased word does for negation."""
    if word in ("ne", "n'"):
        return Part.NE
    if word in NEGATORS or _ENDS_IN_NT.fullmatch(word):
        return Part.NEGATOR
    if word in SECOND_PARTS:
        return Part.SECOND
    if word in ("que", "qu'"):
        return Part.QUE
    return Part.BOUNDARY if word in STOPS or word in CLAUSE_OPENERS else Part.NONE


PARTS: Remembered[Part] = Remembered(part_of)


def may_negate(words: Iterable[str]) -> bool:
    """Tell, quickly, if some word of a stream may begin a negation."""
    return not _BEGINNERS.isdisjoint(words) or "n't " in " ".join(words) + " "


def negated(words: Sequence[str]) -> set[int]:
    """Return which words of a stream are negated; negators themselves and punctuation are not.

    Examples
    --------
    >>> words = STREAM.findall("il ne soutient pas l'accord , mais l'armée")
    >>> [words[i] for i in sorted(negated(words))]
    ['soutient', "l'", 'accord']
    """
    parts = [PARTS[word] for word in words]
    found: set[int] = set()
    for i, part in enumerate(parts):
        if part == Part.NEGATOR:
            following = words[i + 1] if i + 1 < len(words) else ""
            if ("n't" if words[i].endswith("n't") else words[i], following) not in NO_NEGATION:
                found.update(_scope(words, parts, i + 1, i + 1))
        elif part == Part.NE:
            second = _second_part(words, parts, i)
            if second is not None:
                found.update(_scope(words, parts, i + 1, second + 1))
    return {i for i in found if parts[i] in (Part.NONE, Part.QUE, Part.SECOND)}


def _second_part(words: Sequence[str], parts: Sequence[Part], ne: int) -> int | None:
    """Return where the negation that `ne` belongs to is complete; None if it is none."""
    if any(word in BEFORE_NE for word in words[max(0, ne - 3) : ne]):
        return ne
    for i in range(ne + 1, min(ne + 1 + _BETWEEN_PARTS, len(words))):
        if words[i] in SECOND_PARTS:
            following = words[i + 1] if i + 1 < len(words) else ""
            return None if (words[i], following) in NO_NEGATION else i
        if parts[i] in (Part.QUE, Part.BOUNDARY):
            return None
    return None


def _scope(words: Sequence[str], parts: Sequence[Part], begin: int, counted_from: int) -> range:
    """Return the positions from `begin` to the end of the clause, six words after the negation is complete at most."""
    end = begin
    while end < min(counted_from + LONGEST_SCOPE, len(words)):
        et_que = words[end] in ("et", "and") and end + 1 < len(words) and words[end + 1] in ("que", "qu'", "that")
        if parts[end] == Part.BOUNDARY or et_que:
            break
        end += 1
    return range(begin, end)


@dataclass(frozen=True)
class NegationMarker:
    """Finds the tokens of a text and writes `NOT_` before those that are negated; marks of mentions stay.

    Attributes
    ----------
    tokens : re.Pattern
        What finds tokens, in a text as the analyzer prepared it.

    Examples
    --------
    >>> NegationMarker()("on n'approuve pas l'accord, mais on vote")
    ['on', "n'", 'NOT_approuve', 'pas', "NOT_l'", 'NOT_accord', 'mais', 'on', 'vote']
    """

    tokens: re.Pattern[str] = TOKEN

    @property
    def key(self) -> str:
        """What counts kept on disk depend on."""
        return f"NOT {self.tokens.flags} {self.tokens.pattern}"

    def __call__(self, text: str) -> list[str]:
        """Return the tokens of a text."""
        lowered = text.lower()
        plain: list[str] = self.tokens.findall(text)
        if not may_negate(plain if lowered == text and self.tokens == TOKEN else TOKEN.findall(lowered)):
            return plain
        spans = _negated_spans(text)
        found, span = [], 0
        for match in self.tokens.finditer(text):
            while span < len(spans) and spans[span][1] <= match.start(self._group):
                span += 1
            token = match.group(self._group) or ""
            inside = span < len(spans) and spans[span][0] <= match.start(self._group)
            found.append(PREFIX + token if inside and not mark_in(token.lower()) else token)
        return found

    def located(self, text: str) -> list[tuple[str, tuple[int, int]]]:
        """Return the tokens of a text, each with the place of what was found; its `NOT_` stands nowhere."""
        spans = [match.span(self._group) for match in self.tokens.finditer(text)]
        return list(zip(self(text), spans, strict=True))

    @cached_property
    def _group(self) -> int:
        return min(self.tokens.groups, 1)


def _negated_spans(text: str) -> list[tuple[int, int]]:
    """Return where the negated words of a text begin and end, in order."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in text)
    matches = list(STREAM.finditer(lowered))
    return [matches[i].span() for i in sorted(negated([match.group() for match in matches]))]
