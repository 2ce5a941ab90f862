"""What the terminal shows: runs, comparisons, predictions, agreement. What `train` ends with stands in `summary`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from rich import box
from rich.console import Console, ConsoleDimensions, Group, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

from stancekit.config.model import name_model
from stancekit.corpus.agreement import Agreement
from stancekit.errors import printable
from stancekit.evaluation.verdict import count_of
from stancekit.experiment.compare import Comparison
from stancekit.experiment.run import Run
from stancekit.report.differing import short_keys
from stancekit.report.score_lines import format_interval, format_number

WIDE = 100_000
PARTS = {"cv": "cross-validation", "test": "the test set"}


def runs_table(runs: Sequence[Run]) -> RenderableType:
    """Return the runs there are, a row each."""
    table = _table()
    for heading in ("run", "task", "model", "examples", "primary metric"):
        table.add_column(heading)
    table.add_column("score", justify="right")
    table.add_column(_interval_name(runs))
    table.add_column("scored on")
    for run in runs:
        part = "cv" if run.metrics["cv"] else "test"
        scores, primary = run.metrics[part], run.metrics["primary"]
        cell = scores["metrics"][primary]
        about = [str(run.path), run.config.task.kind, _model_of(run), str(scores["n"])]
        table.add_row(*map(_cell, [*about, primary, format_number(cell["value"]), format_interval(cell), PARTS[part]]))
    return table


def _model_of(run: Run) -> str:
    search = run.metrics["search"]
    return name_model(run.chosen.model) + (f" (best of {len(search['tried'])})" if search else "")


def comparison_table(comparison: Comparison) -> RenderableType:
    """Return metrics and differing config keys of several classifiers, a column for each; only runs have keys."""
    metrics, keys = _table(), _table()
    for table, first, entries in ((metrics, "metric", comparison.entries), (keys, "key", comparison.runs)):
        table.add_column(first)
        for entry in entries:
            below = f"\n{entry.id}" if isinstance(entry, Run) else ""
            table.add_column(Text(f"{printable(entry.name)}{below}"), justify="right")
    for name, cells in comparison.metrics.items():
        shown = ["–" if cell is None else f"{format_number(cell['value'])}  {format_interval(cell)}" for cell in cells]
        metrics.add_row(*map(_cell, [name, *shown]))
    for key, values in short_keys(comparison.differing).items():
        keys.add_row(*map(_cell, [key, *(_value(value) for value in values)]))
    if len(comparison.runs) < 2:
        return Group(_title("scores"), metrics)
    if not comparison.differing:
        return Group(_title("scores"), metrics, Text("The runs have the same config."))
    return Group(_title("scores"), metrics, _title("config keys that differ"), keys)


def predictions_table(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return predictions, a row for each sentence and candidate pair; of several articles, with their names."""
    headings = ["article", "sentence", "actor", "target", "label", "p", "text"]
    cells = [_prediction_cells(row) for row in rows]
    if len({row["article"] for row in rows}) == 1:
        headings, cells = headings[1:], [own[1:] for own in cells]
    table = _table()
    for i, heading in enumerate(headings):
        widest = max(len(heading), *(len(own[i]) for own in cells))
        justify: JustifyMethod = "right" if heading in ("sentence", "p") else "left"
        table.add_column(heading, justify=justify, no_wrap=True, min_width=12 if heading == "text" else widest)
    for own in cells:
        table.add_row(*map(_cell, own))
    return table


def _prediction_cells(row: Mapping[str, Any]) -> list[str]:
    one = isinstance(row["label"], str)
    label = row["label"] if one else ", ".join(row["label"]) or "none"
    share = f"{row['probabilities'][label]:.2f}" if one and row["probabilities"] else ""
    cells = [row["article"], str(row["sentence"]), row["actor"] or "", row["target"] or "", label, share, row["text"]]
    return [" ".join(cell.split()) for cell in cells]


def rows_table(rows: Sequence[Mapping[str, Any]], headings: Sequence[str]) -> RenderableType:
    """Return some columns of rows as they are; the last one is cut where the terminal ends."""
    table = _table()
    for heading in headings:
        number = any(isinstance(row[heading], int) and not isinstance(row[heading], bool) for row in rows)
        last = heading == headings[-1]
        table.add_column(heading, justify="right" if number else "left", no_wrap=last, ratio=1 if last else None)
    for row in rows:
        table.add_row(*(_cell(_plain(row[heading])) for heading in headings))
    return table


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else " ".join(str(value).split())


def agreement_tables(agreement: Agreement) -> RenderableType:
    """Return coefficients with intervals, and the items on which annotators differ."""
    table = _table()
    for heading, justify in (("", "left"), ("value", "right"), ("95 % interval", "left"), ("items", "right")):
        table.add_column(heading, justify=cast("JustifyMethod", justify))
    estimates = {"percent agreement": agreement.percent, "Krippendorff's alpha": agreement.alpha}
    if agreement.fleiss is not None:
        estimates["Fleiss' kappa"] = agreement.fleiss
    estimates |= {f"Cohen's kappa, {a} and {b}": own for (a, b), own in agreement.cohen.items()}
    estimates |= {f"alpha, label {label}": own for label, own in agreement.per_label.items()}
    estimates |= {f"alpha, target {target}": own for target, own in agreement.per_target.items()}
    for name, own in estimates.items():
        interval = {"low": own.low, "high": own.high}
        table.add_row(*map(_cell, [name, format_number(own.value), format_interval(interval), str(own.items)]))
    differing = _table()
    for number, row in enumerate(agreement.disagreements):
        if not number:
            for name in row:
                differing.add_column(_cell(name), no_wrap=name != "text")
        given = ", ".join(f"{who}: {label}" for who, label in row["labels"].items())
        differing.add_row(*(_cell(given if name == "labels" else str(value)) for name, value in row.items()))
    said = (
        f"{agreement.compared} of {agreement.items} items were labelled by two or more of {len(agreement.annotators)}"
    )
    blocks: list[RenderableType] = [_title(f"{said} annotators"), table]
    if agreement.disagreements:
        blocks += [_title(f"{count_of(len(agreement.disagreements), 'item')} on which they differ"), differing]
    return Group(*blocks)


def print_to(console: Console, content: RenderableType) -> None:
    """Print to a console; where it isn't a terminal, without cutting lines to a width."""
    columns = os.environ.get("COLUMNS", "")
    if not console.is_terminal:
        console.width = WIDE
    elif console.is_dumb_terminal and columns.isdecimal() and int(columns):
        console.size = ConsoleDimensions(int(columns), console.height)  # rich takes every dumb terminal for 80 wide
    console.print(content)


def plain_table(headings: Sequence[str], rows: Iterable[Sequence[str]], shown: Callable[[str], str]) -> Table:
    """Return a table whose first column holds names, and the others numbers."""
    table = _table()
    for i, heading in enumerate(headings):
        table.add_column(Text(shown(heading)), justify="right" if i else "left")
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    return table


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=True)


def _cell(text: str) -> Text:
    return Text(printable(text))


def _interval_name(runs: Sequence[Run]) -> str:
    levels = {run.config.evaluation.intervals.level for run in runs}
    return f"{levels.pop() * 100:g} % interval" if len(levels) == 1 else "interval"


def _value(value: Any) -> str:
    return "–" if value is None else str(value)
