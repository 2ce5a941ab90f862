"""What each block of features brings: the run's features without it, and it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from stancekit.config.features import Block, Features
from stancekit.config.metrics import direction
from stancekit.evaluation.ablation import Way, block_names, left_out_and_alone
from stancekit.evaluation.partial_fits import Outcome, PartialFit, gathered
from stancekit.evaluation.side_by_side import Cell, score_side_by_side
from stancekit.evaluation.verdict import count_of
from stancekit.experiment.studies.material import Material, NotMadeError, Result, Study, in_words, refusal


@dataclass(frozen=True)
class Variant:
    """The run's fits with other features.

    Attributes
    ----------
    name : str
        Of the part that is left out or alone.
    way : {"without", "alone"}
    fits : tuple of PartialFit
    """

    name: str
    way: Way
    fits: tuple[PartialFit, ...]


def plan_ablation(material: Material) -> list[Variant]:
    """Return the fits without each part of the features, and with it alone.

    Raises
    ------
    DataError
        If there is nothing to leave out, or folds have features of different numbers of blocks.
    """
    fits = material.fits()
    numbers = {len(fit.setting.features.blocks) for fit in fits}
    if len(numbers) > 1:
        raise NotMadeError("the search chose features with different numbers of blocks", "unlike_features")
    names = block_names(fits[0].setting.features.blocks)
    conditioned = any(fit.setting.features.conditioning != "none" for fit in fits)
    if len(names) < 2 and not conditioned:
        raise NotMadeError("there is one block of features, and nothing else to leave out", "one_block")
    variants = []
    ways: tuple[Way, ...] = ("without", "alone") if len(names) > 1 else ()
    for place, name in enumerate(names):
        variants += [Variant(name, way, tuple(_with_blocks(fit, place, way) for fit in fits)) for way in ways]
    if conditioned:
        own = tuple(_with_features(fit, {"conditioning": "none"}) for fit in fits)
        variants.append(Variant("conditioning on the target", "without", own))
    return variants


def _with_blocks(fit: PartialFit, place: int, way: Way) -> PartialFit:
    blocks: tuple[Block, ...] = left_out_and_alone(fit.setting.features.blocks, {"own": [place]})["own"][way]
    return _with_features(fit, {"blocks": blocks})


def _with_features(fit: PartialFit, changes: dict[str, Any]) -> PartialFit:
    features: Features = fit.setting.features.model_copy(update=changes)
    return replace(fit, setting=replace(fit.setting, features=features))


def study_ablation(study: Study) -> Result:
    """Return the ablation.

    Raises
    ------
    DataError
        If it can't be made.
    """
    variants = plan_ablation(study.material)
    outcomes = iter(study.run([fit for variant in variants for fit in variant.fits]))
    of_variants = [[next(outcomes) for _ in variant.fits] for variant in variants]
    made = [i for i, own in enumerate(of_variants) if refusal(own) is None]
    rows_scored = study.material.held_out
    said = [
        study.predictions(gathered(variants[i].fits, of_variants[i], study.whole.scores.shape), rows_scored)
        for i in made
    ]
    whole = study.predictions(study.whole.scores, rows_scored)
    side = score_side_by_side([whole, *said], study.metric, study.material.config)
    rows: dict[str, dict[str, Any]] = {}
    for i, (variant, own) in enumerate(zip(variants, of_variants, strict=True)):
        row = rows.setdefault(variant.name, {"name": variant.name, "without": None, "alone": None})
        number = made.index(i) + 1 if i in made else None
        cells: dict[str, Cell | None] = {
            "score": None if number is None else side.score(number),
            "difference": None if number is None else side.difference(number, 0),
        }
        row[variant.way] = {**cells, "refused": refusal(own), "unconverged": _unconverged(own)}
    listed = list(rows.values())
    return {"metric": study.metric, "whole": side.score(0), "rows": listed, **_says(listed, study.metric)}


def _unconverged(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome.unconverged for outcome in outcomes)


def _says(rows: Sequence[Result], metric: str) -> dict[str, Any]:
    """Return what the study found: `says`, a sentence, and `found`, what the sentence is made of."""
    sign = direction(metric)
    losses = [(row["name"], row["without"]["difference"]) for row in rows if row["without"]["difference"] is not None]
    # The end of the interval that is nearest to a gain must be a loss still.
    nearest = "high" if sign > 0.0 else "low"
    told = [(name, cell) for name, cell in losses if cell[nearest] is not None and sign * cell[nearest] < 0.0]
    parts, fall = count_of(len(rows), "part"), "fall" if sign > 0.0 else "rise"
    if not told:
        said = f"Without any one of {parts} the score doesn't {fall} beyond its interval{_lower_is_better(sign)}."
        return {"says": said, "found": {"code": "none", "parts": len(rows)}}
    name, cell = min(told, key=lambda own: sign * float(own[1]["value"]))
    said = (
        f"Without {len(told)} of {parts} the score {fall}s, the whole interval with it{_lower_is_better(sign)}; most"
        f" without {name}: {in_words(cell, signed=True)}."
    )
    return {"says": said, "found": {"code": "some", "parts": len(rows), "told": len(told), "most": name}}


def _lower_is_better(sign: float) -> str:
    return "" if sign > 0.0 else " (lower is better)"
