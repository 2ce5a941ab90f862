"""What every work is told: the corpora, how many pairs, and whether it is a quick look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpora import Corpora

JOBS = 2


@dataclass(frozen=True)
class Plan:
    """How works are measured.

    Attributes
    ----------
    corpora : Corpora
    folder : Path
        For files that sides leave behind.
    python_of : callable
        Returns the interpreter of a peer.
    pairs : int or None
        How many pairs; each work's own number if None.
    quick : bool
        A tiny generated corpus, one pair, scikit-learn only.
    """

    corpora: Corpora
    folder: Path
    python_of: Callable[[str], str]
    pairs: int | None = None
    quick: bool = False

    def pairs_or(self, usual: int) -> int:
        """Return how many pairs to measure."""
        return self.pairs or (1 if self.quick else usual)


def same_matrix(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Say if two matrices have the same shape, entries and sum."""
    close = abs(ours["sum"] - theirs["sum"]) <= 1e-9 * abs(theirs["sum"])
    return {"same_matrix": ours["shape"] == theirs["shape"] and ours["entries"] == theirs["entries"] and close}


def same_choice(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Say if two searches chose the same setting, and how far apart the scores of any setting in any fold are."""
    apart = max(
        abs(own - other)
        for name, scores in ours["scores"].items()
        for own, other in zip(scores, theirs["scores"][name], strict=True)
    )
    return {
        "chosen": {"ours": ours["best"], "theirs": theirs["best"], "ours_over_all_rows": ours["best_pooled"]},
        "same_choice": ours["best"] == theirs["best"],
        "largest_difference_of_fold_scores": round(apart, 6),
        "fold_scores_within_0.001": apart <= 0.001,
    }
