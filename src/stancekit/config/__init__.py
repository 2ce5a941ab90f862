"""What a YAML config may say, and how it is read."""

from stancekit.config.dump import dump_config
from stancekit.config.load import load_config
from stancekit.config.schema import Block, Config, Folds, Intervals, Model, Task
from stancekit.config.sources import Source

__all__ = ["Block", "Config", "Folds", "Intervals", "Model", "Source", "Task", "dump_config", "load_config"]
