"""What a YAML config may say, and how it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stancekit.late import names_of

if TYPE_CHECKING:
    from stancekit.config.dump import dump_config
    from stancekit.config.features import Block
    from stancekit.config.load import load_config
    from stancekit.config.model import Model
    from stancekit.config.schema import Config, Folds, Intervals
    from stancekit.config.sources import Source
    from stancekit.config.task import Task

__all__ = ["Block", "Config", "Folds", "Intervals", "Model", "Source", "Task", "dump_config", "load_config"]

_HOMES = {
    "Block": "features",
    "Config": "schema",
    "Folds": "schema",
    "Intervals": "schema",
    "Model": "model",
    "Source": "sources",
    "Task": "task",
    "dump_config": "dump",
    "load_config": "load",
}

__getattr__ = names_of(__name__, _HOMES)
