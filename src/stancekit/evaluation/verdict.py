"""What scores allow one to say, in plain words: warnings and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stancekit.config.metrics import direction
from stancekit.config.schema import Config
from stancekit.evaluation.scores import FEW_GROUPS

Warned = dict[str, Any]
"""`code`, which stays the same, `message` in English, and `values`: what is needed to say it in another language."""

_MEANING = {
    "majority": "always saying the most frequent label is as good, as far as could be shown",
    "stratified": "drawing labels by their shares is as good, as far as could be shown",
    "per_target_majority": "saying the most frequent label of each target is enough here: the sentence adds nothing"
    " that could be shown",
    "duplicate_lookup": "looking up sentences that training repeats is enough here: scored sentences leak into"
    " training, and what the model learned beyond them can't be seen",
    "names_only": "knowing who is asked about what is enough here: the sentence adds nothing that could be shown",
    "target_only": "knowing what is asked about is enough here: neither the sentence nor the actor adds anything that"
    " could be shown",
    "text_only": "the words of the sentence are enough here: knowing who is asked about what adds nothing that could be"
    " shown",
}
"""What it means that a baseline is not beaten."""


def warn(scores: Mapping[str, Any], config: Config, articles: int | None, unconverged: int, fits: int) -> list[Warned]:
    """Return the warnings that belong beside scores: `code`, `message`, and as `values` the numbers and names in it.

    Parameters
    ----------
    scores : mapping
        SCORES; see `stancekit.evaluation.scores.score_predictions`.
    config : Config
    articles : int or None
        How many articles the examples are from, None if that isn't known.
    unconverged, fits : int
        How many of the fits stopped before they converged.
    """
    found: list[Warned] = []

    def add(code: str, message: str, **values: Any) -> None:
        found.append({"code": code, "message": message, "values": values})

    by, groups, n = str(config.evaluation.intervals.by), scores["groups"], scores["n"]
    units = count_groups(groups, by)
    if articles == 1:
        of_it = f", {units} of it" if by == "sentence" else ""
        add(
            "one_article",
            f"All {n} examples are from one article{of_it}. The scores say how well sentences of this article are told"
            " apart from each other; they say nothing about another article.",
            n=n,
        )
    if groups == 1:
        add("one_group", f"{units}: there is nothing to resample, so no interval can be given.", groups=groups)
    elif groups < FEW_GROUPS:
        narrow = "" if config.evaluation.intervals.method == "jackknife" else " and likely still too narrow"
        add(
            "few_groups",
            f"{units} are few: the intervals are wide{narrow}. Differences of a few points mean nothing here.",
            groups=groups,
            narrow=bool(narrow),
        )
    for name, cells in scores["beside"].items():
        if cells is not None:
            found += _beside(name, cells, str(config.evaluation.primary), config.evaluation.intervals.level)
    if unconverged:
        add(
            "not_converged",
            f"In {unconverged} of {fits} fits a solver stopped before it converged; try a smaller model.C.",
            n=unconverged,
            fits=fits,
        )
    return found


def _beside(name: str, cells: Mapping[str, Any], metric: str, level: float) -> list[Warned]:
    """Return a warning if the model could not be shown to be better than a baseline."""
    cell = cells[metric]
    if not _is_in_reach(cell["difference"], metric):
        return []
    values = {"baseline": name, "rival": cell["value"], "metric": metric}
    more, low, high = _advantage(cell["difference"], metric)
    if more <= 0:
        said = f"The baseline {name} ({cell['value']:.3f}) scores no worse than the model in {metric}."
        return [{"code": "baseline_not_beaten", "message": said + _meaning(name), "values": values}]
    said = (
        f"The model is {more:.3f} better than the baseline {name} ({cell['value']:.3f}) in {metric}, but the"
        f" {level * 100:g} % interval of that difference ({low:.3f} to {high:.3f}) includes 0."
    )
    values |= {"more": more, "low": low, "high": high}
    return [{"code": "baseline_in_interval", "message": said + _meaning(name), "values": values}]


def _meaning(name: str) -> str:
    meaning = _MEANING.get(name, "")
    return f" {meaning[0].upper()}{meaning[1:]}." if meaning else ""


def _advantage(difference: Mapping[str, Any], metric: str) -> tuple[Any, Any, Any]:
    """Return by how much the model is better, with its interval, whichever direction of the metric is better."""
    more, low, high = (difference[key] for key in ("value", "low", "high"))
    if direction(metric) > 0 or more is None:
        return more, low, high
    return -more, (None if high is None else -high), (None if low is None else -low)


def _is_in_reach(difference: Mapping[str, Any], metric: str) -> bool:
    """Tell whether the model could not be shown to be better, as far as the difference is defined."""
    more, low, _ = _advantage(difference, metric)
    return more is not None and (more <= 0 or (low is not None and low <= 0))


def _differences(scores: Mapping[str, Any], metric: str) -> dict[str, tuple[float, Mapping[str, Any]]]:
    """Return of each baseline that has a score: it, and the model's difference to it; the best baseline first."""
    own = scores["metrics"][metric]["value"]
    known: dict[str, tuple[float, Mapping[str, Any]]] = {}
    for name, cells in (scores.get("beside") or {}).items():
        if cells and cells[metric]["value"] is not None:
            known[name] = cells[metric]["value"], cells[metric]["difference"]
    for name, values in scores["baselines"].items():  # all that runs of earlier versions have
        if name not in known and values and values[metric] is not None:
            apart = None if own is None else own - values[metric]
            known[name] = values[metric], {"value": apart, "low": None, "high": None}
    return dict(sorted(known.items(), key=lambda item: -direction(metric) * item[1][0]))


def unbeaten(scores: Mapping[str, Any], metric: str) -> list[str]:
    """Return the baselines than which the model could not be shown to be better, the best first.

    Examples
    --------
    >>> cell = {"value": 0.5, "difference": {"value": 0.1, "low": -0.1, "high": 0.3}}
    >>> own = {"metrics": {"accuracy": {"value": 0.6}}, "baselines": {}, "beside": {"text_only": {"accuracy": cell}}}
    >>> unbeaten(own, "accuracy")
    ['text_only']
    """
    return [name for name, (_, apart) in _differences(scores, metric).items() if _is_in_reach(apart, metric)]


def standing(scores: Mapping[str, Any], config: Config, where: str) -> str:
    """Return in plain words how the model stands beside its baselines in the primary metric.

    Examples
    --------
    >>> from stancekit.config import load_config
    >>> cell = {"value": 0.5, "difference": {"value": 0.1, "low": 0.02, "high": 0.2}}
    >>> own = {"metrics": {"macro_f1": {"value": 0.6}}, "baselines": {}, "beside": {"majority": {"macro_f1": cell}}}
    >>> standing(own, load_config("configs/mali.yaml"), "cross-validation")
    'Cross-validation: better than every baseline, the best by 0.100 (0.020–0.200).'
    """
    metric = str(config.evaluation.primary)
    begin = f"{where[:1].upper()}{where[1:]}:"
    if scores["metrics"][metric]["value"] is None:
        return f"{begin} {metric} is not defined on these {count_of(scores['n'], 'example')}."
    rivals = _differences(scores, metric)
    if not rivals:
        return f"{begin} there is no baseline to compare the model with."
    reached = unbeaten(scores, metric)
    if reached:
        named = ", ".join(f"{name} ({rivals[name][0]:.3f})" for name in reached)
        return f"{begin} not shown to be better than {named} in {metric}.{_meaning(reached[0])}"
    more, low, high = _advantage(next(iter(rivals.values()))[1], metric)
    if low is None or high is None:
        return f"{begin} above every baseline, the best by {more:.3f}; how surely is not known."
    return f"{begin} better than every baseline, the best by {more:.3f} ({low:.3f}–{high:.3f})."


def count_groups(n: int, by: str) -> str:
    """Return how many groups there are, in words.

    Examples
    --------
    >>> count_groups(16, "sentence"), count_groups(1, "article"), count_groups(3, "outlet")
    ('16 sentences', '1 article', "3 groups by 'outlet'")
    """
    name = {"sentence": "sentence", "article": "article", "id": "example"}.get(by)
    return count_of(n, name) if name else f"{count_of(n, 'group')} by {by!r}"


def count_of(n: int, name: str) -> str:
    """Return `1 item`, `2 items`."""
    return f"{n} {name}{'' if n == 1 else 's'}"


def verdict(scores: Mapping[str, Any], config: Config, tested_on: str) -> str:
    """Return one sentence on the primary metric: value, interval, the best baseline, how much data.

    Examples
    --------
    >>> from stancekit.config import load_config
    >>> scores = {"n": 52, "groups": 16, "repeats": 1, "baselines": {"majority": {"macro_f1": 0.2}},
    ...           "metrics": {"macro_f1": {"value": 0.5, "low": 0.4, "high": 0.6}}}
    >>> said = verdict(scores, load_config("configs/mali.yaml"), "cross-validation")
    >>> said.split(" in ")[0], said.split("; ")[1]
    ('macro_f1 0.500 (95 % interval 0.400 to 0.600)', 'best baseline: majority 0.200.')
    """
    plan, primary = config.evaluation.intervals, str(config.evaluation.primary)
    own = scores["metrics"][primary]
    if own["value"] is None:
        return f"{primary} is not defined on these {scores['n']} examples."
    interval = "no interval: one group"
    if own["low"] is not None:
        interval = f"{plan.level * 100:g} % interval {own['low']:.3f} to {own['high']:.3f}"
    rivals = {
        name: values[primary] for name, values in scores["baselines"].items() if values and values[primary] is not None
    }
    best = max(rivals, key=lambda name: direction(primary) * rivals[name]) if rivals else None
    beside = f"; best baseline: {best} {rivals[best]:.3f}" if best is not None else ""
    return (
        f"{primary} {own['value']:.3f} ({interval}) in {tested_on} of {scores['n']} examples"
        f" in {count_groups(scores['groups'], str(plan.by))}{beside}{_people(scores, primary)}."
    )


def _people(scores: Mapping[str, Any], metric: str) -> str:
    """Return how annotators score against each other, where that is known."""
    cell = (scores.get("ceiling") or {"metrics": {}})["metrics"].get(metric)
    return f"; two annotators agree at {cell['value']:.3f}" if cell and cell["value"] is not None else ""
