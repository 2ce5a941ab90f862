"""Targets and actors that training never saw, beside fits made by hand from the run's own folder."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

import stancekit
from stancekit.config import load_config
from stancekit.config.settings import Setting
from stancekit.experiment.corpora import read_corpora
from stancekit.experiment.run import Run
from stancekit.experiment.studies.left_out import plan_left_out
from stancekit.experiment.studies.material import Material

ONE_BLOCK = "features.blocks=[{field: text, tokens: sklearn}]"
TARGETS, ACTORS = "evaluation.studies=[leave_one_target_out]", "evaluation.studies=[leave_one_actor_out]"


def read(run: Run, name: str) -> list[dict[str, str]]:
    with (run.path / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def told_unseen(rows: list[dict[str, Any]], fold_of: dict[str, str], column: str, value: str) -> dict[str, str]:
    """Return what models say of the examples with a value that were trained on other folds' examples without it."""
    said = {}
    for fold in sorted(set(fold_of.values())):
        trained_on = [row for row in rows if fold_of[row["id"]] != fold and row[column] != value]
        asked = [row for row in rows if fold_of[row["id"]] == fold and row[column] == value]
        if not asked:
            continue
        words = TfidfVectorizer()
        matrix, gold = words.fit_transform([row["text"] for row in trained_on]), [row["label"] for row in trained_on]
        labels = sorted(set(gold))
        values = [
            LogisticRegression(class_weight="balanced", solver="liblinear")
            .fit(matrix, [own == label for own in gold])
            .decision_function(words.transform([row["text"] for row in asked]))
            for label in labels
        ]
        best = np.argmax(values, axis=0)
        said |= {row["id"]: labels[number] for row, number in zip(asked, best, strict=True)}
    return said


@pytest.mark.parametrize(("study", "column"), [(TARGETS, "target"), (ACTORS, "actor")])
def test_scores_of_unseen_values_are_those_of_fits_made_by_hand(hard_rows, train, study: str, column: str) -> None:
    run = train(hard_rows, ONE_BLOCK, study)
    found = run.metrics["studies"][f"leave_one_{column}_out"]
    fold_of = {row["id"]: row["fold"] for row in read(run, "folds.csv")}
    gold = {row["id"]: row["label"] for row in hard_rows}
    ordinary = {row["id"]: row["predicted"] for row in read(run, "predictions.csv")}
    everyone: dict[str, str] = {}
    for row in found["rows"]:
        said = told_unseen(hard_rows, fold_of, column, row["value"])
        everyone |= said
        own = [gold[id] for id in said]
        assert row["n"] == len(said)
        assert row["unseen"]["value"] == pytest.approx(f1_score(own, list(said.values()), average="macro"))
        assert row["seen"]["value"] == pytest.approx(f1_score(own, [ordinary[id] for id in said], average="macro"))
        assert row["difference"]["value"] == pytest.approx(row["unseen"]["value"] - row["seen"]["value"])
        n = Counter(fold_of[id] for id in said)
        assert row["trained_with"] == pytest.approx(np.mean([len(said) - n[fold] for fold in n]))
    assert len(everyone) == len(hard_rows) == found["pooled"]["n"]
    pooled = f1_score([gold[id] for id in everyone], list(everyone.values()), average="macro")
    assert found["pooled"]["unseen"]["value"] == pytest.approx(pooled)
    assert found["pooled"]["seen"] == run.metrics["cv"]["metrics"]["macro_f1"]
    assert any(row["difference"]["value"] for row in found["rows"])


@pytest.mark.parametrize("kind", ["cross", "per_target"])
def test_an_unseen_target_has_the_scores_of_all_targets_together(hard_rows, train, kind: str) -> None:
    plain = train(hard_rows, TARGETS).metrics["studies"]["leave_one_target_out"]
    own = train(hard_rows, TARGETS, f"features.conditioning={kind}").metrics["studies"]["leave_one_target_out"]
    assert [row["unseen"] for row in own["rows"]] == [row["unseen"] for row in plain["rows"]]
    assert [row["seen"] for row in own["rows"]] != [row["seen"] for row in plain["rows"]]


@pytest.mark.parametrize("kind", ["token", "shared_per_target"])
def test_other_ways_of_conditioning_score_unseen_targets_too(hard_rows, train, kind: str) -> None:
    found = train(hard_rows, TARGETS, f"features.conditioning={kind}").metrics["studies"]["leave_one_target_out"]
    assert all(row["unseen"]["value"] is not None for row in found["rows"])


def test_values_with_few_examples_stay_where_they_are_and_are_counted(hard_rows, train) -> None:
    rows = [row | {"target": None if i < 5 else "rare" if i < 14 else row["target"]} for i, row in enumerate(hard_rows)]
    found = train(rows, TARGETS).metrics["studies"]["leave_one_target_out"]
    assert {row["value"] for row in found["rows"]} == {"deal", "vote", "junta"}
    assert (found["others"], found["at_least"], found["pooled"]["n"]) == (1, 10, 120 - 14)


@pytest.mark.parametrize(
    ("targets", "why", "code"),
    [
        ([None] * 120, "no example has its target", {"code": "no_value"}),
        (["deal"] * 120, "there is one target alone, and no other to train on", {"code": "one_value"}),
        ([f"t{i // 9}" for i in range(120)], "no target has 10 examples", {"code": "few", "least": 10}),
    ],
)
def test_what_leaves_nothing_to_tell_is_refused_in_the_result(
    hard_rows, train, targets: list[str | None], why: str, code: dict[str, object]
) -> None:
    run = train([row | {"target": own} for row, own in zip(hard_rows, targets, strict=True)], TARGETS)
    assert run.metrics["studies"] == {"leave_one_target_out": {"refused": why, "why": {"column": "target", **code}}}
    assert f"study leave_one_target_out was not made: {why}" in (run.path / "log.txt").read_text(encoding="utf-8")


def test_a_label_that_one_target_alone_has_is_lacking_without_it(hard_rows, train) -> None:
    rows = [row | {"label": "neutral" if row["target"] == "vote" and i % 2 else "opposes" if i % 3 else "supports"}
            for i, row in enumerate(hard_rows)]  # fmt: skip
    found = train(rows, TARGETS).metrics["studies"]["leave_one_target_out"]
    assert {row["value"]: row["lacking"] for row in found["rows"]} == {
        "vote": {"neutral": 3},
        "deal": {},
        "junta": {},
    }


def test_a_target_without_which_nothing_is_left_to_train_on_is_not_scored(hard_rows, train) -> None:
    rows = [row | {"group": str(i // 60), "target": "vote" if i < 30 else "deal"} for i, row in enumerate(hard_rows)]
    run = train(rows, TARGETS, "evaluation.folds={scheme: predefined, by: group}")
    found = run.metrics["studies"]["leave_one_target_out"]
    deal, vote = found["rows"]
    assert (deal["value"], deal["refused"], deal["unseen"]) == ("deal", "no training example is left", None)
    assert vote["refused"] is None
    assert vote["difference"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert found["pooled"]["n"] == 30


def test_of_a_directed_pair_neither_role_shows_what_is_left_out(tmp_path: Path, write_jsonl) -> None:
    names = ("Ann", "Bob", "Carl")
    rows = [
        {
            "id": f"{i}",
            "article": f"a{i // 3}",
            "text": f"{verb} {i}",
            "actor": names[i % 3],
            "target": names[(i + 1 + i % 2) % 3],
            "label": label,
        }
        for i, (verb, label) in enumerate([("praises", "pos_pq"), ("blames", "pos_qp"), ("meets", "neutral")] * 20)
    ]
    write_jsonl("examples.jsonl", rows)
    path = tmp_path / "pairs.yaml"
    path.write_text(
        "data: {train: examples.jsonl}\n"
        "task: {kind: directed_pair, labels: [neutral, pos_pq, pos_qp], reverse: {pos_pq: pos_qp}}\n"
        "features: {blocks: [{field: text}, {field: pair, analyzer: indicator}]}\n"
        "evaluation: {folds: {n: 3}, intervals: {resamples: 100}, baselines: [],"
        " studies: [leave_one_target_out, leave_one_actor_out, learning_curve, ablation]}\n",
        encoding="utf-8",
    )
    config = load_config(path)
    corpora = read_corpora(config, print)
    assert corpora.folds is not None
    setting = Setting({}, config.features, config.model, "argmax")
    material = Material(config, corpora.train, corpora.folds, [[setting] * 3])
    for plan in plan_left_out(material, "target"):
        for fit in plan.fits:
            assert all(plan.value not in (rows[i]["actor"], rows[i]["target"]) for i in fit.split.trained_on)
            assert all(rows[i]["target"] == plan.value for i in fit.split.held_out)
    run = stancekit.train(path, output=tmp_path / "out")
    assert all("refused" not in study for study in run.metrics["studies"].values())
