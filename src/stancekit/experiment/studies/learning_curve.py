"""How scores grow with the number of groups trained on, the same examples being held out throughout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.metrics import direction
from stancekit.config.schema import BaselineName
from stancekit.evaluation.baselines import CONTROL_BLOCKS, applicable, constant_prediction
from stancekit.evaluation.partial_fits import Outcome, PartialFit, gathered
from stancekit.evaluation.predictions import Predictions
from stancekit.evaluation.side_by_side import Cell, score_side_by_side
from stancekit.evaluation.verdict import count_groups
from stancekit.experiment.scored import control
from stancekit.experiment.studies.material import Material, NotMadeError, Result, Study, in_words, refusal
from stancekit.models.splits import Split

SHARES = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
LEAST_GROUPS = 10
"""So many training groups every fold needs, for subsets that differ."""

DRAWN_AS = 4051
"""Beside the config's seed, what the subsets are drawn by."""


@dataclass(frozen=True)
class Point:
    """The fits on one share of the training groups.

    Attributes
    ----------
    share : float
    fits : tuple of PartialFit
    groups : tuple of int
        How many groups each fit trains on.
    """

    share: float
    fits: tuple[PartialFit, ...]
    groups: tuple[int, ...]


def plan_curve(material: Material) -> list[Point]:
    """Draw nested subsets of the training groups of every fold of every repeat.

    Raises
    ------
    DataError
        If a fold has too few training groups.
    """
    groups, by = material.groups()
    ordered = []
    for number, fit in enumerate(material.fits()):
        own = np.unique(groups[fit.split.trained_on])
        if len(own) < LEAST_GROUPS:
            there = count_groups(len(own), by)
            said = f"a fold trains on {there}; a learning curve takes {LEAST_GROUPS} at least"
            raise NotMadeError(said, "few_groups", groups=len(own), by=by, least=LEAST_GROUPS)
        random = np.random.default_rng([material.config.seed, DRAWN_AS, number])
        ordered.append((fit, random.permutation(own)))
    points = []
    for share in SHARES:
        kept = [order[: max(1, round(share * len(order)))] for _, order in ordered]
        fits = tuple(_on(fit, groups, own) for (fit, _), own in zip(ordered, kept, strict=True))
        points.append(Point(share, fits, tuple(len(own) for own in kept)))
    return points


def _on(fit: PartialFit, groups: NDArray[np.intp], kept: NDArray[np.intp]) -> PartialFit:
    rows = fit.split.trained_on
    return replace(fit, split=Split(rows[np.isin(groups[rows], kept)], fit.split.held_out))


def controls_of(material: Material) -> list[BaselineName]:
    """Return the baselines that stand beside the curve: those of the run that cost little."""
    cheap = [name for name in material.config.evaluation.baselines if name in ("majority", "names_only")]
    return applicable(cheap, material.train.columns)


def study_curve(study: Study) -> Result:
    """Return the learning curve.

    Raises
    ------
    DataError
        If it can't be made.
    """
    points, held_out = plan_curve(study.material), study.material.held_out
    outcomes = study.run([fit for point in points[:-1] for fit in point.fits])
    own = _scores_of_points(points[:-1], outcomes, study)
    # All groups of a fold's training examples: that is what the run itself was fitted on.
    whole = study.whole.scores, [Outcome(None, unconverged=study.whole.unconverged)]
    rows = [_row(study, point, of_point) for point, (_, of_point) in zip(points, [*own, whole], strict=True)]
    made = [i for i, row in enumerate(rows) if row["refused"] is None]
    said = [study.predictions(values, held_out) for i, (values, _) in enumerate([*own, whole]) if i in made]
    side = score_side_by_side(said, study.metric, study.material.config)
    by_baseline = {name: _baseline(study, points, name) for name in controls_of(study.material)}
    for i, row in enumerate(rows):
        row["score"] = side.score(made.index(i)) if i in made else None
        row["baselines"] = {name: values[i] for name, values in by_baseline.items()}
    gain = side.difference(-1, -2) if rows[-2]["refused"] is None else None
    by = study.material.groups()[1]
    code = _found(gain, study.metric)
    says = _says(code, gain, rows, by)
    return {
        "metric": study.metric,
        "by": by,
        "rows": rows,
        "last_gain": gain,
        "says": says,
        "found": {"code": code},
    }


def _row(study: Study, point: Point, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "share": point.share,
        "groups": float(np.mean(point.groups)),
        "examples": float(np.mean([len(fit.split.trained_on) for fit in point.fits])),
        "refused": refusal(outcomes),
        "lacking": study.lacking(outcomes),
        "unconverged": sum(outcome.unconverged for outcome in outcomes),
    }


def _scores_of_points(
    points: Sequence[Point], outcomes: Sequence[Outcome], study: Study
) -> list[tuple[NDArray[np.float64], list[Outcome]]]:
    found, begin = [], 0
    for point in points:
        own = list(outcomes[begin : begin + len(point.fits)])
        begin += len(point.fits)
        found.append((gathered(point.fits, own, study.whole.scores.shape), own))
    return found


def _baseline(study: Study, points: Sequence[Point], name: BaselineName) -> list[float | None]:
    """Return the score of a baseline at each point, None where it can't be had."""
    material = study.material
    if name in CONTROL_BLOCKS:
        blocks = CONTROL_BLOCKS[name]
        points = [
            replace(point, fits=tuple(replace(fit, setting=control(blocks, fit.setting)) for fit in point.fits))
            for point in points
        ]
        counted = study.training.count(material.train.columns, blocks)
        fits = [fit for point in points for fit in point.fits]
        outcomes = study.run(fits, counted, f"study {study.name}, {name}")
    else:
        outcomes = [_majority(fit, study) for point in points for fit in point.fits]
    found: list[float | None] = []
    for values, own in _scores_of_points(points, outcomes, study):
        known = refusal(own) is None
        said: list[Predictions] = [study.predictions(values, material.held_out)] if known else []
        found.append(score_side_by_side(said, study.metric, material.config).score(0)["value"] if said else None)
    return found


def _majority(fit: PartialFit, study: Study) -> Outcome:
    labels, kind = study.material.train.labels, study.material.config.task.kind
    rows, n = fit.split.trained_on, len(fit.split.held_out)
    return Outcome(constant_prediction("majority", labels[rows], n, kind, []).astype(np.float64))


def _found(gain: Cell | None, metric: str) -> str:
    """Return what the end of the curve says: the key of a sentence."""
    if gain is None or gain["value"] is None or gain["low"] is None or gain["high"] is None:
        return "unknown"
    if gain["low"] <= 0.0 <= gain["high"]:
        return "level"
    way = "rises" if gain["low"] > 0.0 else "falls"
    return way if direction(metric) > 0.0 else f"{way}_reversed"


_SENTENCES = {
    "unknown": "Whether more {unit} would help can't be told: the last step of the curve has no interval.",
    "level": "The curve has levelled off as far as this data can tell, {step}.",
    "rises": "The curve still rises at the end, {step}: more {unit} would likely help.",
    "falls": "The curve falls at the end, {step}: more {unit} of this kind don't help.",
    "falls_reversed": "The curve still falls at the end, which is better, {step}: more {unit} would likely help.",
    "rises_reversed": "The curve rises at the end, which is worse, {step}: more {unit} of this kind don't help.",
}


def _says(code: str, gain: Cell | None, rows: Sequence[Result], by: str) -> str:
    unit = {"id": "examples", "article": "articles", "sentence": "sentences"}.get(by, "groups")
    step = ""
    if gain is not None:
        step = f"{in_words(gain, signed=True)} from {rows[-2]['groups']:.0f} to {rows[-1]['groups']:.0f} {unit}"
    return _SENTENCES[code].format(unit=unit, step=step)
