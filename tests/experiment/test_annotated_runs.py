"""Training on items that several people labelled: no leak between folds, and the model beside the people."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit.config.load import load_config
from stancekit.errors import printable
from stancekit.evaluation.verdict import verdict

Write = Callable[[str, Sequence[dict[str, Any]]], Path]
CHANGES = ["evaluation.baselines=[duplicate_lookup]", "evaluation.folds.repeats=1"]
WITHOUT_GROUPS = ["evaluation.folds={scheme: stratified, n: 3}", *CHANGES[:1]]


@pytest.fixture
def annotated(config_file: Path, corpus_rows: list[dict[str, Any]], write_jsonl: Write) -> Path:
    """Three people label the 36 sentences; cyd calls what is neutral a support, ann and bob agree on all."""
    rows = []
    for row in corpus_rows:
        for who in ("ann", "bob", "cyd"):
            label = "supports" if who == "cyd" and row["label"] == "neutral" else row["label"]
            rows.append({**row, "id": f"{row['id']}/{who}", "annotator": who, "label": label})
    write_jsonl("examples.jsonl", rows)
    return config_file


def train(path: Path, *changes: str) -> stancekit.Run:
    return stancekit.train(path, changes, output=path.parent / "out")


def folds_by_item(run: stancekit.Run) -> dict[str, set[str]]:
    folds: dict[str, set[str]] = {}
    for row in run.predictions():
        folds.setdefault(row["id"].split("/")[0], set()).add(row["fold"])
    return folds


@pytest.mark.parametrize("scheme", ["random", "stratified"])
def test_folds_by_example_do_not_tear_an_item_apart(annotated: Path, scheme: str) -> None:
    changes = [f"evaluation.folds={{scheme: {scheme}, n: 3}}", CHANGES[0]]
    run = train(annotated, *changes)
    assert all(len(own) == 1 for own in folds_by_item(run).values())
    findings = json.loads((run.path / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert "SK005" not in [finding["code"] for finding in findings], "no text was trained on where it was held out"
    assert run.metrics["cv"]["groups"] == 36, "intervals draw items, not labels"
    assert run.metrics["cv"]["n"] == 108


def test_inner_folds_and_those_of_a_search_keep_items_together(
    annotated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stancekit.experiment import chosen, inner

    seen = []
    for module in (chosen, inner):
        cut = module.cut_folds

        def spy(labels: Any, names: Any, units: Any, *rest: Any, cut: Any = cut) -> Any:
            seen.append((len(labels), len(set(units.tolist()))))
            return cut(labels, names, units, *rest)

        monkeypatch.setattr(module, "cut_folds", spy)
    train(
        annotated, *WITHOUT_GROUPS, "search={grid: {model.C: [0.5, 1]}}", "decision={tune: macro_f1}", "inner_folds=3"
    )
    assert {size for size, _ in seen} >= {108, 72}
    assert all(size == 3 * units for size, units in seen)


def test_people_stand_beside_the_model(annotated: Path) -> None:
    """Of three pairs of people one agrees on all, two on two thirds: 7/9."""
    run = train(annotated, *CHANGES)
    ceiling = run.metrics["cv"]["ceiling"]
    assert (ceiling["annotators"], ceiling["items"]) == (3, 36)
    assert ceiling["metrics"]["accuracy"]["value"] == pytest.approx(7 / 9)
    said = verdict(run.metrics["cv"], run.config, "cross-validation")
    assert said.endswith(f"; two annotators agree at {ceiling['metrics']['macro_f1']['value']:.3f}.")


def test_the_majority_makes_one_example_of_each_item(annotated: Path, corpus_rows: list[dict[str, Any]]) -> None:
    run = train(annotated, *CHANGES, "data.annotators=majority")
    assert run.metrics["cv"]["n"] == 36
    assert [row["gold"] for row in run.predictions()] == [row["label"] for row in corpus_rows]
    assert run.metrics["cv"]["ceiling"]["items"] == 36, "people are compared all the same"
    log = (run.path / "log.txt").read_text(encoding="utf-8")
    assert "36 of 36 items were labelled by several of 3 annotators; the majority decides" in log


def test_one_person_can_be_taken_by_name(annotated: Path) -> None:
    run = train(annotated, *CHANGES[1:], "data.annotators=bob")
    assert {row["id"].split("/")[1] for row in run.predictions()} == {"bob"}
    assert load_config(run.path / "config.yaml").data.annotators == "bob"


def test_without_several_annotators_there_is_no_ceiling(config_file: Path) -> None:
    run = train(config_file, *CHANGES)
    assert run.metrics["cv"]["ceiling"] is None
    assert "annotators agree" not in printable(verdict(run.metrics["cv"], run.config, "cross-validation"))


def test_the_terminal_shows_people_in_the_table(annotated: Path, stancekit_command: Callable[..., Any]) -> None:
    changes = [part for change in [*CHANGES, "evaluation.primary=accuracy"] for part in ("--set", change)]
    done = stancekit_command("train", "-c", annotated, *changes, "--output", annotated.parent / "out")
    line = next(line for line in done.stdout.splitlines() if line.strip().startswith("annotators, "))
    assert "0.778" in line
