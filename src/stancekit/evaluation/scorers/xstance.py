"""x-stance: macro-F1 of FAVOR and AGAINST in per cent, of each language of each part of the test set.

Vamvas and Sennrich, "X-stance: A Multilingual Multi-Target Dataset for Stance Detection", SwissText/KONVENS 2020. The
languages of a part are summed up by their harmonic mean, which no good language can make up for a bad one in.
"""

from __future__ import annotations

from statistics import harmonic_mean
from typing import Any

from stancekit.errors import DataError, Problem
from stancekit.evaluation.scorers.counts import count_label
from stancekit.evaluation.scorers.rows import Rows
from stancekit.evaluation.scorers.tables import ScoreTable

LABELS = ("FAVOR", "AGAINST")
PARTS = ("new_comments_defr", "new_questions_defr", "new_topics_defr", "new_comments_it")
LANGUAGES = ("de", "fr", "it")
MEAN = "harmonic_mean"


def score_parts(gold: Rows, predicted: Rows) -> dict[str, Any]:
    """Return macro-F1 in per cent as `{part: {language: score}}`, and under `harmonic_mean` that of each part.

    Parts and languages that the corpus doesn't have are scored like its own, after them.

    Raises
    ------
    DataError
        If a part is called `harmonic_mean`.

    Examples
    --------
    >>> from stancekit.evaluation import score
    >>> gold = [{"test_set": "new_topics_defr", "language": "de", "label": label} for label in ("FAVOR", "AGAINST")]
    >>> score(gold, ["FAVOR", "AGAINST"], scorer="xstance")
    {'new_topics_defr': {'de': 100.0}, 'harmonic_mean': {'new_topics_defr': 100.0}}
    """
    rows: dict[tuple[str, str], list[int]] = {}
    for row, cell in enumerate(zip(gold.columns["test_set"], gold.columns["language"], strict=True)):
        if cell[0] == MEAN:
            raise DataError(Problem(f"a part of the test set can't be called {MEAN!r}", where=gold.places[row]))
        rows.setdefault(cell, []).append(row)
    parts = _known_first(PARTS, [part for part, _ in rows])
    languages = _known_first(LANGUAGES, [language for _, language in rows])
    scores = {
        part: {
            language: _macro_f1(gold.take(own), predicted.take(own))
            for language in languages
            if (own := rows.get((part, language)))
        }
        for part in parts
    }
    return {**scores, MEAN: {part: harmonic_mean(list(own.values())) for part, own in scores.items()}}


def parts_tables(scores: dict[str, Any]) -> list[ScoreTable]:
    """Return what the terminal shows."""
    means = scores[MEAN]
    languages = _known_first(LANGUAGES, [language for part in means for language in scores[part]])
    rows = [(part, *(scores[part].get(language) for language in languages), mean) for part, mean in means.items()]
    return [ScoreTable(("", *languages, "harmonic mean"), rows)]


def _known_first(known: tuple[str, ...], found: list[str]) -> list[str]:
    there = dict.fromkeys(found)
    return [*(name for name in known if name in there), *(name for name in there if name not in known)]


def _macro_f1(gold: Rows, predicted: Rows) -> float:
    scores = [count_label(label, gold.labels, predicted.labels).f1 for label in LABELS]
    return 100 * sum(scores) / len(LABELS)
