"""From a `Config` back to YAML that means the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from stancekit.config.schema import Config
from stancekit.config.sources import Source, is_local
from stancekit.config.yaml12 import parse_yaml
from stancekit.errors import ConfigError


def dump_config(config: Config, folder: Path) -> str:
    """Return the whole config as YAML that means the same when read from `folder`.

    Paths that name an environment variable or are absolute stay as they are; the others are written relative
    to `folder`.
    """
    values = config.model_dump(mode="json")
    data = values["data"]
    for part in ("train", "test"):
        sources: Sequence[Source] = getattr(config.data, part) or ()
        written = [_dump_source(source, folder) for source in sources]
        data[part] = (written[0] if len(written) == 1 else written) if written else None
    data["columns"] = config.data.columns.mapping()
    if config.data.gazetteer is not None and config.data.gazetteer_file is not None:
        data["gazetteer"] = _dump_path(config.data.gazetteer, config.data.gazetteer_file, folder)
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def _dump_source(source: Source, folder: Path) -> str | dict[str, Any]:
    key = "hub" if source.hub else "path"
    values = {key: _from(folder, source), **source.model_dump(mode="json", exclude_defaults=True, exclude={key})}
    path = values.get("path")
    return path if isinstance(path, str) and set(values) == {"path"} else values


def _from(folder: Path, source: Source) -> str:
    """Return the name of a source as it is written into a config in another folder."""
    if "${" in source.name or Path(source.name).is_absolute() or (source.hub and not is_local(source.hub)):
        return source.name
    path = Path(os.path.relpath(source.file.resolve(), folder.resolve())).as_posix()
    return path if source.path or path.startswith("..") else f"./{path}"


def _dump_path(path: str, file: Path, folder: Path) -> str:
    portable = "${" in path or Path(path).is_absolute()
    return path if portable else Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()


class _Dumper(yaml.SafeDumper):
    """Writes short lists of scalars in one line and quotes whatever YAML 1.1 or 1.2 would read as no string."""


def _represent_list(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    flat = all(not isinstance(value, (list, dict)) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flat)


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    plain = _read_back(value) == value
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


def _read_back(text: str) -> Any:
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
