"""Lexicons, and where their terms are in a stream of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from stancekit.config.features import Block
from stancekit.config.lexicons import Entry, LexiconName, OwnLexicon, parse_entries, read_entries
from stancekit.errors import DataError, InputError, Problem
from stancekit.features.analyzers import TOKEN
from stancekit.features.lexicons.stream import PUNCTUATION, Remembered

LONGEST_GAP = 2
"""Words that a `*` by itself stands for, at most."""
_AFINN = "data/AFINN-en-165.txt"


class Hit(NamedTuple):
    """A term that was found: words `start` to `end` of the stream."""

    start: int
    end: int
    entry: Entry


@dataclass(frozen=True)
class _Pattern:
    """A term as words; a word that ends in `*` is a beginning, `*` a gap."""

    words: tuple[str, ...]
    entry: Entry

    @cached_property
    def rank(self) -> tuple[int, int]:
        """Of terms that end at the same word, the one with more letters and then the whole word wins."""
        return len("".join(self.words).replace("*", "")), -sum(word.endswith("*") for word in self.words)

    def end(self, stream: Sequence[str], at: int, word: int = 0) -> int | None:
        """Return where the longest match ends whose word number `word` is at a place of the stream; None if none."""
        for number in range(word, len(self.words)):
            own = self.words[number]
            if own == "*":
                ends = [self.end(stream, at + skipped, number + 1) for skipped in self._gaps(stream, at)]
                return max((end for end in ends if end is not None), default=None)
            if at >= len(stream) or not _fits(own, stream[at]):
                return None
            at += 1
        return at

    def _gaps(self, stream: Sequence[str], at: int) -> Iterator[int]:
        yield 0
        for skipped in range(1, LONGEST_GAP + 1):
            if at + skipped > len(stream) or stream[at + skipped - 1] in PUNCTUATION:
                return
            yield skipped


@dataclass(frozen=True)
class _Starts:
    """The terms that may begin with a word: phrases, and the best of those that are one word.

    Attributes
    ----------
    seconds : frozenset of str
    second_beginnings : tuple of str
        How the second word of a phrase may read, and begin: most phrases are ruled out by it.
    """

    phrases: tuple[_Pattern, ...]
    word: _Pattern | None
    seconds: frozenset[str]
    second_beginnings: tuple[str, ...]

    @classmethod
    def of(cls, patterns: Sequence[_Pattern]) -> _Starts | None:
        single = [pattern for pattern in patterns if len(pattern.words) == 1]
        phrases = tuple(pattern for pattern in patterns if len(pattern.words) > 1)
        if not patterns:
            return None
        seconds = {pattern.words[1] for pattern in phrases}
        beginnings = {second for second in seconds if second.endswith("*")}
        return cls(
            phrases,
            max(single, key=lambda own: own.rank, default=None),
            frozenset(seconds - beginnings),
            tuple(second[:-1] for second in sorted(beginnings)),
        )

    def may_go_on_with(self, second: str) -> bool:
        """Tell, quickly, if a phrase may have a word after its first."""
        return second in self.seconds or second.startswith(self.second_beginnings)


@dataclass(frozen=True)
class Lexicon:
    """Terms, each with a class, a strength and whom it is good or bad for.

    Attributes
    ----------
    name : str
    entries : tuple of Entry

    Examples
    --------
    >>> lexicon = Lexicon("own", (Entry("condemn*", "oppose", -2, "object"), Entry("call* for", "demand", 0)))
    >>> [hit.entry.kind for hit in lexicon.find(["paris", "condemned", "it", "and", "called", "for", "talks"])]
    ['oppose', 'demand']
    """

    name: str
    entries: tuple[Entry, ...]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.name, self.entries))

    @cached_property
    def _starts(self) -> Remembered[_Starts | None]:
        """Of a word, the terms that may begin with it; None if none does."""
        whole: dict[str, list[_Pattern]] = {}
        beginnings: dict[str, list[_Pattern]] = {}
        for entry in self.entries:
            pattern = _Pattern(_words_of(entry.term), entry)
            first = pattern.words[0]
            group = beginnings if first.endswith("*") else whole
            group.setdefault(first.removesuffix("*"), []).append(pattern)

        def starts(word: str) -> _Starts | None:
            found = list(whole.get(word, ()))
            for length in range(1, len(word) + 1):
                found += beginnings.get(word[:length], ())
            return _Starts.of(found)

        return Remembered(starts)

    def find(self, stream: Sequence[str]) -> list[Hit]:
        """Return the terms in a stream of lower-cased words, from left to right, none inside another."""
        hits: list[Hit] = []
        free = 0
        for place, starts in enumerate(map(self._starts.__getitem__, stream)):
            if starts is not None and place >= free:
                hit = _longest(starts, stream, place)
                if hit is not None:
                    hits.append(hit)
                    free = hit.end
        return hits

    def joined(self, other: Lexicon) -> Lexicon:
        """Return a lexicon with the terms of both; of a term that is in both, this one's."""
        known = {entry.term for entry in self.entries}
        more = tuple(entry for entry in other.entries if entry.term not in known)
        return Lexicon(f"{self.name}+{other.name}", self.entries + more)


def _longest(starts: _Starts, stream: Sequence[str], place: int) -> Hit | None:
    best, longest = starts.word, place + 1
    if place + 1 == len(stream) or not starts.may_go_on_with(stream[place + 1]):
        return None if best is None else Hit(place, longest, best.entry)
    for pattern in starts.phrases:
        end = pattern.end(stream, place + 1, 1)
        if end is not None and (best is None or (end, pattern.rank) > (longest, best.rank)):
            best, longest = pattern, end
    return None if best is None else Hit(place, longest, best.entry)


def read_lexicon(path: str | Path) -> Lexicon:
    """Read a lexicon from a CSV file with the columns `term,class,strength` and, if wanted, `benefits`.

    Raises
    ------
    DataError
        With every mistake and its row.
    """
    path = Path(path)
    return Lexicon(path.name, read_entries(path))


def lexicon_of(given: LexiconName | OwnLexicon) -> Lexicon:
    """Return the lexicon that a block names or holds."""
    if isinstance(given, OwnLexicon):
        return _held(given)
    return load_lexicon(given)


def with_own_lexicon(block: Block) -> Block:
    """Return a block that holds the terms of the lexicon it names, as it was fitted with them."""
    if block.lexicon is None or isinstance(block.lexicon, OwnLexicon):
        return block
    lexicon = load_lexicon(block.lexicon)
    return block.model_copy(update={"lexicon": OwnLexicon(name=lexicon.name, entries=lexicon.entries)})


@cache
def _held(given: OwnLexicon) -> Lexicon:
    return Lexicon(given.name, tuple(Entry(*entry) for entry in given.entries))


@cache
def load_lexicon(name: LexiconName) -> Lexicon:
    """Return one of the lexicons that have names: `stance_en`, `stance_fr`, or `afinn` of the package of that name.

    Raises
    ------
    InputError
        If `afinn` isn't installed.

    Examples
    --------
    >>> load_lexicon("stance_fr").find(["elle", "condamne", "le", "putsch"])[0].entry.kind
    'criticise'
    """
    if name == "afinn":
        return Lexicon("afinn", _afinn())
    text = (resources.files(__package__) / f"{name}.csv").read_text(encoding="utf-8")
    return Lexicon(name, parse_entries(text, f"{name}.csv"))


def _afinn() -> tuple[Entry, ...]:
    """Return the terms of AFINN (Nielsen 2011); the package's data is read, its code is not run."""
    found = find_spec("afinn")
    if found is None or not found.submodule_search_locations:
        raise InputError(Problem("the package 'afinn' is not installed", hint="Install stancekit[afinn]"))
    file = Path(found.submodule_search_locations[0]) / _AFINN
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        scored = [(term.strip(), int(strength)) for term, _, strength in (line.rpartition("\t") for line in lines)]
    except (OSError, ValueError) as error:
        raise DataError(Problem(f"not the file of AFINN: {error}", str(file))) from error
    # What has no letter is an emoticon; what stands there twice has the same strength both times.
    words = {term: strength for term, strength in scored if strength and TOKEN.search(term)}
    return tuple(Entry(term, "positive" if n > 0 else "negative", n) for term, n in words.items())


def _words_of(term: str) -> tuple[str, ...]:
    """Cut a term as texts are cut; a `*` at the end of a word stays with its last token."""
    words: list[str] = []
    for piece in term.lower().split():
        if piece == "*":
            words.append("*")
            continue
        own = TOKEN.findall(piece.removesuffix("*"))
        if piece.endswith("*"):
            own[-1] += "*"
        words += own
    return tuple(words)


def _fits(own: str, word: str) -> bool:
    return word.startswith(own[:-1]) if own.endswith("*") else word == own
