"""A small corpus whose labels are hard to tell, and runs that study it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit.experiment.run import Run

SETTINGS = """\
data: {train: examples.jsonl}
features: {blocks: [{field: text, tokens: sklearn}, {field: text, analyzer: char, ngrams: [2, 2]}]}
evaluation:
  folds: {n: 3}
  intervals: {resamples: 200}
  baselines: [majority, names_only]
"""
LABELS = ("opposes", "neutral", "supports")


@pytest.fixture
def hard_rows() -> list[dict[str, Any]]:
    """120 examples of 20 articles and three targets; words only lean to a label."""
    draw = random.Random(5)
    rows = []
    for number in range(120):
        label = LABELS[number % 3]
        leaning = {"opposes": "refus rejet", "neutral": "point fait", "supports": "soutien accord"}[label].split()
        words = draw.choices(leaning, k=2) + draw.choices(["refus", "point", "soutien", "lundi", "mardi", "jeudi"], k=4)
        target = ("deal", "vote", "junta")[number % 7 % 3]
        text = " ".join([*words, f"mot{number % 11}"])
        rows.append({"id": f"e{number}", "article": f"a{number // 6}", "text": text, "actor": f"actor{number % 2}",
                     "target": target, "label": label})  # fmt: skip
    return rows


@pytest.fixture
def train(tmp_path: Path, write_jsonl: Callable[[str, Sequence[dict[str, Any]]], Path]) -> Callable[..., Run]:
    def run(rows: Sequence[dict[str, Any]], *changes: str, jobs: int = 1, extra: str = "", out: str = "out") -> Run:
        write_jsonl("examples.jsonl", rows)
        config = tmp_path / "small.yaml"
        config.write_text(SETTINGS + extra, encoding="utf-8")
        return stancekit.train(config, list(changes), output=tmp_path / out, jobs=jobs, cache=False)

    return run
