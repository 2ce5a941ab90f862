"""What report.html shows: its sections, put together from what a run found out."""

from __future__ import annotations

from typing import Any

from stancekit.config.model import name_model
from stancekit.experiment.files import Results
from stancekit.models.stance_model import StanceModel
from stancekit.report.html import render_page
from stancekit.report.sections.breakdowns import breakdowns, weakest
from stancekit.report.sections.calibration import calibration
from stancekit.report.sections.confusion import confusion
from stancekit.report.sections.data import data, findings
from stancekit.report.sections.mistakes import mistakes
from stancekit.report.sections.part import Part, parts_of
from stancekit.report.sections.predictions import as_island, predictions
from stancekit.report.sections.scores import scores
from stancekit.report.sections.stance_map import stance_map
from stancekit.report.sections.studies import studies
from stancekit.report.sections.terms import terms
from stancekit.report.sections.texts import Texts
from stancekit.report.sections.verdict import verdict, warnings
from stancekit.report.settings import offsets_chosen, settings_tried
from stancekit.report.words import Words
from stancekit.report.words.en import ENGLISH

SCRIPTED = (
    "predictions.",
    "sort_by",
    "show_",
    "decimal",
    "gold",
    "predicted",
    "none",
    "actor",
    "target",
    "text.",
    "part.",
)
"""Words that the page's script says."""


def report_page(results: Results, config_yaml: str) -> str:
    """Return the page of a run.

    Parameters
    ----------
    results : Results
        `results.config.report` says in which language, and how much of the texts may be shown.
    config_yaml : str
        The config as the run folder has it.
    """
    config, metrics = results.config, results.metrics
    say, mode = Words(config.report.language), config.report.texts
    parts = parts_of(results, say)
    texts = [Texts(part, mode) for part in parts]
    island = predictions(parts, texts)
    return render_page(
        "report.html.j2",
        say=say,
        config=config,
        metrics=metrics,
        run_id=results.run_id,
        model=name_model(results.model.spec),
        about=results.model.about,
        parts=[_sections(part, own, results.model) for part, own in zip(parts, texts, strict=True)],
        data=data(results, say),
        findings=findings(results, say),
        terms=terms(results, say),
        search=settings_tried(metrics["search"]) if metrics["search"] else None,
        offsets=offsets_chosen(metrics["decision"]),
        texts_said=_texts_said(say, mode, texts),
        samples=[_sampled(say, own) for own in island["parts"] if own["kept"] < own["total"]],
        has_actors=bool(island["actors"]),
        has_targets=bool(island["targets"]),
        island=as_island(island),
        strings=as_island({key: say_raw(say, key) for key in ENGLISH if key.startswith(SCRIPTED)}),
        studies=studies(metrics["studies"], config.evaluation.intervals.level, say),
        log=results.log,
        config_yaml=config_yaml,
    )


def say_raw(say: Words, key: str) -> str:
    """Return a text of the catalogue with its places left open, for the script to fill in."""
    from stancekit.report.words import CATALOGUES

    return CATALOGUES[say.language][key]


def _sections(part: Part, texts: Texts, model: StanceModel) -> dict[str, Any]:
    return {
        "name": part.name,
        "title": part.title,
        "verdict": verdict(part),
        "warnings": warnings(part),
        "scores": scores(part),
        "confusion": confusion(part),
        "breakdowns": breakdowns(part),
        "weakest": weakest(part),
        "map": stance_map(part),
        "calibration": calibration(part),
        "mistakes": mistakes(part, texts, model),
        "has_probabilities": part.scored.probabilities is not None,
    }


def _texts_said(say: Words, mode: str, texts: list[Texts]) -> str:
    if mode != "none" and not all(own.known for own in texts):
        return say("texts.missing")
    return "" if mode == "full" else say(f"texts.{mode}")


def _sampled(say: Words, part: dict[str, Any]) -> str:
    kept, total = say.whole(part["kept"]), say.whole(part["total"])
    return say("predictions.sampled", kept=kept, total=total, mistakes=say.whole(part["mistakes"]))
