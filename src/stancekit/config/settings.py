"""The settings a search tries: the searched parts of a config, with some of their keys changed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from stancekit.config.decision import Decision
from stancekit.config.features import Features, expand_auto
from stancekit.config.model import ANY_KIND, MODEL_KEYS, Model, keys_of, unfit_conditioning
from stancekit.config.search import SEARCHED, Range, Search, Values, changed
from stancekit.config.section import Mistake


@dataclass(frozen=True)
class Setting:
    """One of the settings a search tries, or a config's own.

    Attributes
    ----------
    changes : mapping of str to object
        What the search changed, by dotted key; empty for the config as it stands.
    features : Features
    model : Model
    decision : Decision
    """

    changes: Mapping[str, Any]
    features: Features
    model: Model
    decision: Decision

    def values(self) -> dict[str, Any]:
        """Return the parts as the values of a config."""
        return {part: _PARTS[part].dump_python(getattr(self, part), mode="json") for part in SEARCHED}


Unfit = Callable[[Setting], Mistake | None]


def in_words(changes: Mapping[str, Any], *, named: bool = True) -> str:
    """Return changes as a reader of YAML knows them; without their keys if not `named`.

    Examples
    --------
    >>> in_words({"model.C": 0.1, "features.blocks.0.ngrams": [1, 2], "features.blocks.0.idf": False})
    'model.C = 0.1, features.blocks.0.ngrams = [1, 2], features.blocks.0.idf = false'
    """
    texts = {key: own if isinstance(own, str) else json.dumps(own, ensure_ascii=False) for key, own in changes.items()}
    return ", ".join(f"{key} = {text}" if named else text for key, text in texts.items())


def combined(own: Setting, search: Search, seed: int) -> list[Setting]:
    """Return the distinct settings that a search tries, in order.

    A key that only other kinds of model have is left out, so that kinds with different keys can be tried together.

    Raises
    ------
    ValidationError
        If values that are possible by themselves aren't together.
    """
    distinct: dict[tuple[Features, Model, Decision], Setting] = {}
    for changes in search.combinations(seed):
        setting = with_changes(own, _of_its_kind(changes))
        distinct.setdefault((setting.features, setting.model, setting.decision), setting)
    return list(distinct.values())


def impossible_together(own: Setting, search: Search, seed: int) -> list[Mistake]:
    """Return the first combination of values that is impossible, where each is possible by itself."""
    for changes in search.combinations(seed):
        try:
            setting = with_changes(own, _of_its_kind(changes))
        except ValidationError as error:
            why = _first_message(error)
        else:
            mistake = unfit_conditioning(setting.features, setting.model)
            if mistake is None:
                continue
            why = mistake.message
        return [Mistake(f"{in_words(changes)} can't be tried together: {why}", (search.way,))]
    return []


def impossible_values(own: Setting, search: Search, unfit: Unfit) -> list[Mistake]:
    """Return what is wrong with the values of a search, each by itself.

    Parameters
    ----------
    own : Setting
    search : Search
    unfit : callable
        Says why a setting that is possible can't be one of the task.
    """
    kinds = [kind for kind in _listed(search.varied.get("model.kind", ())).values() if _has_keys(kind)]
    mistakes = []
    for key, values in search.varied.items():
        base = own
        if key.startswith("model.") and key != "model.kind" and kinds:
            having = next((kind for kind in kinds if key.removeprefix("model.") in keys_of(kind)), kinds[0])
            base = with_changes(own, {"model.kind": having})
        mistakes += _impossible(base, (search.way, key), values, unfit)
    return mistakes


def _impossible(own: Setting, place: tuple[str, str], values: Values | Range, unfit: Unfit) -> list[Mistake]:
    key = place[1]
    mistakes = []
    for part, value in _listed(values).items():
        try:
            setting = with_changes(own, {key: value})
        except KeyError as error:
            missing, there = error.args
            said = f"there is no {missing!r} in {key!r} to search over"
            hint = "Name the blocks: 'auto' chooses them when the data is read" if _asks_for_auto(own, key) else ""
            return [Mistake(said, place, tuple(there), hint, key=missing)]
        except ValidationError as error:
            said = f"{key} can't be {json.dumps(value, ensure_ascii=False)}: {_first_message(error)}"
            mistakes.append(Mistake(said, (*place, part), _allowed(error)))
            continue
        if key in ("features", "features.blocks") and setting.features.are_auto:
            mistakes.append(Mistake("'auto' can't be tried beside others: name its blocks", (*place, part)))
        mistake = unfit(setting)
        if mistake is not None and (setting.model, setting.decision) != (own.model, own.decision):
            mistakes.append(replace(mistake, path=(*place, part)))
    return mistakes


def _asks_for_auto(own: Setting, key: str) -> bool:
    return own.features.are_auto and key.startswith("features.blocks.")


def with_changes(own: Setting, changes: Mapping[str, Any]) -> Setting:
    """Return a setting with changes, checked anew; what nothing changed is shared.

    Another kind of model keeps the keys that it has, too.

    Raises
    ------
    KeyError
        If there is nothing under a key.
    ValidationError
        If a part can't have such values.
    """
    parts = {part: getattr(own, part) for part in SEARCHED}
    for part in dict.fromkeys(key.partition(".")[0] for key in changes):
        values = _PARTS[part].dump_python(parts[part], mode="json")
        if part == "model" and "model.kind" in changes:
            values = _keys_of(changes["model.kind"], values)
        of_part = {key: value for key, value in changes.items() if key.partition(".")[0] == part}
        new = changed({part: values}, of_part)[part]
        parts[part] = _PARTS[part].validate_json(json.dumps(expand_auto(new)), strict=True)
    return Setting(changes, **parts)


def _keys_of(kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a model as another kind has them: those it shares, and defaults."""
    kept = ("kind", *(keys_of(kind) if _has_keys(kind) else ()))
    return {key: values.get(key, field.default) for key, field in Model.model_fields.items() if key in kept}


def _of_its_kind(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return changes without those of keys that the kind of model doesn't have."""
    if "model.kind" not in changes:
        return changes
    own = keys_of(changes["model.kind"])
    others = {f"model.{key}" for keys in MODEL_KEYS.values() for key in keys if key not in own}
    return {key: value for key, value in changes.items() if key not in others}


def _has_keys(kind: Any) -> bool:
    return isinstance(kind, str) and ANY_KIND.knows(kind)


def _listed(values: Values | Range) -> dict[int | str, Any]:
    """Return the values that a search names, by their place."""
    return {"low": values.low, "high": values.high} if isinstance(values, Range) else dict(enumerate(values))


def _allowed(error: ValidationError) -> tuple[str, ...]:
    expected = error.errors()[0].get("ctx", {}).get("expected", "")
    return tuple(re.findall(r"'([^']*)'", str(expected)))


def _first_message(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    if first["type"] == "literal_error":
        return "it is not one of the values there are"
    return first["msg"][0].lower() + first["msg"][1:]


_PARTS: Mapping[str, TypeAdapter[Any]] = {
    "features": TypeAdapter(Features),
    "model": TypeAdapter(Model),
    "decision": TypeAdapter(Decision),
}
