"""The pages of a run, written into its folder: figures, report.html and the model card."""

from __future__ import annotations

from pathlib import Path

from stancekit.config.dump import dump_config
from stancekit.evaluation.verdict import verdict
from stancekit.experiment.files import Results, Scored
from stancekit.report.figures import save_confusion, save_scores
from stancekit.report.html import render
from stancekit.report.page import report_page
from stancekit.report.settings import name_model, search_in_words
from stancekit.report.study_figures import save_study


def write_figures(results: Results, folder: Path) -> None:
    """Write `figures/`: the confusion matrix and the scores of each part, for papers."""
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
    """Write report.html, one self-contained page."""
    page = report_page(results, dump_config(results.config, folder))
    (folder / "report.html").write_text(page, encoding="utf-8")


def write_model_card(results: Results, folder: Path) -> None:
    """Write model/README.md: what the model is, what it is for, how good it is, what it is not."""
    card = render(
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


def _caption(part: Scored) -> str:
    repeats = len(part.predicted)
    mean = f", mean of {repeats} repeats" if repeats > 1 else ""
    return f"{part.where[0].upper()}{part.where[1:]}: {len(part.gold)} examples{mean}"
