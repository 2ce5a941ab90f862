"""The settings a search tries: the searched parts of a config, with some of their keys changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from stancekit.config.features import Features
from stancekit.config.model import MODEL_KEYS, Decision, Model
from stancekit.config.search import SEARCHED, Range, Search, changed
from stancekit.config.section import Mistake
from stancekit.errors import ConfigError, Problem


@dataclass(frozen=True)
class Setting:
    """One of the settings a search tries, or a config's own.

    Attributes
    ----------
    changes : mapping of str to object
        What the search changed, by dotted key; empty for the config as it stands.
    features : Features
    model : Model
    decision : str
    """

    changes: Mapping[str, Any]
    features: Features
    model: Model
    decision: Decision


def combined(own: Setting, search: Search, seed: int) -> list[Setting]:
    """Return the settings that a search tries, in order.

    Raises
    ------
    ConfigError
        If values that are possible by themselves aren't together.
    """
    settings = []
    for changes in search.combinations(seed):
        try:
            settings.append(with_changes(own, changes))
        except ValidationError as error:
            said = ", ".join(f"{key}={value}" for key, value in changes.items())
            raise ConfigError(Problem(f"the search can't try {said}: {_first_message(error)}")) from error
    return settings


def impossible_values(own: Setting, search: Search) -> list[Mistake]:
    """Return what is wrong with the values of a search, each by itself."""
    mistakes = []
    for way, varied in (("grid", search.grid or {}), ("random", search.random or {})):
        for key, values in varied.items():
            mistakes += _impossible(own, (way, key), key, values)
    return mistakes


def _impossible(own: Setting, place: tuple[str, str], key: str, values: Any) -> list[Mistake]:
    listed = {"low": values.low, "high": values.high} if isinstance(values, Range) else dict(enumerate(values))
    mistakes = []
    for part, value in listed.items():
        try:
            with_changes(own, {key: value})
        except KeyError as error:
            missing, there = error.args
            return [Mistake(f"there is no {missing!r} in {key!r} to search over", place, tuple(there))]
        except ValidationError as error:
            mistakes.append(Mistake(f"{key} can't be {value!r}: {_first_message(error)}", (*place, part)))
    return mistakes


def with_changes(own: Setting, changes: Mapping[str, Any]) -> Setting:
    """Return a setting with changes, checked anew; what nothing changed is shared.

    Raises
    ------
    KeyError
        If there is nothing under a key.
    ValidationError
        If a part can't have such values.
    """
    values = {part: _PARTS[part].dump_python(getattr(own, part), mode="json") for part in SEARCHED}
    if "model.kind" in changes:
        kept = ("kind", *MODEL_KEYS.get(changes["model.kind"], ()))
        defaults = {key: field.default for key, field in Model.model_fields.items() if key in kept}
        values["model"] = defaults | {key: value for key, value in values["model"].items() if key in kept}
    values = changed(values, changes)
    parts = {part: getattr(own, part) for part in SEARCHED}
    for part in dict.fromkeys(key.partition(".")[0] for key in changes):
        parts[part] = _PARTS[part].validate_json(json.dumps(values[part]), strict=True)
    return Setting(changes, **parts)


def _first_message(error: ValidationError) -> str:
    message = error.errors(include_url=False)[0]["msg"]
    return message[0].lower() + message[1:]


_PARTS: Mapping[str, TypeAdapter[Any]] = {
    "features": TypeAdapter(Features),
    "model": TypeAdapter(Model),
    "decision": TypeAdapter(Decision),
}
