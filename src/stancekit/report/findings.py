"""Findings of the checks, as the terminal shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stancekit.corpus.checks import Finding, Severity
from stancekit.errors import printable
from stancekit.evaluation.verdict import count_of
from stancekit.experiment.check import Checked

ROWS_SHOWN = 5
_STYLES: Mapping[Severity, str] = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def findings_view(checked: Checked) -> RenderableType:
    """Return what `stancekit check` shows: a paragraph for each code, and how many findings there are."""
    blocks: list[RenderableType] = [Text(printable(line), style="dim") for line in checked.log]
    if checked.log:
        blocks.append(Text(""))
    for _, same in groupby(checked.findings, key=lambda finding: (finding.severity, finding.code)):
        findings = list(same)
        blocks += [_heading(findings[0]), _details(findings), Text("")]
    blocks.append(Text(summary(checked), style="bold"))
    return Group(*blocks)


def summary(checked: Checked) -> str:
    """Return in a sentence how many findings there are.

    Examples
    --------
    >>> summary(Checked([], {"train": 40, "test": 10}))
    'checked 40 train and 10 test examples: nothing found'
    """
    counts = Counter(finding.severity for finding in checked.findings)
    found = ", ".join(count_of(counts[severity], severity) for severity in _STYLES if counts[severity])
    parts = " and ".join(f"{count:,} {part}" for part, count in checked.examples.items())
    skipped = f" (skipped: {', '.join(checked.skipped)})" if checked.skipped else ""
    return f"checked {parts} examples: {found or 'nothing found'}{skipped}"


def _heading(finding: Finding) -> Text:
    heading = Text(f"{finding.severity:<8}", style=_STYLES[finding.severity])
    heading.append(f"{finding.code}  ", style="bold")
    heading.append(finding.kind.title, style="bold")
    return heading


def _details(findings: Sequence[Finding]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", min_width=13, justify="right")
    table.add_column()
    rows: list[tuple[str, str]] = []
    for finding in findings:
        rows += [
            (finding.part, printable(finding.message)),
            ("rows", listed(finding.rows)),
            ("for example", "\n".join(printable(example) for example in finding.examples)),
        ]
    kind = findings[0].kind
    rows += [("why", kind.why), ("what to do", kind.help), ("more", findings[0].docs)]
    for name, said in rows:
        if said:
            table.add_row(name, Text(said))
    return table


def listed(rows: Sequence[str]) -> str:
    """Return the first of some ids, and how many more there are.

    Examples
    --------
    >>> listed(["a", "b"]), listed([str(n) for n in range(9)])
    ('a, b', '0, 1, 2, 3, 4 and 4 more')
    """
    shown = ", ".join(printable(row) for row in rows[:ROWS_SHOWN])
    left = len(rows) - ROWS_SHOWN
    return f"{shown} and {left:,} more" if left > 0 else shown
