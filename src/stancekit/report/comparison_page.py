"""A comparison as one self-contained page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stancekit.config.metrics import direction
from stancekit.config.report import Language
from stancekit.evaluation.pair_verdict import format_p
from stancekit.experiment.aligned import Note
from stancekit.experiment.compare import Comparison, Part
from stancekit.experiment.outside import Outside
from stancekit.experiment.pairs import Pair
from stancekit.report.comparison import mcnemar_in_words, rows_by_metric
from stancekit.report.differing import short_keys
from stancekit.report.drawing import Scale, axis, marks
from stancekit.report.html import render_page
from stancekit.report.page import say_raw
from stancekit.report.run_rows import language_of
from stancekit.report.sections.predictions import as_island
from stancekit.report.sections.scores import tick_labels
from stancekit.report.words import Words, spaced
from stancekit.report.words.fr_facts import NOTES, PAIRS

CHANGES_SHOWN = 200
"""Of each kind, for each pair; a page with all of a large corpus would be too slow to open."""
ROWS_SHORT = 12


def comparison_page(comparison: Comparison, language: Language | None = None) -> str:
    """Return a comparison as HTML, with its style and figures inside.

    Parameters
    ----------
    comparison : Comparison
    language : {"en", "fr"}, optional
        That of the runs' own pages, where they have one in common, if not given.
    """
    say = Words(language or language_of(comparison.runs))
    return render_page(
        "compare.html.j2",
        styles=("report.css", "compare.css"),
        scripts=(),
        say=say,
        entries=[_entry(entry, name, say) for entry, name in zip(comparison.entries, comparison.names, strict=True)],
        runs=comparison.runs,
        interval=say("interval", level=f"{comparison.level * 100:g}"),
        alpha=_plain(1.0 - comparison.level, say),
        parts=[_part(comparison, part, say) for part in comparison.parts.values()],
        differing=short_keys(comparison.differing),
        short=ROWS_SHORT,
        strings=as_island({key: say_raw(say, key) for key in ("show_all", "show_fewer", "decimal")}),
    )


def _entry(entry: Any, name: str, say: Words) -> dict[str, str]:
    if isinstance(entry, Outside):
        path = say("compare.in_memory") if entry.path is None else str(entry.path)
        return {"name": name, "kind": say("compare.outside"), "path": path}
    return {"name": name, "kind": say("compare.run", id=entry.id), "path": str(entry.path)}


def _part(comparison: Comparison, part: Part, say: Words) -> dict[str, Any]:
    rows = rows_by_metric(comparison, part)
    groups = say.groups(part.groups, part.by)
    return {
        "name": part.name,
        "title": say(
            "compare.part", part=say(f"part.{part.name}"), examples=say.count(part.n, "example"), groups=groups
        ),
        "notes": [_note(note, part, say) for note in part.told],
        "rows": [_row(row, say) for row in rows],
        "many": len(part.pairs) > 1,
        "pairs": [_pair(comparison, part, pair, say) for pair in part.pairs],
        "differences": _difference_figures(comparison, part, rows, say),
        "scores": _score_figures(comparison, part, say),
    }


def _note(note: Note, part: Part, say: Words) -> str:
    if say.language == "en":
        return note.said
    values = dict(note.values)
    if "groups" in values:
        values["groups"] = say.groups(values["groups"], part.by)
    if "metrics" in values:
        values["metrics"] = ", ".join(say.name("metric", name) for name in values["metrics"])
    return spaced(NOTES[note.code]).format(**values)


def _pair(comparison: Comparison, part: Part, pair: Pair, say: Words) -> dict[str, Any]:
    kinds = {
        "right": pair.changes.became_right,
        "wrong": pair.changes.became_wrong,
        "otherwise": pair.changes.wrong_otherwise,
    }
    hidden = sum(max(0, len(changes) - CHANGES_SHOWN) for changes in kinds.values())
    return {
        "first": comparison.names[pair.first],
        "second": comparison.names[pair.second],
        "said": _said(comparison, part, pair, say),
        "mcnemar": _mcnemar(comparison, pair, say),
        "counts": ", ".join(say(f"compare.count.{kind}", n=say.whole(len(own))) for kind, own in kinds.items()),
        "changes": [(kind, change) for kind, changes in kinds.items() for change in changes[:CHANGES_SHOWN]],
        "hidden": hidden and say.whole(hidden),
    }


def _said(comparison: Comparison, part: Part, pair: Pair, say: Words) -> str:
    """Return what the primary metric says of two, in a sentence."""
    if say.language == "en":
        return pair.said
    metric, found = comparison.primary, pair.found
    a, b = comparison.names[pair.first], comparison.names[pair.second]
    values = {"a": a, "b": b, "metric": say.name("metric", metric)}
    if found == "untested":
        return spaced(PAIRS[found]).format(**values)
    if found in ("higher", "lower") and direction(metric) < 0.0:
        found = f"{found}_is_{'worse' if found == 'higher' else 'better'}"
    difference, p = pair.differences[metric], pair.adjusted[metric]
    tested = "" if p is None else _p(p, say)
    if len(part.pairs) > 1:
        tested = PAIRS["holm"].format(p=tested, n=len(part.pairs))
    unseen, between = difference.detectable, say.range(difference.low, difference.high, signed=True)
    level = f"{comparison.level * 100:g}"
    return spaced(PAIRS[found]).format(
        **values,
        value=say.number(difference.value, signed=True),
        interval=say("verdict.interval", level=level, range=between) if between else say("no_interval"),
        tested=tested,
        data=PAIRS["data"].format(n=say.whole(part.n), groups=say.groups(difference.n_groups, part.by)),
        tail="" if unseen is None else spaced(PAIRS["tail"]).format(detectable=say.number(unseen)),
    )


def _mcnemar(comparison: Comparison, pair: Pair, say: Words) -> str:
    if say.language == "en" or pair.mcnemar is None:
        return mcnemar_in_words(comparison, pair)
    a, b = comparison.names[pair.first], comparison.names[pair.second]
    test = pair.mcnemar
    first, second = say.whole(test.first_only), say.whole(test.second_only)
    return spaced(PAIRS["mcnemar"]).format(a=a, b=b, first=first, second=second, p=_p(test.p_value, say))


def _p(p: float, say: Words) -> str:
    return format_p(p).replace(".", say("decimal"))


def _small(p: float | None, say: Words) -> str:
    """Return a p-value with three digits, without its name."""
    return "–" if p is None else _p(p, say).removeprefix("p = ").removeprefix("p ")


def _row(row: Mapping[str, Any], say: Words) -> dict[str, Any]:
    cells = {
        "first": row["first"],
        "second": row["second"],
        "metric": say.name("metric", row["metric"]),
        "range": say.range(row["low"], row["high"], signed=True),
    }
    for key, signed in (("difference", True), ("detectable", False)):
        cells[key] = "–" if row[key] is None else say.number(row[key], signed=signed)
    return cells | {key: _small(row[key], say) for key in ("p", "p_adjusted")} | {"raw": row}


def _difference_figures(
    comparison: Comparison, part: Part, rows: Sequence[Mapping[str, Any]], say: Words
) -> list[dict[str, Any]]:
    """Return a figure of all metrics for one pair; of several pairs a figure for each metric."""
    scale = zoomed((row[key] for row in rows for key in ("difference", "low", "high")), zero=True)
    several = len(part.pairs) > 1
    figures: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        sure = row["p_adjusted"] is not None and row["p_adjusted"] < 1.0 - comparison.level
        metric = say.name("metric", row["metric"])
        figures.setdefault(metric if several else "", []).append(
            {
                "name": f"{row['first']} → {row['second']}" if several else metric,
                "figure": marks(scale, row["difference"], row["low"], row["high"], sure=sure),
                "value": "–" if row["difference"] is None else say.number(row["difference"], signed=True),
                "range": say.range(row["low"], row["high"], signed=True),
            }
        )
    drawn = axis(scale, tick_labels(say, scale))
    return [{"name": name, "rows": own, "axis": drawn} for name, own in figures.items()]


def _score_figures(comparison: Comparison, part: Part, say: Words) -> list[dict[str, Any]]:
    figures = []
    for name, cells in comparison.metrics.items():
        where, metric = name.split(" ", 1)
        if where != part.name:
            continue
        own = [(title, cell) for title, cell in zip(comparison.names, cells, strict=True) if cell is not None]
        scale = zoomed((cell[key] for _, cell in own for key in ("value", "low", "high")), zero=False)
        rows = [
            {
                "name": title,
                "figure": marks(scale, cell["value"], cell["low"], cell["high"]),
                "value": "–" if cell["value"] is None else say.number(cell["value"]),
                "range": say.range(cell["low"], cell["high"]),
            }
            for title, cell in own
        ]
        figures.append({"name": say.name("metric", metric), "rows": rows, "axis": axis(scale, tick_labels(say, scale))})
    return figures


def zoomed(values: Iterable[float | None], *, zero: bool) -> Scale:
    """Return a scale with round ends that has room for values; with `zero`, as far below it as above.

    Examples
    --------
    >>> zoomed([0.63, 0.71, None], zero=False)
    Scale(low=0.6, high=0.8, inset=3.0)
    >>> zoomed([-0.03, 0.11], zero=True)
    Scale(low=-0.15, high=0.15, inset=3.0)
    """
    known = [value for value in values if value is not None] or [0.0]
    if zero:
        reach = _round_up(max(0.01, *(abs(value) for value in known)), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0))
        return Scale(-reach, reach)
    least, greatest = min(known), max(known)
    step = _round_up(max(0.01, (greatest - least) / 2.0))
    first, last = math.floor(least / step + 1e-9), math.ceil(greatest / step - 1e-9)
    # An even number of steps, so that the middle of the scale is round, too; scores are rather below 1 than above.
    if (last - first) % 2 or first == last:
        first, last = (first - 1, last) if (last + 1) * step > 1.0 and first > 0 else (first, last + 1)
    if first == last - 1:
        first -= 1
    return Scale(round(first * step, 12), round(last * step, 12))


def _round_up(least: float, factors: Sequence[float] = (1.0, 2.0, 5.0, 10.0)) -> float:
    """Return the smallest of some factors times a power of ten that is no less."""
    power = 10.0 ** math.floor(math.log10(least))
    return round(next(power * factor for factor in factors if power * factor >= least * (1 - 1e-9)), 12)


def _plain(value: float, say: Words) -> str:
    return f"{value:g}".replace(".", say("decimal"))
