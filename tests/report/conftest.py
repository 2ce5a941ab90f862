from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stancekit.config import load_config
from stancekit.experiment.files import Scored
from stancekit.report.sections.part import Part
from stancekit.report.words import Words

MakePart = Callable[..., Part]


@pytest.fixture
def make_part(repository: Path) -> MakePart:
    """Make a part of given labels: `gold` of each example, `said` of each repeat and example."""

    def make(
        gold: Sequence[str],
        said: Sequence[Sequence[str]],
        *,
        columns: dict[str, list[Any]] | None = None,
        probabilities: Any = None,
        scores: dict[str, Any] | None = None,
        overrides: Sequence[str] = (),
        language: Any = "en",
    ) -> Part:
        config = load_config(repository / "configs" / "mali.yaml", overrides)
        labels = np.array(config.task.labels)

        def chosen(names: Any) -> Any:
            sets = [[set(cell.split("|")) for cell in row] for row in names]
            return np.array([[[label in own for label in labels] for own in row] for row in sets])

        own = {"id": [f"e{at}" for at in range(len(gold))], **(columns or {})}
        shares = None if probabilities is None else np.array(probabilities, dtype=float)
        whole = {"n": len(gold), "groups": 2, "repeats": len(said), "warnings": [], "baselines": {}, **(scores or {})}
        scored = Scored("cross-validation", whole, own, chosen([gold])[0], chosen(said), shares, None)
        return Part("cv", scored, config, Words(language))

    return make
