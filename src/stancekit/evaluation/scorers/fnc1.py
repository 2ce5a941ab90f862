"""FNC-1: a quarter for telling related from unrelated, three more for the very label of what is related.

Pomerleau and Rao, "Fake News Challenge Stage 1 (FNC-1): Stance Detection", 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stancekit.evaluation.scorers.rows import Rows
from stancekit.evaluation.scorers.tables import ScoreTable

UNRELATED = "unrelated"
LABELS = ("agree", "disagree", "discuss", UNRELATED)
RELATEDNESS = 0.25
EXACT_LABEL = 0.75


def score_weighted(gold: Rows, predicted: Rows) -> dict[str, Any]:
    """Return the score beside what it could be, and the confusion matrix.

    Returns
    -------
    dict
        `score`; `null`, that of saying `unrelated` always; `max`, that of the gold labels; `relative`, score / max;
        `confusion_labels` and `confusion_gold_by_pred`, gold in rows.

    Examples
    --------
    >>> from stancekit.evaluation import score
    >>> found = score(["agree", "discuss", "unrelated"], ["agree", "agree", "unrelated"], scorer="fnc1")
    >>> found["score"], found["null"], found["max"]
    (1.5, 0.25, 2.25)
    """
    points, most = _points(gold.labels, predicted.labels), _points(gold.labels, gold.labels)
    pairs = list(zip(gold.labels, predicted.labels, strict=True))
    return {
        "score": points,
        "null": _points(gold.labels, [UNRELATED] * len(gold)),
        "max": most,
        "relative": points / most,
        "confusion_labels": list(LABELS),
        "confusion_gold_by_pred": [[pairs.count((ours, theirs)) for theirs in LABELS] for ours in LABELS],
    }


def weighted_tables(scores: dict[str, Any]) -> list[ScoreTable]:
    """Return what the terminal shows."""
    labels = scores["confusion_labels"]
    matrix = [(label, *row) for label, row in zip(labels, scores["confusion_gold_by_pred"], strict=True)]
    numbers = [scores[name] for name in ("score", "null", "max", "relative")]
    return [
        ScoreTable(("", "score", "NULL", "MAX", "relative"), (("predicted", *numbers),)),
        ScoreTable(("", *labels), matrix, "gold down, predicted across"),
    ]


def _points(gold: Sequence[str], predicted: Sequence[str]) -> float:
    points = 0.0
    for ours, theirs in zip(gold, predicted, strict=True):
        if (ours == UNRELATED) == (theirs == UNRELATED):
            points += RELATEDNESS
        if ours == theirs != UNRELATED:
            points += EXACT_LABEL
    return points
