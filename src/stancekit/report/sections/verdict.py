"""How good the model is, in a sentence and a line, and what to be wary of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stancekit.config.metrics import direction
from stancekit.report.drawing import scale_for, strip
from stancekit.report.sections.part import Part
from stancekit.report.words import Words
from stancekit.report.words.en import ENGLISH


def verdict(part: Part) -> dict[str, Any]:
    """Return the verdict on the primary metric: the sentence, the number that stands large beside it, the figure."""
    say, scores = part.say, part.scored.scores
    primary = str(part.config.evaluation.primary)
    own, metric = scores["metrics"][primary], part.say.name("metric", primary)
    asked = {
        "metric": _capital(metric),
        "part": say(f"in_part.{part.name}"),
        "examples": say.count(scores["n"], "example"),
    }
    if own["value"] is None:
        return {"sentence": say("verdict.undefined", **asked), "value": None, "metric": metric, "figure": None}
    rivals = rival_values(scores, primary)
    sentence = say(
        "verdict.score",
        **asked,
        value=say.number(own["value"]),
        interval=_interval(part, own),
        groups=say.groups(scores["groups"], str(part.config.evaluation.intervals.by)),
        standing=_standing(part, primary, rivals),
    )
    named = ", ".join(f"{say.name('baseline', name)} {say.number(value)}" for name, value in rivals.items())
    told = say(
        "verdict.plot",
        metric=metric,
        value=say.number(own["value"]),
        interval=_interval(part, own),
        rivals=named or say("none"),
    )
    scale = scale_for([own["value"], own["low"], own["high"], *rivals.values()])
    figure = strip(scale, own["value"], own["low"], own["high"], list(rivals.values()), told)
    return {"sentence": sentence, "value": say.number(own["value"]), "metric": metric, "figure": figure}


def rival_values(scores: Mapping[str, Any], metric: str) -> dict[str, float]:
    """Return the value of every baseline that has one, as a number or an estimate with its interval."""
    found = {name: estimate(values[metric]) for name, values in scores["baselines"].items() if values}
    return {name: own["value"] for name, own in found.items() if own["value"] is not None}


def estimate(cell: Any) -> dict[str, float | None]:
    """Return a value with its interval, where it may stand alone."""
    own: Mapping[str, Any] = cell if isinstance(cell, Mapping) else {"value": cell}
    return {key: own.get(key) for key in ("value", "low", "high")}


def beside(scores: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is known of each baseline; runs of earlier versions have their values only."""
    known: Mapping[str, Any] = scores.get("beside") or scores["baselines"]
    return known


def _interval(part: Part, own: Mapping[str, float | None]) -> str:
    level = f"{part.config.evaluation.intervals.level * 100:g}"
    if own["low"] is None:
        return part.say("verdict.no_interval")
    return part.say("verdict.interval", level=level, range=part.say.range(own["low"], own["high"]))


def _standing(part: Part, metric: str, rivals: Mapping[str, float]) -> str:
    """Return how the model stands beside the best baseline, by the paired difference of the two."""
    say, sign = part.say, direction(metric)
    if not rivals:
        return say("verdict.alone")
    best = max(rivals, key=lambda name: sign * rivals[name])
    cell, own = beside(part.scored.scores)[best][metric], part.scored.scores["metrics"][metric]
    apart = estimate(cell["difference"] if isinstance(cell, Mapping) else own["value"] - rivals[best])
    said = {"name": say.name("baseline", best), "value": say.number(rivals[best])}
    if apart["value"] is None or sign * apart["value"] <= 0.0:
        return say("verdict.below", **said)
    nearer = apart["low"] if sign > 0 else apart["high"]
    return say("verdict.within" if nearer is not None and sign * nearer <= 0.0 else "verdict.above", **said)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def warnings(part: Part) -> list[dict[str, str]]:
    """Return the warnings beside the scores, in the language of the page where the catalogue has them.

    Those that it doesn't have, and those of earlier versions, which came without values, stay as metrics.json words
    them; `lang` says which language that is.
    """
    found = []
    for own in part.scored.scores["warnings"]:
        told = _translated(part, own)
        lang = part.say.language if told is not None else "en"
        found.append({"code": own["code"], "message": own["message"] if told is None else told, "lang": lang})
    return found


def _translated(part: Part, warning: Mapping[str, Any]) -> str | None:
    code, say, values = warning["code"], part.say, warning.get("values")
    if values is None or f"warning.{code}" not in ENGLISH:
        return None
    said = {key: _in_words(say, value) for key, value in values.items()}
    said |= {kind: say.name(kind, values[kind]) for kind in ("baseline", "metric") if kind in values}
    meaning = f"meaning.{values.get('baseline')}"
    said["meaning"] = say(meaning) if meaning in ENGLISH else ""
    if "groups" in values:
        said["groups"] = _capital(say.groups(values["groups"], str(part.config.evaluation.intervals.by)))
    if code == "edge_of_search":
        said["value"] = f"{values['value']:g}".replace(".", say("decimal"))
        said["which"] = say(f"which.{values['which']}")
    try:
        return say(f"warning.{code}{'_narrow' if values.get('narrow') else ''}", **said).strip()
    except KeyError:
        return None


def _in_words(say: Words, value: Any) -> str:
    if isinstance(value, float):
        return say.number(value)
    return say.whole(value) if isinstance(value, int) else str(value)
