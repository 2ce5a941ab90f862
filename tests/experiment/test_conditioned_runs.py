"""Whole runs whose weights depend on the target, and runs of directed pairs."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stancekit
from stancekit.cli.predict import predict_article
from stancekit.config import load_config
from stancekit.corpus.articles import Article
from stancekit.errors import DataError
from stancekit.experiment.check import check_config
from stancekit.experiment.run import Run

Rows = Sequence[dict[str, Any]]
Write = Callable[[str, Rows], Path]
KINDS = ("token", "cross", "per_target", "shared_per_target")
REVERSE = {"positive_pq": "positive_qp", "negative_pq": "negative_qp"}
BOTH_WAYS = {**REVERSE, **{other: label for label, other in REVERSE.items()}}
SETTINGS = """\
features: {blocks: [{field: masked, ngrams: [1, 2]}, {field: pair, analyzer: indicator}]}
evaluation:
  folds: {n: 3}
  intervals: {resamples: 100}
"""


def by_target(n: int = 9, about: str = "point") -> list[dict[str, Any]]:
    """Return examples in which `oui` supports one target and opposes the other."""
    rows = []
    for i in range(n):
        for target, word, label in [("deal", "oui", "supports"), ("deal", "non", "opposes"), ("vote", "oui", "opposes"),
                                    ("vote", "non", "supports"), ("vote", "bof", "neutral")]:  # fmt: skip
            rows.append({"id": f"{i}-{target}-{word}", "article": f"a{i}", "text": f"{word}, dit-il, {about} {i}",
                         "actor": "France", "target": target, "label": label})  # fmt: skip
    return rows


def pairs(n: int = 9) -> list[dict[str, Any]]:
    """Return directed pairs: the verb tells the feeling, the order of names the direction."""
    rows = []
    for i in range(n):
        for verb, label in [("praises", "positive"), ("blames", "negative"), ("meets", "neutral")]:
            for first, second in (("Ann", "Bob"), ("Carl", "Ann")):
                text = f"{first} {verb} {second} over point {i}."
                start = text.index(f" {second} ") + 1
                spans = [(first, 0, len(first)), (second, start, start + len(second))]
                turned = (i + len(rows)) % 2 == 1
                (actor, target) = reversed(spans) if turned else spans
                suffix = "" if label == "neutral" else "_qp" if turned else "_pq"
                rows.append({"id": f"{i}-{verb}-{first}", "article": f"a{i}", "text": text, "label": label + suffix,
                             "actor": actor[0], "actor_start": actor[1], "actor_end": actor[2],
                             "target": target[0], "target_start": target[1], "target_end": target[2]})  # fmt: skip
    return rows


def turned_round(rows: Rows) -> list[dict[str, Any]]:
    other = {"actor": "target", "target": "actor"}
    swapped = [{(other[k.split("_")[0]] + k[len(k.split("_")[0]) :] if k.split("_")[0] in other else k): v
                for k, v in row.items()} for row in rows]  # fmt: skip
    return [row | {"label": BOTH_WAYS.get(row["label"], row["label"])} for row in swapped]


@pytest.fixture
def train(tmp_path: Path, write_jsonl: Write) -> Callable[..., Run]:
    def run(rows: Rows, task: str = "", *changes: str, test: Rows | None = None) -> Run:
        write_jsonl("examples.jsonl", rows)
        data = "{train: examples.jsonl}"
        if test is not None:
            write_jsonl("test.jsonl", test)
            data = "{train: examples.jsonl, test: test.jsonl}"
        config = tmp_path / "own.yaml"
        config.write_text(f"data: {data}\n{task}{SETTINGS}", encoding="utf-8")
        return stancekit.train(config, output=tmp_path / "out", overrides=[*changes])

    return run


PAIR_TASK = (
    "task: {kind: directed_pair, labels: [neutral, positive_pq, positive_qp, negative_pq, negative_qp],"
    " reverse: {positive_pq: positive_qp, negative_pq: negative_qp}}\n"
)


def macro_f1(run: Run, part: str = "cv") -> float:
    value: float = run.metrics[part]["metrics"]["macro_f1"]["value"]
    return value


@pytest.mark.parametrize("kind", ["cross", "per_target", "shared_per_target"])
def test_words_that_mean_otherwise_by_target_are_told_apart_by_conditioned_runs(train: Any, kind: str) -> None:
    assert macro_f1(train(by_target(), "", "features.conditioning=none", "model.C=10")) < 0.7
    run = train(by_target(), "", f"features.conditioning={kind}", "model.C=10", test=by_target(2, "ligne"))
    assert macro_f1(run) == macro_f1(run, "test") == 1.0
    assert run.config.features.conditioning == kind
    rows = by_target()
    assert stancekit.load(run.path).predict(rows) == [row["label"] for row in rows]


def test_controls_that_read_names_or_texts_alone_stay_unconditioned(train: Any) -> None:
    plain, own = (train(by_target(), "", f"features.conditioning={kind}") for kind in ("none", "shared_per_target"))
    assert own.metrics["cv"]["baselines"] == plain.metrics["cv"]["baselines"]


def test_ways_of_conditioning_can_be_searched(train: Any) -> None:
    run = train(by_target(), "", "search.grid.features.conditioning=[none, shared_per_target]", "search.n=2")
    assert run.metrics["search"]["best"] == {"features.conditioning": "shared_per_target"}
    assert stancekit.load(run.path).linear.conditioning is not None


def test_nothing_of_a_held_out_target_reaches_the_fit(train: Any) -> None:
    """Cut by target: what is held out has copies and an intercept in no fit, and pooled scores."""
    rows = [row | {"target": f"{row['target']}{i % 4}"} for i, row in enumerate(by_target())]
    cut = "evaluation.folds={scheme: group, by: target, n: 3}"
    same = [
        train(rows, "", cut, "checks.errors=report", f"features.conditioning={kind}")
        for kind in ("none", "cross", "per_target")
    ]
    first, *others = [run.predictions() for run in same]
    for other in others:
        assert [row["predicted"] for row in other] == [row["predicted"] for row in first]
        for name in ("p_supports", "p_neutral"):
            np.testing.assert_allclose([float(r[name]) for r in other], [float(r[name]) for r in first], rtol=1e-9)


def test_a_run_without_targets_refuses_to_condition_on_them(train: Any) -> None:
    rows = [{name: value for name, value in row.items() if name != "target"} for row in by_target()]
    with pytest.raises(DataError, match="conditioning is cross, but no example has a target"):
        train(rows, "", "features.conditioning=cross")
    with pytest.raises(DataError, match="conditioning is token, but no example has a target"):
        train(rows, "", "search.grid.features.conditioning=[none, token]")


def test_a_directed_pair_has_one_prediction_for_each_example(train: Any) -> None:
    rows = pairs()
    run = train(rows, PAIR_TASK, test=turned_round(pairs(3)))
    said = run.predictions()
    in_cv = [row for row in said if row["fold"] != "test"]
    assert sorted(row["id"] for row in in_cv) == sorted(row["id"] for row in rows)
    assert len(said) == len(rows) + len(pairs(3))
    gold = {row["id"]: row["label"] for row in rows}
    assert all(row["gold"] == gold[row["id"]] for row in in_cv)
    assert np.sum(run.metrics["cv"]["confusion"]["matrix"]) == run.metrics["cv"]["n"] == len(rows)
    assert macro_f1(run) == macro_f1(run, "test") == 1.0
    with (run.path / "folds.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(rows)


def test_which_entity_the_annotator_wrote_first_changes_no_score_of_a_directed_pair(train: Any) -> None:
    rows, changes = pairs(), ["evaluation.folds={scheme: group, by: article, n: 3}"]
    half = [new if i % 3 else old for i, (old, new) in enumerate(zip(rows, turned_round(rows), strict=True))]
    one, other = train(rows, PAIR_TASK, *changes), train(half, PAIR_TASK, *changes)
    assert one.id != other.id
    for before, after, row in zip(one.predictions(), other.predictions(), half, strict=True):
        assert before["id"] == after["id"] == row["id"]
        turned = before["gold"] != after["gold"]
        assert after["predicted"] == (BOTH_WAYS[before["predicted"]] if turned else before["predicted"])


def test_a_directed_pair_is_searched_and_conditioned(train: Any) -> None:
    grid = "search.grid={features.conditioning: [none, shared_per_target], model.C: [1, 10]}"
    run = train(pairs(), PAIR_TASK, grid, "search.n=2")
    assert len(run.metrics["search"]["tried"]) == 4
    assert macro_f1(run) == 1.0


TUNED_VOTE = (
    "model={kind: vote, of: [{kind: linear_svc}, {kind: logistic_regression}]}",
    "decision={tune: macro_f1}",
    "inner_folds=3",
    "features.conditioning=shared_per_target",
)


def test_a_tuned_vote_on_conditioned_features_of_directed_pairs_turns_with_them(train: Any, tmp_path: Path) -> None:
    rows = [row | {"label": "neutral"} if i % 7 in (0, 3, 4) else row for i, row in enumerate(pairs())]
    run = train(rows, PAIR_TASK, *TUNED_VOTE, "evaluation.metrics=[macro_f1, mean_average_precision]")
    decision = run.metrics["decision"]
    for own in (decision, *decision["by_fold"]):
        assert all(own["offsets"][label] == own["offsets"][other] for label, other in REVERSE.items())
    assert any(any(own["offsets"].values()) for own in (decision, *decision["by_fold"]))
    assert run.metrics["cv"]["metrics"]["mean_average_precision"]["value"] > 0.5
    model = stancekit.load(run.path)
    assert model.linear.conditioning is not None
    turned = model.predict(turned_round(rows))
    assert turned == [BOTH_WAYS.get(label, label) for label in model.predict(rows)]
    order = [model.labels.index(BOTH_WAYS.get(label, label)) for label in model.labels]
    swapped = np.ascontiguousarray(model.decision_function(rows)[:, order])
    assert model.decision_function(turned_round(rows)).tobytes() == swapped.tobytes()


def test_a_directed_pair_is_tuned_and_conditioned_in_a_search(train: Any) -> None:
    grid = "search.grid={features.conditioning: [none, token], decision: [argmax, {tune: macro_f1}]}"
    run = train(pairs(), PAIR_TASK, grid, "search.n=3", "search.metric=mean_average_precision")
    assert len(run.metrics["search"]["tried"]) == 4
    assert all(own["score"] is not None for own in run.metrics["search"]["tried"])


def test_a_directed_pair_is_checked_like_one_label(tmp_path: Path, write_jsonl: Write) -> None:
    rows = pairs()
    write_jsonl("examples.jsonl", [*rows, rows[0] | {"id": "again", "article": "other"}])
    config = tmp_path / "own.yaml"
    config.write_text(f"data: {{train: examples.jsonl}}\n{PAIR_TASK}{SETTINGS}", encoding="utf-8")
    codes = {finding.code for finding in check_config(load_config(config)).findings}
    assert "SK001" in codes  # the copy


def test_an_article_has_each_pair_once_first_mentioned_first(train: Any) -> None:
    model = stancekit.load(train(pairs(), PAIR_TASK).path)
    rows = predict_article(model, Article("a", "Bob blames Carl over point 9."))
    assert [(row["actor"], row["target"], row["label"]) for row in rows] == [("Bob", "Carl", "negative_pq")]
