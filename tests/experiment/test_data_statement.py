from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import stancekit

Rows = list[dict[str, Any]]


def test_a_run_says_what_it_was_trained_and_tested_on(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Sequence[dict[str, Any]]], Path]
) -> None:
    rows = [row | {"date": f"2021-{1 + at // 3:02d}", "language": "fr"} for at, row in enumerate(corpus_rows)]
    rows[0]["language"] = "en"
    rows[1]["date"] = None
    write_jsonl("examples.jsonl", rows)
    test = [{"text": text, "article": "t", "target": "deal", "label": "neutral"} for text in ("Un.", "Un.", "Deux.")]
    write_jsonl("test.jsonl", test)
    changes = [f"data.test={tmp_path / 'test.jsonl'}", "checks.errors=report", "evaluation.folds.repeats=1"]
    data = stancekit.train(config_file, changes, output=tmp_path / "out").metrics["data"]
    assert data == {
        "train": {
            "examples": 36,
            "texts": 36,
            "articles": 12,
            "actors": 2,
            "targets": 1,
            "labels": {"opposes": 12, "neutral": 12, "supports": 12},
            "languages": {"fr": 35, "en": 1},
            "first_date": "2021-01",
            "last_date": "2021-12",
        },
        "test": {
            "examples": 3,
            "texts": 2,
            "articles": 1,
            "actors": 0,
            "targets": 1,
            "labels": {"opposes": 0, "neutral": 3, "supports": 0},
            "languages": {},
            "first_date": None,
            "last_date": None,
        },
    }
