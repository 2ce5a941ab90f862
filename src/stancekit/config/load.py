"""From a YAML file (and overrides from the command line) to a `Config`, or to every mistake in it at once."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from stancekit.config.schema import Config, Source, expand_path, expand_shorthands
from stancekit.config.yaml12 import Document, KeyPath, Position, parse_yaml, read_yaml
from stancekit.errors import ConfigError, Problem, closest

_SOURCES = ("train", "test")
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


def load_config(path: str | Path, overrides: Sequence[str] = ()) -> Config:
    """Read a config.

    Parameters
    ----------
    path : str or Path
        A YAML file, read by the 1.2 core rules. Paths in it are relative to its folder.
    overrides : sequence of str
        `KEY=VALUE` with a dotted key (`model.C=0.3`, `features.blocks.0.weight=2`). The value is YAML; paths in it
        are relative to the current folder.

    Returns
    -------
    Config
        Frozen and complete: what the file doesn't say is filled in.

    Raises
    ------
    ConfigError
        With every mistake, each at its `file:line:col`.

    Examples
    --------
    >>> load_config("configs/mali.yaml", ["model.C=3"]).model.C
    3.0
    """
    path = Path(path)
    document = read_yaml(path)
    if not isinstance(document.values, dict):
        problem = document.problem(
            Position(1, 1), "a config is a mapping of keys to values", allowed=list(Config.model_fields)
        )
        raise ConfigError(problem)
    values: dict[str, Any] = document.values
    changes = [_Override.parse(text) for text in overrides]
    for change in changes:
        change.apply(values)
    values.setdefault("name", re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-.") or "experiment")
    try:
        return Config.model_validate_json(
            json.dumps(expand_shorthands(values)), strict=True, context={"base": path.parent}
        )
    except ValidationError as error:
        raise ConfigError(_Explainer(document, changes).problems(error)) from error


def dump_config(config: Config, folder: Path) -> str:
    """Return the whole config as YAML that means the same when read from `folder`.

    Paths that name an environment variable or are absolute stay as they are; the others are written relative
    to `folder`.
    """
    values = config.model_dump(mode="json")
    data = values["data"]
    for part in _SOURCES:
        sources: Sequence[Source] = getattr(config.data, part) or ()
        written = [_dump_source(source, folder) for source in sources]
        data[part] = (written[0] if len(written) == 1 else written) if written else None
    data["columns"] = config.data.columns.mapping()
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def _dump_source(source: Source, folder: Path) -> str | dict[str, Any]:
    portable = "${" in source.path or Path(source.path).is_absolute()
    path = source.path if portable else os.path.relpath(source.file.resolve(), folder.resolve())
    values = source.model_dump(mode="json", exclude_none=True) | {"path": Path(path).as_posix()}
    return values["path"] if set(values) == {"path"} else values


class _Dumper(yaml.SafeDumper):
    """Writes short lists of scalars in one line and quotes whatever YAML 1.1 or 1.2 would read as no string."""


def _represent_list(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    flat = all(not isinstance(value, (list, dict)) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flat)


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    plain = parse_yaml_quietly(value) == value
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


def parse_yaml_quietly(text: str) -> Any:
    """Return what YAML 1.2 makes of `text`, None if it can't be parsed."""
    try:
        return parse_yaml(text, "value").values
    except ConfigError:
        return None


def _represent_number(dumper: yaml.SafeDumper, value: float) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:float", repr(value))


_Dumper.add_representer(list, _represent_list)
_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(float, _represent_number)


@dataclass(frozen=True)
class _Override:
    """One `KEY=VALUE` of the command line."""

    text: str
    path: KeyPath
    value: Any

    @property
    def where(self) -> str:
        return f"--set {self.text}"

    @classmethod
    def parse(cls, text: str) -> _Override:
        key, equals, raw = text.partition("=")
        parts = key.strip().split(".")
        if not equals or not all(parts):
            problem = Problem("not of the form KEY=VALUE", where=f"--set {text}", hint="Example: --set model.C=0.3")
            raise ConfigError(problem)
        value = parse_yaml(raw, f"--set {key}").values
        path = tuple(int(part) if part.isdecimal() else part for part in parts)
        return cls(text, path, value)

    def apply(self, values: dict[str, Any]) -> None:
        """Write the value into the tree, making the mappings on the way that aren't there yet."""
        place: Any = values
        for i, part in enumerate(self.path[:-1]):
            below = self._step(place, part)
            if i == 1 and self.path[0] == "data" and part in _SOURCES and isinstance(below, str):
                below = {"path": below}
            elif below is None:
                below = {}
            place[part] = below
            place = below
        self._step(place, self.path[-1])
        place[self.path[-1]] = self._relative_to_here()

    def _step(self, place: Any, part: str | int) -> Any:
        if isinstance(place, dict) and isinstance(part, str):
            return place.get(part)
        if isinstance(place, list) and isinstance(part, int) and part < len(place):
            return place[part]
        if isinstance(place, list):
            said = f"no entry {part!r} in a list of {len(place)} (the first is 0)"
        elif isinstance(place, dict):
            said = f"{part!r} is an entry of a list, and the config file has no list there"
        else:
            said = f"{part!r} can't be set inside a plain value"
        raise ConfigError(Problem(said, where=self.where))

    def _relative_to_here(self) -> Any:
        names_a_file = self.path[:1] == ("data",) and len(self.path) > 1 and self.path[1] in _SOURCES
        names_a_file = names_a_file and (len(self.path) == 2 or self.path[-1] == "path")
        if names_a_file and isinstance(self.value, str) and "${" not in self.value:
            return str(expand_path(self.value, Path.cwd()))
        return self.value


class _Explainer:
    """Words pydantic's findings for the person who wrote the file."""

    def __init__(self, document: Document, overrides: Sequence[_Override]) -> None:
        self.document = document
        self.overrides = overrides

    def problems(self, error: ValidationError) -> list[Problem]:
        errors = error.errors(include_url=False)
        found = [(self._path(details), details) for details in errors if not _is_echo(details, errors)]
        ordered = sorted(found, key=lambda item: self._order(item[0]))
        return [self._problem(path, details) for path, details in ordered]

    def _path(self, details: ErrorDetails) -> KeyPath:
        return (*details["loc"], *details.get("ctx", {}).get("path", ()))

    def _order(self, path: KeyPath) -> tuple[int, int]:
        position = self._position(path, "unknown")
        return position.line, position.column

    def _problem(self, path: KeyPath, details: ErrorDetails) -> Problem:
        kind, context, given = details["type"], details.get("ctx", {}), details["input"]
        message = str(context.get("message", "")) or _reword(kind, details["msg"], given, path)
        allowed: Sequence[str] = context.get("allowed", ())
        named: str | None = given if isinstance(given, str) else None
        hint = str(context.get("hint", ""))
        if kind == "extra_forbidden":
            allowed, named = _keys_at(path[:-1]), str(path[-1])
        elif kind == "literal_error":
            allowed = re.findall(r"'([^']*)'", str(context["expected"]))
        elif "near" in context:
            hint = _nearby(Path(context["near"]))
        elif path and not isinstance(given, str):
            named = None
        override = self._override(path)
        if override is not None:
            return Problem(message, override.where, allowed, named, hint)
        return self.document.problem(self._position(path, kind), message, allowed=allowed, given=named, hint=hint)

    def _override(self, path: KeyPath) -> _Override | None:
        """Return the last override that wrote the value at a path, if the file didn't."""
        short = path[:2] + path[3:] if path[:1] == ("data",) and path[2:3] == (0,) else path
        made_here = short not in self.document.places
        for change in reversed(self.overrides):
            above, below = short[: len(change.path)] == change.path, change.path[: len(short)] == short
            if above or (made_here and below):
                return change
        return None

    def _position(self, path: KeyPath, kind: str) -> Position:
        known = self.document.keys if kind == "extra_forbidden" else self.document.places
        reached: KeyPath = ()
        for part in path:
            if (*reached, part) in self.document.places:
                reached = (*reached, part)
        if kind == "missing":
            return self.document.keys.get(reached) or self.document.places.get(reached) or Position(1, 1)
        return known.get(reached) or self.document.places.get(reached) or Position(1, 1)


def _is_echo(details: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Tell a finding that only repeats another one.

    A list can be too short just because its entries are wrong, and a key missing just because it is misspelt.
    """
    path = details["loc"]
    if details["type"] == "missing":
        misspelt = [str(e["loc"][-1]) for e in errors if e["type"] == "extra_forbidden" and e["loc"][:-1] == path[:-1]]
        return any(closest(name, _keys_at(path[:-1])) == path[-1] for name in misspelt)
    return details["type"] == "too_short" and bool(details["input"])


def _reword(kind: str, message: str, given: Any, path: KeyPath) -> str:
    name = str(path[-1]) if path else "the config"
    if kind == "extra_forbidden":
        return f"unknown key {name!r}"
    if kind == "missing":
        return f"the key {name!r} is missing"
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
