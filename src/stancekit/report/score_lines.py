"""Scores on a terminal: the model's, and those of what stands beside it, a line each, the parts side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from stancekit.config.metrics import direction
from stancekit.config.schema import Config
from stancekit.evaluation.verdict import count_groups, unbeaten
from stancekit.report.canvas import PLAIN_WIDTH, Canvas, padded

METRICS_SHOWN = 5
LABELS_SHOWN = 6
NAME_ROOM = 14
"""Columns that names get at least; where they would get fewer, the parts stand below each other."""
ALIKE_ROOM = 28
"""Characters: where there is room, baselines that score alike share a line as far as their names are no longer."""
_GAP = 2

Parts = Mapping[str, Mapping[str, Any]]
"""By name of a part, as `cross-validation`, SCORES of metrics.json."""


@dataclass(frozen=True)
class Shown:
    """What stands in a line under one part: a value, its interval or what else there is to say, and a mark."""

    value: str = ""
    beside: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the table: a name and what each part has to it."""

    name: str
    cells: tuple[Shown, ...]
    style: str = ""


def format_number(value: float | None) -> str:
    """Return a score with three digits."""
    return "n/a" if value is None else f"{value:.3f}"


def format_interval(cell: Mapping[str, float | None]) -> str:
    """Return an interval; empty where there is none.

    Examples
    --------
    >>> format_interval({"low": 0.1, "high": 0.25}), format_interval({"low": -0.1, "high": 0.25})
    ('0.100–0.250', '-0.100 to 0.250')
    """
    low, high = cell.get("low"), cell.get("high")
    if low is None or high is None:
        return ""
    return f"{format_number(low)}{' to ' if low < 0 else '–'}{format_number(high)}"


def score_lines(parts: Parts, config: Config, canvas: Canvas) -> list[Text]:
    """Return the scores of some parts as lines of text, none longer than the canvas is wide.

    Parameters
    ----------
    parts : mapping of str to SCORES
        Side by side where there is room, else below each other.
    config : Config
    canvas : Canvas
    """
    together = _table(parts, config, canvas)
    if together is not None:
        return together
    found: list[Text] = []
    for name, scores in parts.items():
        alone = {name: scores}
        found += _table(alone, config, canvas) or _draw(_bare(_lines(alone, config, canvas)), alone, config, canvas)
    return found


def _table(parts: Parts, config: Config, canvas: Canvas) -> list[Text] | None:
    """Return the lines with all parts side by side; None where there isn't room."""
    lines = _lines(parts, config, canvas)
    longest = max(cell_len(canvas.text(line.name)) for line in lines)
    taken = sum(_GAP + width for width in _widths(lines, parts, canvas))
    return _draw(lines, parts, config, canvas) if min(longest, NAME_ROOM) + taken <= canvas.width else None


def _draw(lines: Sequence[Line], parts: Parts, config: Config, canvas: Canvas) -> list[Text]:
    widths = _widths(lines, parts, canvas)
    room = max(1, canvas.width - sum(_GAP + width for width in widths))
    names = [canvas.cut(line.name, room) for line in lines]
    level = f"{config.evaluation.intervals.level * 100:g} % intervals"
    first = level if any(cell.beside for line in lines[1:] for cell in line.cells) and len(level) <= room else ""
    wide = max(map(cell_len, [first, *names]))
    heads = [canvas.cut(name, width) for name, width in zip(parts, widths, strict=True)]
    drawn = [_joined(padded(first, wide), heads, widths)]
    drawn[0].stylize("bold")
    for at, line in enumerate(lines):
        cells = [_cell(line.cells[part], [own.cells[part] for own in lines], canvas) for part in range(len(parts))]
        drawn.append(_joined(padded(names[at], wide), cells, widths))
        drawn[-1].stylize(line.style)
    return drawn


def _joined(name: str, cells: Sequence[str], widths: Sequence[int]) -> Text:
    behind = (" " * _GAP + padded(cell, width) for cell, width in zip(cells, widths, strict=True))
    return Text((name + "".join(behind)).rstrip())


def _cell(own: Shown, column: Sequence[Shown], canvas: Canvas) -> str:
    value, beside = (max(len(getattr(other, key)) for other in column if other.value) for key in ("value", "beside"))
    if not own.value:
        return canvas.text(own.beside)
    interval = f" {own.beside:<{beside}}" if beside else ""
    return canvas.text(f"{own.value:>{value}}{interval} {own.mark}".rstrip())


def _widths(lines: Sequence[Line], parts: Parts, canvas: Canvas) -> list[int]:
    columns = [[line.cells[part] for line in lines] for part in range(len(parts))]
    return [
        max(cell_len(canvas.text(name)), *(cell_len(_cell(own, column, canvas)) for own in column))
        for name, column in zip(parts, columns, strict=True)
    ]


def _lines(parts: Parts, config: Config, canvas: Canvas) -> list[Line]:
    primary = str(config.evaluation.primary)
    alike = ALIKE_ROOM if canvas.width >= PLAIN_WIDTH else 0
    examples = Line("examples", tuple(_examples(own, config) for own in parts.values()))
    return [examples, *_metrics(parts, primary), *_labels(parts), *_rivals(parts, primary, alike)]


def _bare(lines: Sequence[Line]) -> list[Line]:
    """Return lines without intervals, and with the first number only of what has no value."""
    return [
        replace(line, cells=tuple(Shown(own.value or own.beside.split(" ")[0], "", own.mark) for own in line.cells))
        for line in lines
    ]


def _examples(scores: Mapping[str, Any], config: Config) -> Shown:
    return Shown("", f"{scores['n']} in {count_groups(scores['groups'], str(config.evaluation.intervals.by))}")


def _metrics(parts: Parts, primary: str) -> Iterator[Line]:
    """Yield the model's metrics, the primary one first."""
    first = next(iter(parts.values()))
    names = [primary, *(name for name in first["metrics"] if name != primary)]
    for name in names[:METRICS_SHOWN]:
        cells = tuple(_estimate(own["metrics"].get(name)) for own in parts.values())
        yield Line(name, cells, "bold" if name == primary else "")
    yield from _more(names[METRICS_SHOWN:], "metrics", len(parts))


def _labels(parts: Parts) -> Iterator[Line]:
    """Yield the F1 of each label; of many labels, those that are found worst."""
    first: Mapping[str, Any] = next(iter(parts.values())).get("per_label") or {}
    labels = list(first)
    if len(labels) > LABELS_SHOWN:
        labels.sort(key=lambda label: first[label]["f1"]["value"] or 0.0)
    for label in labels[:LABELS_SHOWN]:
        own = ((scores.get("per_label") or {}).get(label) for scores in parts.values())
        yield Line(f"F1 of {label}", tuple(_estimate(cell["f1"] if cell else None) for cell in own))
    yield from _more(labels[LABELS_SHOWN:], "labels, better than these", len(parts))


def _more(left: Sequence[str], what: str, n_parts: int) -> Iterator[Line]:
    if left:
        yield Line(f"{len(left)} more {what}", (Shown(),) * n_parts, "dim")


def _rivals(parts: Parts, primary: str, alike: int) -> Iterator[Line]:
    """Yield what stands beside the model: annotators, then every baseline that applies, the best first."""
    people = [((own.get("ceiling") or {}).get("metrics") or {}).get(primary) for own in parts.values()]
    if any(people):
        yield Line(f"annotators, {primary}", tuple(_estimate(cell) if cell else Shown() for cell in people))
    known = [own.get("beside") or own["baselines"] for own in parts.values()]
    names = [
        name for name in dict.fromkeys(name for own in known for name in own) if any(own.get(name) for own in known)
    ]
    cells = {name: [own[name][primary] if own.get(name) else None for own in known] for name in names}
    names.sort(key=lambda name: -_rank(cells[name][0], primary))
    marked = [unbeaten(own, primary) for own in parts.values()]
    if names:
        yield Line(f"baselines, {primary}", (Shown(),) * len(known), "bold")
    lines: list[Line] = []
    for name in names:
        shown = tuple(
            _estimate(cell, "!" if name in own else "") for cell, own in zip(cells[name], marked, strict=True)
        )
        together = f"{lines[-1].name}, {name}" if lines and lines[-1].cells == shown else ""
        if 0 < len(together) <= alike:
            lines[-1] = replace(lines[-1], name=together)
        else:
            lines.append(Line(name, shown, "yellow" if any(cell.mark for cell in shown) else ""))
    yield from lines


def _rank(cell: Any, metric: str) -> float:
    value = cell.get("value") if isinstance(cell, Mapping) else cell
    return float("-inf") if value is None else direction(metric) * float(value)


def _estimate(cell: Any, mark: str = "") -> Shown:
    own = cell if isinstance(cell, Mapping) else {"value": cell}
    return Shown(format_number(own["value"]), format_interval(own), mark)
