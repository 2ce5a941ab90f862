"""Figures as SVG files, drawn without a display: the same input gives the same bytes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

from stancekit.config.metrics import direction
from stancekit.config.schema import Config
from stancekit.errors import printable

INK, FAINT, ACCENT, PAPER = "#1b2733", "#8794a1", "#0b5a8f", "#ffffff"
DARK_FROM = 0.72
"""The share from which a cell is so dark that white reads better on it than ink."""

MULTILABEL_COLUMNS = ("found", "missed", "wrongly said")

_STYLE: Mapping[str, Any] = {
    "svg.hashsalt": "stancekit",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Helvetica", "Arial", "sans-serif"],
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "xtick.color": INK,
    "ytick.color": INK,
}


def save_confusion(path: Path, confusion: Mapping[str, Any], title: str) -> None:
    """Draw a confusion matrix to an SVG file, as `draw_confusion` does, with a title."""
    labels = confusion["labels"]
    columns = 3 if np.ndim(confusion["matrix"]) == 3 else len(labels)
    longest = max(map(len, labels))
    spare = 0.04 * max(0, longest - 20)  # long labels are written out below, aslant, and on the left
    size = (1.9 + 1.15 * columns + 0.055 * longest + spare, 1.35 + 0.62 * len(labels) + spare)
    with svg_axes(path, size, title, _confusion_told(confusion)) as axes:
        draw_confusion(axes, confusion)
        axes.set_title(title, loc="left", fontsize=11, pad=10, parse_math=False)


def _confusion_told(confusion: Mapping[str, Any]) -> str:
    """Return a confusion matrix in words."""
    labels, matrix = confusion["labels"], np.asarray(confusion["matrix"], dtype=float)
    columns, counts = labels, matrix
    if matrix.ndim == 3:
        columns, counts = MULTILABEL_COLUMNS, matrix[:, [1, 1, 0], [1, 0, 1]]
    rows = (
        f"{label}: " + ", ".join(f"{count} {name}" for count, name in zip(row, columns, strict=True))
        for label, row in zip(labels, format_counts(counts), strict=True)
    )
    head = "For each label" if matrix.ndim == 3 else "For each gold label what was predicted"
    return f"{head}. {'; '.join(rows)}."


def draw_confusion(axes: Axes, confusion: Mapping[str, Any]) -> None:
    """Draw a confusion matrix, gold down and predicted across, shaded by the share of each gold label.

    Parameters
    ----------
    axes : matplotlib Axes
    confusion : mapping
        `{"labels", "matrix"}` as in metrics.json. Of a multilabel task, what was found, missed and wrongly said is
        drawn for each label.
    """
    labels, matrix = confusion["labels"], np.asarray(confusion["matrix"], dtype=float)
    if matrix.ndim == 3:
        columns, counts = list(MULTILABEL_COLUMNS), matrix[:, [1, 1, 0], [1, 0, 1]]
        down, across = "Label", "Of its gold examples, and beyond them"
        shares = counts / np.maximum(matrix[:, 1].sum(axis=1, keepdims=True), 1e-12)
        shares[:, 2] = np.nan
    else:
        columns, counts, down, across = labels, matrix, "Gold", "Predicted"
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
    _draw_matrix(axes, counts, shares, labels, columns)
    axes.set_ylabel(down, fontweight="bold")
    axes.set_xlabel(across, fontweight="bold")


def save_scores(path: Path, scores: Mapping[str, Any], config: Config, title: str) -> None:
    """Draw scores to an SVG file, as `draw_scores` does, with a title."""
    rows = 1 + sum(bool(values) for values in scores["baselines"].values())
    with svg_axes(path, (6.4, 0.9 + 0.34 * rows), title, _scores_told(scores, config)) as axes:
        draw_scores(axes, scores, config)
        axes.set_title(title, loc="left", fontsize=11, pad=10, parse_math=False)


def _scores_told(scores: Mapping[str, Any], config: Config) -> str:
    """Return the primary metric of the model and of its baselines in words."""
    metric = str(config.evaluation.primary)
    named = {"model": scores["metrics"][metric]["value"]}
    named |= {name: values[metric] for name, values in scores["baselines"].items() if values}
    shown = (f"{name} {'n/a' if value is None else format(value, '.3f')}" for name, value in named.items())
    return f"{metric}: {', '.join(shown)}."


def draw_scores(axes: Axes, scores: Mapping[str, Any], config: Config) -> None:
    """Draw the primary metric with its interval beside every baseline.

    Parameters
    ----------
    axes : matplotlib Axes
    scores : mapping
        SCORES of metrics.json.
    config : Config
        That of the run.
    """
    metric = str(config.evaluation.primary)
    own = scores["metrics"][metric]
    rivals = [(name, values[metric]) for name, values in scores["baselines"].items() if values]
    names = ["model", *(name for name, _ in rivals)]
    for row, (name, value) in enumerate([("model", own["value"]), *rivals]):
        if value is None:
            continue
        is_model = name == "model"
        axes.plot(
            [value], [row], "o" if is_model else "D", color=ACCENT if is_model else FAINT, ms=8 if is_model else 6
        )
        axes.annotate(f"{value:.3f}", (value, row), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8)
    if own["low"] is not None:
        axes.plot([own["low"], own["high"]], [0, 0], color=ACCENT, lw=2, zorder=0)
        axes.axvspan(own["low"], own["high"], color=ACCENT, alpha=0.07, lw=0)
    axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    axes.set_ylim(len(names) - 0.5, -0.75)
    shown = (*own.values(), *(value for _, value in rivals))
    known = [value for value in shown if value is not None]
    axes.set_xlim(min([0.0, *known]) - 0.02, max([1.0, *known]) + 0.02)
    axes.set_xlabel(f"{metric} ({'higher' if direction(metric) > 0 else 'lower'} is better)")
    axes.grid(axis="x", color=FAINT, alpha=0.25)
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)


def format_counts(counts: Any) -> list[list[str]]:
    """Return a table of counts as it is shown: whole, or all with one decimal where they are means over repeats.

    Examples
    --------
    >>> format_counts([[2, 0]]), format_counts([[1.5, 0.5]])
    ([['2', '0']], [['1.5', '0.5']])
    """
    table = np.asarray(counts, dtype=float)
    digits = 0 if np.equal(np.mod(table, 1), 0).all() else 1
    return [[f"{value:.{digits}f}" for value in row] for row in table]


@contextmanager
def svg_axes(path: Path, size: tuple[float, float], title: str = "", told: str = "") -> Iterator[Axes]:
    """Give axes to draw on, in inches; what is drawn goes to an SVG file.

    `title` and `told`, what it shows in words, are for those who don't see it.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    style: Any = dict(_STYLE)
    with mpl.rc_context(style):
        figure = Figure(figsize=size, facecolor=PAPER, layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1))
        FigureCanvasSVG(figure)
        yield figure.add_subplot()
        with warnings.catch_warnings():
            # Text stays text in the file, so what shows it brings the letters that this font hasn't.
            warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
            drawn = StringIO()
            figure.savefig(drawn, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
        # A control character in a name is no XML, and a mark that turns the direction of writing no figure.
        lines = map(printable, _told(drawn.getvalue(), title, told).split("\n"))
        path.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def _told(svg: str, title: str, told: str) -> str:
    """Return a drawing with its title and description, which readers of screens speak."""
    if not title:
        return svg
    start = svg.index(">", svg.index("<svg"))
    said = f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
    return f'{svg[:start]} role="img">\n {said}{svg[start + 1 :]}'


def _draw_matrix(axes: Axes, counts: Any, shares: Any, rows: Sequence[str], columns: Sequence[str]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    shade = LinearSegmentedColormap.from_list("stancekit", ["#f3f7fa", "#9ecae1", "#08306b"])
    axes.pcolormesh(np.nan_to_num(shares), cmap=shade, vmin=0, vmax=1, edgecolors=PAPER, linewidth=2)
    axes.invert_yaxis()
    shown = format_counts(counts)
    for (row, column), share in np.ndenumerate(shares):
        color = PAPER if share > DARK_FROM else INK
        axes.text(column + 0.5, row + 0.4, shown[row][column], ha="center", va="center", color=color, fontsize=12)
        if not np.isnan(share):
            axes.text(column + 0.5, row + 0.74, f"{share:.0%}", ha="center", va="center", color=color, fontsize=8)
    axes.set_xticks(np.arange(len(columns)) + 0.5)
    axes.set_yticks(np.arange(len(rows)) + 0.5)
    crowded = max(map(len, columns)) > 12 and len(columns) > 2
    slant: dict[str, Any] = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"} if crowded else {}
    axes.set_xticklabels(columns, parse_math=False, **slant)
    axes.set_yticklabels(rows, parse_math=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
