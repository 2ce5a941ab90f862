"""The most confident mistakes: what to read first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stancekit.experiment.files import joined
from stancekit.models.stance_model import StanceModel, name_labels
from stancekit.report.sections.part import Part
from stancekit.report.sections.shading import Weighed, shaded, weigh_words
from stancekit.report.sections.texts import Texts

SHOWN = 8


@dataclass(frozen=True)
class Mistake:
    """A wrong prediction, as a page shows it.

    Attributes
    ----------
    row : int
        Which of the part's examples it is; by it, what else is known of the example can be looked up.
    confidence : float or None
        Probability of what was predicted.
    is_shaded : bool
        Whether words of it are.
    """

    row: int
    confidence: float | None
    is_shaded: bool
    shown: dict[str, Any]


def mistakes(part: Part, texts: Texts, model: StanceModel) -> list[Mistake]:
    """Return the mistakes of which the model was surest; without probabilities those that every repeat makes.

    Parameters
    ----------
    part : Part
    texts : Texts
    model : StanceModel
        The final model, which says how much single words count.
    """
    wrong = np.flatnonzero(~(part.most_often == part.scored.gold).all(axis=1))
    confidence = _confidence(part)
    if confidence is None:
        sure = part.right.sum(axis=0)
        ranked = sorted(wrong.tolist(), key=lambda row: (sure[row], row))
    else:
        ranked = sorted(wrong.tolist(), key=lambda row: (-round(float(confidence[row]), 9), row))
    rows = ranked[:SHOWN]
    has_texts = texts.mode != "none" and texts.known
    words = weigh_words(part, rows, model) if has_texts else [[] for _ in rows]
    return [
        _mistake(part, texts, row, None if confidence is None else float(confidence[row]), own)
        for row, own in zip(rows, words, strict=True)
    ]


def _confidence(part: Part) -> Any:
    """Return how sure the model was of what it predicted; of a set, of the label that it is farthest off with."""
    shares = part.probabilities
    if shares is None:
        return None
    if part.multilabel:
        return np.abs(shares - part.scored.gold).max(axis=1)
    return shares[part.most_often]


def _mistake(part: Part, texts: Texts, row: int, confidence: float | None, words: Sequence[Weighed]) -> Mistake:
    text = texts.of(row)
    pieces = None if text is None else shaded(text, words, part.say)
    is_shaded = any(stretch.side for _, stretches in pieces or () for stretch in stretches)
    return Mistake(row, confidence, is_shaded, {"pieces": pieces, **_shown(part, texts, row)})


def _shown(part: Part, texts: Texts, row: int) -> dict[str, Any]:
    say = part.say
    both = [name_labels(own[[row]], part.config.task)[0] for own in (part.scored.gold, part.most_often)]
    gold, predicted = (joined(own).replace("|", ", ") for own in both)
    shares = part.probabilities
    bars = [] if shares is None else _bars(part, row, shares[row].tolist())
    times = int((~part.right[:, row]).sum())
    return {
        "id": part.column("id")[row],
        "article": part.column("article")[row],
        "actor": part.column("actor")[row],
        "target": part.column("target")[row],
        "lang": texts.language(row),
        "gold": gold or say("none"),
        "predicted": predicted or say("none"),
        "bars": bars,
        "times": say("mistakes.times", times=times, repeats=part.repeats) if part.repeats > 1 else "",
    }


def _bars(part: Part, row: int, shares: list[float]) -> list[dict[str, Any]]:
    marks = zip(part.config.task.labels, shares, part.scored.gold[row], part.most_often[row], strict=True)
    return [
        {
            "label": label,
            "share": share,
            "percent": part.say.percent(share),
            "gold": bool(gold),
            "predicted": bool(said),
        }
        for label, share, gold, said in marks
    ]
