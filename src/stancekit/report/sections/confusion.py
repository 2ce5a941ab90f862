"""What is taken for what: the confusion matrix as pages and terminals show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stancekit.report.figures import MULTILABEL_COLUMNS, format_counts
from stancekit.report.sections.part import Part

MOST_SPACIOUS = 8
"""So many columns have room for counts and shares; with more of them, a share is told by its shade and its title."""


def confusion_rows(confusion: Mapping[str, Any]) -> dict[str, Any]:
    """Return a confusion matrix as a page or terminal shows it: headings, and cells with count and share of gold.

    What a multilabel model says wrongly is no share of gold: None.
    """
    labels, matrix = confusion["labels"], confusion["matrix"]
    multilabel = isinstance(matrix[0][0], Sequence)
    if multilabel:
        counts = [[cells[1][1], cells[1][0], cells[0][1]] for cells in matrix]
        columns, totals = list(MULTILABEL_COLUMNS), [sum(cells[1]) for cells in matrix]
    else:
        counts, columns, totals = matrix, labels, [sum(row) for row in matrix]
    rows = []
    for label, own, shown, total in zip(labels, counts, format_counts(counts), totals, strict=True):
        shares: list[float | None] = [count / total if total else 0.0 for count in own]
        if multilabel:
            shares[-1] = None
        rows.append({"label": label, "cells": list(zip(shown, shares, strict=True))})
    return {"columns": columns, "rows": rows, "multilabel": multilabel}


def confusion(part: Part) -> dict[str, Any]:
    """Return the matrix with what a click on each cell asks for: `gold`, `predicted` and, of a set, `outcome`."""
    say, matrix = part.say, confusion_rows(part.scored.scores["confusion"])
    outcomes = ("found", "missed", "wrong")
    columns = [say(f"confusion.{name}") for name in outcomes] if matrix["multilabel"] else list(matrix["columns"])
    told_key = "confusion.cell_multilabel" if matrix["multilabel"] else "confusion.cell"
    rows = []
    for at, row in enumerate(matrix["rows"]):
        cells = []
        for across, (count, share) in enumerate(row["cells"]):
            shown = count.replace(".", say("decimal"))
            percent = "" if share is None else say.percent(share)
            told = say(told_key, gold=row["label"], predicted=columns[across])
            right = across == (0 if matrix["multilabel"] else at)
            cell = {"count": shown, "share": share or 0.0, "percent": percent, "told": told, "right": right}
            cells.append(cell | {"nought": not share and shown == "0"})
        rows.append({"label": row["label"], "cells": cells})
    intro = say("confusion.intro_multilabel" if matrix["multilabel"] else "confusion.intro")
    if part.repeats > 1:
        intro += " " + say("confusion.repeats", repeats=say.count(part.repeats, "repeat"))
    return {
        "intro": intro,
        "columns": columns,
        "rows": rows,
        "multilabel": matrix["multilabel"],
        "dense": len(columns) > MOST_SPACIOUS,
    }
