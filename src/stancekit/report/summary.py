"""What `train` ends with: a run on one screen, from its name to the verdict, however wide the terminal is."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text

from stancekit.config.metrics import direction
from stancekit.config.model import name_model
from stancekit.config.schema import Config
from stancekit.evaluation.verdict import count_of, standing
from stancekit.experiment.run import Run
from stancekit.report.canvas import Canvas, canvas_of
from stancekit.report.confusion_lines import confusion_lines
from stancekit.report.score_lines import Parts, format_interval, format_number, score_lines
from stancekit.report.settings import search_in_words
from stancekit.report.studies import StudyTable, first_rows, study_tables
from stancekit.report.terminal import PARTS, WIDE, plain_table

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

STUDY_ROWS_SHOWN = 12
SEVERITIES = ("error", "warning", "note")
_TOLD_OTHERWISE = frozenset({"baseline_not_beaten", "baseline_in_interval", "one_group"})
"""Warnings that the marks beside baselines, the number of groups and the verdict give, too."""
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@dataclass(frozen=True)
class RunSummary:
    """A run as a terminal shows it; rich prints it."""

    run: Run

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        canvas, run = canvas_of(console, options), self.run
        parts = {name: run.metrics[part] for part, name in PARTS.items() if run.metrics[part] is not None}
        yield Text.assemble((canvas.text(f"{run.name} {run.id}"), "bold"), canvas.text(f" · {_about(run)}"))
        if run.metrics["search"] is not None:
            yield Text(canvas.text(f"searched {search_in_words(run.metrics['search'])}"))
        yield from score_blocks(parts, run.config, canvas)
        for study in study_tables(run.metrics["studies"], run.config.evaluation.intervals.level):
            yield Text("")
            yield from _study(study, console, canvas)
        checked = checks_in_words(run)
        if checked:
            yield Text(canvas.text(checked), style="dim")


@dataclass(frozen=True)
class ScoresSummary:
    """The scores of one part under a title, as a terminal shows them; rich prints it."""

    title: str
    part: str
    scores: Any
    config: Config

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        canvas = canvas_of(console, options)
        yield Text(canvas.text(self.title), style="bold")
        yield from score_blocks({self.part: self.scores}, self.config, canvas)
        yield Text("")


def score_blocks(parts: Parts, config: Config, canvas: Canvas) -> Iterator[Text]:
    """Yield scores, confusion matrices, the weakest groups, warnings and verdicts."""
    yield from score_lines(parts, config, canvas)
    yield Text("")
    yield from confusion_lines(parts, canvas)
    yield Text("")
    for name, scores in parts.items():
        where = f" in {name}" if len(parts) > 1 else ""
        weak = _weakest(scores, config, where)
        if weak:
            yield Text(canvas.text(weak))
    for name, scores in parts.items():
        where = f"{name}: " if len(parts) > 1 else ""
        for warning in scores["warnings"]:
            if warning["code"] not in _TOLD_OTHERWISE:
                yield Text(canvas.text(f"! {where}{first_sentence(warning['message'])}"), style="yellow")
    for name, scores in parts.items():
        yield Text(canvas.text(standing(scores, config, name)), style="bold")


def first_sentence(text: str) -> str:
    """Return the first sentence of a message.

    Examples
    --------
    >>> first_sentence("All 52 examples are from one article. The scores say nothing about another.")
    'All 52 examples are from one article.'
    """
    return _END_OF_SENTENCE.split(text, maxsplit=1)[0]


def checks_in_words(run: Run) -> str:
    """Return how many findings the checks of a run's data had and how many labels are in doubt; empty if unknown."""
    try:
        found = json.loads((run.path / "findings.json").read_text(encoding="utf-8"))["findings"]
        counts = Counter(own["severity"] for own in found)
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    named = ", ".join(count_of(counts[severity], severity) for severity in SEVERITIES if counts[severity])
    said = f"Checks of the data: {f'{named} (findings.json)' if named else 'nothing found'}"
    doubts = run.metrics["doubts"]
    return f"{said}; {count_of(doubts['n'], 'label')} in doubt (doubts.csv)" if doubts and doubts["n"] else said


def _about(run: Run) -> str:
    repeats = run.metrics["cv"]["repeats"] if run.metrics["cv"] else 1
    times = f" · cross-validated {repeats} times" if repeats > 1 else ""
    return f"{run.config.task.kind.replace('_', ' ')} · {name_model(run.chosen.model)}{times}"


def _weakest(scores: Any, config: Config, where: str) -> str:
    """Return the group with the worst score of all; empty where there is none."""
    primary = str(config.evaluation.primary)
    rank = partial(_rank, sign=direction(primary))
    worst = min(scores.get("worst") or (), key=rank, default=None)
    if worst is None:
        return ""
    about = ", ".join(own for own in (format_interval(worst), f"n = {worst['n']}") if own)
    return f"Weakest{where}: {worst['by']} {worst['value']} {format_number(worst['score'])} ({about})"


def _rank(group: Any, sign: float) -> float:
    return float("inf") if group["score"] is None else sign * float(group["score"])


def _study(study: StudyTable, console: Console, canvas: Canvas) -> Iterator[RenderableType]:
    """Yield what a study says, below its table where there is room for it."""
    yield Text(canvas.text(study.title), style="bold")
    if study.is_made:
        rows, hidden = first_rows(study, STUDY_ROWS_SHOWN)
        table = plain_table(study.headings, rows, canvas.text)
        room = console.width if console.is_terminal else WIDE
        if console.measure(table, options=console.options.update(max_width=WIDE)).maximum <= room:
            yield table
        else:
            hidden += len(rows)
        if hidden:
            yield Text(f"{hidden} more are in metrics.json and report.html", style="dim")
    yield Text(canvas.text(study.says), style="bold")
    for note in study.notes[:STUDY_ROWS_SHOWN]:
        yield Text(canvas.text(f"! {note}"), style="yellow")
