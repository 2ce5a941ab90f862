"""A run with a search: what is chosen, by what, and that it is what is fitted, scored, saved and shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stancekit
from stancekit.config import load_config
from stancekit.errors import DataError, RefusedError
from stancekit.experiment.corpora import read_corpora
from stancekit.experiment.run import Run
from stancekit.experiment.train import plan_experiment, run_experiment
from stancekit.models import splits
from stancekit.models.conditioned import Design

Rows = Sequence[dict[str, Any]]
WORDS = {"supports": "soutient", "opposes": "refuse", "neutral": "évoque"}
CONFIG = """\
data: {train: examples.jsonl}
features: {blocks: [{field: text}]}
evaluation: {folds: {n: 3}, intervals: {resamples: 100}, baselines: [names_only]}
search: {grid: {model.C: [0.01, 0.1, 1, 10], features.blocks.0.ngrams: [[1, 1], [1, 2]]}, n: 3}
"""


def noisy_rows() -> list[dict[str, Any]]:
    """72 examples in 24 articles; the verb tells the label, but for a quarter of them."""
    random = np.random.default_rng(4)
    rows = []
    for article in range(24):
        for label in WORDS:
            said = label if random.random() > 0.25 else str(random.choice(list(WORDS)))
            noise = " ".join(f"mot{number}" for number in random.integers(0, 30, 4))
            actor = f"A{random.integers(3)}"
            rows.append(
                {
                    "id": f"a{article:02d}-{label}",
                    "article": f"a{article:02d}",
                    "text": f"{actor} {WORDS[said]} un accord {noise} {article}.",
                    "actor": actor,
                    "target": "deal",
                    "label": label,
                }
            )
    return rows


@pytest.fixture
def config(tmp_path: Path, write_jsonl: Callable[[str, Rows], Path]) -> Path:
    write_jsonl("examples.jsonl", noisy_rows())
    path = tmp_path / "noisy.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def train(config: Path, *changes: str, output: str = "out", jobs: int = 1) -> Run:
    """Train without writing pages."""
    return run_experiment(load_config(config, changes), config.parent / output, jobs=jobs)


def changes_of(best: dict[str, Any]) -> list[str]:
    return ["search=null", *(f"{key}={json.dumps(value)}" for key, value in best.items())]


def codes(run: Run) -> list[str]:
    return [warning["code"] for warning in run.metrics["cv"]["warnings"]]


def test_the_model_that_is_saved_and_tested_is_that_of_the_chosen_setting(
    config: Path, tmp_path: Path, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    """The same arrays and test scores, baselines too, as of a config that says the best setting itself."""
    tests = [row | {"id": f"t{row['id']}", "text": "Or " + row["text"][:-1]} for row in noisy_rows()[::2]]
    test = f"data.test={write_jsonl('test.jsonl', tests)}"
    run = train(config, test, "model.C=7", "checks.errors=report")
    best = run.metrics["search"]["best"]
    assert best["model.C"] != 7
    said = train(config, test, "checks.errors=report", *changes_of(best))
    assert run.metrics["test"] == said.metrics["test"]
    for file in ("model.safetensors", "vocabulary.parquet"):
        assert (run.path / "model" / file).read_bytes() == (said.path / "model" / file).read_bytes()
    assert run.model().spec == said.config.model


def test_the_best_setting_is_the_one_with_the_highest_score(config: Path) -> None:
    search = train(config).metrics["search"]
    assert (search["metric"], search["n"], search["nested"]) == ("macro_f1", 3, True)
    assert len(search["tried"]) == 8
    best = max(search["tried"], key=lambda own: own["score"])
    assert search["best"] == best["changes"]
    assert len({own["score"] for own in search["tried"]}) > 3


def test_searching_one_setting_is_training_with_it(config: Path) -> None:
    """Every score of cross-validation, those of baselines too, is as if the config said so."""
    searched = train(config, "search={grid: {model.C: [0.2], features.blocks.0.ngrams: [[1, 2]]}}", "model.C=9")
    plain = train(config, "search=null", "model.C=0.2", "features.blocks.0.ngrams=[1, 2]")
    assert searched.metrics["cv"] == plain.metrics["cv"]
    assert searched.predictions() == plain.predictions()


def test_each_fold_is_scored_by_the_setting_that_was_chosen_without_it(config: Path) -> None:
    run = train(config, "evaluation.folds.repeats=2")
    by_fold = run.metrics["search"]["by_fold"]
    assert [(own["repeat"], own["fold"]) for own in by_fold] == [(r, f) for r in range(2) for f in range(3)]
    assert len({json.dumps(own["best"]) for own in by_fold}) > 1
    for own in by_fold:
        plain = train(config, "evaluation.folds.repeats=2", *changes_of(own["best"]))
        place = {"repeat": str(own["repeat"]), "fold": str(own["fold"])}
        shares, expected = (
            [row for row in other.predictions() if place.items() <= row.items()] for other in (run, plain)
        )
        assert shares == expected


def test_a_baseline_has_the_model_that_was_chosen_for_its_fold(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, fitted = "", []

    def note(name: str, done: int, total: int) -> None:
        nonlocal stage
        stage = name

    class Noting(Design):
        def fit(self, labels: Any, spec: Any, *others: Any, **named: Any) -> Any:
            fitted.append((stage, spec.C))
            return super().fit(labels, spec, *others, **named)

    monkeypatch.setattr(splits, "Design", Noting)
    several = load_config(config, ["search.grid.model.C=[100, 1, 0.01]", "model.C=77"])
    run = run_experiment(several, config.parent / "out", progress=note)
    chosen = [own["best"]["model.C"] for own in run.metrics["search"]["by_fold"]]
    assert not {77, 100} & set(chosen)  # neither the config's own nor the first that was tried
    for name in ("cross-validating", "baseline names_only"):
        assert [C for own, C in fitted if own == name] == chosen


def test_nothing_of_a_held_out_fold_touches_its_choice_or_its_model(
    config: Path, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    """All texts and labels of fold 0 change but those of one article, whose predictions stay to the last digit."""
    own_folds = ("evaluation.folds={scheme: group, by: article, n: 3}",)
    before = train(config, *own_folds)
    fold_of = {row["article"]: row["fold"] for row in before.predictions()}
    changing = sorted(article for article, fold in fold_of.items() if fold == "0")[1:]
    kept = next(article for article, fold in sorted(fold_of.items()) if fold == "0")
    turned = {"supports": "neutral", "neutral": "opposes", "opposes": "supports"}
    rows = [
        row | {"label": turned[row["label"]], "text": f"{row['actor']} salue {row['id']} mot1 mot2"}
        if row["article"] in changing
        else row
        for row in noisy_rows()
    ]
    write_jsonl("examples.jsonl", rows)
    after = train(config, *own_folds)
    assert {row["article"]: row["fold"] for row in after.predictions()} == fold_of
    own, other = ([row for row in run.predictions() if row["article"] == kept] for run in (before, after))
    assert own == other
    first, second = (run.metrics["search"] for run in (before, after))
    assert first["by_fold"][0] == second["by_fold"][0]
    assert [tried["score"] for tried in first["tried"]] != [tried["score"] for tried in second["tried"]]


def test_a_search_with_two_jobs_is_the_same_to_the_byte(config: Path) -> None:
    one, two = train(config, output="one"), train(config, output="two", jobs=2)
    files = [path.relative_to(one.path) for path in one.path.rglob("*") if path.is_file()]
    differing = {str(file) for file in files if (one.path / file).read_bytes() != (two.path / file).read_bytes()}
    assert differing == {"environment.json"}


def test_training_from_a_run_folders_config_gives_the_same_run(config: Path) -> None:
    run = train(config, "search={random: {model.C: {low: 0.01, high: 100, log: true}}, trials: 5}")
    again = train(run.path / "config.yaml", output="again")
    assert again.id == run.id
    assert again.metrics == run.metrics


def test_what_is_searched_belongs_to_the_runs_name_and_no_search_does_not(config: Path) -> None:
    ids = {train(config, change).id for change in ("search.n=2", "search.nested=false", "search=null", "seed=0")}
    assert len(ids) == 4
    config.write_text(CONFIG.split("search:")[0], encoding="utf-8")
    assert train(config).id == train(config, "search=null").id


def test_kinds_of_models_are_chosen_among_and_some_have_no_probabilities(config: Path) -> None:
    kinds = "search={{grid: {{model.kind: [{}], model.smoothing: [0.5, 2], model.C: [0.1]}}, n: 3}}"
    with_some = train(config, kinds.format("logistic_regression, complement_nb"))
    assert all(row["p_supports"] for row in with_some.predictions())
    for row in with_some.predictions():
        shares = [float(row[f"p_{label}"]) for label in ("opposes", "neutral", "supports")]
        assert sum(shares) == pytest.approx(1.0)
        assert ["opposes", "neutral", "supports"][int(np.argmax(shares))] == row["predicted"]
    mixed = train(config, kinds.format("linear_svc, complement_nb"))
    assert [own["changes"] for own in mixed.metrics["search"]["tried"]] == [
        {"model.kind": "linear_svc", "model.C": 0.1},
        {"model.kind": "complement_nb", "model.smoothing": 0.5},
        {"model.kind": "complement_nb", "model.smoothing": 2},
    ]
    chosen = {own["best"]["model.kind"] for own in mixed.metrics["search"]["by_fold"]}
    assert "linear_svc" in chosen
    assert {row["p_supports"] for row in mixed.predictions()} == {""}


def test_a_multilabel_task_is_searched(config: Path, write_jsonl: Callable[[str, Rows], Path]) -> None:
    rows = []
    for number, row in enumerate(noisy_rows()):
        known = [label for label in (row["label"],) if label != "neutral"]
        labels = known if number % 4 else ["supports", "opposes"]
        rows.append({key: value for key, value in row.items() if key != "label"} | {"labels": labels})
    write_jsonl("examples.jsonl", rows)
    run = train(config, "task={kind: multilabel, labels: [opposes, supports]}", "search.metric=micro_f1")
    assert run.metrics["search"]["metric"] == "micro_f1"
    assert run.metrics["search"]["best"] in [own["changes"] for own in run.metrics["search"]["tried"]]


def test_a_search_that_is_not_nested_warns_that_scores_come_out_too_high(config: Path) -> None:
    loose = train(config, "search.nested=false")
    assert "chosen_on_scored" in codes(loose)
    assert "chosen_on_scored" not in codes(train(config))
    search = loose.metrics["search"]
    assert all(own["best"] == search["best"] for own in search["by_fold"])
    plain = train(config, *changes_of(search["best"]))
    assert {**loose.metrics["cv"], "warnings": []} == {**plain.metrics["cv"], "warnings": []}


def test_one_setting_alone_was_not_chosen_so_nothing_warns(config: Path) -> None:
    assert "chosen_on_scored" not in codes(train(config, "search={grid: {model.C: [1]}, nested: false}"))


def test_a_best_value_at_the_edge_of_the_grid_warns(config: Path) -> None:
    run = train(config, "search={grid: {model.C: [0.01, 10]}, n: 3}")
    best = run.metrics["search"]["best"]["model.C"]
    edge = "smallest" if best < 1 else "largest"
    said = [own["message"] for own in run.metrics["cv"]["warnings"] if own["code"] == "edge_of_search"]
    assert said == [f"Of the search, model.C = {best:g} is the {edge} tried: try values beyond it."]
    assert "edge_of_search" not in codes(train(config, "search={grid: {model.C: [10]}, n: 3}"))


@pytest.mark.parametrize(
    ("n", "place", "largest"), [(17, "the training examples of fold 1", 16), (30, "all examples", 24)]
)
def test_inner_folds_that_cannot_be_cut_are_refused_by_name(config: Path, n: int, place: str, largest: int) -> None:
    """24 articles, 16 of them in training: 17 folds can't be cut there, and 30 nowhere."""
    for way in (train, lambda *own: plan_experiment(load_config(own[0], own[1:]))):
        with pytest.raises(DataError) as caught:
            way(config, f"search.n={n}")
        said = str(caught.value)
        assert f"the search (search.n={n}) can't cut {place}" in said
        assert f"groups by 'article' can't fill {n} folds" in said
        assert f"search.n={largest}" in said
        assert "evaluation.folds.n" not in said
    assert not (config.parent / "out").exists()


def test_a_search_that_is_not_nested_cuts_all_examples_only(config: Path) -> None:
    run = train(config, "search={grid: {model.C: [1, 3]}, n: 17, nested: false}")
    assert len(run.metrics["search"]["tried"][0]["folds"]) == 17


def test_a_dry_run_says_how_much_would_be_fitted(config: Path) -> None:
    def planned(*changes: str) -> list[str]:
        _, lines = plan_experiment(load_config(config, changes))
        return [line for line in lines if line.startswith("would try")]

    nested = "for all examples and for the training examples of each of 6 folds"
    assert planned("evaluation.folds.repeats=2") == [f"would try 8 settings in 3 folds, {nested}: {8 * 3 * 7} fits"]
    assert planned("search.nested=false") == ["would try 8 settings in 3 folds, for all examples: 24 fits"]
    assert planned("search=null") == []


def test_progress_counts_every_fit_that_a_dry_run_announces(config: Path) -> None:
    steps = []
    run_experiment(load_config(config), config.parent / "out", progress=lambda *step: steps.append(step))
    searching = [step for step in steps if step[0] == "searching"]
    assert searching == [("searching", done, 8 * 3 * 4) for done in range(8 * 3 * 4 + 1)]


def test_inner_folds_keep_articles_together(config: Path) -> None:
    from stancekit.experiment.chosen import _cut_all

    loaded = load_config(config)
    corpora = read_corpora(loaded, [].append)
    assert loaded.search is not None
    assert corpora.folds is not None
    cut = _cut_all(loaded, loaded.search, corpora)
    assert len(cut) == 4
    for number, own in enumerate(cut):
        articles: dict[str, set[int]] = {}
        for row, fold in zip(own.rows, own.folds, strict=True):
            articles.setdefault(corpora.train.columns["article"][row], set()).add(int(fold))
        assert all(len(folds) == 1 for folds in articles.values())
        if number:
            assert set(own.rows) == set(np.flatnonzero(corpora.folds[0] != number - 1))


def test_runs_and_compare_show_the_chosen_setting_not_the_configs_own(config: Path) -> None:
    run = train(config, "model.C=77")
    other = train(config, "search=null", "model.C=5")
    best = run.metrics["search"]["best"]
    assert best["model.C"] == run.chosen.model.C
    assert run.chosen.features.blocks[0].ngrams == tuple(best["features.blocks.0.ngrams"])
    differing = stancekit.compare([run, other]).differing
    assert differing["model.C"] == [best["model.C"], 5.0]


def test_a_run_whose_search_is_damaged_is_refused(config: Path) -> None:
    run = train(config)
    file = run.path / "metrics.json"
    whole = json.loads(file.read_text(encoding="utf-8"))
    for damage in (3, [], {}, whole["search"] | {"best": {"model.C": 99}}, whole["search"] | {"tried": [1]}):
        file.write_text(json.dumps(whole | {"search": damage}), encoding="utf-8")
        with pytest.raises(RefusedError, match="damaged"):
            Run(run.path)
    tried = [{"changes": {"model.x": 1}, "score": None}]
    file.write_text(json.dumps(whole | {"search": whole["search"] | {"best": {"model.x": 1}, "tried": tried}}))
    with pytest.raises(RefusedError, match="doesn't fit its config"):
        _ = Run(run.path).chosen
