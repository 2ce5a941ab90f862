from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.config.schema import Task
from stancekit.corpus.readers import open_source
from stancekit.errors import DataError
from stancekit.experiment.evaluate import evaluate, evaluate_examples
from stancekit.models.persistence import save_model
from stancekit.models.stance_model import fit_model

Rows = list[dict[str, Any]]
Write = Callable[[str, Sequence[dict[str, Any]]], Path]


@pytest.fixture
def new_rows() -> Rows:
    """18 examples in 6 articles that no training example repeats; a third are labelled otherwise than they read."""
    rows = []
    for article in range(6):
        for number, (verb, label) in enumerate([("refuse", "opposes"), ("salue", "supports"), ("évoque", "opposes")]):
            text = f"Paris {verb} un accord au chapitre {article}."
            start = text.index("un accord")
            spans = {"actor_start": 0, "actor_end": 5, "target_start": start, "target_end": start + 9}
            row = {"id": f"n{article}-{number}", "article": f"n{article}", "text": text, "actor": "France"}
            rows.append(row | {"target": "deal", "label": label} | spans)
    return rows


@pytest.fixture
def run(config_file: Path, tmp_path: Path, new_rows: Rows, write_jsonl: Write) -> stancekit.Run:
    write_jsonl("new.jsonl", new_rows)
    text = config_file.read_text(encoding="utf-8").replace("examples.jsonl}", "examples.jsonl, test: new.jsonl}")
    config_file.write_text(text, encoding="utf-8")
    return stancekit.train(config_file, ["evaluation.folds.repeats=1"], output=tmp_path / "runs")


def codes(scores: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in scores["warnings"]]


def test_the_scores_are_those_that_the_run_has_of_the_same_test_set(run: stancekit.Run, new_rows: Rows) -> None:
    scores, expected = evaluate(stancekit.load(run.path), new_rows), run.metrics["test"]
    for part in ("n", "groups", "metrics", "per_label", "per_target", "per_actor", "confusion"):
        assert scores[part] == expected[part]
    assert scores["baselines"] == {"majority": expected["baselines"]["majority"]}


def test_the_majority_is_that_of_training_and_not_of_what_is_scored(run: stancekit.Run, new_rows: Rows) -> None:
    """Training has as many of each label, so that the first is said: always `opposes`."""
    model = stancekit.load(run.path)
    assert model.about["label_counts"] == {"opposes": 12, "neutral": 12, "supports": 12}
    only = [row for row in new_rows if row["label"] == "supports"]
    assert evaluate(model, only)["baselines"]["majority"]["accuracy"] == 0.0


@pytest.mark.parametrize(
    "counts",
    [{}, {"opposes": 1}, {"opposes": 99, "neutral": 0, "supports": 0}],
)
def test_a_model_that_does_not_say_its_training_labels_has_no_baseline(
    run: stancekit.Run, new_rows: Rows, counts: Any
) -> None:
    description = run.path / "model" / "model.json"
    values = json.loads(description.read_text(encoding="utf-8"))
    values["about"]["label_counts"] = counts
    description.write_text(json.dumps(values), encoding="utf-8")
    scores = evaluate(stancekit.load(run.path), new_rows)
    assert scores["baselines"] == {}
    assert "no_baseline" in codes(scores)


def test_a_model_without_a_run_is_scored_by_article_and_the_usual_metrics(
    run: stancekit.Run, new_rows: Rows, tmp_path: Path
) -> None:
    shutil.copytree(run.path / "model", tmp_path / "taken")
    scores = evaluate(stancekit.load(tmp_path / "taken"), new_rows)
    assert scores["groups"] == 6
    assert scores["metrics"]["macro_f1"]["value"] == run.metrics["test"]["metrics"]["macro_f1"]["value"]


def test_examples_of_no_known_article_stand_for_themselves(run: stancekit.Run, new_rows: Rows) -> None:
    bare = [{key: row[key] for key in ("text", "actor", "target", "label")} for row in new_rows]
    scores = evaluate(stancekit.load(run.path), bare)
    assert scores["groups"] == 18
    assert "resampled_otherwise" in codes(scores)


def test_sentences_are_no_groups_where_there_are_several_articles(
    config_file: Path, tmp_path: Path, new_rows: Rows
) -> None:
    run = stancekit.train(config_file, ["evaluation.folds={scheme: stratified, n: 3}"], output=tmp_path / "runs")
    model = stancekit.load(run.path)
    assert run.config.evaluation.intervals.by == "id"
    assert evaluate(model, new_rows)["groups"] == 6
    one = [row for row in new_rows if row["article"] == "n0"]
    assert evaluate(model, one)["groups"] == 3


def test_the_very_training_data_is_recognised(run: stancekit.Run, config_file: Path, corpus_rows: Rows) -> None:
    source = open_source(config_file.parent / "examples.jsonl")
    scored = evaluate_examples(
        stancekit.load(run.path), {name: [row[name] for row in corpus_rows] for name in corpus_rows[0]}, source
    )
    assert "training_data" in codes(dict(scored.scored.scores))


def test_sentences_of_the_training_data_are_counted_if_it_is_still_there(
    run: stancekit.Run, config_file: Path, corpus_rows: Rows, new_rows: Rows
) -> None:
    model = stancekit.load(run.path)
    assert "training_sentences" not in codes(evaluate(model, new_rows))
    mixed = [*new_rows, corpus_rows[0] | {"text": corpus_rows[0]["text"].replace(" ", "  ", 1), "actor_end": 3}]
    warnings = evaluate(model, mixed)["warnings"]
    (said,) = [warning["message"] for warning in warnings if warning["code"] == "training_sentences"]
    assert "1 of 19 examples" in said
    with (config_file.parent / "examples.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(corpus_rows[0] | {"id": "more"}) + "\n")
    assert "training_sentences" not in codes(evaluate(model, mixed))


@pytest.mark.parametrize(
    ("label", "said"),
    [("oposes", "example 3.*no label 'oposes'.*did you mean 'opposes'"), (None, "example 3: no label")],
)
def test_a_label_that_the_model_does_not_know_is_refused(
    run: stancekit.Run, new_rows: Rows, label: str | None, said: str
) -> None:
    new_rows[3]["label"] = label
    with pytest.raises(DataError, match=said):
        evaluate(stancekit.load(run.path), new_rows)


def test_examples_without_labels_or_without_any_row_are_refused(run: stancekit.Run) -> None:
    model = stancekit.load(run.path)
    with pytest.raises(DataError, match="no 'label'"):
        evaluate(model, ["Paris refuse."])
    with pytest.raises(DataError, match="no examples"):
        evaluate(model, {"text": [], "label": []})


def test_sets_of_labels_are_scored(tmp_path: Path) -> None:
    texts, gold = ["oui oui", "non", "oui non", "rien"], [[True, False], [False, True], [True, True], [False, False]]
    task = Task(kind="multilabel", labels=("a", "b"))
    fitted = fit_model({"text": texts}, gold, task, [Block(field="text")], Model(C=1000.0))
    save_model(replace(fitted, about={"examples": 4, "label_counts": {"a": 3, "b": 1}}), tmp_path)
    examples = [
        {"text": text, "labels": own} for text, own in zip(texts, (["a"], ["b"], ["b", "a"], ["a"]), strict=True)
    ]
    scores = evaluate(stancekit.load(tmp_path), examples)
    assert scores["metrics"]["subset_accuracy"]["value"] == 0.75
    # `a` in more than half of the training examples: said each time, and once it is all there is to say.
    assert scores["baselines"]["majority"]["subset_accuracy"] == 0.5
