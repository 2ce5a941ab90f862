"""What a YAML config may say, and how it is read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: a saved model needs little of what a config does."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
