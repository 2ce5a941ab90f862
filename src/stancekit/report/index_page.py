"""All runs of a folder on one page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancekit.config.metrics import direction
from stancekit.config.report import Language
from stancekit.errors import Problem, RefusedError, StancekitError, printable
from stancekit.experiment.run import Run
from stancekit.experiment.store import is_run
from stancekit.report.drawing import Scale, axis, element, marks, scale_for
from stancekit.report.html import render_page
from stancekit.report.page import say_raw
from stancekit.report.run_rows import Damaged, RunRow, language_of, run_rows, series_of
from stancekit.report.sections.predictions import as_island
from stancekit.report.sections.scores import tick_labels
from stancekit.report.words import Words

if TYPE_CHECKING:
    from markupsafe import Markup

GENERATOR = "stancekit runs"
"""How the page names what made it, so that it can be told from a page of somebody's own."""
KEYS_SHOWN = 8
VALUE_SHOWN = 80
SCRIPTED = ("index.shown", "index.nothing", "decimal")
_OURS = re.compile(rf'<meta name="generator" content="{GENERATOR}">')
_HEAD = 2000
"""Characters of a page in which its generator stands."""


def index_page(runs: Sequence[Run], damaged: Sequence[Damaged], folder: Path, language: Language | None = None) -> str:
    """Return the page of all runs.

    Parameters
    ----------
    runs : sequence of Run
    damaged : sequence of Damaged
        Those that can't be read.
    folder : Path
        Where the page will be; the runs are below it.
    language : {"en", "fr"}, optional
        That of the runs' own pages, where they have one in common, if not given.
    """
    say = Words(language or language_of(runs))
    rows, more = run_rows(runs, folder)
    scale = scale_for(value for row in rows for value in row.score.values())
    lines = series_of(rows)
    levels = {row.run.config.evaluation.intervals.level for row in rows}
    return render_page(
        "index.html.j2",
        styles=("report.css", "index.css"),
        scripts=("index.js",),
        generator=GENERATOR,
        say=say,
        rows=[_cells(row, scale, lines.get(row.series, []), say) for row in rows],
        axis=axis(scale, tick_labels(say, scale)),
        interval=say("interval", level=f"{levels.pop() * 100:g}") if len(levels) == 1 else say("index.interval"),
        damaged=[(_relative(own.path, folder), _reason(own.error, own.path)) for own in [*damaged, *more]],
        strings=as_island({key: say_raw(say, key) for key in SCRIPTED}),
    )


def refuse_foreign(folder: Path, *, force: bool) -> Path:
    """Return where the page of a folder's runs is to be, unless something else is there.

    Raises
    ------
    RefusedError
        If the folder is a run, or has an index.html that stancekit didn't write and `force` doesn't allow to replace.
    """
    path = folder / "index.html"
    if is_run(folder):
        hint = "Name the folder that the run is in"
        raise RefusedError(Problem("this is a run, and the page is one of several", str(folder), hint=hint))
    if path.is_dir():
        raise RefusedError(Problem("a folder is in the way of the page", str(path), hint="Move it"))
    if not force and (path.exists() or path.is_symlink()) and not is_ours(path):
        hint = "Move it, or replace it with --force"
        raise RefusedError(Problem("stancekit didn't write the page that is there", str(path), hint=hint))
    return path


def is_ours(path: Path) -> bool:
    """Tell whether a file is a page of all runs that stancekit wrote."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return not path.is_symlink() and _OURS.search(file.read(_HEAD)) is not None
    except OSError:
        return False


def _cells(row: RunRow, scale: Scale, line: Sequence[RunRow], say: Words) -> dict[str, Any]:
    values = [own.score["value"] or 0.0 for own in line]
    at = next((at for at, own in enumerate(line) if own is row), None)
    gain = values[at] - values[at - 1] if at else None
    return {
        "name": row.run.name,
        "id": row.run.id,
        "href": row.href,
        "task": say.name("task", row.run.config.task.kind),
        "model": row.model.replace(" = ", "\u00a0=\u00a0"),
        "n": row.n,
        "examples": say.whole(row.n),
        "groups": say.groups(row.groups, str(row.run.config.evaluation.intervals.by)),
        "metric": say.name("metric", row.metric),
        "part": say(f"part.{row.part}"),
        "score": _said(row.score, say),
        "figure": marks(scale, row.score["value"], row.score["low"], row.score["high"]),
        "on_test": _said(row.on_test, say) if row.on_test is not None else None,
        **_rival_cells(row, say),
        "keys": [(key, _shortened(value, say)) for key, value in list(row.unusual.items())[:KEYS_SHOWN]],
        "hidden": max(0, len(row.unusual) - KEYS_SHOWN),
        "gain": gain,
        "gain_said": None if gain is None else say.number(gain, signed=True),
        "gain_is": "level" if not gain else "ahead" if gain * direction(row.metric) > 0 else "behind",
        "trend": sparkline(values, at) if at is not None and len(values) > 1 else None,
        "date": None if row.finished is None else (f"{row.finished:%Y-%m-%d}", f"{row.finished:%H:%M}"),
        "seconds": None if row.finished is None else row.finished.timestamp(),
    }


def _rival_cells(row: RunRow, say: Words) -> dict[str, Any]:
    if row.rival is None:
        return {"rival": None, "rival_value": None, "apart": None, "standing": "level"}
    apart = row.rival.difference
    return {
        "rival": say.name("baseline", row.rival.name),
        "rival_value": {"value": row.rival.value, "said": say.number(row.rival.value)},
        "apart": {**_said(apart, say), "said": say.number(apart["value"], signed=True)},
        "standing": row.rival.standing,
    }


def _said(cell: Mapping[str, float | None], say: Words) -> dict[str, Any]:
    return {
        "value": cell["value"],
        "said": say.number(cell["value"]),
        "range": say.range(cell["low"], cell["high"]),
    }


def sparkline(values: Sequence[float], at: int) -> Markup:
    """Return a small line of scores in time, with a dot on one of them.

    Parameters
    ----------
    values : sequence of float
        Two or more, the oldest first.
    at : int
        The position of the dot.
    """
    width, height, inset = 96, 24, 4
    low, high = min(values), max(values)

    def place(number: int) -> tuple[float, float]:
        share = (values[number] - low) / (high - low) if high > low else 0.5
        return inset + (width - 2 * inset) * number / (len(values) - 1), height - inset - (height - 2 * inset) * share

    points = " ".join(f"{x:.4g},{y:.4g}" for x, y in map(place, range(len(values))))
    x, y = place(at)
    drawn = [element("polyline", points=points, class_="trend"), element("circle", cx=x, cy=y, r=3.5, class_="dot")]
    # What it shows stands in the column of scores, by date.
    return element("svg", *drawn, class_="spark", width=width, height=height, aria_hidden="true", focusable="false")


def _shortened(value: Any, say: Words) -> str:
    text = say("index.no_value") if value is None else str(value)
    return text if len(text) <= VALUE_SHOWN else f"{text[: VALUE_SHOWN - 1]}…"


def _relative(path: Path, folder: Path) -> str:
    return printable(path.relative_to(folder).as_posix())


def _reason(error: StancekitError, run: Path) -> str:
    """Return what is wrong, with files named from the run on: a page may be passed on, a path tells of its maker."""
    return "; ".join(str(problem) for problem in error.problems).replace(f"{run}/", "").replace(str(run), run.name)
