"""Which metrics a config may name: by kind of task, neutral label and probabilities."""

from __future__ import annotations

import pytest

from stancekit.config.dump import dump_config
from stancekit.config.load import load_config
from stancekit.config.metrics import ANY_METRIC, LOWER_IS_BETTER, METRICS_OF, direction
from stancekit.errors import ConfigError

DATA = "data: {train: d.jsonl}\n"
TASK = "task: {labels: [FAVOR, AGAINST, NONE], neutral: NONE}\n"


@pytest.fixture
def read(tmp_path):
    (tmp_path / "d.jsonl").write_text("", encoding="utf-8")

    def load(text):
        path = tmp_path / "a.yaml"
        path.write_text(DATA + text, encoding="utf-8")
        return load_config(path)

    return load


@pytest.fixture
def problem_of(read, tmp_path):
    def only(text):
        with pytest.raises(ConfigError) as caught:
            read(text)
        (problem,) = caught.value.problems
        return problem.where.removeprefix(f"{tmp_path}/"), str(problem)

    return only


@pytest.mark.parametrize("kind", METRICS_OF)
def test_every_metric_of_a_kind_of_task_can_be_asked_for(read, kind):
    task = "{kind: multilabel}" if kind == "multilabel" else f"{{kind: {kind}, neutral: neutral"
    task += ", reverse: {}}" if kind == "directed_pair" else "}" if kind == "stance" else ""
    for metric in METRICS_OF[kind]:
        assert read(f"task: {task}\nevaluation: {{primary: {metric}}}\n").evaluation.primary == metric


def test_metrics_of_sets_and_of_one_label_are_told_apart(problem_of):
    where, said = problem_of("evaluation: {metrics: [hamming_loss]}\n")
    assert where.endswith("a.yaml:2:24")
    assert "'hamming_loss' is not a metric of a stance task" in said
    where, said = problem_of("task: {kind: multilabel}\nevaluation: {primary: mcc}\n")
    assert where.endswith("a.yaml:3:23")
    assert "'mcc' is not a metric of a multilabel task" in said


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("evaluation: {metrics: [macro_f1, f_avg]}", "2:34"),
        ("evaluation: {primary: f_avg}", "2:23"),
        ("decision: {tune: f_avg}", "2:18"),
        ("search: {grid: {model.C: [1, 3]}, metric: f_avg}", "2:43"),
    ],
)
def test_f_avg_is_refused_where_the_neutral_label_is_not_known(read, problem_of, text, place):
    where, said = problem_of(f"{text}\n")
    assert where.endswith(f"a.yaml:{place}")
    assert "task.neutral" in said
    assert read(f"{text}\n{TASK}").task.neutral_number == 2


def test_a_search_over_decisions_cannot_tune_for_f_avg_either(problem_of):
    assert "task.neutral" in problem_of("search: {grid: {decision: [argmax, {tune: f_avg}]}}\n")[1]


@pytest.mark.parametrize(
    ("task", "place", "said"),
    [
        ("{labels: [FAVOR, NONE], neutral: NOON}", "2:40", "'NOON' is none of the labels"),
        ("{labels: [a, b], kind: multilabel, neutral: a}", "2:51", "a multilabel task has no neutral label"),
    ],
)
def test_a_wrong_neutral_label_is_said_where_it_stands(problem_of, task, place, said):
    where, message = problem_of(f"task: {task}\n")
    assert where.endswith(f"a.yaml:{place}")
    assert said in message


def test_a_neutral_label_is_written_down_and_its_absence_is_not(read, tmp_path):
    assert "neutral: NONE" in dump_config(read(TASK), tmp_path)
    assert "neutral:" not in dump_config(read("name: a\n"), tmp_path)


@pytest.mark.parametrize("metric", ["log_loss", "brier", "expected_calibration_error"])
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("model: {kind: linear_svc}\nevaluation: {primary: METRIC}", "3:23"),
        ("model: {kind: linear_svc}\nevaluation: {metrics: [METRIC, macro_f1]}", "3:24"),
        ("model: {kind: ridge}\nsearch: {grid: {model.C: [1, 3]}, metric: METRIC}", "3:43"),
        ("search: {grid: {model.kind: [sgd, ridge]}, metric: METRIC}", "2:52"),
    ],
)
def test_what_a_model_is_judged_by_cannot_be_probabilities_that_it_lacks(problem_of, text, place, metric):
    where, said = problem_of(text.replace("METRIC", metric) + "\n")
    assert where.endswith(f"a.yaml:{place}")
    assert f"'{metric}' needs probabilities" in said
    assert "model.calibration: platt" in said


@pytest.mark.parametrize(
    "text",
    [
        "model: {kind: linear_svc, calibration: platt}\nevaluation: {primary: brier}",
        "model: {kind: linear_svc}\nevaluation: {metrics: [macro_f1, brier]}",
        "model: {kind: ridge}\nevaluation: {primary: brier}\nsearch: {grid: {model.calibration: [platt, isotonic]}}",
        "model: {kind: vote, of: [{kind: ridge}, {kind: sgd}]}\nevaluation: {primary: log_loss}",
    ],
)
def test_calibrated_models_votes_and_metrics_on_the_side_are_fine(read, text):
    read(f"{text}\n")


@pytest.mark.parametrize("metric", ["log_loss", "samples_f1", "macro_precision", "macro_recall"])
def test_a_decision_is_not_tuned_for_what_no_offset_makes_better_sensibly(problem_of, metric):
    where, said = problem_of(f"decision: {{tune: {metric}}}\n")
    assert where.endswith("a.yaml:2:18")
    assert f"'{metric}' is not a value of 'tune'" in said


def test_losses_point_down_and_all_else_up():
    assert {*ANY_METRIC.own} > LOWER_IS_BETTER
    down = {metric for metric in ANY_METRIC.own if direction(metric) < 0}
    assert down == {"hamming_loss", "log_loss", "brier", "expected_calibration_error"}
    assert direction("some_plugin") > 0
