"""`stancekit score`: anyone's predictions under the rules of a shared task."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from stancekit.evaluation.scorers import read_and_score, scorer_named

if TYPE_CHECKING:
    from rich.console import RenderableType

    from stancekit.evaluation.scorers.tables import ScoreTable


def score_command(gold: Path, predicted: Path, scorer: str, encoding: str | None, *, as_json: bool) -> None:
    """Print scores, with as many digits as the task's own scorer; as JSON, with all."""
    from rich.console import Console, Group
    from rich.text import Text

    from stancekit.report.terminal import print_to

    scores, count = read_and_score(scorer, gold, predicted, encoding)
    if as_json:
        print(json.dumps(scores, ensure_ascii=False, allow_nan=False))
        return
    chosen = scorer_named(scorer)
    shown = [score_table(table, chosen.digits) for table in chosen.tables(scores)]
    print_to(Console(highlight=False), Group(Text(f"{scorer}, {count} rows", style="bold"), *shown))


def score_table(content: ScoreTable, digits: int | None) -> RenderableType:
    """Return a table of scores as the terminal shows it."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from stancekit.errors import printable

    title = Text(content.title, style="bold") if content.title else None
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, title=title, title_justify="left")
    for number, heading in enumerate(content.heading):
        table.add_column(Text(printable(heading)), justify="right" if number else "left")
    for row in content.rows:
        table.add_row(*(Text(printable(_cell(cell, digits))) for cell in row))
    return table


def _cell(value: str | float | None, digits: int | None) -> str:
    if value is None:
        return ""
    return f"{value:.{digits}f}" if digits is not None and isinstance(value, float) else str(value)
