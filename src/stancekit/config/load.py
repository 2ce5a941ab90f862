"""From a YAML file (and overrides from the command line) to a `Config`, or to every mistake in it at once."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stancekit.config.explain import Explainer
from stancekit.config.overrides import apply_overrides
from stancekit.config.schema import Config
from stancekit.config.sources import expand_shorthands
from stancekit.config.yaml12 import Position, read_yaml
from stancekit.errors import ConfigError


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
    overrides_applied = apply_overrides(values, overrides, path.parent)
    values.setdefault("name", _name_of(path))
    text = json.dumps(expand_shorthands(values))
    try:
        return Config.model_validate_json(text, strict=True, context={"base": path.parent})
    except ValidationError as error:
        raise ConfigError(Explainer(document, overrides_applied).problems(error)) from error


def _name_of(path: Path) -> str:
    """Return the name of an experiment whose config doesn't give one: that of the file."""
    plain = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:100] or "experiment"
