"""doubts.csv: planted label errors are found, and who labels gets what they need to look again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import softmax

import stancekit
from stancekit.config.schema import Task
from stancekit.experiment.doubted import doubt_labels, doubt_rows

Write = Callable[[str, Sequence[dict[str, Any]]], Path]
LABELS = ["opposes", "neutral", "supports"]
WORDS = {
    "opposes": ["refuse", "condamne", "rejette", "dénonce"],
    "neutral": ["évoque", "cite", "mentionne", "commente"],
    "supports": ["soutient", "salue", "défend", "approuve"],
}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def planted(n: int, share: float) -> tuple[list[dict[str, Any]], set[str]]:
    """Return examples of which some were given a wrong label, and the ids of those."""
    random = np.random.default_rng(0)
    flipped = set(random.choice(n, size=int(share * n), replace=False).tolist())
    rows = []
    for number in range(n):
        true = LABELS[number % 3]
        verb, noise = WORDS[true][random.integers(4)], " ".join(f"mot{word}" for word in random.integers(0, 40, 6))
        wrong = [label for label in LABELS if label != true][random.integers(2)]
        label = wrong if number in flipped else true
        rows.append({"id": f"e{number}", "article": f"a{number % 40}", "text": f"Paris {verb} {noise}", "label": label})
    return rows, {f"e{number}" for number in flipped}


def config(model: str = "logistic_regression") -> str:
    return (
        f"data: {{train: examples.jsonl}}\nmodel: {{kind: {model}}}\n"
        "features: {blocks: [{field: text, ngrams: [1, 1]}]}\n"
        "evaluation: {folds: {n: 3, repeats: 2}, intervals: {resamples: 100}, baselines: []}\n"
    )


@pytest.mark.parametrize(("model", "by"), [("logistic_regression", "probabilities"), ("linear_svc", "decision values")])
def test_planted_label_errors_come_first(write_jsonl: Write, tmp_path: Path, model: str, by: str) -> None:
    """One label in ten is wrong: so would be one in ten of any 60 examples drawn by chance."""
    rows, wrong = planted(600, 0.1)
    write_jsonl("examples.jsonl", rows)
    (tmp_path / "small.yaml").write_text(config(model), encoding="utf-8")
    run = stancekit.train(tmp_path / "small.yaml", output=tmp_path / "out")
    said = read_csv(run.path / "doubts.csv")
    first = [row["id"] for row in said[: len(wrong)]]
    chance = len(wrong) / len(rows)
    precision = len(wrong & set(first)) / len(first)
    assert precision >= 8 * chance
    assert run.metrics["doubts"]["by"] == by
    assert run.metrics["doubts"]["n"] == len(said)
    counted = {label: sum(row["gold"] == label for row in said) for label in LABELS}
    assert run.metrics["doubts"]["by_label"] == counted
    log = (run.path / "log.txt").read_text(encoding="utf-8")
    assert f"{len(said)} label doubts by {by}: opposes {counted['opposes']}, " in log


def test_probabilities_are_the_mean_over_repeats_of_the_predictions(write_jsonl: Write, tmp_path: Path) -> None:
    rows, _ = planted(150, 0.1)
    write_jsonl("examples.jsonl", rows)
    (tmp_path / "small.yaml").write_text(config(), encoding="utf-8")
    run = stancekit.train(tmp_path / "small.yaml", output=tmp_path / "out")
    predictions = run.predictions()
    doubts = read_csv(run.path / "doubts.csv")
    assert doubts
    assert [row["rank"] for row in doubts] == [str(rank) for rank in range(1, len(doubts) + 1)]
    texts = {row["id"]: row for row in rows}
    for row in doubts:
        own = [each for each in predictions if each["id"] == row["id"]]
        assert len(own) == 2
        means = {label: np.mean([float(each[f"p_{label}"]) for each in own]) for label in LABELS}
        assert float(row["p_gold"]) == pytest.approx(means[row["gold"]], abs=6e-5)
        assert float(row["p_suggested"]) == pytest.approx(means[row["suggested"]], abs=6e-5)
        assert float(row["margin"]) == pytest.approx(means[row["gold"]] - means[row["suggested"]], abs=6e-5)
        assert (row["text"], row["gold"]) == (texts[row["id"]]["text"], texts[row["id"]]["label"])


def test_without_probabilities_decision_values_are_put_on_a_scale_of_shares() -> None:
    scores = np.random.default_rng(0).normal(size=(2, 40, 3))
    gold = np.arange(40)[:, None] % 3 == np.arange(3)
    said = doubt_labels(gold, scores, None, "stance").doubts
    same = doubt_labels(gold, scores, softmax(scores, axis=-1), "stance").doubts
    assert said.rows.tolist() == same.rows.tolist() != []
    np.testing.assert_allclose(said.margin, same.margin)
    sets = doubt_labels(gold, scores, None, "multilabel").doubts
    logistic = doubt_labels(gold, scores, 1 / (1 + np.exp(-scores)), "multilabel").doubts
    assert sets.rows.tolist() == logistic.rows.tolist()
    np.testing.assert_allclose(sets.margin, logistic.margin)


def test_a_set_in_doubt_is_shown_whole_with_the_one_label_changed() -> None:
    task = Task(kind="multilabel", labels=("a", "b"))
    gold = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=bool)
    shares = np.array([[[0.9, 0.9], [0.1, 0.1], [0.9, 0.9], [0.1, 0.1]]])
    doubted = doubt_labels(gold, shares, shares, "multilabel")
    columns = {"id": list("wxyz"), "text": ["W", "X", "Y", "Z"]}
    rows = list(doubt_rows(doubted, columns, gold, task))
    assert rows == [
        [1, "x", None, None, None, "X", "a", "", "0.1000", "0.9000", "-0.8000"],
        [2, "y", None, None, None, "Y", "b", "a|b", "0.1000", "0.9000", "-0.8000"],
    ]


def test_a_text_that_looks_like_a_formula_is_written_as_it_is(write_jsonl: Write, tmp_path: Path) -> None:
    """Corrections are joined with the data again by id and text: neither is changed for a spreadsheet's sake."""
    rows, _ = planted(90, 0.1)
    for row in rows:
        row["text"] = f'=HYPERLINK("x")\n{row["text"]}, "cité"'
    write_jsonl("examples.jsonl", rows)
    (tmp_path / "small.yaml").write_text(config(), encoding="utf-8")
    run = stancekit.train(tmp_path / "small.yaml", output=tmp_path / "out")
    texts = {row["id"]: row["text"] for row in rows}
    said = read_csv(run.path / "doubts.csv")
    assert said
    assert all(row["text"] == texts[row["id"]] for row in said)


def test_without_cross_validation_nothing_is_doubted(write_jsonl: Write, tmp_path: Path) -> None:
    rows, _ = planted(60, 0.0)
    write_jsonl("examples.jsonl", rows)
    write_jsonl("test.jsonl", [{**row, "text": f"{row['text']} encore"} for row in rows])
    (tmp_path / "small.yaml").write_text(config(), encoding="utf-8")
    changes = ["evaluation.folds=null", f"data.test={tmp_path / 'test.jsonl'}", "checks.errors=report"]
    run = stancekit.train(tmp_path / "small.yaml", changes, output=tmp_path / "out")
    assert run.metrics["doubts"] is None
    assert not (run.path / "doubts.csv").exists()
    assert "doubts" not in (run.path / "report.html").read_text(encoding="utf-8")
    assert json.loads((run.path / "metrics.json").read_text(encoding="utf-8"))["doubts"] is None
