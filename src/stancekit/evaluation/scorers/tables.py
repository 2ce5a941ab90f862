"""What a terminal shows of scores, before anything is formatted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ScoreTable:
    """A heading and rows; the first cell of each is a name, the others are numbers, or None for an empty cell."""

    heading: Sequence[str]
    rows: Sequence[Sequence[str | float | int | None]]
    title: str = ""
