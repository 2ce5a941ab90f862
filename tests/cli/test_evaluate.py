from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit.cli import app as commands
from stancekit.errors import DataError, InputError


@pytest.fixture(scope="module")
def run(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of configs/mali.yaml that is tested on part of another corpus."""
    folder = tmp_path_factory.mktemp("runs")
    lines = (repository / "data/sahel/examples.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "test.jsonl").write_text("".join(lines[:60]), encoding="utf-8")
    changes = ["evaluation.folds=null", f"data.test={folder / 'test.jsonl'}", "evaluation.intervals.by=article"]
    return stancekit.train(repository / "configs/mali.yaml", changes, output=folder / "runs").path


@pytest.fixture
def evaluate(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.chdir(tmp_path)

    def call(data: Path | str, **options: Any) -> None:
        commands.evaluate(run, Path(data), **options)

    return call


def test_a_test_set_scored_again_has_the_scores_and_predictions_of_the_run(
    evaluate, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate(run.parents[2] / "test.jsonl", json=True, output=Path("predictions.csv"))
    printed = capsys.readouterr()
    said = json.loads(printed.out)
    expected = json.loads((run / "metrics.json").read_text(encoding="utf-8"))["test"]
    assert said["primary"] == "macro_f1"
    assert said["scores"]["metrics"] == expected["metrics"]
    assert said["scores"]["confusion"] == expected["confusion"]
    assert Path("predictions.csv").read_bytes() == (run / "predictions.csv").read_bytes()
    assert printed.err == "60 predictions: predictions.csv\n"


def test_scores_are_shown_with_labels_targets_and_actors(
    evaluate, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate(run.parents[2] / "test.jsonl")
    shown = capsys.readouterr().out
    for part in (
        "majority",
        "predicted, new examples",
        "60 in ",
        "precision",
        "target",
        "actor",
    ):
        assert part in shown


def test_columns_and_labels_may_have_other_names(evaluate, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "phrase,stance\nParis refuse.,con\nMoscou salue.,pro\nRien.,unsure\n"
    Path("d.csv").write_bytes(rows.encode("utf-16"))
    with pytest.raises(DataError, match=r"d\.csv"):
        evaluate("d.csv")
    how = {"columns": "text=phrase,label=stance", "labels": "con=opposes,pro=supports,unsure=", "encoding": "utf-16"}
    evaluate("d.csv", json=True, **how)
    scores = json.loads(capsys.readouterr().out)["scores"]
    assert scores["n"] == 2
    assert scores["per_label"]["opposes"]["n"] == 1


def test_a_label_that_the_model_does_not_know_is_named_with_its_line_and_the_closest(evaluate) -> None:
    Path("d.csv").write_text("text,label\nParis refuse.,opposes\nMoscou salue.,suports\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"d\.csv:3: .*'suports'.*did you mean 'supports'.*--labels THEIRS=OURS"):
        evaluate("d.csv")


def test_a_label_mapped_to_nothing_at_all_is_refused_with_an_example_of_labels() -> None:
    with pytest.raises(InputError, match="--labels: 'con' is not NAME=NAME; Example: --labels con=opposes,unsure="):
        commands.pairs_of("--labels", "con")
    with pytest.raises(InputError, match="Example: --columns text=sentence,label=stance"):
        commands.pairs_of("--columns", "con")


def test_predictions_are_not_overwritten_unless_forced(evaluate, run: Path) -> None:
    Path("p.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="exists"):
        evaluate(run.parents[2] / "test.jsonl", output=Path("p.csv"))
    assert Path("p.csv").read_text(encoding="utf-8") == "mine"
    evaluate(run.parents[2] / "test.jsonl", output=Path("p.csv"), force=True)
    assert Path("p.csv").read_bytes() == (run / "predictions.csv").read_bytes()


def test_training_data_scored_is_called_so(evaluate, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(repository / "data/mali-2021-11/examples.jsonl")
    assert "the very examples that the model was trained on" in capsys.readouterr().out
