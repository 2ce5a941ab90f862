"""Who stands where: a matrix of actors and targets, with the stance in gold and as predicted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.report.sections.part import Part

SHOWN = 20
"""So many actors, and so many targets, at most."""
STANCE = {"opposes": -1.0, "neutral": 0.0, "supports": 1.0}


def stance_map(part: Part) -> dict[str, Any] | None:
    """Return the matrix; None where examples don't have both actors and targets, or have sets of labels."""
    actors, targets = part.column("actor"), part.column("target")
    pairs = [pair for pair in zip(actors, targets, strict=True) if None not in pair]
    if not pairs or part.multilabel:
        return None
    down, across = _frequent([actor for actor, _ in pairs]), _frequent([target for _, target in pairs])
    if len(down) * len(across) == 1:
        return None
    rows_of: dict[tuple[str, str], list[int]] = {}
    for row, pair in enumerate(zip(actors, targets, strict=True)):
        rows_of.setdefault(pair, []).append(row)
    shown_down, shown_across = down[:SHOWN], across[:SHOWN]
    diverging = set(part.config.task.labels) == set(STANCE)
    describe = _mean_stance if diverging else _most_frequent
    rows = []
    for actor in shown_down:
        cells = [_cell(part, actor, target, rows_of.get((actor, target)), describe) for target in shown_across]
        rows.append({"actor": actor, "cells": cells})
    return {
        "columns": shown_across,
        "rows": rows,
        "diverging": diverging,
        "intro": _intro(part, diverging),
        "limited": _limited(part, down, across),
    }


def _frequent(names: list[str]) -> list[str]:
    counts = Counter(names)
    return sorted(counts, key=lambda name: (-counts[name], name))


def _cell(part: Part, actor: str, target: str, rows: list[int] | None, describe: Any) -> dict[str, Any] | None:
    if rows is None:
        return None
    gold = part.scored.gold[rows].sum(axis=0) / len(rows)
    predicted = part.times[rows].sum(axis=0) / (len(rows) * part.repeats)
    shown = {"gold": describe(part, gold), "predicted": describe(part, predicted)}
    told = part.say("map.cell", actor=actor, target=target)
    return {"target": target, "n": len(rows), "told": told, **shown}


def _mean_stance(part: Part, shares: NDArray[np.float64]) -> dict[str, Any]:
    stances = np.array([STANCE[label] for label in part.config.task.labels])
    mean = float(shares @ stances)
    # Of -0.04 and 0.04 both are shown as nought, without a sign.
    rounded = round(mean, 1)
    text = part.say.number(rounded, 1, signed=True) if rounded else part.say.number(0.0, 0)
    return {"text": text, "value": mean}


def _most_frequent(part: Part, shares: NDArray[np.float64]) -> dict[str, Any]:
    at = int(shares.argmax())
    return {"text": f"{part.config.task.labels[at]} {part.say.percent(shares[at])}", "value": float(shares[at])}


def _intro(part: Part, diverging: bool) -> str:
    if not diverging:
        return part.say("map.intro_labels")
    return part.say("map.intro", low="opposes", high="supports") + " " + part.say("map.key")


def _limited(part: Part, down: list[str], across: list[str]) -> str:
    if len(down) <= SHOWN and len(across) <= SHOWN:
        return ""
    return part.say(
        "map.limited",
        actors=min(SHOWN, len(down)),
        all_actors=len(down),
        targets=min(SHOWN, len(across)),
        all_targets=len(across),
    )
