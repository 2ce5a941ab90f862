"""Wording pydantic's findings for the person who wrote the config: where, what is allowed, the closest match."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from stancekit.config.overrides import Override
from stancekit.config.schema import Config
from stancekit.config.section import Mistake
from stancekit.config.yaml12 import Document, KeyPath, Position
from stancekit.errors import Problem, closest

_NEEDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}


@dataclass(frozen=True)
class _Finding:
    """One thing wrong, at a path of the config."""

    path: KeyPath
    message: str
    allowed: Sequence[str] = ()
    given: str | None = None
    hint: str = ""
    about_the_key: bool = False


class Explainer:
    """Words pydantic's findings for the person who wrote the file."""

    def __init__(self, document: Document, overrides: Sequence[Override]) -> None:
        self.document = document
        self.overrides = overrides

    def problems(self, error: ValidationError) -> list[Problem]:
        """Return every finding, in the order of the file; those of overrides last."""
        errors = error.errors(include_url=False)
        found = [finding for details in errors if not _is_echo(details, errors) for finding in _findings(details)]
        placed = [(self._override(finding), self._position(finding), finding) for finding in found]
        placed.sort(key=lambda item: (item[0] is not None, item[1].line, item[1].column))
        return [self._problem(*item) for item in placed]

    def _problem(self, override: Override | None, position: Position, finding: _Finding) -> Problem:
        allowed, given, hint = finding.allowed, finding.given, finding.hint
        if override is not None:
            return Problem(finding.message, override.where, allowed, given, hint)
        return self.document.problem(position, finding.message, allowed=allowed, given=given, hint=hint)

    def _override(self, finding: _Finding) -> Override | None:
        """Return the last override that wrote what a finding is about, if the file didn't."""
        for path in _spellings(finding.path):
            made_here = path not in self.document.places
            for change in reversed(self.overrides):
                above, below = path[: len(change.path)] == change.path, change.path[: len(path)] == path
                if above or (made_here and below):
                    return change
        return None

    def _position(self, finding: _Finding) -> Position:
        """Return where the value stands, or the nearest thing around it that stands in the file."""
        reached: KeyPath = ()
        for part in finding.path:
            if (*reached, part) in self.document.places:
                reached = (*reached, part)
        keys, places = self.document.keys, self.document.places
        order = (keys, places) if finding.about_the_key else (places,)
        return next((known[reached] for known in order if reached in known), Position(1, 1))


def problems_of_one_value(error: ValidationError, where: str, at: KeyPath = ()) -> list[Problem]:
    """Return every finding about something that was given by hand, and not in a file.

    Parameters
    ----------
    error : ValidationError
    where : str
        What messages call it.
    at : tuple of (str or int)
        Where in a config such a value stands.
    """
    found = [finding for details in error.errors(include_url=False) for finding in _findings(details, at)]
    return [Problem(each.message, where, each.allowed, each.given, each.hint) for each in found]


def _findings(details: ErrorDetails, at: KeyPath = ()) -> list[_Finding]:
    path, kind, given = _as_written(details["loc"]), details["type"], details["input"]
    context = details.get("ctx", {})
    if kind == "mistakes":
        return [_finding_of(mistake, path, given) for mistake in context["mistakes"]]
    if kind == "extra_forbidden":
        name = str(path[-1])
        return [_Finding(path, f"unknown key {name!r}", _keys_at((*at, *path[:-1])), name, about_the_key=True)]
    if kind == "missing" and isinstance(path[-1], int):
        return [_Finding(path[:-1], f"{_named(path[:-1])} needs {path[-1] + 1} entries")]
    if kind == "missing":
        return [_Finding(path, f"the key {str(path[-1])!r} is missing", about_the_key=True)]
    allowed = re.findall(r"'([^']*)'", str(context["expected"])) if kind == "literal_error" else []
    if path[-1:] == ("class_weight",):
        allowed.append("null")
    named = given if isinstance(given, str) else None
    hint = "" if named is None or closest(named, allowed) else str(context.get("hint", ""))
    return [_Finding(path, _reword(kind, details["msg"], given, path), allowed, named, hint)]


def _finding_of(mistake: Mistake, path: KeyPath, given: Any) -> _Finding:
    for part in mistake.path:
        inside = isinstance(given, (list, tuple)) and isinstance(part, int) and part < len(given)
        given = given[part] if inside else given.get(part) if isinstance(given, dict) else None
    hint = mistake.hint if mistake.near is None else _nearby(mistake.near)
    named = mistake.key or (given if isinstance(given, str) else None)
    about_the_key = mistake.key is not None
    return _Finding((*path, *mistake.path), mistake.message, mistake.allowed, named, hint, about_the_key)


def _as_written(path: KeyPath) -> KeyPath:
    """Return a path without the name of the form that a value has: what is drawn from, or a decision."""
    if path[:1] == ("decision",):
        return path[:1] + path[2:] if path[1:2] in (("plain",), ("tuned",)) else path
    return path[:3] + path[4:] if path[:2] == ("search", "random") else path


def _spellings(path: KeyPath) -> list[KeyPath]:
    """Return a path as it is and, for the only source of a part, without the number that the shorthand leaves out."""
    return [path, path[:2] + path[3:]] if path[:1] == ("data",) and path[2:3] == (0,) else [path]


def _is_echo(details: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Tell a finding that only repeats another one.

    A list can be too short just because its entries are wrong, and a key missing just because it is misspelt.
    """
    path = details["loc"]
    if details["type"] == "missing" and isinstance(path[-1], int):
        later = (*path[:-1], path[-1] + 1)
        return any(e["type"] == "missing" and e["loc"] == later for e in errors)
    if details["type"] == "missing":
        misspelt = [str(e["loc"][-1]) for e in errors if e["type"] == "extra_forbidden" and e["loc"][:-1] == path[:-1]]
        return any(closest(name, _keys_at(path[:-1])) == path[-1] for name in misspelt)
    return details["type"] == "too_short" and bool(details["input"])


def _reword(kind: str, message: str, given: Any, path: KeyPath) -> str:
    if kind in _NEEDS:
        return f"{_named(path)} needs {_NEEDS[kind]}, not {_show(given)}"
    if kind == "literal_error":
        return f"{_show(given)} is not a value of {_named(path)}"
    if kind == "string_pattern_mismatch":
        return f"{_show(given)} can't be a name: letters, digits, '.', '_' and '-' only, at most 100, no path"
    if kind == "too_short":
        return f"{_named(path)} is empty or too short"
    if kind == "too_long":
        return f"{_named(path)} has too many entries"
    text = message.replace("Input should be", "must be").replace("Input should", "should")
    return f"{_named(path)} {text[0].lower()}{text[1:]}, not {_show(given)}"


def _named(path: KeyPath) -> str:
    if not path:
        return "the config"
    if isinstance(path[-1], int) and len(path) > 1:
        return f"entry {path[-1] + 1} of {str(path[-2])!r}"
    return repr(str(path[-1]))


def _show(given: Any) -> str:
    if given is None:
        return "empty (null)"
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, dict):
        return "a mapping"
    if isinstance(given, list):
        return "a list"
    text = str(given)
    shown = text if len(text) <= 60 else text[:57] + "..."
    return repr(shown) if isinstance(given, str) else shown


def _keys_at(path: KeyPath) -> list[str]:
    """Return the keys that the schema knows at a path."""
    model: type[BaseModel] = Config
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            inner = _model_in(model.model_fields[part].annotation)
            if inner is None:
                return []
            model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def _nearby(file: Path) -> str:
    folder = file.parent
    if not folder.is_dir():
        return f"The folder {folder} does not exist either"
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    match = difflib.get_close_matches(file.name, names, n=1, cutoff=0.5)
    if match:
        return f"There is {match[0]!r} in that folder"
    return f"Files there: {', '.join(names[:8])}" if names else f"The folder {folder} is empty"
