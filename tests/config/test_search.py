"""What a search may say: every mistake at its place."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.config import Config, dump_config, load_config
from stancekit.config.search import MOST_SETTINGS, Range, Search, changed
from stancekit.errors import ConfigError, Problem


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "d.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


BLOCKS = "features: {blocks: [{field: masked}, {field: masked, analyzer: char}, {field: pair, analyzer: indicator}]}\n"


def read(search: str, rest: str = "", overrides=(), features: str = BLOCKS) -> Config:
    text = f"search: {search}\ndata: {{train: d.jsonl}}\n{rest}{features}"
    Path("a.yaml").write_text(text, encoding="utf-8")
    return load_config("a.yaml", overrides)


def problems_of(search: str, rest: str = "", overrides=(), features: str = BLOCKS) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        read(search, rest, overrides, features)
    return list(caught.value.problems)


GRID = "{grid: {model.C: [0.1, 1]}}"


def test_what_a_search_does_not_say_is_that_of_the_evaluation():
    search = read(GRID, "evaluation: {folds: {n: 7}, primary: accuracy}\n").search
    assert (search.metric, search.n, search.nested) == ("accuracy", 7, True)


def test_what_a_search_says_is_kept():
    search = read("{grid: {model.C: [1]}, n: 3, metric: micro_f1, nested: false}").search
    assert (search.metric, search.n, search.nested) == ("micro_f1", 3, False)


@pytest.mark.parametrize(
    ("search", "column", "said"),
    [
        ("{gird: {model.C: [1]}}", 10, "did you mean 'grid'?"),
        ("{}", 9, "either 'grid' or 'random'"),
        ("{grid: {model.C: [1]}, random: {model.C: [1]}}", 9, "either 'grid' or 'random'"),
        ("{grid: {}}", 16, "no key is varied"),
        ("{random: {}}", 18, "no key is varied"),
        ("{grid: {model.C: []}}", 26, "'model.C' is empty"),
        ("{random: {model.C: []}}", 28, "'model.C' is empty"),
        ("{grid: {model.C: 1}}", 26, "'model.C' needs a list, not 1"),
        ("{random: {model.C: 1}}", 28, "'model.C' needs a list, not 1"),
        ("{grid: {model.C: {low: 1, high: 2}}}", 26, "'model.C' needs a list, not a mapping"),
        ("{grid: {model.c: [1]}}", 17, "did you mean 'C'?"),
        ("{grid: {modle.C: [1]}}", 17, "did you mean 'model'?"),
        ("{random: {model.c: {low: 1, high: 2}}}", 19, "did you mean 'C'?"),
        ("{grid: {model.C.x: [1]}}", 17, "there is no 'x'"),
        ("{grid: {model.kind.x: [1]}}", 17, "there is no 'x'"),
        ("{grid: {model.smoothing: [1]}}", 17, "there is no 'smoothing'"),
        ("{grid: {features.blocks.0.ngram: [[1, 1]]}}", 17, "did you mean 'ngrams'?"),
        ("{grid: {features.blocks.3.norm: [l1]}}", 17, "Allowed: 0, 1, 2"),
        ("{grid: {features.blocks.-1.norm: [l1]}}", 17, "Allowed: 0, 1, 2"),
        ("{grid: {data.drop_copies: [true]}}", 17, "only keys of features, model and decision"),
        ("{grid: {evaluation.folds.n: [3]}}", 17, "only keys of features, model and decision"),
        ("{grid: {seed: [3]}}", 17, "only keys of features, model and decision"),
        ("{grid: {model.C: [1, -1]}}", 30, "model.C can't be -1"),
        ("{grid: {model.C: ['1']}}", 27, 'model.C can\'t be "1"'),
        ("{grid: {model.C: [null]}}", 27, "model.C can't be null"),
        ("{grid: {model.C: [.nan]}}", 27, "model.C can't be NaN"),
        ("{grid: {model.kind: [linear_svcc]}}", 30, "did you mean 'linear_svc'?"),
        ("{grid: {model.kind: [[ridge]]}}", 30, "Allowed: logistic_regression"),
        ("{grid: {decision: [argmx]}}", 28, "did you mean 'argmax'?"),
        ("{grid: {features.blocks.0.ngrams: [[1, 1], [2, 1]]}}", 52, "longer than the longest"),
        ("{grid: {model: [{kind: linear_svc}], model.C: [1]}}", 46, "inside 'model'"),
        ("{grid: {model: [{kind: ridge, smoothing: 1}]}}", 25, "has no 'smoothing'"),
        ("{random: {model.C: {low: 2, high: 1}}}", 28, "'low' (2) must be below 'high' (1)"),
        ("{random: {model.C: {low: 1, high: 1}}}", 28, "'low' (1) must be below 'high' (1)"),
        ("{random: {model.C: {low: 0, high: 1, log: true}}}", 34, "only numbers above 0 have a logarithm"),
        ("{random: {model.C: {low: 0, high: 1}}}", 34, "model.C can't be 0.0"),
        ("{random: {model.C: {low: 1, high: .inf}}}", 43, "model.C can't be Infinity"),
        ("{random: {model.C: {low: 1}}}", 19, "the key 'high' is missing"),
        ("{random: {model.C: {lo: 1, high: 2}}}", 29, "did you mean 'low'?"),
        ("{random: {model.C: {low: a, high: 2}}}", 34, "'low' needs a number, not 'a'"),
        ("{random: {model.kind: {low: 1, high: 2}}}", 37, "model.kind can't be 1.0"),
        ("{grid: {model.C: [1]}, n: 1}", 35, "'n' must be greater than or equal to 2"),
        ("{random: {model.C: [1]}, trials: 0}", 42, "'trials' must be greater than or equal to 1"),
        ("{grid: {model.C: [1]}, metric: macro_fl}", 40, "did you mean 'macro_f1'?"),
        ("{grid: {model.C: [1]}, metric: subset_accuracy}", 40, "not a metric of a stance task"),
        ("[model.C]", 9, "'search' needs a mapping"),
    ],
)
def test_a_mistake_is_told_at_its_place(search, column, said):
    first = problems_of(search)[0]
    assert first.where == f"a.yaml:1:{column}"
    assert said in str(first)


def test_every_mistake_is_told_at_once():
    found = problems_of("{grid: {model.C: [0, 1, x], model.kinds: [a]}, metric: subset_accuracy}")
    assert [problem.where for problem in found] == ["a.yaml:1:27", "a.yaml:1:33", "a.yaml:1:37", "a.yaml:1:64"]


def test_values_that_cannot_be_together_are_named_together():
    (problem,) = problems_of(
        "{grid: {features.blocks.0.analyzer: [word, char], features.blocks.0.stop_words: [null, [le]]}}"
    )
    assert problem.where == "a.yaml:1:16"
    assert 'features.blocks.0.analyzer = char, features.blocks.0.stop_words = ["le"]' in problem.message
    assert "'stop_words' is for the analyzer 'word'" in problem.message


@pytest.mark.parametrize("folds", ["null", "{scheme: leave_one_out, by: target}", "{scheme: time, by: article}"])
def test_a_search_needs_folds_that_can_be_drawn(folds):
    (problem,) = problems_of(GRID, f"evaluation: {{folds: {folds}}}\n", ["data.test=d.jsonl"])
    assert problem.where == "a.yaml:1:9"
    assert "evaluation.folds must have a scheme that draws them" in problem.message
    assert "stratified_group" in problem.allowed


@pytest.mark.parametrize("values", ["[ridge, complement_nb]", "[multinomial_logistic_regression]"])
def test_a_model_that_decides_between_labels_is_not_tried_in_a_multilabel_task(values):
    (problem,) = problems_of(f"{{grid: {{model.kind: {values}}}}}", "task: {kind: multilabel}\n")
    assert "decides between labels" in problem.message
    assert problem.where == f"a.yaml:1:{30 + (7 if 'ridge' in values else 0)}"
    assert "complement_nb" not in problem.allowed


def test_the_models_own_mistake_in_a_multilabel_task_is_told_once():
    problems = problems_of(GRID, "task: {kind: multilabel}\nmodel: {kind: multinomial_logistic_regression}\n")
    assert [problem.where for problem in problems] == ["a.yaml:4:15"]


def test_too_many_combinations_are_refused_and_as_many_as_may_be_are_not():
    hundred = [round(0.01 * number, 2) for number in range(1, 101)]
    both = f"{{grid: {{model.C: {hundred}, features.blocks.0.weight: {hundred}}}}}"
    assert len(read(both).settings()) == MOST_SETTINGS == 10_000
    (problem,) = problems_of(f"{{grid: {{model.C: {[*hundred, 2]}, features.blocks.0.weight: {hundred}}}}}")
    assert problem.where == "a.yaml:1:16"
    assert "10,100 combinations are too many: at most 10,000" in problem.message


def test_a_search_is_set_from_the_command_line_by_its_dotted_key():
    config = read("null", overrides=["search.grid.model.C=[0.5, 5]", "search.n=3"])
    assert config.search.grid == {"model.C": (0.5, 5)}
    assert config.search.n == 3
    (problem,) = problems_of("null", overrides=["search.grid.model.c=[0.5]"])
    assert problem.where == "--set search.grid.model.c=[0.5]"


@pytest.mark.parametrize(
    "search",
    [
        GRID,
        "{random: {model.C: {low: 0.01, high: 100, log: true}, features.blocks.0.ngrams: [[1, 1], [1, 2]]}, trials: 9}",
        "{grid: {model.kind: [ridge, complement_nb], features.blocks.0.stop_words: [null, english, [a, b]]}, n: 3}",
    ],
)
def test_a_search_that_is_written_down_is_read_as_the_same(search):
    config = read(search)
    Path("b.yaml").write_text(dump_config(config, Path()), encoding="utf-8")
    again = load_config("b.yaml", ["name=a"])
    assert again.search == config.search
    assert again.settings() == config.settings()


RANGES = st.tuples(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9), st.booleans(), st.integers(0, 2**32)).filter(
    lambda own: own[0] < own[1]
)


@given(RANGES)
def test_numbers_are_drawn_within_their_bounds(drawn):
    low, high, log, seed = drawn
    search = Search(random={"model.C": Range(low=low, high=high, log=log)}, trials=20)
    values = [own["model.C"] for own in search.combinations(seed)]
    assert all(low <= value <= high for value in values)
    assert values == [own["model.C"] for own in search.combinations(seed)]


@pytest.mark.parametrize("log", [True, False])
def test_rounding_leads_to_no_number_outside_of_narrow_bounds(log):
    search = Search(random={"model.C": Range(low=0.12344, high=0.12346, log=log)}, trials=50)
    assert {own["model.C"] for own in search.combinations(0)} <= {0.12344, 0.12346}


def test_a_logarithm_is_drawn_evenly():
    """Of numbers between 1 and 10,000 half are below 100, where evenly drawn ones would nearly all be above."""
    for log, below in ((True, 0.5), (False, 0.01)):
        search = Search(random={"model.C": Range(low=1, high=10_000, log=log)}, trials=10_000)
        values = [own["model.C"] for own in search.combinations(5)]
        assert sum(value < 100 for value in values) / 10_000 == pytest.approx(below, abs=0.02)
        assert all(value == float(f"{value:.4g}") for value in values)
        assert math.isclose(min(values), 1, rel_tol=0.9)


def test_another_seed_draws_others():
    search = Search(random={"model.C": Range(low=0.01, high=100, log=True)})
    assert search.combinations(0) != search.combinations(1)


def test_the_last_key_of_a_grid_varies_fastest():
    search = Search(grid={"model.C": (1, 2), "decision": ("argmax",), "model.kind": ("ridge", "linear_svc")})
    assert [tuple(own.values()) for own in search.combinations(0)] == [
        (1, "argmax", "ridge"),
        (1, "argmax", "linear_svc"),
        (2, "argmax", "ridge"),
        (2, "argmax", "linear_svc"),
    ]


def test_changing_values_leaves_the_original_as_it_was():
    values = {"features": {"blocks": [{"norm": "l2"}, {"norm": "l2"}]}}
    assert changed(values, {"features.blocks.1.norm": "l1"}) == {
        "features": {"blocks": [{"norm": "l2"}, {"norm": "l1"}]}
    }
    assert values == {"features": {"blocks": [{"norm": "l2"}, {"norm": "l2"}]}}


def test_blocks_that_the_data_chooses_have_no_keys_to_search_over():
    (problem,) = problems_of("{grid: {features.blocks.0.ngrams: [[1, 1]]}}", features="features: auto\n")
    assert problem.where == "a.yaml:1:17"
    assert "Name the blocks: 'auto' chooses them when the data is read" in str(problem)


@pytest.mark.parametrize(
    "search",
    ["{grid: {features: [auto]}}", "{grid: {features.blocks: [auto]}}", "{grid: {features: [{blocks: auto}]}}"],
)
@pytest.mark.parametrize("features", [BLOCKS, "features: auto\n"])
def test_auto_is_not_tried_beside_other_features(search, features):
    (problem,) = problems_of(search, features=features)
    assert "'auto' can't be tried" in problem.message


def test_a_model_can_be_searched_for_while_the_data_chooses_the_blocks():
    config = read(GRID, features="features: auto\n")
    assert [setting.model.C for setting in config.settings()] == [0.1, 1]
