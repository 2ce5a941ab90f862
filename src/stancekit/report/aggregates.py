"""Aggregates of predicted stances on the terminal and as figures: a heat map, bars of shares, lines over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from stancekit.errors import InputError, Problem, printable
from stancekit.report.figures import ACCENT, FAINT, INK, PAPER, svg_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from rich.console import JustifyMethod, RenderableType

Cell = Mapping[str, Any]

OVER_TIME = ("month", "year")
LINES_AT_MOST = 6
ROWS_AT_MOST = 40
TICKS_AT_MOST = 24
_LINE_COLOURS = (ACCENT, "#b5532a", "#3d7d3a", "#7a4fa3", "#8a6d1d", "#4d5a66")
_LINE_MARKS = ("o", "s", "^", "D", "v", "P")


def aggregates_table(
    cells: Sequence[Cell], by: Sequence[str], labels: Sequence[str], notes: Sequence[str]
) -> RenderableType:
    """Return aggregates, a row each, and what has to be said beside them."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=True)
    with_stance = any(cell["stance"] is not None for cell in cells)
    with_adjusted = any(cell["adjusted"] is not None for cell in cells)
    headings = [*by, "n", "articles", *labels, *(["mean stance"] if with_stance else [])]
    headings += ["adjusted"] if with_adjusted else []
    for place, heading in enumerate(headings):
        justify = "left" if place < len(by) or heading == "adjusted" else "right"
        table.add_column(Text(printable(heading)), justify=cast("JustifyMethod", justify))
    for cell in cells:
        shown = [cell[key] or "–" for key in by] + [str(cell["n"]), str(cell["articles"])]
        shown += [_percent(cell["shares"][label]) for label in labels]
        shown += [_signed(cell["stance"])] if with_stance else []
        if with_adjusted:
            own = cell["adjusted"]
            shown.append("n/a" if own is None else " / ".join(f"{own[label]:.0%}" for label in labels))
        table.add_row(*(Text(printable(text)) for text in shown))
    return Group(table, *(Text(note, style="dim") for note in ["", *notes]))


def _percent(share: Mapping[str, float | None]) -> str:
    low, high = share["low"], share["high"]
    interval = "n/a" if low is None or high is None else f"{low * 100:.0f}–{high * 100:.0f}"
    return f"{share['value']:.0%} ({interval})"


def _signed(stance: Mapping[str, float | None]) -> str:
    low, high = stance["low"], stance["high"]
    interval = "n/a" if low is None or high is None else f"{low:+.2f} to {high:+.2f}"
    return f"{stance['value']:+.2f} ({interval})"


def refuse_undrawable(path: Path, by: Sequence[str]) -> None:
    """Refuse a figure that can't be drawn.

    Raises
    ------
    InputError
    """
    if path.suffix.lower() != ".svg":
        raise InputError(Problem("figures are SVG files", where=str(path), hint="Name it with the ending .svg"))
    time = [key for key in by if key in OVER_TIME]
    if len(time) > 1:
        raise InputError(Problem("a figure has one axis of time", hint="Add up by month or by year, not by both"))
    if not time and len(by) > 2:
        hint = "Add up by one or two keys, or by month or year and others"
        raise InputError(Problem(f"{len(by)} keys can't be drawn", hint=hint))


def save_aggregates(
    path: Path, cells: Sequence[Cell], by: Sequence[str], labels: Sequence[str], scale: Mapping[str, float] | None
) -> None:
    """Draw aggregates: lines where a month or year is among the keys, else a heat map; the same gives the same bytes.

    Without a scale of labels, two keys (or lines of several actors) show the share of the most frequent label.

    Parameters
    ----------
    path : Path
        An SVG file.
    cells : sequence of mapping
        Of `stancekit.evaluation.aggregate.aggregate`.
    by : sequence of str
    labels : sequence of str
    scale : mapping of str to float or None
    """
    time = next((key for key in by if key in OVER_TIME), None)
    if time is not None:
        _draw_lines(path, cells, by, time, labels, scale)
    elif len(by) == 2:
        _draw_pairs(path, cells, by, labels, scale)
    else:
        _draw_shares(path, cells, by[0], labels)


def _measured(cells: Sequence[Cell], labels: Sequence[str], scale: Mapping[str, float] | None) -> str | None:
    """Return the label whose share is drawn, None where it is the mean stance."""
    if scale is not None:
        return None
    return max(labels, key=lambda label: sum(cell["n"] * cell["shares"][label]["value"] for cell in cells))


def _estimate(cell: Cell, label: str | None) -> Mapping[str, Any]:
    estimate: Mapping[str, Any] = cell["stance"] if label is None else cell["shares"][label]
    return estimate


def _name(value: str | None) -> str:
    """Return a name as a figure shows it; names come from texts, and an XML file can't hold every character."""
    return "not said" if value is None else _shortened(printable(value))


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _most(cells: Sequence[Cell], keys: Sequence[str], at_most: int) -> list[tuple[str | None, ...]]:
    """Return the combinations of keys that most examples have, most frequent first."""
    count: dict[tuple[str | None, ...], int] = {}
    for cell in cells:
        own = tuple(cell[key] for key in keys)
        count[own] = count.get(own, 0) + cell["n"]
    return sorted(count, key=lambda own: (-count[own], [key or "" for key in own]))[:at_most]


def _draw_lines(
    path: Path,
    cells: Sequence[Cell],
    by: Sequence[str],
    time: str,
    labels: Sequence[str],
    scale: Mapping[str, float] | None,
) -> None:
    others = [key for key in by if key != time]
    dated = [cell for cell in cells if cell[time] is not None]
    times = sorted({cell[time] for cell in dated})
    label = _measured(cells, labels, scale)
    shown = _most(dated, others, LINES_AT_MOST)
    with svg_axes(path, (min(14.0, max(6.4, 1.6 + 0.45 * len(times))), 3.8)) as axes:
        for number, keys in enumerate(shown):
            own = [cell for cell in dated if tuple(cell[key] for key in others) == keys]
            name = " → ".join(map(_name, keys)) if keys else "all"
            _draw_line(axes, number, name, [_place_of(cell[time]) for cell in own], own, label)
        ticks = times[:: 1 + (len(times) - 1) // TICKS_AT_MOST]
        slant: dict[str, Any] = {"rotation": 30, "ha": "right"} if len(ticks) > 8 else {}
        axes.set_xticks([_place_of(own) for own in ticks], ticks, parse_math=False, **slant)
        axes.set_xlabel(time)
        _label_measure(axes, label)
        left = len(_most(dated, others, len(dated))) - len(shown)
        undated = sum(cell["n"] for cell in cells) - sum(cell["n"] for cell in dated)
        said = [f"{left} more not drawn"] if left else []
        said += [f"{undated} examples without a {time}"] if undated else []
        axes.set_title("; ".join(["Predicted stance", *said]), loc="left", fontsize=11, pad=10, parse_math=False)
        if others:
            for text in axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=8).texts:
                text.set_parse_math(False)


def _place_of(time: str) -> int:
    """Return where a month (`2021-11`) or year lies in time, so that what is missing leaves a gap."""
    year, _, month = time.partition("-")
    return int(year) * 12 + int(month) - 1 if month else int(year)


def _draw_line(
    axes: Axes, number: int, name: str, places: Sequence[int], cells: Sequence[Cell], label: str | None
) -> None:
    colour, mark = _LINE_COLOURS[number % len(_LINE_COLOURS)], _LINE_MARKS[number % len(_LINE_MARKS)]
    estimates = [_estimate(cell, label) for cell in cells]
    # Beside each other, so that intervals of several lines can be told apart.
    moved = [place + 0.06 * number for place in places]
    axes.plot(moved, [own["value"] for own in estimates], marker=mark, ms=5, lw=1.5, color=colour, label=name)
    for place, own in zip(moved, estimates, strict=True):
        if own["low"] is not None:
            axes.plot([place, place], [own["low"], own["high"]], color=colour, lw=1.2, alpha=0.6)


def _label_measure(axes: Axes, label: str | None) -> None:
    if label is None:
        axes.set_ylim(-1.08, 1.08)
        axes.axhline(0, color=FAINT, lw=0.8)
        axes.set_ylabel("mean stance")
    else:
        axes.set_ylim(-0.04, 1.04)
        axes.set_ylabel(f"share of {label}", parse_math=False)
    axes.grid(axis="y", color=FAINT, alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_pairs(
    path: Path, cells: Sequence[Cell], by: Sequence[str], labels: Sequence[str], scale: Mapping[str, float] | None
) -> None:
    down, across = ([own for (own,) in _most(cells, [key], ROWS_AT_MOST)] for key in by)
    label = _measured(cells, labels, scale)
    found = {(cell[by[0]], cell[by[1]]): cell for cell in cells}
    values = [[_value_at(found.get((row, column)), label) for column in across] for row in down]
    counts = [[found[row, column]["n"] if (row, column) in found else 0 for column in across] for row in down]
    what = "mean stance" if label is None else f"share of {label}"
    title = f"Predicted {what}, and examples"
    left = len({cell[by[0]] for cell in cells}) - len(down) + len({cell[by[1]] for cell in cells}) - len(across)
    title += f"; {left} names not drawn" if left else ""
    shown = [
        [("" if value is None else f"{value:+.2f}" if label is None else f"{value:.0%}") for value in row]
        for row in values
    ]
    _draw_heat(path, (down, across, by[0], by[1]), values, shown, counts, title, low=-1.0 if label is None else 0.0)


def _value_at(cell: Cell | None, label: str | None) -> float | None:
    return None if cell is None else _estimate(cell, label)["value"]


def _draw_shares(path: Path, cells: Sequence[Cell], key: str, labels: Sequence[str]) -> None:
    names = {own: None for (own,) in _most(cells, [key], ROWS_AT_MOST)}
    rows = [next(cell for cell in cells if cell[key] == name) for name in names]
    values: list[list[float | None]] = [[cell["shares"][label]["value"] for label in labels] for cell in rows]
    shown = [[f"{value:.0%}" for value in row] for row in values]
    counts = [[round(cell["n"] * cell["shares"][label]["value"]) for label in labels] for cell in rows]
    left = len(cells) - len(rows)
    title = "Shares of predicted labels, and examples" + (f"; {left} names not drawn" if left else "")
    _draw_heat(path, (list(names), list(labels), key, "label"), values, shown, counts, title, low=0.0)


def _draw_heat(
    path: Path,
    sides: tuple[Sequence[str | None], Sequence[str | None], str, str],
    values: Sequence[Sequence[float | None]],
    shown: Sequence[Sequence[str]],
    counts: Sequence[Sequence[int]],
    title: str,
    *,
    low: float,
) -> None:
    from matplotlib.colors import LinearSegmentedColormap, Normalize

    down, across, down_name, across_name = sides
    colours = ["#b5532a", "#f7f5f2", "#0b5a8f"] if low < 0 else ["#f3f7fa", "#9ecae1", "#08306b"]
    shade, place = LinearSegmentedColormap.from_list("stancekit", colours), Normalize(low, 1.0)
    longest = max(len(_name(name)) for name in down)
    with svg_axes(path, (1.9 + 1.0 * len(across) + 0.06 * longest, 1.5 + 0.52 * len(down))) as axes:
        known = np.ma.masked_invalid(np.array(values, dtype=np.float64))
        axes.pcolormesh(known, cmap=shade, norm=place, edgecolors=PAPER, linewidth=2)
        axes.invert_yaxis()
        for row, own in enumerate(shown):
            for column, text in enumerate(own):
                value = values[row][column]
                if value is None:
                    continue
                # White reads better where a cell is dark: at either end of a scale.
                dark = abs(value) > 0.7 if low < 0 else value > 0.72
                ink = PAPER if dark else INK
                axes.text(column + 0.5, row + 0.42, text, ha="center", va="center", color=ink, fontsize=10)
                axes.text(
                    column + 0.5, row + 0.76, str(counts[row][column]), ha="center", va="center", color=ink, fontsize=7
                )
        axes.set_xticks([i + 0.5 for i in range(len(across))])
        axes.set_yticks([i + 0.5 for i in range(len(down))])
        axes.set_xticklabels([_name(name) for name in across], parse_math=False, rotation=30, ha="right")
        axes.set_yticklabels([_name(name) for name in down], parse_math=False)
        axes.set_xlabel(across_name, fontweight="bold")
        axes.set_ylabel(down_name, fontweight="bold")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_title(title, loc="left", fontsize=11, pad=10, parse_math=False)
