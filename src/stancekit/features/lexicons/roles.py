"""What a lexicon says of a text: classes, signs, and who is helped or harmed.

For each term that is found: its class (`support`), `+` or `-` as often as it is strong, and where mentions are marked
who does it and to whom: `_ACTOR_>support`, `support>_TARGET_`, `+>_TARGET_`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stancekit.features.lexicons.lexicon import Hit, Lexicon
from stancekit.features.lexicons.negation import may_negate, negated
from stancekit.features.lexicons.stream import cut, cut_places, mark_in

BY = frozenset(("by", "par"))


@dataclass(frozen=True)
class _Marks:
    """The marks of mentions in a stream: where, and whose."""

    places: list[int]
    names: list[str]

    def before(self, place: int) -> tuple[int, str] | None:
        number = bisect_left(self.places, place) - 1
        return (self.places[number], self.names[number]) if number >= 0 else None

    def after(self, place: int) -> tuple[int, str] | None:
        number = bisect_right(self.places, place)
        return (self.places[number], self.names[number]) if number < len(self.places) else None


@dataclass(frozen=True)
class LexiconFeatures:
    """Turns a text into what a lexicon says of it.

    Attributes
    ----------
    lexicon : Lexicon

    Examples
    --------
    >>> from stancekit.config.lexicons import Entry
    >>> say = LexiconFeatures(Lexicon("own", (Entry("back*", "support", 2, "object"),)))
    >>> say("_ACTOR_ doesn't back _TARGET_")
    ['not_support', '-', '-', 'not_support>_TARGET_', '_ACTOR_>not_support', '->_TARGET_', '->_TARGET_', 'hits', \
'balance_negative']
    """

    lexicon: Lexicon

    @property
    def key(self) -> str:
        """What counts kept on disk depend on."""
        return repr((self.lexicon.name, self.lexicon.entries))

    def __call__(self, text: str) -> list[str]:
        """Return the features of a text; none of one that is empty."""
        return [feature for features, _ in self._say(text) for feature in features]

    def located(self, text: str) -> list[tuple[str, list[tuple[int, int]]]]:
        """Return the features of a lower-cased text, each with the places of the terms it is about.

        Those about the whole text (`hits`, `balance_positive`) are about all its terms. A mark that takes part in
        `_ACTOR_>support` is where it is because of the term, and has no share in it.
        """
        places = cut_places(text)
        return [
            (feature, [(places[hit.start][0], places[hit.end - 1][1]) for hit in hits])
            for features, hits in self._say(text)
            for feature in features
        ]

    def _say(self, text: str) -> Iterator[tuple[list[str], Sequence[Hit]]]:
        """Yield features together with the hits they are about."""
        stream = cut(text.lower())
        if not stream:
            return
        hits = self.lexicon.find(stream)
        if not hits:
            yield ["no_hits", "balance_zero"], ()
            return
        flipped = _flipped(stream, hits)
        marks = _marks_of(stream) if "_" in text else _Marks([], [])
        last_of_kind: dict[str, int] = {}
        next_of_kind = [0] * len(hits)
        for number in range(len(hits) - 1, -1, -1):
            kind = hits[number].entry.kind
            next_of_kind[number] = last_of_kind.get(kind, len(stream))
            last_of_kind[kind] = hits[number].start
        balance = 0
        for hit, flip, following in zip(hits, flipped, next_of_kind, strict=True):
            strength = -hit.entry.strength if flip else hit.entry.strength
            balance += strength
            kind = f"not_{hit.entry.kind}" if flip else hit.entry.kind
            signs = ["+" if strength > 0 else "-"] * abs(strength)
            roles = _roles(stream, hit, marks, following, kind, signs) if marks.places else []
            yield [kind, *signs, *roles], (hit,)
        yield ["hits", f"balance_{'positive' if balance > 0 else 'negative' if balance else 'zero'}"], hits


def _flipped(stream: Sequence[str], hits: Sequence[Hit]) -> list[bool]:
    """Say which terms are negated; one that begins with a negator has said so itself."""
    if not may_negate(stream):
        return [False] * len(hits)
    places = negated(stream)
    return [hit.start in places for hit in hits]


def _marks_of(stream: Sequence[str]) -> _Marks:
    marks = [(place, mark) for place, word in enumerate(stream) if "_" in word and (mark := mark_in(word)) is not None]
    return _Marks([place for place, _ in marks], [mark for _, mark in marks])


def _roles(
    stream: Sequence[str], hit: Hit, marks: _Marks, following: int, kind: str, signs: Sequence[str]
) -> list[str]:
    before, after = marks.before(hit.start), marks.after(hit.start)
    is_passive = not BY.isdisjoint(stream[hit.end : hit.end + 2])
    nearest = after if after is not None and after[0] < following else None
    subject, target = (nearest, before) if is_passive else (before, nearest)
    roles = []
    if target is not None:
        roles.append(f"{kind}>{target[1]}")
    if subject is not None:
        roles.append(f"{subject[1]}>{kind}")
    concerned = {"object": before if is_passive else after, "subject": after if is_passive else before}
    about = concerned.get(hit.entry.benefits)
    if about is not None:
        roles += [f"{sign}>{about[1]}" for sign in signs]
    return roles
