"""The scores of a run as files for a paper: CSV, LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stancekit.errors import printable
from stancekit.evaluation.verdict import count_groups
from stancekit.experiment.run import Run
from stancekit.report.paper import csv_text, escape_latex, latex_interval, latex_number
from stancekit.report.terminal import PARTS

COLUMNS = ("run", "part", "of", "name", "metric", "value", "low", "high", "n", "groups")
GROUPS = ("target", "actor", "language", "article", "case")

Cell = Mapping[str, Any]
_NOTHING: Cell = {"value": None, "low": None, "high": None}


def run_csv(run: Run) -> str:
    """Return a row for each score of a run: of the model, its baselines, labels, targets and actors.

    `of` says what `name` is the name of; empty cells where something is undefined.
    """
    return csv_text(COLUMNS, score_rows(run))


def score_rows(run: Run) -> Iterator[dict[str, Any]]:
    """Give the rows of `run_csv`."""
    for part, scores in _parts(run):
        start = {"run": run.id, "part": part}
        sizes = {"n": scores["n"], "groups": scores["groups"]}
        for metric, cell in scores["metrics"].items():
            yield {**start, "of": "model", "name": run.name, "metric": metric, **_ends(cell), **sizes}
        for name in scores["baselines"]:
            for metric, cell in _baseline(scores, name).items():
                yield {**start, "of": "baseline", "name": name, "metric": metric, **_ends(cell), **sizes}
        for label, own in scores.get("per_label", {}).items():
            for metric in ("precision", "recall", "f1"):
                cell = own[metric] if metric == "f1" else {**_NOTHING, "value": own[metric]}
                yield {**start, "of": "label", "name": label, "metric": metric, **_ends(cell), "n": own["n"]}
        for by in GROUPS:
            for name, own in scores.get(f"per_{by}", {}).items():
                for metric, cell in own["metrics"].items():
                    counted = {"n": own["n"], "groups": own["groups"]}
                    yield {**start, "of": by, "name": name, "metric": metric, **_ends(cell), **counted}


def run_latex(run: Run) -> str:
    """Return two tabulars of booktabs for each part: the model below its baselines, and its labels."""
    return "\n".join(table for part, scores in _parts(run) for table in _tabulars(run, part, scores))


def _parts(run: Run) -> list[tuple[str, Mapping[str, Any]]]:
    return [(part, run.metrics[part]) for part in ("cv", "test") if run.metrics[part] is not None]


def _baseline(scores: Mapping[str, Any], name: str) -> dict[str, Cell]:
    """Return the scores of a baseline, with intervals where the run has them."""
    beside = (scores.get("beside") or {}).get(name) or {}
    values = scores["baselines"][name] or {}
    return {metric: beside.get(metric) or {**_NOTHING, "value": value} for metric, value in values.items()}


def _ends(cell: Cell | None) -> dict[str, Any]:
    return {key: (cell or _NOTHING)[key] for key in ("value", "low", "high")}


def _tabulars(run: Run, part: str, scores: Mapping[str, Any]) -> Iterator[str]:
    intervals = run.config.evaluation.intervals
    where = f"{PARTS[part]}: {scores['n']} examples in {count_groups(scores['groups'], str(intervals.by))}"
    heading = [
        "% needs \\usepackage{booktabs}",
        f"% {printable(run.name)} ({printable(run.id)}), {printable(where)}",
        f"% {intervals.level * 100:g} % intervals",
    ]
    metrics = list(scores["metrics"])
    systems = {name: _baseline(scores, name) for name, own in scores["baselines"].items() if own is not None}
    rows = [[escape_latex(name), *(_cell(own.get(metric)) for metric in metrics)] for name, own in systems.items()]
    own_row = [escape_latex(run.name), *(_cell(scores["metrics"][metric]) for metric in metrics)]
    body = [*map(_row, rows), *([r"\midrule"] if rows else []), _row(own_row)]
    yield _tabular(heading, ["", *map(escape_latex, metrics)], body)
    if scores.get("per_label"):
        lines = [
            _row(
                [
                    escape_latex(label),
                    str(own["n"]),
                    *map(latex_number, (own["precision"], own["recall"])),
                    _cell(own["f1"]),
                ]
            )
            for label, own in scores["per_label"].items()
        ]
        yield _tabular(heading, ["Label", "Examples", "Precision", "Recall", "F1"], lines)


def _tabular(heading: list[str], columns: list[str], body: list[str]) -> str:
    lines = [
        *heading,
        rf"\begin{{tabular}}{{l{'r' * (len(columns) - 1)}}}",
        r"\toprule",
        _row(columns),
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
        "",
    ]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"


def _cell(cell: Cell | None) -> str:
    own = cell or _NOTHING
    return latex_number(own["value"]) + latex_interval(own["low"], own["high"])
