"""Which plug-ins a config, or a part of one, makes use of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

from stancekit import plugins
from stancekit.config.features import Block, BuiltInAnalyzer, BuiltInField
from stancekit.config.metrics import is_plugged
from stancekit.config.model import MODEL_KEYS, Model
from stancekit.plugins import Kind, Plugin

if TYPE_CHECKING:
    from stancekit.config.schema import Config

Name = tuple[Kind, str]


def names_in_blocks(blocks: Iterable[Block]) -> Iterator[Name]:
    """Yield what blocks name that stancekit doesn't have itself."""
    for block in blocks:
        if block.field not in get_args(BuiltInField):
            yield "field", block.field
        if block.analyzer not in get_args(BuiltInAnalyzer):
            yield "analyzer", block.analyzer


def names_in_model(model: Model) -> Iterator[Name]:
    """Yield the kinds of a model's members that stancekit doesn't have itself."""
    for member in model.members:
        if member.kind not in MODEL_KEYS:
            yield "model", member.kind


def used_plugins(config: Config) -> list[Plugin]:
    """Return the plug-ins that some setting of a config names, without lexicons, whose entries it holds."""
    used: set[Name] = {
        name
        for own in config.settings()
        for name in (*names_in_blocks(own.features.blocks), *names_in_model(own.model))
    }
    measured = {*(config.evaluation.metrics or ()), *((config.search.metric,) if config.search else ())}
    used |= {("metric", metric) for metric in measured if metric is not None and is_plugged(metric)}
    return [plugins.get(*name) for name in sorted(used)]
