"""What is taken for what, on a terminal: the confusion matrix in shades of blue, or in numbers where there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from stancekit.report.canvas import Canvas, padded
from stancekit.report.score_lines import Parts
from stancekit.report.sections.confusion import confusion_rows

LABELS_DRAWN = 12
"""Of more labels no matrix is drawn: the most frequent mistakes are named."""
MISTAKES_NAMED = 6
SHADES = (
    "",
    "color(16) on color(145)",
    "color(16) on color(110)",
    "color(16) on color(75)",
    "color(231) on color(27)",
    "color(231) on color(21)",
)
"""By share of the gold label, from grey to blue: a ramp of lightness would run the wrong way in half of all terminals.

Letters have a colour, too, and all are from those that no theme changes."""


@dataclass(frozen=True)
class _Form:
    """How matrices are laid out."""

    together: bool
    named: bool
    percent: bool


@dataclass(frozen=True)
class _Matrix:
    """A matrix of one part: headings, and for each label its counts and their shares."""

    part: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[tuple[str, float | None]]]]
    multilabel: bool


def confusion_lines(parts: Parts, canvas: Canvas) -> list[Text]:
    """Return the confusion matrices of some parts as lines of text, none longer than the canvas is wide.

    Side by side and with shares of the gold label where there is room; columns have numbers where there is none for
    their names. Where nothing of that fits, the most frequent mistakes are named.
    """
    matrices = [_matrix(name, own["confusion"]) for name, own in parts.items() if own["confusion"]["labels"]]
    if not matrices:
        return []
    forms = (form for form in _forms(canvas, len(matrices)) if _width(matrices, form, canvas) <= canvas.width)
    form = next(forms, None) if len(matrices[0].rows) <= LABELS_DRAWN else None
    if form is None:
        return [line for matrix in matrices for line in _mistakes(matrix, canvas, len(matrices) > 1)]
    groups = [matrices] if form.together else [[matrix] for matrix in matrices]
    return [line for group in groups for line in _draw(group, form, canvas, list(parts))]


def shade(share: float | None) -> str:
    """Return the colours of a cell.

    Examples
    --------
    >>> shade(0.05), shade(1.0), shade(None)
    ('', 'color(231) on color(21)', '')
    """
    return "" if share is None else SHADES[min(len(SHADES) - 1, round(share * (len(SHADES) - 1)))]


def _matrix(part: str, confusion: Mapping[str, Any]) -> _Matrix:
    found = confusion_rows(confusion)
    rows = [(row["label"], [(f"{float(count):.0f}", share) for count, share in row["cells"]]) for row in found["rows"]]
    return _Matrix(part, found["columns"], rows, found["multilabel"])


def _forms(canvas: Canvas, n_parts: int) -> Iterator[_Form]:
    """Yield layouts, the best first: shares matter more than names and neighbours where no shade tells them."""
    either = [True, False]
    pairs = either if n_parts > 1 else [False]
    if canvas.colours:
        yield from (_Form(together, named, percent) for named, together, percent in product(either, pairs, either))
    else:
        yield from (_Form(together, named, percent) for percent, named, together in product(either, either, pairs))


def _cells(matrix: _Matrix, form: _Form) -> list[list[str]]:
    widest = max(len(count) for _, cells in matrix.rows for count, _ in cells)
    return [[_cell(count.rjust(widest), share, form) for count, share in cells] for _, cells in matrix.rows]


def _cell(count: str, share: float | None, form: _Form) -> str:
    return f" {count} {share:>4.0%} " if form.percent and share is not None else f" {count} "


def _headings(matrix: _Matrix, form: _Form, canvas: Canvas) -> list[str]:
    if form.named or matrix.multilabel:
        return [f" {canvas.text(name)} " for name in matrix.columns]
    return [f" {at} " for at in range(1, len(matrix.columns) + 1)]


def _names(matrix: _Matrix, form: _Form, canvas: Canvas) -> list[str]:
    names = [label for label, _ in matrix.rows]
    if not (form.named or matrix.multilabel):
        names = [f"{at:>{len(str(len(names)))}} {label}" for at, label in enumerate(names, 1)]
    return [canvas.text(name) for name in names]


def _column_widths(matrix: _Matrix, form: _Form, canvas: Canvas) -> list[int]:
    headings, cells = _headings(matrix, form, canvas), _cells(matrix, form)
    return [max(cell_len(text) for text in column) for column in zip(headings, *cells, strict=True)]


def _room(matrix: _Matrix, form: _Form, canvas: Canvas) -> int:
    """Return how many columns a matrix takes; beside another one it needs the room for what it is called."""
    cells = sum(_column_widths(matrix, form, canvas))
    return max(cells, cell_len(canvas.text(matrix.part)) + 1) if form.together else cells


def _width(matrices: Sequence[_Matrix], form: _Form, canvas: Canvas) -> int:
    """Return how many columns a layout takes, with names of labels cut to what must be left of them."""
    longest = max(map(cell_len, _names(matrices[0], form, canvas)))
    rooms = [_room(matrix, form, canvas) for matrix in matrices]
    drawn = sum(rooms) + 2 * (len(rooms) - 1) if form.together else max(rooms)
    return (longest if form.named else min(longest, 12)) + 1 + drawn


def _titles(group: Sequence[_Matrix], parts: Sequence[str], room: int, canvas: Canvas) -> list[str]:
    """Return what stands above matrices: that columns are predictions, where there is room to say so of every part."""
    fits = all(cell_len(canvas.text(f" predicted, {part}")) <= room for part in parts)
    return [f" predicted, {own.part}" if fits and not own.multilabel else f" {own.part}" for own in group]


def _draw(group: Sequence[_Matrix], form: _Form, canvas: Canvas, parts: Sequence[str]) -> Iterator[Text]:
    """Yield matrices side by side; the names of the labels stand once, before the first."""
    rooms = [_room(matrix, form, canvas) for matrix in group]
    left = canvas.width - sum(rooms) - 2 * (len(group) - 1) - 1
    names = [canvas.cut(name, left) for name in _names(group[0], form, canvas)]
    corner = canvas.cut("label" if group[0].multilabel else "gold", left)
    before = max(map(cell_len, [corner, *names]))
    if not form.together:
        rooms = [canvas.width - before - 1]
    titles = _titles(group, parts, min(rooms), canvas)
    over = "  ".join(padded(canvas.cut(title, room), room) for title, room in zip(titles, rooms, strict=True))
    yield Text((" " * (before + 1) + over).rstrip(), style="bold")
    widths = [_column_widths(matrix, form, canvas) for matrix in group]
    heads = [
        "".join(padded(text, width, right=True) for text, width in zip(_headings(m, form, canvas), own, strict=True))
        for m, own in zip(group, widths, strict=True)
    ]
    over = "  ".join(padded(head, room) for head, room in zip(heads, rooms, strict=True))
    yield Text((padded(corner, before + 1) + over).rstrip(), style="dim")
    for at, name in enumerate(names):
        line = Text(padded(name, before + 1))
        for matrix, own, room in zip(group, widths, rooms, strict=True):
            _add_cells(line, matrix, at, _cells(matrix, form)[at], own, canvas)
            line.append(" " * (room - sum(own) + 2 if matrix is not group[-1] else 0))
        yield line


def _add_cells(
    line: Text, matrix: _Matrix, row: int, cells: Sequence[str], widths: Sequence[int], canvas: Canvas
) -> None:
    right = 0 if matrix.multilabel else row
    for column, (text, width) in enumerate(zip(cells, widths, strict=True)):
        style = shade(matrix.rows[row][1][column][1]) if canvas.colours else ""
        line.append(padded(text, width, right=True), style=f"bold {style}" if column == right else style)
    if not canvas.colours:
        line.rstrip()


def _mistakes(matrix: _Matrix, canvas: Canvas, named_part: bool) -> Iterator[Text]:
    """Yield the most frequent mistakes in words."""
    where = f" in {matrix.part}" if named_part else ""
    yield Text(canvas.text(f"The most frequent mistakes{where}"), style="bold")
    found: list[tuple[float, str]] = []
    for at, (label, cells) in enumerate(matrix.rows):
        if matrix.multilabel:
            missed, wrong = cells[1][0], cells[2][0]
            found.append((float(missed) + float(wrong), f"{label}: missed {missed}, wrongly said {wrong}"))
            continue
        for other, (count, share) in enumerate(cells):
            if other != at:
                found.append((float(count), f"{label} taken for {matrix.columns[other]}: {count} ({share or 0:.0%})"))
    found = sorted((own for own in found if own[0]), key=lambda own: -own[0])
    for _, said in found[:MISTAKES_NAMED]:
        yield Text(canvas.text(said))
    if not found:
        yield Text("none")
