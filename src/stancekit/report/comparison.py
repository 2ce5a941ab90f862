"""A comparison in the terminal, and as rows that tables of every kind are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from stancekit.errors import printable
from stancekit.evaluation.pair_verdict import format_p, signed
from stancekit.evaluation.verdict import count_groups
from stancekit.experiment.compare import Comparison, Part
from stancekit.experiment.pairs import Pair
from stancekit.report.terminal import PARTS, comparison_table, rows_table

EXAMPLES_SHOWN = 10
TEST = "permutation test that swaps whole groups, two-sided"


def comparison_summary(comparison: Comparison, examples: int = EXAMPLES_SHOWN) -> RenderableType:
    """Return scores, differing keys, tested differences, and up to so many changed examples of each kind."""
    blocks: list[RenderableType] = [comparison_table(comparison)]
    for part in comparison.parts.values():
        if not part.pairs:
            continue
        blocks.append(Text(f"\n{part_title(comparison, part)}", style="bold"))
        rows = [shown_row(comparison, row) for row in rows_by_metric(comparison, part)]
        if rows:
            blocks.append(rows_table(rows, list(rows[0])))
        for pair in part.pairs:
            blocks += _pair_blocks(comparison, pair, examples)
        blocks += [Text(f"! {printable(note)}", style="yellow") for note in part.notes]
    return Group(*blocks)


def describe(part: Part) -> str:
    """Return what a part is, in words: `cross-validation: 52 examples in 16 sentences`."""
    return printable(f"{PARTS[part.name]}: {part.n} examples in {count_groups(part.groups, part.by)}")


def part_title(comparison: Comparison, part: Part) -> str:
    """Return what a part is and, where there is one pair only, which is taken from which."""
    return f"{describe(part)}{_which(comparison, part)}"


def _which(comparison: Comparison, part: Part) -> str:
    """Return which is taken from which, where there is one pair only; else a table has it in every row."""
    if len(part.pairs) > 1:
        return ""
    first, second = (comparison.names[place] for place in (part.pairs[0].first, part.pairs[0].second))
    return printable(f"; {second} minus {first}")


def difference_rows(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Give a row for every pair and metric that was tested: both scores, the difference and its test."""
    for part in comparison.parts.values():
        for pair in part.pairs:
            for metric, difference in pair.differences.items():
                cells = comparison.metrics[f"{part.name} {metric}"]
                row: dict[str, Any] = {
                    "part": part.name,
                    "first": comparison.names[pair.first],
                    "second": comparison.names[pair.second],
                    "metric": metric,
                }
                for which, place in (("first", pair.first), ("second", pair.second)):
                    cell = cells[place] or {}
                    row |= {f"{which}_{key}": cell.get(key) for key in ("value", "low", "high")}
                yield row | {
                    "difference": difference.value,
                    "low": difference.low,
                    "high": difference.high,
                    "p": difference.p_value,
                    "p_adjusted": pair.adjusted[metric],
                    "detectable": difference.detectable,
                    "n": part.n,
                    "groups": difference.n_groups,
                    "by": part.by,
                }


def rows_by_metric(comparison: Comparison, part: Part) -> list[dict[str, Any]]:
    """Return the rows of a part, those of one metric together."""
    rows = [row for row in difference_rows(comparison) if row["part"] == part.name]
    return sorted(rows, key=lambda row: part.tested.index(row["metric"]))


def change_rows(comparison: Comparison) -> Iterator[dict[str, str]]:
    """Give a row for every example that two classifiers label otherwise."""
    for part in comparison.parts.values():
        for pair in part.pairs:
            names = {"first": comparison.names[pair.first], "second": comparison.names[pair.second]}
            for kind, changes in pair.changes.by_kind().items():
                for change in changes:
                    yield {
                        "part": part.name,
                        **names,
                        "change": kind,
                        "id": change.id,
                        "gold": change.gold,
                        "first_predicted": change.first,
                        "second_predicted": change.second,
                    }


def mcnemar_in_words(comparison: Comparison, pair: Pair) -> str:
    """Return McNemar's test in a sentence, with what it takes for granted."""
    if pair.mcnemar is None:
        return ""
    test, names = pair.mcnemar, comparison.names
    return (
        f"McNemar, which takes examples for independent: {names[pair.first]} alone is right on {test.first_only},"
        f" {names[pair.second]} alone on {test.second_only}, {format_p(test.p_value)}."
    )


def format_number(value: float | None) -> str:
    """Return a number with three digits; a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def format_small(value: float | None) -> str:
    """Return a p-value with three digits; a dash where there is none.

    Examples
    --------
    >>> format_small(0.0004), format_small(0.02), format_small(None)
    ('<0.001', '0.020', '–')
    """
    return format_number(value) if value is None or value >= 0.001 else "<0.001"


def format_signed(value: float | None) -> str:
    """Return a difference with its sign; a dash where there is none."""
    return "–" if value is None else signed(value)


def format_range(low: float | None, high: float | None) -> str:
    """Return the interval of a difference; empty where there is none."""
    return "" if low is None or high is None else f"{signed(low)} to {signed(high)}"


def shown_row(comparison: Comparison, row: dict[str, Any]) -> dict[str, str]:
    """Return a tested difference as it is read: the names of the two only where there are more than two."""
    many = len(comparison.parts[row["part"]].pairs) > 1
    return {
        **({"from": row["first"], "to": row["second"]} if many else {}),
        "metric": row["metric"],
        "difference": format_signed(row["difference"]),
        f"{comparison.level * 100:g} % interval": format_range(row["low"], row["high"]),
        "p": format_small(row["p"]),
        **({"p (Holm)": format_small(row["p_adjusted"])} if many else {}),
        "detectable": format_number(row["detectable"]),
    }


def _pair_blocks(comparison: Comparison, pair: Pair, examples: int) -> list[RenderableType]:
    blocks: list[RenderableType] = [Text(f"\n{printable(pair.said)}", style="bold")]
    if pair.mcnemar is not None:
        blocks.append(Text(printable(mcnemar_in_words(comparison, pair))))
    first, second = comparison.names[pair.first], comparison.names[pair.second]
    blocks.append(Text(printable(f"From {first} to {second}: {pair.changes}.")))
    rows = [
        {"change": kind, "gold": change.gold, "from": change.first, "to": change.second, "example": change.id}
        for kind, changes in pair.changes.by_kind().items()
        for change in changes[: max(0, examples)]
    ]
    if rows:
        blocks.append(rows_table(rows, list(rows[0])))
    return blocks
