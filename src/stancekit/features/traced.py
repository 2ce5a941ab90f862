"""Views whose characters know where in the sentence they come from."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.corpus.text import compose, straighten
from stancekit.features.analyzers import WHITE_SPACE, Analyzer
from stancekit.features.clauses import clause_spans
from stancekit.features.fields import WINDOW, WORD
from stancekit.features.hashtags import split_hashtags, split_places
from stancekit.features.mentions import ACTOR_MARK, TARGET_MARK, MarkedText
from stancekit.features.speech import quotations

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Traced:
    """A text made from a sentence, and what each character stands for in it.

    Attributes
    ----------
    text : str
    begins, ends : ndarray of int64 of shape (len(text),)
        Character i stands for the sentence's characters `begins[i]` to `ends[i]`: for one that was copied itself, for
        one of a mark the whole mention, for a space between two parts none.
    """

    text: str
    begins: Places
    ends: Places

    @classmethod
    def of(cls, sentence: str) -> Traced:
        """Return a sentence as it is."""
        places = np.arange(len(sentence), dtype=np.int64)
        return cls(sentence, places, places + 1)

    def part(self, begin: int, end: int) -> Traced:
        """Return what stands between two places; nothing if the end is before the beginning."""
        return Traced(self.text[begin:end], self.begins[begin:end], self.ends[begin:end])

    def stripped(self) -> Traced:
        """Return the text without white space around it."""
        begin = len(self.text) - len(self.text.lstrip())
        return self.part(begin, begin + len(self.text.strip()))

    def rewritten(self, text: str, places: Sequence[int] | Places) -> Traced:
        """Return another text, each character standing for what one of this text's stands for."""
        own = np.asarray(places, dtype=np.int64)
        return Traced(text, self.begins[own], self.ends[own])

    def lowered(self) -> Traced:
        """Return the text in lower case, which may be longer: `İ` becomes two characters."""
        lower = self.text.lower()
        if len(lower) == len(self.text):
            return Traced(lower, self.begins, self.ends)
        lengths = [len(letter.lower()) for letter in self.text]
        return self.rewritten(lower, np.repeat(np.arange(len(self.text)), lengths))

    def composed(self) -> Traced:
        """Return the text in normal form C; a composed letter stands for all that it was composed of."""
        text = compose(self.text)
        if text == self.text:
            return self
        begins, ends = [], []
        for begin, end in _composed_parts(self.text):
            size = len(compose(self.text[begin:end]))
            begins += [self.begins[begin]] * size
            ends += [self.ends[end - 1]] * size
        return Traced(text, np.array(begins, dtype=np.int64), np.array(ends, dtype=np.int64))


def joined(parts: Sequence[Traced], between: str = "") -> Traced:
    """Return texts one after the other; what is put between them stands for nothing."""
    nothing = np.zeros(len(between), dtype=np.int64)
    texts, begins, ends = [], [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for number, part in enumerate(parts):
        if number and between:
            begins.append(nothing)
            ends.append(nothing)
        texts.append(part.text)
        begins.append(part.begins)
        ends.append(part.ends)
    return Traced(between.join(texts), np.concatenate(begins), np.concatenate(ends))


def _composed_parts(text: str) -> list[tuple[int, int]]:
    """Cut a text where composing the parts gives the same as composing the whole."""
    starters = [at for at, letter in enumerate(text) if at and not unicodedata.combining(letter)]
    parts, begin = [], 0
    for number, at in enumerate(starters):
        following = starters[number + 1] if number + 1 < len(starters) else len(text)
        left, right = text[begin:at], text[at:following]
        # Parts of a Korean syllable compose although none of them is a combining mark.
        if compose(left + right) == compose(left) + compose(right):
            parts.append((begin, at))
            begin = at
    return [*parts, (begin, len(text))]


def _masked(row: MarkedText, begin: int, end: int) -> Traced:
    """Return what `MarkedText.masked` returns."""
    sentence, parts, position = Traced.of(row.text), [], begin
    for start, stop, mark in row.mentions:
        if start < end and stop > begin:
            parts += [sentence.part(position, max(start, position)), _standing_for(mark, start, stop)]
            position = stop
    return joined([*parts, sentence.part(position, max(end, position))])


def _standing_for(mark: str, start: int, stop: int) -> Traced:
    return Traced(mark, np.full(len(mark), start, dtype=np.int64), np.full(len(mark), stop, dtype=np.int64))


def _before(row: MarkedText) -> Traced:
    return Traced.of(row.text).part(0, row.mentions[0].start if row.mentions else 0)


def _between(row: MarkedText) -> Traced:
    begin, end = (row.mentions[0].end, row.mentions[1].start) if len(row.mentions) == 2 else (0, 0)
    return Traced.of(row.text).part(begin, end)


def _after(row: MarkedText) -> Traced:
    return Traced.of(row.text).part(row.mentions[-1].end if row.mentions else len(row.text), len(row.text))


def _window(mark: str) -> Callable[[MarkedText], Traced]:
    def words(text: Traced) -> list[Traced]:
        return [text.part(*word.span()) for word in WORD.finditer(text.text)]

    def view(row: MarkedText) -> Traced:
        own = row.mention_of(mark)
        if own is None:
            return Traced.of("")
        left = words(_masked(row, 0, own.start))[-WINDOW:]
        right = words(_masked(row, own.end, len(row.text)))[:WINDOW]
        return joined([*left, _standing_for(own.mark, own.start, own.end), *right], " ")

    return view


def _parts(row: MarkedText, spans: Sequence[tuple[int, int]]) -> Traced:
    return joined([_masked(row, begin, end).stripped() for begin, end in spans], " ")


_TRACED: Mapping[str, Callable[[MarkedText], Traced]] = {
    "text": lambda row: Traced.of(row.text),
    "masked": lambda row: _masked(row, 0, len(row.text)),
    "before": _before,
    "between": _between,
    "after": _after,
    "actor_window": _window(ACTOR_MARK),
    "target_window": _window(TARGET_MARK),
    "clause": lambda row: _parts(row, clause_spans(row)),
    "quote": lambda row: _parts(row, quotations(row.text)),
}


def is_traced(field: str) -> bool:
    """Tell whether a field is made of the sentence's own words, and not of names, neighbours or shapes."""
    return field in _TRACED


def trace_field(row: MarkedText, field: str) -> Traced:
    """Return the view that `compute_field` returns, with what its characters stand for; see `is_traced`.

    Examples
    --------
    >>> from stancekit.features.mentions import Mention
    >>> view = trace_field(MarkedText("Mali nie", (Mention(0, 4, "_ACTOR_"),)), "masked")
    >>> view.text, view.begins.tolist(), view.ends.tolist()
    ('_ACTOR_ nie', [0, 0, 0, 0, 0, 0, 0, 4, 5, 6, 7], [4, 4, 4, 4, 4, 4, 4, 5, 6, 7, 8])
    """
    view = _TRACED[field](row)
    return Traced(straighten(view.text), view.begins, view.ends).composed()


def prepare_traced(analyzer: Analyzer, view: Traced) -> Traced:
    """Return a view as an analyzer cuts it: what `Analyzer.prepare` returns, white space of `char` made one space."""
    if analyzer.hashtags == "split":
        view = view.rewritten(split_hashtags(view.text), split_places(view.text))
    if analyzer.lowercase:
        view = view.lowered()
    if analyzer.kind != "char":
        return view
    kept = np.ones(len(view.text), dtype=np.bool_)
    for gap in WHITE_SPACE.finditer(view.text):
        kept[gap.start() + 1 : gap.end()] = False
    return view.rewritten(WHITE_SPACE.sub(" ", view.text), np.flatnonzero(kept))
