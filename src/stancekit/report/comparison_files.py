"""A comparison as files for a paper: CSV and LaTeX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stancekit.errors import printable
from stancekit.experiment.compare import Comparison, Part
from stancekit.report.comparison import TEST, change_rows, describe, difference_rows
from stancekit.report.paper import csv_text, escape_latex, latex_interval, latex_number

DIFFERENCE_COLUMNS = (
    *("part", "first", "second", "metric"),
    *("first_value", "first_low", "first_high", "second_value", "second_low", "second_high"),
    *("difference", "low", "high", "p", "p_adjusted", "detectable", "n", "groups", "by"),
)
CHANGE_COLUMNS = ("part", "first", "second", "change", "id", "gold", "first_predicted", "second_predicted")


def differences_csv(comparison: Comparison) -> str:
    """Return a row for every pair and metric that was tested; empty cells where something is undefined."""
    return csv_text(DIFFERENCE_COLUMNS, difference_rows(comparison))


def changes_csv(comparison: Comparison) -> str:
    """Return a row for every example that two classifiers label otherwise."""
    return csv_text(CHANGE_COLUMNS, change_rows(comparison))


def latex_table(comparison: Comparison) -> str:
    """Return a tabular of booktabs for each part, with what was tested in comments above it."""
    return "\n".join(_tabular(comparison, part) for part in comparison.parts.values() if part.pairs)


def _tabular(comparison: Comparison, part: Part) -> str:
    level, pairs = f"{comparison.level * 100:g} %", len(part.pairs)
    lines = [
        "% needs \\usepackage{booktabs}",
        f"% {describe(part)}",
        f"% scores and differences with {level} intervals; p: {TEST}"
        + (f"; Holm-adjusted over {pairs} pairs for each metric" if pairs > 1 else ""),
        *(f"% {printable(note)}" for note in part.notes),
        r"\begin{tabular}{llllr}",
        r"\toprule",
        r"Metric & First & Second & Second $-$ first & $p$ \\",
        r"\midrule",
    ]
    own = [row for row in difference_rows(comparison) if row["part"] == part.name]
    before = None
    for row in own:
        pair = (row["first"], row["second"])
        if pair != before:
            first, second = map(escape_latex, pair)
            lines += [r"\addlinespace"] if before else []
            lines.append(rf" & {first} & {second} & & \\")
            before = pair
        cells = [
            escape_latex(row["metric"]),
            _score(row, "first"),
            _score(row, "second"),
            f"{latex_number(row['difference'], '+.3f')}{latex_interval(row['low'], row['high'], '+.3f')}",
            _p(row["p_adjusted"]),
        ]
        lines.append(" & ".join(cells) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", ""])


def _score(row: Mapping[str, Any], which: str) -> str:
    return latex_number(row[f"{which}_value"]) + latex_interval(row[f"{which}_low"], row[f"{which}_high"])


def _p(value: float | None) -> str:
    return "$<0.001$" if value is not None and value < 0.001 else latex_number(value)
