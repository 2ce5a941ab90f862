"""`stancekit agreement`: how far annotators agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from stancekit.corpus.agreement import Agreement, measure_agreement
from stancekit.corpus.readers import open_source, read_table
from stancekit.errors import DataError, Problem


def agreement_of_file(
    file: Path, item: Sequence[str] = (), format: str | None = None, encoding: str = "utf-8"
) -> Agreement:
    """Measure the agreement of the annotators of a table; see `stancekit.corpus.agreement.measure_agreement`."""
    table = read_table(open_source(file, format=format, encoding=encoding))
    try:
        return measure_agreement(table.columns, item=item or None)
    except DataError as error:
        raise DataError(_in_file(problem, str(file)) for problem in error.problems) from error


def agreement_command(file: Path, item: Sequence[str], format: str | None, encoding: str, *, as_json: bool) -> None:
    """Print coefficients with their intervals, and the items on which annotators differ."""
    from rich.console import Console

    from stancekit.report.terminal import agreement_tables, print_to

    agreement = agreement_of_file(file, item, format, encoding)
    if as_json:
        print(json.dumps(_plain(agreement), ensure_ascii=False))
    else:
        print_to(Console(highlight=False), agreement_tables(agreement))


def _in_file(problem: Problem, file: str) -> Problem:
    return replace(problem, where=f"{file}: {problem.where}" if problem.where else file)


def _plain(agreement: Agreement) -> dict[str, Any]:
    cohen = [{"annotators": list(pair), **asdict(estimate)} for pair, estimate in agreement.cohen.items()]
    return {**asdict(agreement), "cohen": cohen}
