"""Instances: what is fitted and scored for an example. Of a directed pair that is the example and its mirror.

The mirror of "p blames q" asks the same of q and p, its label the reverse. A model is fitted on both; an example's
score is the mean of its own and, labels mapped back, its mirror's. So the prediction for (q, p) is that for (p, q)
the other way round, whichever of the two an annotator wrote first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Block
from stancekit.corpus.examples import Columns
from stancekit.corpus.pairs import with_mirrors
from stancekit.features.conditioning import Target
from stancekit.features.counts import Counts, MakeCounts, count, count_blocks


@dataclass(frozen=True)
class Counted:
    """A corpus that was counted once, for all fits on rows of it.

    Attributes
    ----------
    counts : mapping of Block to Counts
        For every block that some setting has; a row for each instance, mirrors behind all examples.
    targets : sequence of (str or None)
        Of every instance; needed by settings that condition on it.
    reversal : tuple of int or None
        Of a directed pair, the number of each label's reverse.
    """

    counts: Mapping[Block, Counts]
    targets: Sequence[Target] = ()
    reversal: tuple[int, ...] | None = None

    def of(self, blocks: Sequence[Block]) -> list[Counts]:
        """Return the counts of some blocks."""
        return [self.counts[block] for block in blocks]

    def instances(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the instances of examples: their own numbers, then those of their mirrors."""
        if self.reversal is None:
            return rows
        n_instances = next(iter(self.counts.values())).matrix.shape[0]
        return np.concatenate([rows, rows + n_instances // 2])

    def targets_of(self, instances: NDArray[np.intp]) -> list[Target]:
        """Return the targets of instances; none where no setting needs any."""
        return [self.targets[i] for i in instances] if len(self.targets) else []

    def gold(self, labels: NDArray[np.bool_], rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return the labels of the instances of examples; `labels` are those of all examples."""
        own = labels[rows]
        return own if self.reversal is None else np.concatenate([own, own[:, self.reversal]])


def count_instances(
    examples: Columns, blocks: Sequence[Block], reversal: tuple[int, ...] | None = None, make: MakeCounts = count
) -> Counted:
    """Count what blocks ask for in every instance of examples.

    Parameters
    ----------
    examples : mapping of lists
    blocks : sequence of Block
    reversal : tuple of int, optional
        Of a directed pair; see `Task.reversal`.
    make : callable, default=count
        What counts texts, or knows where their counts are kept.
    """
    both = examples if reversal is None else with_mirrors(examples)
    counts = dict(zip(blocks, count_blocks(both, blocks, make), strict=True))
    return Counted(counts, both.get("target") or [None] * len(both["text"]), reversal)


def merge_instances(scores: NDArray[np.float64], reversal: tuple[int, ...] | None) -> NDArray[np.float64]:
    """Return the scores of examples from those of their instances.

    Examples
    --------
    >>> merge_instances(np.array([[1.0, 5.0, 2.0], [3.0, 0.0, 7.0]]), (0, 2, 1)).tolist()
    [[2.0, 6.0, 1.0]]
    """
    if reversal is None:
        return scores
    own, mirrored = np.split(scores, 2)
    return np.asarray((own + mirrored[:, reversal]) / 2.0)
