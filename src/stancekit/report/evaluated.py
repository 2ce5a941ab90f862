"""The scores of a saved model on new examples, on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from stancekit.errors import printable
from stancekit.experiment.evaluate import Evaluated
from stancekit.report.score_lines import format_interval, format_number
from stancekit.report.summary import ScoresSummary

if TYPE_CHECKING:
    from rich.console import JustifyMethod, RenderableType
    from rich.table import Table

SHOWN_AT_MOST = 12


def evaluated_summary(title: str, evaluated: Evaluated) -> RenderableType:
    """Return scores, confusion matrix, verdict and warnings, then scores by label, target and actor."""
    from rich.console import Group

    scores, config = evaluated.scored.scores, evaluated.config
    level = f"{config.evaluation.intervals.level * 100:g} % interval"
    summary = ScoresSummary(title, evaluated.scored.where, scores, config)
    blocks: list[RenderableType] = [summary, _label_table(scores["per_label"], level)]
    for part, heading in (("per_target", "target"), ("per_actor", "actor")):
        if scores[part]:
            blocks.append(_value_table(scores[part], heading, str(config.evaluation.primary), level))
    return Group(*blocks)


def _label_table(per_label: Mapping[str, Any], level: str) -> Table:
    table = _table([("label", "left"), ("n", "right"), ("predicted", "right")])
    for heading in ("precision", "recall", "F1"):
        table.add_column(heading, justify="right")
    table.add_column(level)
    for label, own in per_label.items():
        f1 = own["f1"]
        cells = [label, str(own["n"]), str(own["predicted"])]
        table.add_row(*cells, *map(format_number, (own["precision"], own["recall"], f1["value"])), format_interval(f1))
    return table


def _value_table(values: Mapping[str, Any], heading: str, primary: str, level: str) -> Table:
    table = _table([(heading, "left"), ("n", "right"), (primary, "right"), (level, "left")])
    for name in list(values)[:SHOWN_AT_MOST]:
        cell = values[name]["metrics"][primary]
        table.add_row(printable(name), str(values[name]["n"]), format_number(cell["value"]), format_interval(cell))
    left = len(values) - SHOWN_AT_MOST
    if left > 0:
        table.add_row(f"{left} more in --json", "", "", "")
    return table


def _table(columns: list[tuple[str, str]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=True)
    for name, justify in columns:
        table.add_column(name, justify=cast("JustifyMethod", justify))
    return table
