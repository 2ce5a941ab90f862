"""Scores by label, by actor, by target and by whatever else SCORES breaks them down by (its keys `per_…`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stancekit.evaluation.breakdowns import FEWEST_EXAMPLES
from stancekit.report.drawing import Scale, axis, marks, scale_for
from stancekit.report.sections.part import Part
from stancekit.report.sections.scores import tick_labels
from stancekit.report.words import Words
from stancekit.report.words.en import ENGLISH

ROWS_AT_FIRST = 12
ROWS_KEPT = 300


def breakdowns(part: Part) -> list[dict[str, Any]]:
    """Return a table for each breakdown that has rows, in the order of SCORES."""
    found = []
    for key, rows in part.scored.scores.items():
        if key.startswith("per_") and isinstance(rows, Mapping) and rows:
            known = {name: own for name, own in rows.items() if isinstance(own, Mapping)}
            if known and not _is_the_whole(known, part.scored.scores["n"]):
                found.append(_table(part, key.removeprefix("per_"), known))
    return found


def _is_the_whole(rows: Mapping[str, Mapping[str, Any]], n: int) -> bool:
    """Tell whether a breakdown has one row that is all examples: one language, one article."""
    return len(rows) == 1 and all(own.get("n") == n for own in rows.values())


def weakest(part: Part) -> str:
    """Return the worst group of each breakdown in a sentence; empty where there are none to choose from."""
    say, primary = part.say, str(part.config.evaluation.primary)
    named = [
        f"{say.name('what', own['by'])} {_row_name(say, own['by'], own['value'])} {say.number(own['score'])}"
        f" ({_about(say, own)})"
        for own in part.scored.scores.get("worst") or ()
    ]
    if not named:
        return ""
    fewest = say.whole(FEWEST_EXAMPLES)
    return say("breakdown.weakest", metric=say.name("metric", primary), fewest=fewest, groups=", ".join(named))


def _about(say: Words, own: Mapping[str, Any]) -> str:
    known = [say.range(own["low"], own["high"]), say.count(own["n"], "example")]
    return say("semicolon").join(text for text in known if text)


def _table(part: Part, what: str, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    say = part.say
    flat = {name: _flat(own) for name, own in rows.items()}
    columns = list(dict.fromkeys(key for own in flat.values() for key in own))
    drawn = _drawn(columns, flat, str(part.config.evaluation.primary))
    cells = [own[drawn] for own in flat.values() if drawn in own] if drawn else []
    scale = scale_for(value for cell in cells for value in (cell["value"], cell["low"], cell["high"]))
    shown = [
        {
            "name": _row_name(say, what, name),
            "cells": [_cell(part, column, own.get(column), scale if column == drawn else None) for column in columns],
        }
        for name, own in list(flat.items())[:ROWS_KEPT]
    ]
    titles = [say.name("column" if f"column.{column}" in ENGLISH else "metric", column) for column in columns]
    return {
        "what": what,
        "name": say.name("what", what),
        "columns": [
            {"title": _capital(title), "drawn": column == drawn} for column, title in zip(columns, titles, strict=True)
        ],
        "rows": shown,
        "at_first": ROWS_AT_FIRST,
        "hidden": max(0, len(rows) - ROWS_KEPT),
        "axis": axis(scale, tick_labels(say, scale)) if drawn else None,
    }


def _row_name(say: Words, what: str, name: str) -> str:
    """Return what a row is called: cases that stancekit finds have names in words, others their own."""
    return say.name("case", name) if what == "case" and f"case.{name}" in ENGLISH else name


def _flat(own: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row has that can be shown: numbers, and estimates with intervals; metrics come last."""
    cells = {key: value for key, value in own.items() if _is_number(value) or _is_estimate(value)}
    metrics = own.get("metrics")
    if isinstance(metrics, Mapping):
        cells |= {name: value for name, value in metrics.items() if _is_estimate(value) or _is_number(value)}
    return cells


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _is_estimate(value: Any) -> bool:
    return isinstance(value, Mapping) and {"value", "low", "high"} <= value.keys()


def _drawn(columns: list[str], rows: Mapping[str, Mapping[str, Any]], primary: str) -> str | None:
    """Return the column of which a figure is drawn: the primary metric, or the first that has intervals."""
    estimated = [column for column in columns if any(_is_estimate(own.get(column)) for own in rows.values())]
    return primary if primary in estimated else next(iter(estimated), None)


def _cell(part: Part, column: str, value: Any, scale: Scale | None) -> dict[str, Any]:
    say = part.say
    if _is_estimate(value):
        figure = None if scale is None else marks(scale, value["value"], value["low"], value["high"])
        text, between = say.number(value["value"]), say.range(value["low"], value["high"])
        return {"text": text, "range": between, "sort": value["value"], "figure": figure}
    whole = isinstance(value, int) or column in ("n", "groups")
    text = say.number(value) if value is None or not whole else say.whole(value)
    if column == "predicted" and value is not None:
        text = say.number(float(value), 0 if float(value).is_integer() else 1)
    elif value is not None and not whole:
        text = say.number(float(value))
    return {"text": text, "range": "", "sort": value, "figure": None}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
