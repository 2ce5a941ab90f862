from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit.errors import InputError, RefusedError

Rows = Sequence[dict[str, Any]]


def test_only_the_key_that_differs_is_shown(config_file: Path, tmp_path: Path) -> None:
    a = stancekit.train(config_file, output=tmp_path / "out")
    b = stancekit.train(config_file, ["model.C=3"], output=tmp_path / "out")
    comparison = stancekit.compare([a, b.path])
    assert comparison.differing == {"model.C": [1.0, 3.0]}
    assert comparison.metrics["cv macro_f1"] == [
        a.metrics["cv"]["metrics"]["macro_f1"],
        b.metrics["cv"]["metrics"]["macro_f1"],
    ]


def test_a_block_more_shows_as_its_own_keys(config_file: Path, tmp_path: Path) -> None:
    a = stancekit.train(config_file, output=tmp_path / "out")
    more = "features.blocks=[{field: masked, ngrams: [1, 2]}, {field: between}]"
    b = stancekit.train(config_file, [more], output=tmp_path / "out")
    differing = stancekit.compare([a, b]).differing
    assert differing["features.blocks.1.field"] == [None, "between"]
    assert "features.blocks.0.field" not in differing


def test_runs_on_other_examples_are_refused_and_some_are_named(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    a = stancekit.train(config_file, output=tmp_path / "out")
    fewer = write_jsonl("fewer.jsonl", corpus_rows[3:])
    b = stancekit.train(config_file, [f"data.train={fewer}"], output=tmp_path / "out")
    with pytest.raises(RefusedError, match=r"3 only in .*a00-neutral"):
        stancekit.compare([a, b])


def test_runs_with_other_gold_labels_are_refused(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    a = stancekit.train(config_file, output=tmp_path / "out")
    relabelled = write_jsonl("relabelled.jsonl", [corpus_rows[0] | {"label": "neutral"}, *corpus_rows[1:]])
    b = stancekit.train(config_file, [f"data.train={relabelled}"], output=tmp_path / "out")
    with pytest.raises(RefusedError, match=f"1 labelled otherwise \\({corpus_rows[0]['id']}\\)"):
        stancekit.compare([a, b])


def test_one_run_is_no_comparison(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    with pytest.raises(InputError, match="one run"):
        stancekit.compare([run])
