"""The settings of a run in words and tables: that of its model, and those that its search tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stancekit.config.metrics import direction
from stancekit.config.settings import in_words
from stancekit.evaluation.verdict import count_of

SETTINGS_SHOWN = 40


def search_in_words(search: Mapping[str, Any]) -> str:
    """Return what a search found, in a line.

    Parameters
    ----------
    search : mapping
        As metrics.json has it.

    Examples
    --------
    >>> tried = [{"changes": {"model.C": C}, "score": score} for C, score in ((1, 0.5), (3, 0.71))]
    >>> search_in_words({"metric": "macro_f1", "n": 4, "best": {"model.C": 3}, "tried": tried})
    '2 settings: best model.C = 3 (macro_f1 0.710 in 4 folds)'
    """
    score = best_of(search)["score"]
    scored = "not defined" if score is None else f"{score:.3f}"
    tried = count_of(len(search["tried"]), "setting")
    return f"{tried}: best {in_words(search['best'])} ({search['metric']} {scored} in {search['n']} folds)"


def best_of(search: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a search tried and found best."""
    best: Mapping[str, Any] = next(own for own in search["tried"] if own["changes"] == search["best"])
    return best


def settings_tried(search: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page shows of a search: the settings tried, the best first, and what every fold chose."""
    tried, best = search["tried"], best_of(search)
    keys = list(dict.fromkeys(key for own in tried for key in own["changes"]))
    better = direction(search["metric"])
    ranked = sorted(tried, key=lambda own: (own is not best, own["score"] is None, -better * (own["score"] or 0.0)))
    return {
        **search,
        "keys": keys,
        "rows": [_row(own, keys, own is best) for own in ranked[:SETTINGS_SHOWN]],
        "hidden": max(0, len(tried) - SETTINGS_SHOWN),
        "chosen": _chosen_by_fold(search["by_fold"]) if search["nested"] else [],
    }


def offsets_chosen(decision: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what a page shows of tuned decisions: each label's offset, and the range of those of the folds.

    Parameters
    ----------
    decision : mapping or None
        As metrics.json has it.
    """
    if decision is None:
        return None
    tuned = [own["offsets"] for own in decision["by_fold"] if own["offsets"] is not None]
    final = decision["offsets"]
    metrics = [own["tune"] for own in (decision, *decision["by_fold"]) if own["tune"] is not None]
    rows = []
    for label in final or tuned[0]:
        folds = [own[label] for own in tuned]
        rows.append(
            (label, None if final is None else final[label], min(folds, default=None), max(folds, default=None))
        )
    return {"metric": metrics[0], "rows": rows}


def _row(own: Mapping[str, Any], keys: Sequence[str], best: bool) -> dict[str, Any]:
    known = [score for score in own["folds"] if score is not None]
    return {
        "values": [in_words({key: own["changes"][key]}, named=False) if key in own["changes"] else "–" for key in keys],
        "score": own["score"],
        "lowest": min(known, default=None),
        "highest": max(known, default=None),
        "unconverged": own["unconverged"],
        "best": best,
    }


def _chosen_by_fold(by_fold: Sequence[Mapping[str, Any]]) -> list[tuple[str, int, str]]:
    """Return the settings that folds chose, by which they were and how many; what most chose first."""
    repeated = any(own["repeat"] for own in by_fold)
    folds: dict[str, list[str]] = {}
    for own in by_fold:
        name = f"{own['repeat'] + 1}.{own['fold'] + 1}" if repeated else str(own["fold"] + 1)
        folds.setdefault(in_words(own["best"]), []).append(name)
    rows = [(setting, len(names), ", ".join(names)) for setting, names in folds.items()]
    return sorted(rows, key=lambda row: -row[1])
