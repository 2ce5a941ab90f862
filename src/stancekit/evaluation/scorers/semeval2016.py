"""SemEval-2016 Task 6: the mean F1 of FAVOR and AGAINST, over all targets together or inside each of them.

Mohammad, Kiritchenko, Sobhani, Zhu and Cherry, "SemEval-2016 Task 6: Detecting Stance in Tweets", SemEval 2016. The
task counts all targets together. The mean over targets is another number, and papers call both F_avg.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stancekit.evaluation.scorers.counts import count_label
from stancekit.evaluation.scorers.rows import Rows
from stancekit.evaluation.scorers.tables import ScoreTable

LABELS = ("FAVOR", "AGAINST", "NONE", "UNKNOWN")
"""UNKNOWN is a label like NONE: as gold, it is none that could be found; predicted, it is wrong."""
DIGITS = 4


def score_pooled(gold: Rows, predicted: Rows) -> dict[str, Any]:
    """Return `favor` and `against`, each with `precision, recall, f1`, and the mean F1 of both, `f_avg`.

    Examples
    --------
    >>> from stancekit.evaluation import score
    >>> score(["FAVOR", "AGAINST", "NONE"], ["FAVOR", "NONE", "NONE"], scorer="semeval2016")["f_avg"]
    0.5
    """
    return _f_avg(gold.labels, predicted.labels)


def score_per_target(gold: Rows, predicted: Rows) -> dict[str, Any]:
    """Return `targets`, by target what `score_pooled` says of its rows, and the mean of their F_avg, `mean_f_avg`.

    Examples
    --------
    >>> from stancekit.evaluation import score
    >>> gold = [{"target": "a", "label": "FAVOR"}, {"target": "b", "label": "AGAINST"}]
    >>> score(gold, ["FAVOR", "NONE"], scorer="semeval2016_per_target")["mean_f_avg"]
    0.25
    """
    rows: dict[str, list[int]] = {}
    for row, target in enumerate(gold.columns["target"]):
        rows.setdefault(target, []).append(row)
    targets = {target: _f_avg(gold.take(own).labels, predicted.take(own).labels) for target, own in rows.items()}
    return {"targets": targets, "mean_f_avg": sum(own["f_avg"] for own in targets.values()) / len(targets)}


def pooled_tables(scores: dict[str, Any]) -> list[ScoreTable]:
    """Return what the terminal shows of pooled scores."""
    rows = [(label.upper(), *scores[label].values(), None) for label in ("favor", "against")]
    heading = ("", "precision", "recall", "F1", "F_avg")
    return [ScoreTable(heading, (*rows, ("all targets pooled", None, None, None, scores["f_avg"])))]


def per_target_tables(scores: dict[str, Any]) -> list[ScoreTable]:
    """Return what the terminal shows of scores by target."""
    rows = [
        (target, own["favor"]["f1"], own["against"]["f1"], own["f_avg"]) for target, own in scores["targets"].items()
    ]
    heading = ("", "F1 of FAVOR", "F1 of AGAINST", "F_avg")
    return [ScoreTable(heading, (*rows, ("mean of the targets", None, None, scores["mean_f_avg"])))]


def _f_avg(gold: Sequence[str], predicted: Sequence[str]) -> dict[str, Any]:
    favor, against = (count_label(label, gold, predicted) for label in ("FAVOR", "AGAINST"))
    return {"favor": favor.as_dict(), "against": against.as_dict(), "f_avg": (favor.f1 + against.f1) / 2}
