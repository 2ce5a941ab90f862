"""Examples with their mentions marked: what every view of a sentence is made from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from stancekit.corpus.examples import Columns

ACTOR_MARK, TARGET_MARK = "_ACTOR_", "_TARGET_"


class Mention(NamedTuple):
    """A stretch of a sentence that names the actor, the target or, where they overlap, both."""

    start: int
    end: int
    mark: str


class MarkedText(NamedTuple):
    """A sentence and its mentions, in order and disjoint."""

    text: str
    mentions: tuple[Mention, ...]

    def mention_of(self, mark: str) -> Mention | None:
        """Return the mention that has a mark."""
        return next((mention for mention in self.mentions if mark in mention.mark), None)

    def masked(self, begin: int, end: int) -> str:
        """Return `text[begin:end]`, the mentions in it, or the parts of mentions, replaced by their marks.

        Examples
        --------
        >>> MarkedText("Paris nie tout", (Mention(0, 5, "_ACTOR_"),)).masked(3, 9)
        '_ACTOR_ nie'
        """
        pieces, position = [], begin
        for start, stop, mark in self.mentions:
            if start < end and stop > begin:
                pieces += [self.text[position:start], mark]
                position = stop
        return "".join([*pieces, self.text[position:end]])


def marked_texts(examples: Columns) -> Iterator[MarkedText]:
    """Yield every example's text with its mentions."""
    none: list[Any] = [None] * len(examples["text"])
    names = ("text", "actor_start", "actor_end", "target_start", "target_end")
    columns = [examples.get(name, none) for name in names]
    for text, actor_start, actor_end, target_start, target_end in zip(*columns, strict=True):
        has_actor = actor_start is not None and actor_start >= 0
        has_target = target_start is not None and target_start >= 0
        if has_actor and has_target:
            yield MarkedText(text, _in_order(actor_start, actor_end, target_start, target_end))
        elif has_actor:
            yield MarkedText(text, (Mention(actor_start, actor_end, ACTOR_MARK),))
        elif has_target:
            yield MarkedText(text, (Mention(target_start, target_end, TARGET_MARK),))
        else:
            yield MarkedText(text, ())


def _in_order(actor_start: int, actor_end: int, target_start: int, target_end: int) -> tuple[Mention, ...]:
    """Return two mentions in order; two that overlap become one with both marks."""
    first, second = sorted(
        (Mention(actor_start, actor_end, ACTOR_MARK), Mention(target_start, target_end, TARGET_MARK))
    )
    if second.start < first.end:
        return (Mention(first.start, max(first.end, second.end), f"{first.mark} {second.mark}"),)
    return first, second
