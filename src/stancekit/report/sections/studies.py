"""The studies of a run: what each found, a figure that follows the theme of the page, and the rows in a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stancekit.report.drawing import Line, Scale, axis, curve, marks, scale_for
from stancekit.report.sections.scores import tick_labels
from stancekit.report.studies import StudyTable, study_tables
from stancekit.report.words import Words

if TYPE_CHECKING:
    from markupsafe import Markup

NO_CELL: Mapping[str, float | None] = {"value": None, "low": None, "high": None}


@dataclass(frozen=True)
class ShownStudy:
    """A study on the page.

    Attributes
    ----------
    table : StudyTable
    figure : Markup or None
        The curve of a learning curve.
    drawn : tuple of Markup
        Of other studies, a drawing for each row of the table.
    axis : Markup or None
        What stands above these.
    key : str
        What their marks mean.
    """

    table: StudyTable
    figure: Markup | None = None
    drawn: tuple[Markup, ...] = ()
    axis: Markup | None = None
    key: str = ""


def studies(found: Mapping[str, Any] | None, level: float, say: Words) -> list[ShownStudy]:
    """Return the studies that metrics.json has.

    Parameters
    ----------
    found : mapping or None
    level : float
        Of the intervals.
    say : Words
    """
    shown = []
    for table in study_tables(found, level, say):
        study = (found or {})[table.name]
        if not table.is_made:
            shown.append(ShownStudy(table))
        elif table.name == "learning_curve":
            shown.append(ShownStudy(table, figure=_curve(study, say)))
        else:
            shown.append(_drawn(table, study, say))
    return shown


def _curve(study: Mapping[str, Any], say: Words) -> Markup:
    metric = say.name("metric", study["metric"])
    unit = say.name("units", study["by"] if study["by"] in ("id", "article", "sentence") else "group")
    rows = study["rows"]
    points = [(row["groups"], row["score"]) for row in rows if row["score"] and row["score"]["value"] is not None]
    lines = [Line(say("model"), [(size, cell["value"], cell["low"], cell["high"]) for size, cell in points])]
    for name in rows[0]["baselines"]:
        known = [(row["groups"], row["baselines"][name], None, None) for row in rows]
        lines.append(Line(say.name("baseline", name), [own for own in known if own[1] is not None]))
    values = [value for line in lines for point in line.points for value in point[1:]]
    scale = scale_for(values)
    title = say("study.curve_plot", metric=metric, unit=unit)
    ticks = tick_labels(say, scale)
    sizes = [(row["groups"], say.whole(round(row["groups"]))) for row in rows]
    return curve(lines, scale, ticks, sizes, say("study.trained_on", unit=unit), title)


def _drawn(table: StudyTable, study: Mapping[str, Any], say: Words) -> ShownStudy:
    """Return rows of marks: a dot for what is without something, a ring for what is beside it."""
    if table.name == "ablation":
        whole = study["whole"]
        pairs = [(whole, NO_CELL), *((_score(row["without"]), _score(row["alone"])) for row in study["rows"])]
        band, key = whole, say("study.key.alone")
    else:
        both = [study["pooled"], *study["rows"]]
        pairs = [(row["unseen"] or NO_CELL, row["seen"] or NO_CELL) for row in both]
        band, key = NO_CELL, say("study.key.unseen")
    scale = scale_for(value for pair in [*pairs, (band, band)] for cell in pair for value in cell.values())
    drawn = tuple(_row(scale, dot, ring, band) for dot, ring in pairs)
    return ShownStudy(table, drawn=drawn, axis=axis(scale, tick_labels(say, scale)), key=key)


def _score(own: Mapping[str, Any] | None) -> Mapping[str, float | None]:
    return (own or {}).get("score") or NO_CELL


def _row(
    scale: Scale, dot: Mapping[str, float | None], ring: Mapping[str, float | None], band: Mapping[str, float | None]
) -> Markup:
    low, high = band["low"], band["high"]
    ends = None if low is None or high is None else (low, high)
    return marks(scale, dot["value"], dot["low"], dot["high"], band=ends, beside=ring["value"])
