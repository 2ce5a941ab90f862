"""A model as people see it: what it does, what it reads, what it learned from and how good it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from stancekit.config.model import name_model
from stancekit.errors import StancekitError, printable
from stancekit.models.contributions import block_name

if TYPE_CHECKING:
    from rich.console import RenderableType

    from stancekit.models.stance_model import StanceModel

NAMES_SHOWN = 12
NAMES_IN_A_LINE = 5
WHERE = {"cv": "cross-validation", "test": "the test set"}
_STYLE = (
    ".stancekit-model table { border-collapse: collapse; font-size: .875em; margin: .5em 0; }"
    " .stancekit-model td, .stancekit-model th { text-align: left; vertical-align: top; padding: .1em .8em .1em 0; }"
    " .stancekit-model .number { text-align: right; font-variant-numeric: tabular-nums; }"
)


@dataclass(frozen=True)
class Shown:
    """What is shown of a model.

    Attributes
    ----------
    name : str
    facts : list of (str, str)
    blocks : list of (str, str, str)
        Name, number of terms and weight.
    scores : list of (str, str, str)
        Where and what, value, interval.
    """

    name: str
    facts: list[tuple[str, str]]
    blocks: list[tuple[str, str, str]]
    scores: list[tuple[str, str, str]]


def model_in_a_line(model: StanceModel) -> str:
    """Return what a model is, in a line: its `repr`."""
    terms = sum(len(block.terms) for block in model.features.blocks)
    labels = _listed(model.labels, NAMES_IN_A_LINE)
    return printable(f"<StanceModel {_words(model.task.kind)}: {labels}; {name_model(model.spec)}; {terms:,} features>")


def model_html(model: StanceModel) -> str:
    """Return a piece of HTML; names are escaped."""
    shown = shown_of(model)
    tables = [_html_table((), shown.facts)]
    tables += [_html_table(("score", "value", "interval"), shown.scores)] if shown.scores else []
    body = "\n".join([*tables, _html_table(("block", "terms", "weight"), shown.blocks)])
    return f'<div class="stancekit-model"><style>{_STYLE}</style>\n<p><b>{_html(shown.name)}</b></p>\n{body}\n</div>'


def model_in_terminal(model: StanceModel) -> RenderableType:
    """Return what a terminal shows."""
    from rich.console import Group
    from rich.text import Text

    shown = shown_of(model)
    parts: list[RenderableType] = [Text(printable(shown.name), style="bold"), _grid(shown.facts)]
    for heading, rows in (("scores", shown.scores), ("features by block: terms, weight", shown.blocks)):
        if rows:
            parts += [Text(heading, style="bold"), _grid(rows)]
    return Group(*parts)


def shown_of(model: StanceModel) -> Shown:
    """Return what is shown of a model; what can't be read of its run is left out."""
    metrics = _known(lambda: model.metrics)
    name = " ".join(str(part) for part in (model.about.get("name"), metrics and metrics.get("run_id")) if part)
    blocks = [(block_name(own.spec), f"{len(own.terms):,}", f"{own.spec.weight:g}") for own in model.features.blocks]
    return Shown(name or "StanceModel", list(_facts(model)), blocks, _scores(metrics))


def _facts(model: StanceModel) -> Iterator[tuple[str, str]]:
    yield "task", f"{_words(model.task.kind)}: {_listed(model.labels, NAMES_SHOWN)}"
    yield "model", name_model(model.spec)
    on = model.linear.conditioning
    if on is not None:
        yield "conditioning", f"{_words(on.kind)}, {len(on.targets)} targets"
    yield "decision", "argmax" if model.decision == "argmax" else f"tuned for {model.decision.tune}"
    yield from _learned(model)
    if model.around is not None:
        yield from (_known(model.around.made) or {}).items()
        yield "from", str(model.around.folder)


def _learned(model: StanceModel) -> Iterator[tuple[str, str]]:
    about, counts = model.about, model.about.get("label_counts")
    if about.get("examples"):
        each = ", ".join(f"{label} {n:,}" for label, n in counts.items()) if isinstance(counts, Mapping) else ""
        languages = ", ".join(map(str, about.get("languages") or ()))
        yield "trained on", "; ".join(filter(None, (f"{about['examples']:,} examples", languages, each)))
    names = len(model.gazetteer.actors), len(model.gazetteer.targets)
    if any(names):
        yield "finds by name", f"actors: {names[0]:,}, targets: {names[1]:,}"


def _scores(metrics: Mapping[str, Any] | None) -> list[tuple[str, str, str]]:
    if metrics is None:
        return []
    try:
        return [
            (f"{name} in {where}", _number(cell["value"]), _interval(cell))
            for part, where in WHERE.items()
            if metrics.get(part)
            for name, cell in metrics[part]["metrics"].items()
        ]
    except (KeyError, TypeError, AttributeError, ValueError):
        return []


def _known(read: Any) -> Any:
    """Return what a function reads from the model's folder; None where that is damaged: a display never fails."""
    try:
        return read()
    except StancekitError:
        return None


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"


def _interval(cell: Mapping[str, float | None]) -> str:
    low, high = cell["low"], cell["high"]
    return "" if low is None or high is None else f"{low:.3f} to {high:.3f}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _listed(names: Sequence[str], at_most: int) -> str:
    left = len(names) - at_most
    return ", ".join(names[:at_most]) + (f" and {left} more" if left > 0 else "")


def _html(text: str) -> str:
    return escape(printable(text))


def _html_table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{_html(name)}</th>' for name in heading)
    cell = '<td class="number">' if heading else "<td>"
    body = "".join(
        f'<tr><th scope="row">{_html(name)}</th>{"".join(f"{cell}{_html(text)}</td>" for text in cells)}</tr>'
        for name, *cells in rows
    )
    return f"<table>{f'<thead><tr>{head}</tr></thead>' if heading else ''}<tbody>{body}</tbody></table>"


def _grid(rows: Sequence[Sequence[str]]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    for at in range(len(rows[0])):
        table.add_column(justify="right" if at == 1 and len(rows[0]) > 2 else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table
