"""The pages of a run: report.html, figures and the model card, written into its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stancekit.config.dump import dump_config
from stancekit.errors import printable
from stancekit.evaluation.verdict import count_groups, verdict, weakest
from stancekit.experiment.files import Results, Scored
from stancekit.report.figures import format_counts, save_confusion, save_scores
from stancekit.report.findings import listed
from stancekit.report.settings import name_model, offsets_chosen, search_in_words, settings_tried
from stancekit.report.studies import StudyTable, study_tables
from stancekit.report.study_figures import save_study

TERMS_SHOWN = 12


def write_figures(results: Results, folder: Path) -> None:
    """Write `figures/`: the confusion matrix and the scores of each part."""
    place = folder / "figures"
    place.mkdir()
    for part in results.parts:
        ending = "" if part is results.parts[0] else "_test"
        save_confusion(place / f"confusion{ending}.svg", part.scores["confusion"], _caption(part))
        save_scores(place / f"scores{ending}.svg", part.scores, results.config, _caption(part))
    for name, study in (results.metrics["studies"] or {}).items():
        if "refused" not in study:
            save_study(place / f"{name}.svg", name, study)


def write_report(results: Results, folder: Path) -> None:
    """Write report.html, one self-contained page; figures must have been written before."""
    parts = [_part(part, results, folder) for part in results.parts]
    page = _render(
        "report.html.j2",
        config=results.config,
        config_yaml=dump_config(results.config, folder),
        run_id=results.run_id,
        model=name_model(results.model.spec),
        search=settings_tried(results.metrics["search"]) if results.metrics["search"] else None,
        offsets=offsets_chosen(results.metrics["decision"]),
        doubts=results.metrics["doubts"],
        parts=parts,
        studies=_studies(results, folder),
        findings=results.checked.findings,
        terms=strongest_terms(results),
        log=results.log,
    )
    # Names and texts in it are not to be trusted: no marks that turn the direction of writing, no escape sequences.
    lines = map(printable, page.split("\n"))
    (folder / "report.html").write_text("\n".join(lines), encoding="utf-8")


def write_model_card(results: Results, folder: Path) -> None:
    """Write model/README.md: what the model is, what it is for, how good it is, what it is not."""
    card = _render(
        "model_card.md.j2",
        config=results.config,
        run_id=results.run_id,
        model=name_model(results.model.spec),
        search=search_in_words(results.metrics["search"]) if results.metrics["search"] else None,
        about=results.model.about,
        decision=results.metrics["decision"],
        parts=[(part, verdict(part.scores, results.config, part.where)) for part in results.parts],
    )
    (folder / "model" / "README.md").write_text(card, encoding="utf-8")


PAGES = (write_figures, write_report, write_model_card)
"""What `stancekit train` adds to a run folder, in this order."""


def strongest_terms(results: Results) -> dict[str, list[tuple[str, str, float]]]:
    """Return, for each label, the features with the largest coefficients: (field, term, coefficient)."""
    return {
        label: [(block.partition(":")[0], term, weight) for block, term, weight in own["for"]]
        for label, own in results.model.top_features(n=TERMS_SHOWN).items()
    }


def _part(part: Scored, results: Results, folder: Path) -> dict[str, Any]:
    ending = "" if part is results.parts[0] else "_test"
    scores = part.scores
    return {
        "name": part.where,
        "verdict": verdict(scores, results.config, part.where),
        "weakest": weakest(scores, results.config),
        "scores": scores,
        "units": count_groups(scores["groups"], str(results.config.evaluation.intervals.by)),
        "figure": _inline(folder / "figures" / f"scores{ending}.svg"),
        "matrix": confusion_rows(scores["confusion"]),
    }


def _studies(results: Results, folder: Path) -> list[tuple[StudyTable, str]]:
    tables = study_tables(results.metrics["studies"], results.config.evaluation.intervals.level)
    place = folder / "figures"
    return [(table, _inline(place / f"{table.name}.svg") if table.is_made else "") for table in tables]


def confusion_rows(confusion: Mapping[str, Any]) -> dict[str, Any]:
    """Return a confusion matrix as a page or terminal shows it: headings, and cells with count and share of gold.

    What a multilabel model says wrongly is no share of gold: None.
    """
    labels, matrix = confusion["labels"], confusion["matrix"]
    multilabel = isinstance(matrix[0][0], Sequence)
    if multilabel:
        counts = [[cells[1][1], cells[1][0], cells[0][1]] for cells in matrix]
        columns, totals = ["found", "missed", "wrongly said"], [sum(cells[1]) for cells in matrix]
    else:
        counts, columns, totals = matrix, labels, [sum(row) for row in matrix]
    rows = []
    for label, own, shown, total in zip(labels, counts, format_counts(counts), totals, strict=True):
        shares: list[float | None] = [count / total if total else 0.0 for count in own]
        if multilabel:
            shares[-1] = None
        rows.append({"label": label, "cells": list(zip(shown, shares, strict=True))})
    return {"columns": columns, "rows": rows, "multilabel": multilabel}


def _caption(part: Scored) -> str:
    repeats = len(part.predicted)
    mean = f", mean of {repeats} repeats" if repeats > 1 else ""
    return f"{part.where[0].upper()}{part.where[1:]}: {len(part.gold)} examples{mean}"


def _inline(path: Path) -> str:
    """Return an SVG file without its XML prologue, to stand inside a page."""
    text = path.read_text(encoding="utf-8")
    return text[text.index("<svg") :]


def _render(template: str, **values: Any) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    html = template.endswith(".html.j2")
    environment = Environment(
        loader=PackageLoader("stancekit.report"),
        autoescape=html,  # noqa: S701 # the other template is Markdown, where HTML entities would show
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["score"] = lambda value: "n/a" if value is None else f"{value:.3f}"
    environment.filters["signed"] = lambda value: "n/a" if value is None else f"{value:+.3f}"
    environment.filters["listed"] = listed
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment.get_template(template).render(**values)
