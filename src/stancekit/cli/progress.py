"""Progress on stderr: a bar in a terminal, a plain line for each stage elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from stancekit.experiment.training import Progress, silent


@contextmanager
def shown_progress(hidden: bool) -> Iterator[Progress]:
    """Give what to call with a stage, the steps done and the steps there are."""
    if hidden:
        yield silent
    elif sys.stderr.isatty():
        with _bar() as progress:
            yield progress
    else:
        yield _line


def _line(stage: str, done: int, total: int) -> None:
    if done == total:
        steps = f" ({total} fits)" if total > 1 else ""
        print(f"{stage}{steps}: done", file=sys.stderr)


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:<26}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done)

        yield show
