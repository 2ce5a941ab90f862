"""What a YAML config may say, and how it is read."""

from stancekit.config.dump import dump_config
from stancekit.config.features import Block
from stancekit.config.load import load_config
from stancekit.config.model import Model
from stancekit.config.schema import Config, Folds, Intervals, Task
from stancekit.config.sources import Source

__all__ = ["Block", "Config", "Folds", "Intervals", "Model", "Source", "Task", "dump_config", "load_config"]
