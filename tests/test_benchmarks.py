"""The runner of the benchmarks on a tiny corpus, and that the documentation shows what was measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from benchmarks.__main__ import main
from benchmarks.corpora import FOLDS, LABELS, folds_of, generated, spelled
from benchmarks.fresh import FROZEN, compared
from benchmarks.measure import Goal, summarised
from benchmarks.results import BEGIN, DOCS, END, RESULTS, read_results, table, write_table
from benchmarks.works.load import write_both


def test_a_quick_run_measures_agrees_and_writes_results_and_table(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("STANCEKIT_DATA", raising=False)
    results, docs = tmp_path / "results.json", tmp_path / "benchmarks.md"
    docs.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    main(["--quick", "--work", "vectorise", "--results", str(results), "--docs", str(docs)])
    rows = json.loads(results.read_text(encoding="utf-8"))["works"]["vectorise"]["rows"]
    assert len(rows) == 4
    for row in rows:
        assert row["agreement"] == {"same_matrix": True}
        assert min(row["seconds"]["ours"] + row["seconds"]["theirs"]) > 0.0
        assert min(row["peak_mb"].values()) > 10
    text = docs.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert all(row["title"] in text for row in rows)
    assert str(tmp_path) not in results.read_text(encoding="utf-8")


def test_the_table_in_the_documentation_is_that_of_the_results():
    shown = DOCS.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown == f"\n{table(read_results(RESULTS))}\n"


def test_a_page_without_the_marks_is_left_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("text", encoding="utf-8")
    with pytest.raises(ValueError, match="has no"):
        write_table(read_results(RESULTS), page)
    assert page.read_text(encoding="utf-8") == "text"


def test_a_ratio_is_that_of_the_medians_and_its_span_that_of_the_pairs():
    found = summarised([(1.0, 2.0), (2.0, 8.0), (3.0, 9.0)], Goal("most", 0.2, "ours / theirs"))
    assert (found["ratio"], found["lowest"], found["highest"]) == (0.25, 0.25, 0.5)
    assert found["reached"] is False
    assert summarised([(1.0, 8.0)], Goal("least", 8.0))["reached"] is True


def test_what_a_goal_asks_for_but_the_answers_deny_is_said_and_not_reached():
    row = {
        "title": "w", "corpus": "c", "peer": "p", "goal": {"at": "least", "value": 2.0, "of": "theirs / ours"},
        "seconds": {"ours": [1.0, 1.0], "theirs": [2.5, 3.5]},
        "median_seconds": {"ours": 1.0, "theirs": 3.0}, "ratio": 3.0, "lowest": 2.5, "highest": 3.5,
        "peak_mb": {"ours": 1, "theirs": 2}, "agreement": {"same_choice": False}, "reached": False,
    }  # fmt: skip
    missing = {"title": "v", "corpus": "c", "peer": "p", "not_installed": "no such version"}
    works = {"x": {"date": "2026-01-01", "load_average_before": [0.5, 0, 0], "rows": [row, missing]}}
    text = table({"works": works, "versions": {}, "peers": {}, "python": "3", "cores": 2})
    assert "| w (c) | ≥ 2 × as fast | 3 × as fast | 2.5–3.5, 2 pairs |" in text
    assert "**not reached**; not: same choice |" in text
    assert "p can't be installed: no such version" in text


def test_generated_sentences_are_the_same_for_a_seed_and_their_words_distinct_by_rank():
    assert generated(20, 0) == generated(20, 0) != generated(20, 1)
    assert len({spelled(rank) for rank in range(10_000)}) == 10_000


def test_folds_give_every_label_its_share():
    labels = [LABELS[row % 3] for row in range(75)]
    folds = folds_of(labels)
    assert {folds.count(fold) for fold in range(FOLDS)} == {15}
    assert all(sum(f == 0 and own == label for f, own in zip(folds, labels, strict=True)) == 5 for label in LABELS)


def test_frozen_models_are_compared_bit_by_bit_without_scikit_learn():
    answer = compared(Path(sys.executable))
    frozen = {f"{own.parent.parent.name}/{own.parent.name}" for own in FROZEN.glob("*/*/expected.json")}
    assert set(answer["models"]) == frozen
    assert answer["imported"] == []


def test_loading_is_measured_beside_the_same_model_in_a_pipeline(tmp_path):
    write_both(tmp_path, 60)  # raises if the two don't score alike
    assert (tmp_path / "pipeline.joblib").exists()
    assert int((tmp_path / "features").read_text(encoding="utf-8")) > 100
