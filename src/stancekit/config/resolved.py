"""The resolved config of a run folder, whose data files need not be there any more."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from stancekit.config.named import reading_back
from stancekit.config.schema import Config
from stancekit.config.sources import expand_shorthands
from stancekit.config.yaml12 import read_yaml
from stancekit.errors import ConfigError, Problem, RefusedError


def read_resolved_config(path: Path) -> Config:
    """Read the `config.yaml` of a run.

    Raises
    ------
    RefusedError
        If it is damaged, or of another version.
    """
    try:
        values = expand_shorthands(read_yaml(path).values)
        with reading_back():
            return Config.model_validate_json(json.dumps(values), strict=True)
    except (ConfigError, ValidationError) as error:
        said = "damaged, or written by another version of stancekit"
        raise RefusedError(Problem(f"the run's config is {said}", where=str(path))) from error
