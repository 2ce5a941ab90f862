"""What all stages of one training share: its config, its jobs, and who is told how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from stancekit.config.features import Block
from stancekit.config.schema import Config
from stancekit.corpus.examples import Columns
from stancekit.engine.local import run_jobs
from stancekit.experiment.environment import Stopwatch
from stancekit.features.cache import CountCache
from stancekit.features.counts import count
from stancekit.models.instances import Counted, count_instances

Item = TypeVar("Item")
Progress = Callable[[str, int, int], None]
"""Told the stage, how many steps of it are done, and how many there are."""


def silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


@dataclass
class Training:
    """What all stages of one training share."""

    config: Config
    jobs: int
    progress: Progress
    cache: CountCache | None = None
    watch: Stopwatch = field(default_factory=Stopwatch)
    log: list[str] = field(default_factory=list)

    def count(self, examples: Columns, blocks: Sequence[Block]) -> Counted:
        """Count what blocks ask for, or find it where earlier runs have kept it."""
        make = count if self.cache is None else self.cache.count
        return count_instances(examples, blocks, self.config.task.reversal, make)

    def run(self, stage: str, jobs: Sequence[Callable[[], Item]]) -> Iterator[Item]:
        """Run independent jobs, counting them as progress of a stage."""
        self.progress(stage, 0, len(jobs))
        for done, result in enumerate(run_jobs(jobs, self.jobs), start=1):
            self.progress(stage, done, len(jobs))
            yield result
