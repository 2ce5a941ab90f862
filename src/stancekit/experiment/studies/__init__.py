"""Studies of a run: how its scores grow with the data, what each block brings, how it does on what it never saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from stancekit.config.schema import Config
from stancekit.config.studies import LEFT_OUT, StudyName
from stancekit.errors import StancekitError, printable
from stancekit.evaluation.crossval import OutOfFold, splits_of
from stancekit.evaluation.partial_fits import PartialFit
from stancekit.evaluation.verdict import count_of
from stancekit.experiment.corpora import Corpora
from stancekit.experiment.studies.ablation import plan_ablation, study_ablation
from stancekit.experiment.studies.learning_curve import controls_of, plan_curve, study_curve
from stancekit.experiment.studies.left_out import plan_left_out, study_left_out
from stancekit.experiment.studies.material import Material, NotMadeError, Result, Study
from stancekit.experiment.training import Training
from stancekit.models.instances import Counted

__all__ = ["Material", "make_studies", "plan_studies"]

STUDIES: Mapping[StudyName, Callable[[Study], Result]] = {
    "learning_curve": study_curve,
    "ablation": study_ablation,
    "leave_one_target_out": study_left_out,
    "leave_one_actor_out": study_left_out,
}


def make_studies(
    training: Training, material: Material, counted: Counted, whole: OutOfFold
) -> dict[str, Result] | None:
    """Make the studies that a config asks for.

    Parameters
    ----------
    training : Training
    material : Material
    counted : Counted
        The training examples.
    whole : OutOfFold
        What the run's own cross-validation said.

    Returns
    -------
    dict or None
        By name, what metrics.json says of each, `{"refused": "…"}` if it could not be made; None if none is asked for.
    """
    found: dict[str, Result] = {}
    for name in training.config.evaluation.studies:
        study = Study(name, training, material, counted, whole)
        try:
            found[name] = STUDIES[name](study)
            training.log.append(f"study {name}: {printable(found[name]['says'])}")
        except StancekitError as error:
            found[name] = {"refused": str(error), **({"why": error.why} if isinstance(error, NotMadeError) else {})}
            training.log.append(f"study {name} was not made: {printable(str(error))}")
    return found or None


def plan_studies(config: Config, corpora: Corpora) -> list[str]:
    """Return how many fits each study would take, or why it can't be made, in lines."""
    if corpora.folds is None or not config.evaluation.studies:
        return []
    settings = config.settings()
    # Which setting a search would choose isn't known yet: the one that takes the most fits stands for it.
    longest = max(settings, key=lambda own: (len(own.model.members), own.decision != "argmax"))
    chosen = [[longest] * len(splits_of(np.asarray(own))) for own in corpora.folds]
    material = Material(config, corpora.train, corpora.folds, chosen)
    most = "at most " if len(settings) > 1 else ""
    lines = []
    for name in config.evaluation.studies:
        try:
            fits = material.linear_models(_fits(name, material))
        except StancekitError as error:
            lines.append(f"would not make the study {name}: {printable(str(error))}")
        else:
            lines.append(f"would make the study {name}: {most}{count_of(fits, 'fit')}")
    return lines


def _fits(name: StudyName, material: Material) -> list[PartialFit]:
    if name in LEFT_OUT:
        return [fit for own in plan_left_out(material, LEFT_OUT[name]) for fit in own.fits]
    if name == "ablation":
        return [fit for variant in plan_ablation(material) for fit in variant.fits]
    points = plan_curve(material)
    # The last point is the run's own cross-validation, but not for a control.
    controls = [fit for point in points for fit in point.fits] if "names_only" in controls_of(material) else []
    return [*(fit for point in points[:-1] for fit in point.fits), *controls]
