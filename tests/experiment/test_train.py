from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

import stancekit
from stancekit.config.schema import BaselineName
from stancekit.errors import DataError

Rows = Sequence[dict[str, Any]]
WHOLE_RUN = {
    "config.yaml",
    "confusion.csv",
    "doubts.csv",
    "environment.json",
    "figures",
    "findings.json",
    "folds.csv",
    "log.txt",
    "metrics.json",
    "model",
    "predictions.csv",
    "report.html",
}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_run_folder_holds_every_file_of_the_contract(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    assert {path.name for path in run.path.iterdir()} == WHOLE_RUN
    assert {path.name for path in (run.path / "model").iterdir()} == {
        "README.md",
        "model.json",
        "model.safetensors",
        "vocabulary.parquet",
    }
    assert run.path == tmp_path / "out" / "small" / run.id


def test_the_same_run_twice_is_the_same_to_the_byte(config_file: Path, tmp_path: Path) -> None:
    first = stancekit.train(config_file, output=tmp_path / "one")
    second = stancekit.train(config_file, output=tmp_path / "two", jobs=2)
    assert second.id == first.id
    files = [path.relative_to(first.path) for path in first.path.rglob("*") if path.is_file()]
    differing = {str(file) for file in files if (first.path / file).read_bytes() != (second.path / file).read_bytes()}
    assert differing == {"environment.json"}


def test_the_second_training_finds_the_run_and_trains_nothing(config_file: Path, tmp_path: Path) -> None:
    first = stancekit.train(config_file, output=tmp_path / "out")
    stages: list[tuple[str, int, int]] = []
    again = stancekit.train(config_file, output=tmp_path / "out", progress=lambda *step: stages.append(step))
    assert (first.existed, again.existed) == (False, True)
    assert stages == []


def test_training_from_the_resolved_config_gives_the_same_run(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, ["model.C=0.5"], output=tmp_path / "out")
    again = stancekit.train(run.path / "config.yaml", output=tmp_path / "out")
    assert again.path == run.path
    assert again.existed


def test_scores_equal_scikit_learn_fitted_afresh_in_every_fold(
    config_file: Path, tmp_path: Path, corpus_rows: Rows
) -> None:
    """The whole way against an independent one: tokens, TF-IDF, model, out-of-fold predictions, metrics."""
    changes = ["features.blocks=[{field: text, ngrams: [1, 2]}]", "evaluation.folds.repeats=1"]
    run = stancekit.train(config_file, changes, output=tmp_path / "out")
    texts = np.array([row["text"] for row in corpus_rows])
    gold = np.array([row["label"] for row in corpus_rows])
    fold_of = {row["id"]: int(row["fold"]) for row in read_csv(run.path / "folds.csv")}
    folds = np.array([fold_of[row["id"]] for row in corpus_rows])
    expected = np.empty_like(gold)
    for fold in range(3):
        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\w+"),
            OneVsRestClassifier(LogisticRegression(solver="liblinear", class_weight="balanced")),
        )
        model.fit(texts[folds != fold], gold[folds != fold])
        expected[folds == fold] = model.predict(texts[folds == fold])
    predicted = {row["id"]: row["predicted"] for row in run.predictions()}
    assert [predicted[row["id"]] for row in corpus_rows] == expected.tolist()
    scores = run.metrics["cv"]["metrics"]
    assert scores["macro_f1"]["value"] == pytest.approx(f1_score(gold, expected, average="macro"))
    assert scores["accuracy"]["value"] == pytest.approx(accuracy_score(gold, expected))
    labels = ["opposes", "neutral", "supports"]
    assert run.metrics["cv"]["confusion"]["matrix"] == confusion_matrix(gold, expected, labels=labels).tolist()


def test_no_article_is_torn_apart_by_folds(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    folds: dict[tuple[str, str], set[str]] = {}
    for row in read_csv(run.path / "folds.csv"):
        folds.setdefault((row["repeat"], row["id"][:3]), set()).add(row["fold"])
    assert len(folds) == 2 * 12
    assert all(len(own) == 1 for own in folds.values())


def test_every_example_is_predicted_once_in_every_repeat(config_file: Path, tmp_path: Path, corpus_rows: Rows) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    rows = [(row["id"], row["repeat"]) for row in run.predictions()]
    assert sorted(rows) == sorted((row["id"], repeat) for row in corpus_rows for repeat in "01")


def test_probabilities_stand_in_the_order_of_the_labels_and_sum_to_one(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    for row in run.predictions():
        shares = {label: float(row[f"p_{label}"]) for label in ("opposes", "neutral", "supports")}
        assert sum(shares.values()) == pytest.approx(1.0)
        assert max(shares, key=lambda label: shares[label]) == row["predicted"]


def test_the_confusion_file_has_gold_in_rows_in_the_order_of_the_config(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, ["task.labels=[supports, neutral, opposes]"], output=tmp_path / "out")
    with (run.path / "confusion.csv").open(encoding="utf-8", newline="") as file:
        heading, *rows = csv.reader(file)
    assert heading == ["gold", "supports", "neutral", "opposes"]
    assert [row[0] for row in rows] == heading[1:]
    assert [sum(map(float, row[1:])) for row in rows] == pytest.approx([12, 12, 12])


def test_a_test_set_is_scored_by_the_final_model(
    config_file: Path, tmp_path: Path, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    tests = [
        {
            "id": "t1",
            "article": "t",
            "text": "Berlin soutient un accord.",
            "actor": "Germany",
            "target": "deal",
            "label": "supports",
        },
        {
            "id": "t2",
            "article": "u",
            "text": "Berlin refuse un accord.",
            "actor": "Germany",
            "target": "deal",
            "label": "opposes",
        },
    ]
    path = write_jsonl("test.jsonl", tests)
    run = stancekit.train(config_file, [f"data.test.path={path}"], output=tmp_path / "out")
    rows = [row for row in run.predictions() if row["fold"] == "test"]
    assert [(row["id"], row["gold"], row["predicted"], row["repeat"]) for row in rows] == [
        ("t1", "supports", "supports", ""),
        ("t2", "opposes", "opposes", ""),
    ]
    assert run.metrics["test"]["metrics"]["accuracy"]["value"] == 1.0
    assert run.metrics["test"]["n"] == 2
    assert (run.path / "confusion_test.csv").is_file()
    assert stancekit.load(run.path).predict([{k: v for k, v in row.items() if k != "label"} for row in tests]) == [
        "supports",
        "opposes",
    ]


def test_without_folds_only_the_test_set_is_scored(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    path = write_jsonl("test.jsonl", [row | {"id": f"t{row['id']}"} for row in corpus_rows])
    run = stancekit.train(
        config_file, [f"data.test={path}", "evaluation.folds=null", "checks.errors=report"], output=tmp_path / "out"
    )
    assert run.metrics["cv"] is None
    assert run.metrics["test"]["n"] == len(corpus_rows)
    assert read_csv(run.path / "folds.csv") == []


def test_baselines_know_only_what_their_name_says(config_file: Path, tmp_path: Path) -> None:
    """In the small corpus actor and target say nothing and the verb says all."""
    run = stancekit.train(config_file, output=tmp_path / "out")
    baselines = run.metrics["cv"]["baselines"]
    assert list(baselines) == list(get_args(BaselineName))
    assert baselines["majority"]["accuracy"] == pytest.approx(1 / 3)
    assert baselines["target_only"]["accuracy"] == pytest.approx(1 / 3)
    assert baselines["per_target_majority"]["accuracy"] <= 1 / 3
    assert baselines["names_only"]["accuracy"] <= 0.5
    assert baselines["text_only"]["accuracy"] == 1.0


def test_a_control_that_needs_names_does_not_apply_without_them(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    write_jsonl("examples.jsonl", [{k: row[k] for k in ("id", "article", "text", "label")} for row in corpus_rows])
    run = stancekit.train(config_file, output=tmp_path / "out")
    assert run.metrics["cv"]["baselines"]["names_only"] is None
    assert run.metrics["cv"]["baselines"]["text_only"] is not None
    assert run.metrics["cv"]["per_actor"] == {}


def test_a_model_without_probabilities_leaves_their_columns_empty(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, ["model.kind=linear_svc"], output=tmp_path / "out")
    assert {row["p_supports"] for row in run.predictions()} == {""}


@pytest.mark.parametrize("kind", ["complement_nb", "multinomial_logistic_regression", "sgd"])
def test_probabilities_of_a_run_are_those_of_its_model(
    kind: str, config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    path = write_jsonl("test.jsonl", [row | {"id": f"t{row['id']}"} for row in corpus_rows])
    given = [f"model={{kind: {kind}}}", f"data.test={path}", "evaluation.folds=null", "checks.errors=report"]
    run = stancekit.train(config_file, given, output=tmp_path / "out", jobs=2)
    expected = stancekit.load(run.path).predict_proba(
        [{key: value for key, value in row.items() if key != "label"} for row in corpus_rows]
    )
    for row, shares in zip(run.predictions(), expected, strict=True):
        found = {label: float(row[f"p_{label}"]) for label in shares}
        assert found == pytest.approx(shares, abs=1e-5)


def test_one_article_is_said_to_be_one_article(repository: Path, tmp_path: Path) -> None:
    run = stancekit.train(repository / "configs" / "mali.yaml", ["evaluation.folds.repeats=1"], output=tmp_path)
    warnings = {warning["code"]: warning["message"] for warning in run.metrics["cv"]["warnings"]}
    assert "16 sentences" in warnings["one_article"]
    assert "one_article" in (run.path / "report.html").read_text(encoding="utf-8")


def test_a_multilabel_run_scores_sets(repository: Path, tmp_path: Path) -> None:
    config = repository / "configs" / "mali_labels.yaml"
    run = stancekit.train(config, ["evaluation.folds.repeats=1"], output=tmp_path)
    rows = run.predictions()
    labels = run.metrics["labels"]
    as_matrix = lambda column: np.array([[label in row[column].split("|") for label in labels] for row in rows])  # noqa: E731
    gold, predicted = as_matrix("gold"), as_matrix("predicted")
    scores = run.metrics["cv"]["metrics"]
    assert scores["micro_f1"]["value"] == pytest.approx(f1_score(gold, predicted, average="micro", zero_division=0))
    assert scores["subset_accuracy"]["value"] == pytest.approx(accuracy_score(gold, predicted))
    assert np.array(run.metrics["cv"]["confusion"]["matrix"]).shape == (len(labels), 2, 2)
    assert all(isinstance(own, list) for own in stancekit.load(run.path).predict(["Moscou soutient la junte."]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("evaluation.folds.n=13", "12 groups by 'article' can't fill 13 folds.*evaluation.folds.n=12"),
        ("evaluation.folds.by=source", "no column 'source'"),
        ("task.labels=[opposes, neutral, supports, denies]", "no training example of the label 'denies'"),
        ("task.labels=[opposes, supports]", "'neutral' is not in task.labels"),
        ("features.blocks=[{field: text, min_df: 37}]", "no feature is left"),
    ],
)
def test_data_that_cannot_be_trained_on_is_refused_and_leaves_nothing(
    config_file: Path, tmp_path: Path, change: str, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        stancekit.train(config_file, [change], output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_page_that_fails_leaves_no_half_written_run(config_file: Path, tmp_path: Path) -> None:
    from stancekit.config import load_config
    from stancekit.experiment.train import run_experiment

    def torn(results: object, folder: Path) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        run_experiment(load_config(config_file), tmp_path / "out", pages=[torn])
    assert not (tmp_path / "out").exists()


def test_the_environment_names_versions_stages_and_memory(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    environment = json.loads((run.path / "environment.json").read_text(encoding="utf-8"))
    assert {"python", "stancekit", "scikit-learn", "numpy"} <= set(environment["versions"])
    assert datetime.fromisoformat(environment["finished"]).utcoffset() == timedelta(0)
    assert {"read", "count", "cross-validate", "fit", "write"} <= set(environment["seconds"])
    assert environment["jobs"] == 1


def test_data_without_spans_is_trained_on_as_it_is_predicted_on(
    config_file: Path, tmp_path: Path, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    """A mention is looked up by name both times: what is masked in training is masked in prediction."""
    verbs = {"supports": "backs", "opposes": "rejects", "neutral": "mentions"}
    rows = [
        {
            "article": f"a{i}",
            "text": f"France {verb} the plan {i}.",
            "actor": "France",
            "target": "plan",
            "label": label,
        }
        for i in range(6)
        for label, verb in verbs.items()
    ]
    write_jsonl("examples.jsonl", rows)
    run = stancekit.train(config_file, output=tmp_path / "out")
    model = stancekit.load(run.path)
    terms = {term for block in model.features.blocks for term in block.terms}
    assert {"_actor_", "_target_"} <= terms
    assert "france" not in terms
    asked = {name: rows[0][name] for name in ("text", "actor", "target")}
    spans = {"actor_start": 0, "actor_end": 6, "target_start": 17, "target_end": 21}
    assert asked["text"][17:21] == "plan"
    assert np.array_equal(model.decision_function([asked]), model.decision_function([asked | spans]))


def test_over_time_nothing_later_is_trained_on_and_the_first_period_is_not_scored(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    """Other words in the later articles change nothing for the period before them."""
    rows = [row | {"date": f"2021-{int(row['article'][1:]) + 1:02d}"} for row in corpus_rows]
    write_jsonl("examples.jsonl", rows)
    folds = "evaluation.folds={scheme: time, by: article, n: 3}"
    run = stancekit.train(config_file, [folds], output=tmp_path / "out")
    scored = {row["id"]: int(row["fold"]) for row in run.predictions()}
    assert {id[:3] for id in scored} == {f"a{i:02d}" for i in range(3, 12)}
    assert [scored[f"a{i:02d}-supports"] for i in range(3, 12)] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert run.metrics["cv"]["n"] == 27

    later = [row | {"text": row["text"].upper()[::-1]} if row["article"] >= "a06" else row for row in rows]
    write_jsonl("examples.jsonl", later)
    changed = stancekit.train(config_file, [folds], output=tmp_path / "out")
    first = [[row["p_supports"] for row in own.predictions() if row["fold"] == "0"] for own in (run, changed)]
    assert first[0] == first[1]


def test_a_target_left_out_is_held_out_whole(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    write_jsonl("examples.jsonl", [row | {"target": ["deal", "junta"][i % 2]} for i, row in enumerate(corpus_rows)])
    run = stancekit.train(
        config_file, ["evaluation.folds={scheme: leave_one_out, by: target}"], output=tmp_path / "out"
    )
    assert {(row["target"], row["fold"]) for row in run.predictions()} == {("deal", "0"), ("junta", "1")}


def test_what_is_not_drawn_cannot_be_repeated(config_file: Path) -> None:
    from stancekit.config import load_config
    from stancekit.errors import ConfigError

    with pytest.raises(ConfigError, match="nothing to repeat"):
        load_config(config_file, ["evaluation.folds.scheme=time"])


def test_over_time_the_labels_of_the_held_out_period_itself_are_not_trained_on(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    """Supports and opposes change places in the first period held out: what is predicted for it stays the same."""
    rows = [row | {"date": f"2021-{int(row['article'][1:]) + 1:02d}"} for row in corpus_rows]
    swapped = {"supports": "opposes", "opposes": "supports", "neutral": "neutral"}
    other = [row | {"label": swapped[row["label"]]} if "a03" <= row["article"] <= "a05" else row for row in rows]
    folds = "evaluation.folds={scheme: time, by: article, n: 3}"
    predicted = []
    for labelled in (rows, other):
        write_jsonl("examples.jsonl", labelled)
        run = stancekit.train(config_file, [folds], output=tmp_path / "out")
        held_out = [row for row in run.predictions() if row["fold"] == "0"]
        assert {row["article"] for row in held_out} == {"a03", "a04", "a05"}
        predicted.append([(row["id"], row["p_supports"], row["p_opposes"]) for row in held_out])
    assert predicted[0] == predicted[1]
