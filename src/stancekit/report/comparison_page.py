"""A comparison as one self-contained page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stancekit.errors import printable
from stancekit.evaluation.pair_verdict import format_p
from stancekit.experiment.compare import Comparison, Part
from stancekit.experiment.outside import Outside
from stancekit.experiment.pairs import Pair
from stancekit.report.comparison import (
    TEST,
    describe,
    format_number,
    format_range,
    format_signed,
    format_small,
    mcnemar_in_words,
    rows_by_metric,
)
from stancekit.report.differing import short_keys

CHANGES_SHOWN = 200
"""Of each kind, for each pair; a page with all of a large corpus would be too slow to open."""
NAME_SHOWN = 30
"""Characters of a name in a figure, where lines can't be broken."""
MARGIN = 4.0
"""Percent of a figure's width that stay free on both sides."""


@dataclass(frozen=True)
class Axis:
    """The horizontal axis of a figure, in percent of its width so that text keeps its size on a narrow screen."""

    least: float
    greatest: float

    @classmethod
    def around(cls, values: Iterable[float | None], *, zero: bool) -> Axis:
        """Return an axis that has room for values; with `zero`, as far to the left of it as to the right."""
        known = [value for value in values if value is not None] or [0.0]
        if zero:
            reach = max(0.01, *(abs(value) for value in known))
            return cls(-reach, reach)
        least, greatest = min(known), max(known)
        spare = max(0.01, 0.05 * (greatest - least))
        return cls(least - spare, greatest + spare)

    def at(self, value: float) -> float:
        """Return where a value is, in percent.

        Examples
        --------
        >>> Axis(-1.0, 1.0).at(-1.0), Axis(-1.0, 1.0).at(0.0), Axis(-1.0, 1.0).at(1.0)
        (4.0, 50.0, 96.0)
        """
        share = (value - self.least) / (self.greatest - self.least)
        return round(MARGIN + (100.0 - 2.0 * MARGIN) * share, 3)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Where there are marks, and what they say.

        Examples
        --------
        >>> [said for _, said in Axis(-0.11, 0.11).ticks]
        ['−0.1', '0', '0.1']
        """
        step = _round_step((self.greatest - self.least) / 4.0)
        first, last = math.ceil(self.least / step), math.floor(self.greatest / step)
        return [(self.at(i * step), f"{i * step:.6g}".replace("-", "−")) for i in range(first, last + 1)]


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10 … times a power of ten that is no less."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= least * (1 - 1e-9))


def comparison_page(comparison: Comparison) -> str:
    """Return a comparison as HTML, with its style and figures inside."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("stancekit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["score"] = format_number
    environment.filters["small"] = format_small
    environment.filters["signed"] = format_signed
    page = environment.get_template("compare.html.j2").render(
        entries=[_entry(entry, name) for entry, name in zip(comparison.entries, comparison.names, strict=True)],
        runs=comparison.runs,
        level=f"{comparison.level * 100:g} %",
        primary=comparison.primary,
        parts=[_part(comparison, part) for part in comparison.parts.values()],
        differing={
            key: ["–" if value is None else value for value in own]
            for key, own in short_keys(comparison.differing).items()
        },
        test=TEST,
        ranged=format_range,
    )
    # Names in it are not to be trusted: no marks that turn the direction of writing, no escape sequences.
    return "\n".join(map(printable, page.split("\n")))


def _entry(entry: Any, name: str) -> dict[str, str]:
    if isinstance(entry, Outside):
        return {"name": name, "kind": "predictions made elsewhere", "path": str(entry.path or "a table in memory")}
    return {"name": name, "kind": f"run {entry.id}", "path": str(entry.path)}


def _part(comparison: Comparison, part: Part) -> dict[str, Any]:
    rows = rows_by_metric(comparison, part)
    return {
        "title": describe(part),
        "notes": part.notes,
        "rows": rows,
        "many": len(part.pairs) > 1,
        "pairs": [_pair(comparison, pair) for pair in part.pairs],
        "differences": _differences_figure(comparison, part, rows),
        "scores": _scores_figures(comparison, part),
    }


def _pair(comparison: Comparison, pair: Pair) -> dict[str, Any]:
    kinds = pair.changes.by_kind()
    return {
        "first": comparison.names[pair.first],
        "second": comparison.names[pair.second],
        "said": pair.said,
        "mcnemar": mcnemar_in_words(comparison, pair),
        "counts": str(pair.changes),
        "changes": [(kind, change) for kind, changes in kinds.items() for change in changes[:CHANGES_SHOWN]],
        "hidden": sum(max(0, len(changes) - CHANGES_SHOWN) for changes in kinds.values()),
    }


def _differences_figure(comparison: Comparison, part: Part, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    axis = Axis.around((row[key] for row in rows for key in ("difference", "low", "high")), zero=True)
    several = len(part.pairs) > 1
    marks = []
    for row in rows:
        pair = f"{_short(row['first'])} → {_short(row['second'])}"
        p = row["p_adjusted"]
        marks.append(
            _mark(axis, row["difference"], row["low"], row["high"])
            | {
                "label": f"{row['metric']}: {pair}" if several else row["metric"],
                "value": format_signed(row["difference"]),
                "more": f"{format_range(row['low'], row['high'])}{'' if p is None else f', {format_p(p)}'}",
                "sure": p is not None and p < 1.0 - comparison.level,
            }
        )
    return {"ticks": axis.ticks, "marks": marks, "zero": axis.at(0.0)}


def _scores_figures(comparison: Comparison, part: Part) -> list[dict[str, Any]]:
    figures = []
    for name, cells in comparison.metrics.items():
        where, metric = name.split(" ", 1)
        if where != part.name:
            continue
        own = [(title, cell) for title, cell in zip(comparison.names, cells, strict=True) if cell is not None]
        axis = Axis.around((cell[key] for _, cell in own for key in ("value", "low", "high")), zero=False)
        marks = [
            _mark(axis, cell["value"], cell["low"], cell["high"])
            | {
                "label": _short(title),
                "value": format_number(cell["value"]),
                "more": "" if cell["low"] is None else f"{cell['low']:.3f} to {format_number(cell['high'])}",
                "sure": True,
            }
            for title, cell in own
        ]
        figures.append({"metric": metric, "ticks": axis.ticks, "marks": marks, "zero": None})
    return figures


def _mark(axis: Axis, value: float | None, low: float | None, high: float | None) -> dict[str, Any]:
    ends = None if low is None or high is None else (axis.at(low), axis.at(high))
    return {"at": None if value is None else axis.at(value), "ends": ends}


def _short(name: str) -> str:
    return name if len(name) <= NAME_SHOWN else f"{name[: NAME_SHOWN - 1]}…"
