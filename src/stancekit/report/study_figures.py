"""The figures of studies: the curve, and dots with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

from stancekit.errors import printable
from stancekit.report.figures import ACCENT, FAINT, INK, svg_axes
from stancekit.report.words import Words

ROWS_DRAWN = 30
NAME_DRAWN = 40
"""So many rows, and characters of a name, go into a figure; tables have the others."""

LINES: Mapping[str, str] = {"majority": ":", "names_only": "--"}


def save_study(path: Path, name: str, study: Mapping[str, Any]) -> None:
    """Draw a study that was made.

    Parameters
    ----------
    path : Path
        An SVG file.
    name : str
        Of the study.
    study : mapping
        As metrics.json has it.
    """
    if name == "learning_curve":
        _save_curve(path, study)
    elif name == "ablation":
        _save_ablation(path, study)
    else:
        _save_left_out(path, study, _title(name))


def _title(name: str) -> str:
    """Return what a study is about; figures for papers are in English."""
    return Words("en").name("study", name)


def _save_curve(path: Path, study: Mapping[str, Any]) -> None:
    rows = [row for row in study["rows"] if row["score"] is not None and row["score"]["value"] is not None]
    sizes = [row["groups"] for row in rows]
    with svg_axes(path, (6.4, 3.4)) as axes:
        axes.plot(sizes, [row["score"]["value"] for row in rows], "o-", color=ACCENT, ms=6, lw=2)
        known = [row for row in rows if row["score"]["low"] is not None]
        low, high = ([row["score"][end] for row in known] for end in ("low", "high"))
        axes.fill_between([row["groups"] for row in known], low, high, color=ACCENT, alpha=0.12, lw=0)
        _name_line(axes, "model", rows[-1]["score"]["value"], sizes[-1], ACCENT)
        for name in rows[0]["baselines"]:
            drawn = [(row["groups"], row["baselines"][name]) for row in rows if row["baselines"][name] is not None]
            if drawn:
                axes.plot(*zip(*drawn, strict=True), LINES.get(name, "-."), color=FAINT, lw=1.5)
                _name_line(axes, name.replace("_", " "), drawn[-1][1], drawn[-1][0], FAINT)
        axes.set_xlim(0, 1.22 * max(sizes))
        unit = {"id": "examples", "article": "articles", "sentence": "sentences"}.get(study["by"], "groups")
        axes.set_xlabel(f"{unit} trained on, mean over folds")
        axes.set_ylabel(f"{study['metric']}", parse_math=False)
        _tidy(axes, _title("learning_curve"), "y")


def _name_line(axes: Axes, name: str, height: float, end: float, color: str) -> None:
    axes.annotate(name, (end, height), xytext=(7, 0), textcoords="offset points", va="center", color=color, fontsize=9)


def _save_ablation(path: Path, study: Mapping[str, Any]) -> None:
    rows, title = study["rows"][:ROWS_DRAWN], _title("ablation")
    with svg_axes(path, (7.2, 1.5 + 0.3 * len(rows))) as axes:
        whole = study["whole"]
        axes.axvline(whole["value"], color=INK, lw=1)
        if whole["low"] is not None:
            axes.axvspan(whole["low"], whole["high"], color=INK, alpha=0.06, lw=0)
        for place, row in enumerate(rows):
            for way, color, lift in (("alone", FAINT, 0.16), ("without", ACCENT, -0.16)):
                own = row[way]
                if own is not None and own["score"] is not None:
                    _dot(axes, own["score"], place + lift, color, "D" if way == "alone" else "o")
        _name_rows(axes, [row["name"] for row in rows])
        axes.set_xlabel(
            f"{study['metric']}: without it (dots), it alone (diamonds), all of them (line)", parse_math=False
        )
        _tidy(axes, title, "x")


def _save_left_out(path: Path, study: Mapping[str, Any], title: str) -> None:
    column = study["column"]
    rows = [{**study["pooled"], "value": f"all of these {column}s"}]
    rows += [row for row in study["rows"] if row["unseen"] is not None][:ROWS_DRAWN]
    with svg_axes(path, (7.2, 1.5 + 0.32 * len(rows))) as axes:
        for place, row in enumerate(rows):
            ends = [row[key]["value"] for key in ("seen", "unseen")]
            if None not in ends:
                axes.plot(ends, [place - 0.12, place + 0.12], color=FAINT, lw=1, zorder=0)
            _dot(axes, row["seen"], place - 0.12, FAINT, "D")
            _dot(axes, row["unseen"], place + 0.12, ACCENT, "o")
        _name_rows(axes, [f"{_cut(row['value'])} ({row['n']})" for row in rows])
        axes.set_xlabel(f"{study['metric']}: never seen (dots), seen (diamonds)", parse_math=False)
        _tidy(axes, title, "x")


def _dot(axes: Axes, cell: Mapping[str, float | None], place: float, color: str, mark: str) -> None:
    if cell["value"] is None:
        return
    axes.plot([cell["value"]], [place], mark, color=color, ms=5)
    if cell["low"] is not None and cell["high"] is not None:
        axes.plot([cell["low"], cell["high"]], [place, place], color=color, lw=1.5, alpha=0.6)


def _cut(name: str) -> str:
    shown = printable(name)
    return shown if len(shown) <= NAME_DRAWN else f"{shown[: NAME_DRAWN - 1]}…"


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)))
    axes.set_yticklabels([_cut(name) for name in names], parse_math=False)
    axes.set_ylim(len(names) - 0.5, -0.6)


def _tidy(axes: Axes, title: str, across: Any) -> None:
    axes.grid(axis=across, color=FAINT, alpha=0.25)
    axes.tick_params(length=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(title, loc="left", fontsize=11, pad=10, parse_math=False)
