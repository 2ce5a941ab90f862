"""How much of a text may be shown: whole, the mentions with a few words around, or nothing.

Articles are often somebody's property. What a run shows of them is asked for once, by `report.texts` of the config,
and cut here for every page and table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stancekit.config.report import TextsShown

WORDS_AROUND = 5
"""So many words stand on either side of a mention; so many begin a text without mentions, twice."""
GAP = "…"
LONGEST_TERM = 3
LONGEST_TERM_IN_CHARACTERS = 40
"""Of a feature that may be shown where texts may not: more would be a piece of text."""

Span = tuple[int, int] | None

_WORD = re.compile(r"[\u3040-\u9fff]|[^\s\u3040-\u9fff]{1,30}")
"""Chinese and Japanese have no spaces: a character counts as a word, and so do thirty characters of anything else."""


@dataclass(frozen=True)
class Shown:
    """What is shown of a text.

    Attributes
    ----------
    text : str
    spans : tuple of ((int, int) or None)
        Where in it the mentions are that were given, in the same order.
    stretches : tuple of (int, int, int)
        What of the whole text is shown, in order: begin, end, and how many characters further on it stands.
    """

    text: str
    spans: tuple[Span, ...]
    stretches: tuple[tuple[int, int, int], ...] = ()

    def placed(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return where characters `start` to `end` of the whole text stand, as far as they are shown.

        Examples
        --------
        >>> cut = shown("one two three four five six seven Paris eight", [(34, 39)], "snippets")
        >>> [cut.text[slice(*span)] for word in ((0, 3), (8, 13), (40, 45)) for span in cut.placed(*word)]
        ['three', 'eight']
        """
        both = [(max(start, begin), min(end, stop), offset) for begin, stop, offset in self.stretches]
        return [(first + offset, last + offset) for first, last, offset in both if first < last]


def shown_text(text: str, spans: Sequence[Span], mode: TextsShown) -> str:
    """Return what is shown of a text.

    Parameters
    ----------
    text : str
    spans : sequence of ((int, int) or None)
        The mentions, in characters.
    mode : {"full", "snippets", "none"}

    Examples
    --------
    >>> text = "On the third day of the talks in Bamako, after much delay, France refused to say a word."
    >>> shown_text(text, [(59, 65)], "snippets")
    '… in Bamako, after much delay, France refused to say a word.'
    >>> shown_text(text, [(59, 65)], "none")
    ''
    """
    return shown(text, spans, mode).text


def shown(text: str, spans: Sequence[Span], mode: TextsShown) -> Shown:
    """Return what is shown of a text, and where its mentions are in that.

    Examples
    --------
    >>> cut = shown("Ever since the spring of last year everybody knew that Paris was opposed.", [(55, 60)], "snippets")
    >>> cut.text, cut.text[slice(*cut.spans[0])]
    ('… last year everybody knew that Paris was opposed.', 'Paris')
    """
    if mode == "full":
        return Shown(text, tuple(spans), ((0, len(text), 0),))
    if mode == "none":
        return Shown("", (None,) * len(spans))
    windows = _windows(text, [span for span in spans if span is not None])
    pieces: list[str] = []
    moved: list[Span] = [None] * len(spans)
    stretches: list[tuple[int, int, int]] = []
    length = 0
    for begin, end in windows:
        lead = f"{GAP} " if begin and not pieces else f" {GAP} " if pieces else ""
        offset = length + len(lead) - begin
        for at, span in enumerate(spans):
            if span is not None and begin <= span[0] and span[1] <= end:
                moved[at] = (span[0] + offset, span[1] + offset)
        stretches.append((begin, end, offset))
        pieces.append(lead + text[begin:end])
        length += len(pieces[-1])
    if windows and windows[-1][1] < len(text.rstrip()):
        pieces.append(f" {GAP}")
    return Shown("".join(pieces), tuple(moved), tuple(stretches))


def may_show_term(term: str, mode: TextsShown) -> bool:
    """Tell whether a feature of a model may be named: not where it is a piece of text that may not be shown.

    Examples
    --------
    >>> may_show_term("refuse to talk to", "none"), may_show_term("refuse to", "none")
    (False, True)
    """
    return mode == "full" or (len(term.split()) <= LONGEST_TERM and len(term) <= LONGEST_TERM_IN_CHARACTERS)


def _windows(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches of text around mentions, in order; those that touch are one."""
    words = [match.span() for match in _WORD.finditer(text)]
    if not words:
        return []
    if not spans:
        return [(words[0][0], words[min(len(words), 2 * WORDS_AROUND) - 1][1])]
    # Words are numbered; a mention is from the first word that it touches to the last.
    ranges = []
    for start, end in sorted(spans):
        touched = [at for at, (begin, stop) in enumerate(words) if begin < end and stop > start]
        if touched:
            ranges.append((max(0, touched[0] - WORDS_AROUND), min(len(words) - 1, touched[-1] + WORDS_AROUND)))
    joined: list[tuple[int, int]] = []
    for first, last in ranges:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return [(words[first][0], words[last][1]) for first, last in joined]
