"""What the terminal shows: scores beside baselines, the confusion matrix, runs, comparisons, predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from rich import box
from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

from stancekit.config.schema import Config
from stancekit.corpus.agreement import Agreement
from stancekit.errors import printable
from stancekit.evaluation.verdict import count_of, verdict, weakest
from stancekit.experiment.compare import Comparison
from stancekit.experiment.run import Run
from stancekit.report.differing import short_keys
from stancekit.report.sections.confusion import confusion_rows
from stancekit.report.settings import name_model, search_in_words
from stancekit.report.studies import StudyTable, first_rows, study_tables

WIDE = 100_000
STUDY_ROWS_SHOWN = 12
PARTS = {"cv": "cross-validation", "test": "the test set"}
_SHADES = ("", "on grey93", "on light_sky_blue1", "on steel_blue1", "on dodger_blue3", "on blue3")


def run_summary(run: Run) -> RenderableType:
    """Return what `train` ends with: for each part the scores, the confusion matrix, the verdict and the warnings."""
    blocks: list[RenderableType] = []
    if run.metrics["search"] is not None:
        blocks.append(Text(f"searched {printable(search_in_words(run.metrics['search']))}"))
    for part, name in PARTS.items():
        scores = run.metrics[part]
        if scores is None:
            continue
        blocks += scores_blocks(f"{run.name} {run.id} · {name}", scores, run.config, name, _interval_name([run]))
    for table in study_tables(run.metrics["studies"], run.config.evaluation.intervals.level):
        blocks += [*_study(table), Text("")]
    return Group(*blocks)


def scores_blocks(
    title: str, scores: Mapping[str, Any], config: Config, where: str, interval: str
) -> list[RenderableType]:
    """Return the scores of one part, its confusion matrix, the verdict and the warnings."""
    blocks: list[RenderableType] = [_title(printable(title)), _scores_table(scores, interval)]
    blocks += [_title(_confusion_title(scores)), _confusion_table(scores["confusion"])]
    blocks.append(Text(verdict(scores, config, where), style="bold"))
    blocks += [Text(printable(said)) for said in (weakest(scores, config),) if said]
    blocks += [Text(f"! {printable(warning['message'])}", style="yellow") for warning in scores["warnings"]]
    return [*blocks, Text("")]


def _study(study: StudyTable) -> list[RenderableType]:
    blocks: list[RenderableType] = [_title(study.title)]
    if study.is_made:
        rows, hidden = first_rows(study, STUDY_ROWS_SHOWN)
        table = _table()
        for i, heading in enumerate(study.headings):
            table.add_column(_cell(heading), justify="right" if i else "left")
        for row in rows:
            table.add_row(*map(_cell, row))
        blocks.append(table)
        if hidden:
            blocks.append(Text(f"{hidden} more are in metrics.json and report.html", style="dim"))
    blocks.append(Text(printable(study.says), style="bold"))
    return blocks + [Text(f"! {printable(note)}", style="yellow") for note in study.notes[:STUDY_ROWS_SHOWN]]


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
        table.add_row(*map(_cell, [*about, primary, _number(cell["value"]), _range(cell), PARTS[part]]))
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
        shown = ["–" if cell is None else f"{_number(cell['value'])}  {_range(cell)}" for cell in cells]
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
        table.add_row(*map(_cell, [name, _number(own.value), _range(interval), str(own.items)]))
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
    if not console.is_terminal:
        console.width = WIDE
    console.print(content)


def _scores_table(scores: Mapping[str, Any], interval: str) -> Table:
    table = _table()
    table.add_column("")
    for metric in scores["metrics"]:
        table.add_column(metric, justify="right")
        table.add_column(interval)
    own = [(_number(cell["value"]), _range(cell)) for cell in scores["metrics"].values()]
    table.add_row("model", *(cell for pair in own for cell in pair), style="bold")
    if scores.get("ceiling"):
        people = [scores["ceiling"]["metrics"].get(metric) for metric in scores["metrics"]]
        each = [("n/a", "") if cell is None else (_number(cell["value"]), _range(cell)) for cell in people]
        table.add_row("annotators", *(cell for pair in each for cell in pair))
    for name, values in scores["baselines"].items():
        cells = scores.get("beside", {}).get(name) or {}
        shown = [
            ("n/a" if values is None else _number(values[metric]), _range(cells[metric]) if metric in cells else "")
            for metric in scores["metrics"]
        ]
        table.add_row(name, *(cell for pair in shown for cell in pair), style="dim")
    return table


def _confusion_title(scores: Mapping[str, Any]) -> str:
    said = (
        "found, missed, wrongly said" if np.ndim(scores["confusion"]["matrix"]) == 3 else "gold down, predicted across"
    )
    return f"{said} (mean of {scores['repeats']} repeats)" if scores["repeats"] > 1 else said


def _confusion_table(confusion: Mapping[str, Any]) -> Table:
    matrix = confusion_rows(confusion)
    table = _table()
    table.add_column("")
    for name in matrix["columns"]:
        table.add_column(_cell(name), justify="right")
    for row in matrix["rows"]:
        table.add_row(_cell(row["label"]), *(_shaded(count, share) for count, share in row["cells"]))
    return table


def _shaded(count: str, share: float | None) -> Text:
    if share is None:
        return Text(f" {count} ")
    background = _SHADES[min(len(_SHADES) - 1, round(share * (len(_SHADES) - 1)))]
    style = f"{'white' if share > 0.65 else 'black'} {background}" if background else ""
    return Text(f" {count} {share:>4.0%} ", style=style)


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=True)


def _cell(text: str) -> Text:
    return Text(printable(text))


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"


def _range(cell: Mapping[str, float | None]) -> str:
    if cell["low"] is None:
        return ""
    between = " to " if cell["low"] < 0 else "–"
    return f"{_number(cell['low'])}{between}{_number(cell['high'])}"


def _interval_name(runs: Sequence[Run]) -> str:
    levels = {run.config.evaluation.intervals.level for run in runs}
    return f"{levels.pop() * 100:g} % interval" if len(levels) == 1 else "interval"


def _value(value: Any) -> str:
    return "–" if value is None else str(value)
