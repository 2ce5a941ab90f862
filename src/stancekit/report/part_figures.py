"""Figures of who stands where, and of how far probabilities can be believed: the page's data, drawn for papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stancekit.errors import printable
from stancekit.report.drawing import Bin
from stancekit.report.figures import ACCENT, FAINT, PAPER, svg_axes
from stancekit.report.sections.calibration import calibration_bins
from stancekit.report.sections.part import Part
from stancekit.report.sections.stance_map import stance_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

AGAINST, WASH, FOR = "#b4531f", "#eef1f4", "#0b5a8f"
"""Orange and blue, which colour-blind readers tell apart; between them next to nothing."""


def save_stance_map(path: Path, part: Part, caption: str) -> None:
    """Draw who stands where to an SVG file, as `draw_stance_map` does; none where examples have no such pairs."""
    found = stance_map(part)
    if found is None:
        return
    cell = (1.05, 0.42) if found["diverging"] else (0.5 + 0.075 * _longest_cell(found), 0.56)
    actors, targets = [row["actor"] for row in found["rows"]], found["columns"]
    room = 0.065 * max(map(len, actors))
    size = (1.0 + room + cell[0] * len(targets), 1.3 + 0.05 * max(map(len, targets)) + cell[1] * len(actors))
    with svg_axes(path, (max(size[0], 5.5), size[1]), f"Who stands where. {caption}", _map_told(found)) as axes:
        draw_stance_map(axes, found)
        axes.set_title(f"{caption}\n{_key(found)}", loc="left", fontsize=10, pad=10, parse_math=False)


def draw_stance_map(axes: Axes, found: Mapping[str, Any]) -> None:
    """Draw a matrix of actors and targets, each cell with the stance in gold and as predicted.

    Parameters
    ----------
    axes : matplotlib Axes
    found : mapping
        What `stancekit.report.sections.stance_map.stance_map` returns. Where labels are opposes, neutral and supports,
        gold is the left half of a cell and predicted the right one; else the upper and the lower half.
    """
    rows, targets = found["rows"], found["columns"]
    shade = _shade(found["diverging"])
    for down, row in enumerate(rows):
        for across, cell in enumerate(row["cells"]):
            if cell is None:
                continue
            for half, which in enumerate(("gold", "predicted")):
                value = cell[which]["value"]
                color = shade((value + 1) / 2 if found["diverging"] else value)
                _draw_half(axes, cell[which]["text"], color, (across, down), half, found["diverging"])
            place = across + 0.97, down + 0.94  # of the predicted half, which was coloured last
            axes.text(*place, str(cell["n"]), ha="right", va="bottom", fontsize=6, color=_ink(color))
    axes.set_xlim(0, len(targets))
    axes.set_ylim(len(rows), 0)
    axes.set_xticks(np.arange(len(targets)) + 0.5)
    axes.set_yticks(np.arange(len(rows)) + 0.5)
    axes.set_xticklabels(map(printable, targets), parse_math=False, rotation=30, ha="right", rotation_mode="anchor")
    axes.set_yticklabels([printable(row["actor"]) for row in rows], parse_math=False)
    where = "gold left, predicted right" if found["diverging"] else "gold above, predicted below"
    axes.set_xlabel(f"Target (in each cell {where})", fontweight="bold")
    axes.set_ylabel("Actor", fontweight="bold")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def save_calibration(path: Path, part: Part, caption: str) -> None:
    """Draw a reliability diagram to an SVG file, as `draw_calibration` does; none where there are no probabilities."""
    bins = calibration_bins(part)
    if bins is None:
        return
    with svg_axes(path, (4.4, 4.6), f"Calibration. {caption}", _calibration_told(bins)) as axes:
        draw_calibration(axes, bins)
        axes.set_title(caption, loc="left", fontsize=10, pad=10, parse_math=False)


def draw_calibration(axes: Axes, bins: Sequence[Bin]) -> None:
    """Draw a reliability diagram: how often what was said with some probability is right, with 95 % Wilson intervals.

    Parameters
    ----------
    axes : matplotlib Axes
    bins : sequence of Bin
        What `stancekit.report.sections.calibration.calibration_bins` returns; the larger a dot, the more predictions.
    """
    most = max(own.n for own in bins)
    axes.plot([0, 1], [0, 1], "--", color=FAINT, lw=1, zorder=0)
    for own in bins:
        axes.plot([own.given, own.given], [own.low, own.high], color=ACCENT, lw=1.5)
    sizes = [(4 + 8 * (own.n / most) ** 0.5) ** 2 for own in bins]
    axes.scatter([own.given for own in bins], [own.right for own in bins], s=sizes, color=ACCENT, edgecolors=PAPER)
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.set_aspect("equal")
    axes.set_xlabel("Probability given")
    axes.set_ylabel("Share that is right")
    axes.grid(color=FAINT, alpha=0.25)
    axes.tick_params(length=0)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_half(
    axes: Axes, text: str, color: tuple[float, ...], place: tuple[int, int], half: int, diverging: bool
) -> None:
    across, down = place
    width, height = (0.5, 1.0) if diverging else (1.0, 0.5)
    left, top = (across + half * width, down) if diverging else (across, down + half * height)
    axes.add_patch(_box(left, top, width, height, color))
    middle = left + width / 2, top + height / 2 - (0.06 if diverging else 0)
    axes.text(*middle, text, ha="center", va="center", fontsize=8, color=_ink(color), parse_math=False)


def _ink(color: tuple[float, ...]) -> str:
    """Return what reads better on a colour, black or white: one of them always has a contrast of 4.5 or more.

    Examples
    --------
    >>> _ink((1.0, 1.0, 1.0, 1.0)), _ink((0.0, 0.3, 0.6, 1.0))
    ('black', 'white')
    """
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in color[:3]]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]  # as WCAG 2 has it
    return "black" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "white"


def _box(left: float, top: float, width: float, height: float, color: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((left, top), width, height, facecolor=color, edgecolor=PAPER, linewidth=1)


def _shade(diverging: bool) -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap

    ends = [AGAINST, WASH, FOR] if diverging else [WASH, FOR]
    return LinearSegmentedColormap.from_list("stances", ends)


def _longest_cell(found: Mapping[str, Any]) -> int:
    cells = (cell for row in found["rows"] for cell in row["cells"] if cell is not None)
    return max(max(len(cell["gold"]["text"]), len(cell["predicted"]["text"])) for cell in cells)


def _key(found: Mapping[str, Any]) -> str:
    if found["diverging"]:
        said = "Mean stance from −1, opposes, to +1, supports: gold left, predicted right; small: examples"
    else:
        said = "The most frequent label and its share: gold above, predicted below; small: examples"
    return f"{said}\n{found['limited']}" if found["limited"] else said


def _map_told(found: Mapping[str, Any]) -> str:
    told = (
        f"{row['actor']} on {cell['target']}: gold {cell['gold']['text']}, predicted {cell['predicted']['text']}"
        for row in found["rows"]
        for cell in row["cells"]
        if cell is not None
    )
    return f"{_key(found)}. {'; '.join(told)}."


def _calibration_told(bins: Sequence[Bin]) -> str:
    told = (f"of {own.n} predictions with about {own.given:.0%}, {own.right:.0%} are right" for own in bins)
    return f"Share of right predictions by probability: {'; '.join(told)}."
