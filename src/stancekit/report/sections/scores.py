"""Every metric with its interval, beside every baseline: the rows of a dot-and-whisker figure."""

from __future__ import annotations

from typing import Any

from stancekit.report.drawing import Scale, axis, marks, scale_for
from stancekit.report.sections.part import Part
from stancekit.report.sections.verdict import beside, estimate
from stancekit.report.words import Words
from stancekit.report.words.en import ENGLISH


def scores(part: Part) -> dict[str, Any]:
    """Return a figure for each metric, and how its ranges were had."""
    say, plan, own = part.say, part.config.evaluation.intervals, part.scored.scores
    level = f"{plan.level * 100:g}"
    how = "jackknife" if plan.method == "jackknife" else "bootstrap"
    groups = say.groups(own["groups"], str(plan.by))
    intro = say(f"scores.intro.{how}", level=level, resamples=say.whole(plan.resamples), groups=groups)
    if all(estimate(cell)["low"] is None for cell in own["metrics"].values()):
        intro = ""
    if part.repeats > 1:
        intro += " " + say("scores.repeats", repeats=say.count(part.repeats, "repeat"))
    intro += _about_people(part)
    return {
        "intro": intro.strip(),
        "about": _about_baselines(part),
        "interval": say("interval", level=level),
        "metrics": [_figure(part, metric) for metric in own["metrics"]],
    }


def _figure(part: Part, metric: str) -> dict[str, Any]:
    say, scores = part.say, part.scored.scores
    own = estimate(scores["metrics"][metric])
    rivals = {name: estimate(values[metric] if values else None) for name, values in beside(scores).items()}
    people = estimate(ceiling["metrics"].get(metric)) if (ceiling := scores.get("ceiling")) else None
    known = [own, *rivals.values(), *([people] if people else [])]
    scale = scale_for(value for cell in known for value in cell.values())
    band = None if own["low"] is None or own["high"] is None else (own["low"], own["high"])
    rows = [{"name": say("model"), "own": True, **_cells(part, own)}]
    rows[0]["figure"] = marks(scale, own["value"], own["low"], own["high"], band=band)
    if people is not None:
        figure = marks(scale, people["value"], people["low"], people["high"], band=band, rival=True)
        rows.append({"name": say("scores.annotators"), "own": False, **_cells(part, people), "figure": figure})
    for name, cell in rivals.items():
        row = {"name": say.name("baseline", name), "own": False}
        row |= _cells(part, cell) if scores["baselines"][name] else {"value": say("scores.inapplicable"), "range": ""}
        row["figure"] = marks(scale, cell["value"], cell["low"], cell["high"], band=band, rival=True)
        rows.append(row)
    return {"name": say.name("metric", metric), "rows": rows, "axis": axis(scale, tick_labels(say, scale))}


def _about_people(part: Part) -> str:
    """Return who the annotators beside the model are, where several labelled the same items."""
    ceiling = part.scored.scores.get("ceiling")
    if not ceiling:
        return ""
    alpha = part.say.number(ceiling["alpha"]["value"])
    items = part.say.count(ceiling["items"], "example")
    return " " + part.say("scores.ceiling", n=part.say.whole(ceiling["annotators"]), items=items, alpha=alpha)


def tick_labels(say: Words, scale: Scale) -> list[str]:
    """Return what stands at the beginning, the middle and the end of a scale, as short as it can be."""
    digits = [0 if tick.is_integer() else 1 if (10 * tick).is_integer() else 2 for tick in scale.ticks(3)]
    return [say.number(tick, own) for tick, own in zip(scale.ticks(3), digits, strict=True)]


def _about_baselines(part: Part) -> list[tuple[str, str]]:
    """Return what the baselines know, for those that the catalogue describes."""
    names = [name for name in part.scored.scores["baselines"] if f"about_baseline.{name}" in ENGLISH]
    return [(part.say.name("baseline", name), part.say(f"about_baseline.{name}")) for name in names]


def _cells(part: Part, cell: dict[str, float | None]) -> dict[str, Any]:
    return {"value": part.say.number(cell["value"]), "range": part.say.range(cell["low"], cell["high"])}
