"""Changes to a config from the command line: `--set KEY=VALUE`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancekit.config.paths import expand_path
from stancekit.config.sources import is_local
from stancekit.config.yaml12 import KeyPath, parse_yaml
from stancekit.errors import ConfigError, Problem

SOURCES = ("train", "test")
"""The keys of `data` that name files."""


@dataclass(frozen=True)
class Override:
    """One `KEY=VALUE`.

    Attributes
    ----------
    text : str
        As it was given.
    path : tuple of str or int
        The key's parts; numbers where they count the entries of a list.
    value : object
    """

    text: str
    path: KeyPath
    value: Any

    @property
    def where(self) -> str:
        """How messages call it."""
        return f"--set {self.text}"


def apply_overrides(values: dict[str, Any], texts: Sequence[str], folder: Path) -> list[Override]:
    """Write overrides into the values of a config file.

    Parameters
    ----------
    values : dict
        Changed in place.
    texts : sequence of str
        `KEY=VALUE`; the key is dotted, the value is YAML. Paths of files are relative to the current folder.
    folder : Path
        Of the config file, from which all paths in it lead.

    Raises
    ------
    ConfigError
        With every override that isn't of this form, or leads nowhere.
    """
    parsed: list[Override] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            parsed.append(_parse(text))
        except ConfigError as error:
            problems += error.problems
    applied = []
    for override in parsed:
        try:
            applied.append(_apply(override, values, folder))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return applied


def _parse(text: str) -> Override:
    key, equals, raw = text.partition("=")
    parts = key.strip().split(".")
    if len(parts) > 2 and parts[:2] in (["search", "grid"], ["search", "random"]):
        parts[2:] = [".".join(parts[2:])]  # what is varied is named by a dotted key itself
    if not equals or not all(parts):
        hint = "Example: --set model.C=0.3"
        raise ConfigError(Problem("not of the form KEY=VALUE", where=f"--set {text}", hint=hint))
    return Override(text, tuple(parts), parse_yaml(raw, f"--set {key}").values)


def _apply(override: Override, values: dict[str, Any], folder: Path) -> Override:
    """Write the value into the tree, making the mappings on the way that aren't there yet."""
    place: Any = values
    reached: KeyPath = ()
    for part in override.path[:-1]:
        key = _key(override, place, part)
        below = place.get(key) if isinstance(place, dict) else place[key]
        reached = (*reached, key)
        if reached[:1] == ("data",) and len(reached) <= 3 and reached[1:2] in [(name,) for name in SOURCES]:
            below = {"path": below} if isinstance(below, str) else below
        place[key] = {} if below is None else below
        place = place[key]
    key = _key(override, place, override.path[-1])
    reached = (*reached, key)
    place[key] = _from_the_config(reached, override.value, folder)
    return Override(override.text, reached, place[key])


def _key(override: Override, place: Any, part: str | int) -> str | int:
    """Return a part of the key as the place takes it: a name in a mapping, a number in a list."""
    if isinstance(place, dict):
        return str(part)
    if isinstance(place, list) and str(part).isdecimal() and int(part) < len(place):
        return int(part)
    if isinstance(place, list):
        said = f"no entry {part!r} in a list of {len(place)} (the first is 0)"
    else:
        said = f"{part!r} can't be set inside a plain value"
    raise ConfigError(Problem(said, where=override.where))


def _from_the_config(path: KeyPath, value: Any, folder: Path) -> Any:
    """Return a value whose paths of files, if it has any, lead from the current folder to where the config's do."""
    if path == ("data",) and isinstance(value, dict):
        return {name: _from_the_config((*path, name), own, folder) for name, own in value.items()}
    if path == ("data", "gazetteer") and isinstance(value, str):
        return _moved(value, folder)
    if path[:2] == ("features", "blocks") and path[3:] == ("lexicon",) and str(value).lower().endswith(".csv"):
        return _moved(str(value), folder)
    if path[:1] != ("data",) or path[1:2] not in [(name,) for name in SOURCES]:
        return value
    inside = path[3:] if len(path) > 2 and isinstance(path[2], int) else path[2:]
    if isinstance(value, str) and inside in [(), ("path",)]:
        return _moved(value, folder)
    if isinstance(value, str) and inside == ("hub",) and is_local(value):
        return _moved(value, folder)
    if isinstance(value, list) and len(path) == 2:
        return [_from_the_config((*path, i), own, folder) for i, own in enumerate(value)]
    if isinstance(value, dict) and not inside:
        return {
            key: _from_the_config((*path, key), own, folder) if key in ("path", "hub") else own
            for key, own in value.items()
        }
    return value


def _moved(path: str, folder: Path) -> str:
    """Return a path that leads from the config's folder to where it leads from here, so that runs can be moved."""
    try:
        expanded = expand_path(path, Path.cwd())
    except (KeyError, RuntimeError):
        return path
    bare = Path(expand_path(path, Path()))
    if bare.is_absolute():
        return path if "${" in path else str(expanded)
    try:
        moved = Path(os.path.relpath(expanded.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on Windows, from one drive to another
        return str(expanded)
    # Without the dot a local folder would read as a dataset of the Hub.
    return moved if moved.startswith("..") else f"./{moved}"
