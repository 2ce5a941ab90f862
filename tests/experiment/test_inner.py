"""Runs that calibrate, vote and tune: what is cut and learned, what is written down, and that it is what is used."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from stancekit.config import load_config
from stancekit.config.model import Model
from stancekit.errors import DataError
from stancekit.evaluation import crossval, search
from stancekit.experiment.corpora import Corpus, read_corpora
from stancekit.experiment.inner import cutter
from stancekit.experiment.run import Run
from stancekit.experiment.train import plan_experiment, run_experiment
from stancekit.models import members
from stancekit.models.splits import Held, SplitFeatures
from stancekit.report.pages import PAGES

Rows = Sequence[dict[str, Any]]
WORDS = {"supports": "soutient", "opposes": "refuse", "neutral": "évoque"}
CONFIG = """\
data: {train: examples.jsonl}
features: {blocks: [{field: text}]}
model: {kind: logistic_regression, class_weight: null}
decision: {tune: macro_f1}
inner_folds: 3
evaluation: {folds: {n: 3}, intervals: {resamples: 100}, baselines: [names_only]}
"""
VOTE = "model={kind: vote, of: [{kind: linear_svc}, {kind: complement_nb, calibration: isotonic}, {kind: sgd}]}"


def rare_label() -> list[dict[str, Any]]:
    """96 examples in 24 articles, one in four neutral and a quarter of them said wrongly."""
    random = np.random.default_rng(4)
    rows = []
    for number in range(96):
        label = ("supports", "opposes", "supports", "neutral")[number % 4]
        said = label if random.random() > 0.25 else str(random.choice(list(WORDS)))
        noise = " ".join(f"mot{word}" for word in random.integers(0, 30, 4))
        place = {"id": f"e{number:02d}", "article": f"a{number // 4:02d}", "date": f"2021-01-{number // 4 + 1:02d}"}
        text = f"Mali {WORDS[said]} un accord {noise} {number}."
        rows.append(place | {"text": text, "actor": "Mali", "target": "deal", "label": label})
    return rows


@pytest.fixture
def config(tmp_path: Path, write_jsonl: Callable[[str, Rows], Path]) -> Path:
    write_jsonl("examples.jsonl", rare_label())
    path = tmp_path / "rare.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def train(config: Path, *changes: str, output: str = "out", jobs: int = 1, pages: Any = ()) -> Run:
    return run_experiment(load_config(config, changes), config.parent / output, jobs=jobs, pages=pages)


def corpus_of(config: Path) -> Corpus:
    return read_corpora(load_config(config), [].append).train


def test_groups_stay_together_in_inner_folds_and_every_row_is_in_one(config: Path) -> None:
    train = corpus_of(config)
    rows = np.arange(8, 90)
    folds = cutter(load_config(config), train)(rows)
    assert set(folds) == {0, 1, 2}
    articles = np.array(train.columns["article"])[rows]
    assert all(len(set(folds[articles == article])) == 1 for article in articles)


def test_the_inner_cut_depends_on_the_training_rows_alone(config: Path) -> None:
    train = corpus_of(config)
    rows = np.arange(8, 90)
    other = train.labels.copy()
    outside = np.setdiff1d(np.arange(96), rows)
    other[outside] = np.roll(other[outside], 1, axis=1)
    cut, again = (
        cutter(load_config(config), Corpus(train.columns, labels, train.groups))(rows)
        for labels in (train.labels, other)
    )
    np.testing.assert_array_equal(cut, again)


@pytest.mark.parametrize(
    ("folds", "number"),
    [
        ("{scheme: time, by: article, n: 2}", 2),
        ("{scheme: leave_one_out, by: article}", 24),
        ("{scheme: random, n: 3}", 3),
        ("null", 0),
    ],
)
def test_whatever_the_scheme_of_the_folds_there_are_inner_ones(
    config: Path, folds: str, number: int, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    tests = [row | {"id": f"t{row['id']}", "text": f"Or {row['text']}"} for row in rare_label()]
    test = write_jsonl("test.jsonl", tests)
    changes = (f"evaluation.folds={folds}", f"data.test={test}", "checks.errors=report", "evaluation.baselines=[]")
    run = train(config, *changes)
    assert run.metrics["decision"]["tune"] == "macro_f1"
    assert len(run.metrics["decision"]["by_fold"]) == number


def test_examples_that_cannot_be_cut_are_told_with_what_works(config: Path) -> None:
    with pytest.raises(
        DataError, match=r"training examples can't be cut into inner folds \(inner_folds=20\).*inner_folds=1"
    ):
        plan_experiment(load_config(config, ["inner_folds=20"]))


def note_fits(noted: list[str], monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
    """Note every fit of some splits: those that a module makes."""

    class Noting(SplitFeatures):
        def fit_and_score(self, model: Model, labels: NDArray[np.bool_], seed: int) -> Held:
            noted.append(model.kind)
            return super().fit_and_score(model, labels, seed)

    for module in modules:
        monkeypatch.setattr(module, "SplitFeatures", Noting)


@pytest.mark.parametrize("changes", [(), (VOTE,), (VOTE, "decision=argmax"), ("evaluation.folds.repeats=2",)])
def test_a_dry_run_tells_how_many_inner_fits_there_are(
    config: Path, changes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    note_fits(noted, monkeypatch, members)
    resolved = load_config(config, changes)
    line = next(line for line in plan_experiment(resolved)[1] if "inner folds" in line)
    train(config, *changes, "evaluation.baselines=[]")
    assert f": {len(noted)} fits; as many for each of the baselines names_only" in line


@pytest.mark.parametrize("changes", [(), (VOTE,), ("model={kind: ridge, calibration: platt}", "decision=argmax")])
def test_the_same_run_for_any_number_of_jobs(config: Path, changes: tuple[str, ...]) -> None:
    one, two = train(config, *changes, output="one"), train(config, *changes, output="two", jobs=2)
    for name in ("metrics.json", "predictions.csv", "model/model.safetensors", "model/model.json", "log.txt"):
        assert (one.path / name).read_bytes() == (two.path / name).read_bytes()


@pytest.mark.parametrize("changes", [(), (VOTE,), ("model={kind: ridge, calibration: isotonic}",)])
def test_what_is_predicted_is_what_is_most_probable(config: Path, changes: tuple[str, ...]) -> None:
    run = train(config, *changes)
    labels = ["opposes", "neutral", "supports"]
    for row in run.predictions():
        shares = [float(row[f"p_{label}"]) for label in labels]
        assert shares[labels.index(row["predicted"])] == max(shares)
        assert sum(shares) == pytest.approx(1.0)


def test_offsets_are_written_down_for_the_model_and_for_every_fold(config: Path) -> None:
    run = train(config, pages=PAGES)
    decision = run.metrics["decision"]
    assert [(own["repeat"], own["fold"]) for own in decision["by_fold"]] == [(0, 0), (0, 1), (0, 2)]
    offsets = run.model().rule.offsets
    assert offsets is not None
    assert list(decision["offsets"].values()) == offsets.tolist()
    assert list(decision["offsets"]) == ["opposes", "neutral", "supports"]
    line = next(line for line in (run.path / "log.txt").read_text("utf-8").splitlines() if "tuned" in line)
    assert f"neutral {offsets[1]:+.3f}" in line
    page = (run.path / "report.html").read_text("utf-8")
    neutral = [own["offsets"]["neutral"] for own in decision["by_fold"]]
    assert f'<th scope="row">neutral</th><td>{offsets[1]:+.3f}</td>' in page
    assert f"{min(neutral):+.3f} to {max(neutral):+.3f}" in page
    assert "decision is tuned for macro" in (run.path / "model" / "README.md").read_text("utf-8")


def test_without_tuning_there_is_nothing_to_tell(config: Path) -> None:
    run = train(config, "decision=argmax")
    assert run.metrics["decision"] is None
    assert "inner" not in (run.path / "log.txt").read_text("utf-8")
    assert not any("inner" in line for line in plan_experiment(load_config(config, ["decision=argmax"]))[1])


def test_a_tuned_run_is_that_of_its_resolved_config(config: Path) -> None:
    run = train(config, VOTE)
    assert run_experiment(load_config(run.path / "config.yaml"), config.parent / "out").path == run.path


def test_the_decision_and_the_calibration_can_be_searched_for_without_fits_of_their_own(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    note_fits(noted, monkeypatch, crossval, search)
    tried = "search={grid: {decision: [argmax, {tune: macro_f1}], model.calibration: [none, platt]}, n: 3}"
    run = train(config, tried, "decision=argmax", "evaluation.baselines=[]")
    found = run.metrics["search"]
    assert len(found["tried"]) == 4
    scores = {json.dumps(own["changes"]["decision"]): own["score"] for own in found["tried"][::2]}
    assert scores['{"tune": "macro_f1"}'] > scores['"argmax"']
    # Three inner folds for all examples and for each of three folds, and each of these folds: one model each.
    assert len(noted) == 3 * 4 + 3
    assert json.dumps(run.model().decision if isinstance(run.model().decision, str) else {"tune": "macro_f1"}) == (
        json.dumps(found["best"]["decision"])
    )
