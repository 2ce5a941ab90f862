"""The pages of a run, written into its folder: figures, report.html and the model card."""

from __future__ import annotations

from pathlib import Path

from stancekit.config.dump import dump_config
from stancekit.experiment.files import Results, Scored
from stancekit.report.figures import save_confusion, save_scores
from stancekit.report.model_card import model_card
from stancekit.report.page import report_page
from stancekit.report.part_figures import save_calibration, save_stance_map
from stancekit.report.sections.part import parts_of
from stancekit.report.study_figures import save_study
from stancekit.report.words import Words


def write_figures(results: Results, folder: Path) -> None:
    """Write `figures/`, for papers: confusion matrix, scores, stance map and calibration of each part, and studies."""
    place = folder / "figures"
    place.mkdir()
    for at, part in enumerate(parts_of(results, Words("en"))):
        ending, scored = "_test" if at else "", part.scored
        caption = _caption(scored)
        save_confusion(place / f"confusion{ending}.svg", scored.scores["confusion"], caption)
        save_scores(place / f"scores{ending}.svg", scored.scores, results.config, caption)
        save_stance_map(place / f"stance_map{ending}.svg", part, caption)
        save_calibration(place / f"calibration{ending}.svg", part, caption)
    for name, study in (results.metrics["studies"] or {}).items():
        if "refused" not in study:
            save_study(place / f"{name}.svg", name, study)


def write_report(results: Results, folder: Path) -> None:
    """Write report.html, one self-contained page."""
    page = report_page(results, dump_config(results.config, folder))
    (folder / "report.html").write_text(page, encoding="utf-8")


def write_model_card(results: Results, folder: Path) -> None:
    """Write model/README.md: what the model is, what it is for, how good it is, what it is not."""
    (folder / "model" / "README.md").write_text(model_card(results), encoding="utf-8")


PAGES = (write_figures, write_report, write_model_card)
"""What `stancekit train` adds to a run folder, in this order."""


def _caption(part: Scored) -> str:
    repeats = len(part.predicted)
    mean = f", mean of {repeats} repeats" if repeats > 1 else ""
    return f"{part.where[0].upper()}{part.where[1:]}: {len(part.gold)} examples{mean}"
