"""The texts of a page, cut as the config asks, with their mentions marked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from stancekit.config.report import TextsShown
from stancekit.corpus.examples import SPAN_COLUMNS
from stancekit.corpus.redaction import Shown, Span, shown
from stancekit.errors import printable
from stancekit.report.sections.part import Part

ROLES = ("actor", "target")


@dataclass(frozen=True)
class Texts:
    """The texts of a part.

    Attributes
    ----------
    part : Part
    mode : {"full", "snippets", "none"}
    """

    part: Part
    mode: TextsShown

    @property
    def known(self) -> bool:
        """Whether there are texts to show: not where the data of an older run are gone."""
        return "text" in self.part.scored.columns

    def of(self, row: int) -> Shown | None:
        """Return what is shown of an example's text, with the spans of its actor and its target."""
        if self.mode == "none" or not self.known:
            return None
        columns = self.part.scored.columns
        # Made harmless here and not at the end: a browser counts some of these characters as two.
        text = printable(columns["text"][row])
        values = [columns[name][row] if name in columns else None for name in SPAN_COLUMNS]
        spans = (_span(values[0], values[1], text), _span(values[2], values[3], text))
        return shown(text, spans, self.mode)

    def language(self, row: int) -> str | None:
        """Return the language of an example's text, if it is known and shown."""
        if self.mode == "none" or not self.known:
            return None
        found = (self.part.scored.columns.get("language") or [None] * (row + 1))[row]
        return str(found) if found else None


def _span(start: Any, end: Any, text: str) -> Span:
    known = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)
    return (start, end) if known else None


def pieces(text: Shown) -> list[tuple[str, str]]:
    """Return a text cut where mentions begin and end: (roles, piece), roles joined by a space.

    Examples
    --------
    >>> pieces(Shown("Paris refuses.", ((0, 5), None)))
    [('actor', 'Paris'), ('', ' refuses.')]
    """
    marked = [(role, span) for role, span in zip(ROLES, text.spans, strict=True) if span is not None]
    cuts = sorted({0, len(text.text), *(end for _, span in marked for end in span)})
    return [
        (" ".join(role for role, span in marked if span[0] <= begin and end <= span[1]), text.text[begin:end])
        for begin, end in pairwise(cuts)
    ]


def utf16_spans(text: Shown) -> list[int]:
    """Return spans as a browser counts: pairs of offsets in UTF-16 units, -1 where there is none.

    Examples
    --------
    >>> utf16_spans(Shown("𝒜 Paris", ((2, 7), None)))
    [3, 8, -1, -1]
    """
    offsets: list[int] = []
    for span in text.spans:
        offsets += [-1, -1] if span is None else [len(text.text[:end].encode("utf-16-le")) // 2 for end in span]
    return offsets
