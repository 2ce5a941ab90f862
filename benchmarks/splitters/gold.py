"""Gold sentences, the running text rebuilt from them, and the score of a splitter on it.

A gold file has one sentence a line and an empty line between paragraphs. The running text has a space between the
sentences of a paragraph and an empty line between paragraphs.

A boundary is the offset at which a sentence ends, white space at its end left out. The end of a paragraph is given by
the empty line, so it counts for nobody, found or not; every other end that a splitter names is right or wrong, and
F1 is `2 right / (named + gold)`.

That a quotation of several sentences inside a sentence (`« A. B », dit-il.`) is no boundary is a convention, which gold
shares with stancekit. So each splitter is also scored with what lies inside quotation marks left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PARAGRAPHS_A_TEXT = 8
"""Splitters are given texts of this many paragraphs, about an article each."""

RESAMPLES = 2000

_QUOTATION = re.compile(r"«[^»]*»|“[^”]*”")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph's span in its text, and the ends of its sentences but the last."""

    start: int
    end: int
    boundaries: frozenset[int]


@dataclass(frozen=True)
class GoldText:
    """A running text with its paragraphs."""

    text: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Score:
    """Boundary F1 with its 95% interval (paragraphs resampled), precision and recall."""

    f1: float
    low: float
    high: float
    precision: float
    recall: float


def read_gold(file: Path) -> list[GoldText]:
    """Return the texts of a gold file."""
    blocks = re.split(r"\n(?:[^\S\n]*\n)+", file.read_text(encoding="utf-8").strip())
    paragraphs = [[line.strip() for line in block.splitlines()] for block in blocks]
    starts = range(0, len(paragraphs), PARAGRAPHS_A_TEXT)
    return [running_text(paragraphs[start : start + PARAGRAPHS_A_TEXT]) for start in starts]


def running_text(paragraphs: list[list[str]]) -> GoldText:
    """Join the sentences of some paragraphs."""
    spans, start = [], 0
    for sentences in paragraphs:
        ends = start - 1 + np.cumsum([len(sentence) + 1 for sentence in sentences])
        spans.append(Paragraph(start, int(ends[-1]), frozenset(ends[:-1].tolist())))
        start = spans[-1].end + 2
    return GoldText("\n\n".join(" ".join(sentences) for sentences in paragraphs), tuple(spans))


def inside_quotations(text: str) -> frozenset[int]:
    """Return the offsets between a pair of quotation marks."""
    return frozenset(at for pair in _QUOTATION.finditer(text) for at in range(pair.start() + 1, pair.end()))


def tallies(
    gold: GoldText, spans: Iterable[tuple[int, int]], ignored: frozenset[int] = frozenset()
) -> list[tuple[int, int, int]]:
    """Return for each paragraph how many boundaries are right, named and gold, but for the ignored ones."""
    ends = {start + len(gold.text[start:end].rstrip()) for start, end in spans if gold.text[start:end].strip()}
    rows = []
    for paragraph in gold.paragraphs:
        named = {end for end in ends if paragraph.start < end < paragraph.end}
        named, boundaries = named - ignored, paragraph.boundaries - ignored
        rows.append((len(named & boundaries), len(named), len(boundaries)))
    return rows


def score(rows: list[tuple[int, int, int]]) -> Score:
    """Return the score of all paragraphs together."""
    counts = np.array(rows)
    drawn = np.random.default_rng(0).integers(0, len(rows), (RESAMPLES, len(rows)))
    low, high = np.quantile(_f1(counts[drawn].sum(axis=1)), (0.025, 0.975))
    right, named, gold = counts.sum(axis=0)
    precision, recall = right / max(named, 1), right / max(gold, 1)
    return Score(*(round(float(value), 4) for value in (_f1(counts.sum(axis=0)), low, high, precision, recall)))


def _f1(counts: np.ndarray) -> np.ndarray:
    return 2 * counts[..., 0] / np.maximum(counts[..., 1] + counts[..., 2], 1)
