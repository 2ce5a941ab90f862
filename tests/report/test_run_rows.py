"""What is found out about runs before it becomes a page: expected values are worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stancekit.experiment.run import Run
from stancekit.report.run_rows import best_rival, read_runs, run_rows, series_of

WriteRun = Callable[..., Path]
GOLD = {"a1/x": "no", "a2/x": "yes", "a3/x": "no", "a4/x": "yes"}
RIGHT_TWICE = {"a1/x": "no", "a2/x": "yes", "a3/x": "yes", "a4/x": "no"}


def finish(path: Path, when: object) -> None:
    (path / "environment.json").write_text(json.dumps({"finished": when}), encoding="utf-8")


def change_scores(path: Path, part: str = "cv", **changes: Any) -> None:
    metrics = json.loads((path / "metrics.json").read_text(encoding="utf-8"))
    metrics[part].update(changes)
    (path / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")


def scores(own: float | None, metric: str, **rivals: Any) -> dict[str, Any]:
    values = {name: None if value is None else {metric: value[0]} for name, value in rivals.items()}
    cells = {
        name: {metric: {"value": value[0], "difference": dict(zip(("value", "low", "high"), value[1:], strict=True))}}
        for name, value in rivals.items()
        if value is not None
    }
    return {"metrics": {metric: {"value": own}}, "baselines": values, "beside": cells}


def test_the_best_baseline_is_the_one_with_the_highest_score_and_its_difference_is_the_paired_one() -> None:
    found = best_rival(scores(0.6, "f1", a=(0.3, 0.3, 0.2, 0.4), b=(0.5, 0.1, -0.1, 0.3), c=None), "f1")
    assert found is not None
    assert (found.name, found.value, found.standing) == ("b", 0.5, "level")
    assert found.difference == {"value": 0.1, "low": -0.1, "high": 0.3}


@pytest.mark.parametrize(
    ("metric", "low", "high", "standing"),
    [
        ("accuracy", 0.1, 0.3, "ahead"),
        ("accuracy", -0.3, -0.1, "behind"),
        ("accuracy", 0.0, 0.2, "level"),
        ("log_loss", 0.1, 0.3, "behind"),
        ("log_loss", -0.3, -0.1, "ahead"),
    ],
)
def test_a_model_is_ahead_where_all_of_the_interval_is_on_its_side(
    metric: str, low: float, high: float, standing: str
) -> None:
    found = best_rival(scores(0.6, metric, a=(0.4, (low + high) / 2, low, high)), metric)
    assert found is not None
    assert found.standing == standing


def test_of_a_loss_the_lowest_baseline_is_the_best() -> None:
    found = best_rival(scores(0.6, "log_loss", a=(0.9, -0.3, -0.4, -0.2), b=(0.7, -0.1, -0.2, 0.0)), "log_loss")
    assert found is not None
    assert found.name == "b"


def test_without_intervals_nobody_is_said_to_be_ahead() -> None:
    earlier = {"metrics": {"f1": {"value": 0.75}}, "baselines": {"majority": {"f1": 0.25}}}
    found = best_rival(earlier, "f1")
    assert found is not None
    assert (found.difference["value"], found.difference["low"], found.standing) == (0.5, None, "level")


@pytest.mark.parametrize("known", [scores(None, "f1", a=(0.4, None, None, None)), scores(0.6, "f1", a=None)])
def test_there_is_no_best_baseline_without_a_score_or_without_baselines(known: dict[str, Any]) -> None:
    assert best_rival(known, "f1") is None


def test_a_run_scored_in_both_parts_is_shown_by_cross_validation_with_the_test_set_beside(
    write_run: WriteRun, tmp_path: Path
) -> None:
    both = write_run("00000000000a", GOLD, RIGHT_TWICE, test=(GOLD, GOLD))
    alone = write_run("00000000000b", GOLD, test=(GOLD, RIGHT_TWICE))
    (first, second), damaged = run_rows([Run(both), Run(alone)], tmp_path)
    assert not damaged
    assert (first.part, first.score["value"], first.n, first.groups) == ("cv", 0.5, 4, 2)
    assert first.on_test is not None
    assert first.on_test["value"] == 1.0
    assert (second.part, second.score["value"], second.on_test) == ("test", 0.5, None)


def test_a_key_is_named_where_most_runs_of_the_experiment_have_another_value(
    write_run: WriteRun, tmp_path: Path
) -> None:
    paths = [write_run(f"00000000000{at}", GOLD, GOLD, more=f"seed: {seed}\n") for at, seed in enumerate((1, 1, 2))]
    paths.append(write_run("000000000009", GOLD, GOLD, name="other", more="seed: 5\n"))
    rows, _ = run_rows([Run(path) for path in paths], tmp_path)
    assert [dict(row.unusual) for row in rows] == [{}, {}, {"seed": 2}, {}]


def test_where_no_value_is_that_of_most_runs_every_run_names_its_own(write_run: WriteRun, tmp_path: Path) -> None:
    paths = [write_run(f"00000000000{at}", GOLD, GOLD, more=f"seed: {at}\n") for at in (1, 2)]
    rows, _ = run_rows([Run(path) for path in paths], tmp_path)
    assert [dict(row.unusual) for row in rows] == [{"seed": 1}, {"seed": 2}]


def test_a_series_has_the_dated_runs_of_one_experiment_metric_and_part_in_time(
    write_run: WriteRun, tmp_path: Path
) -> None:
    later, sooner, undated, on_test = (
        write_run("00000000000a", GOLD, GOLD),
        write_run("00000000000b", GOLD, GOLD),
        write_run("00000000000c", GOLD, GOLD),
        write_run("00000000000d", GOLD, test=(GOLD, GOLD)),
    )
    finish(later, "2026-03-02T00:30:00+02:00")
    finish(sooner, "2026-03-01T22:00:00+00:00")
    finish(on_test, "2026-03-01T21:00:00+00:00")
    rows, _ = run_rows([Run(path) for path in (later, sooner, undated, on_test)], tmp_path)
    assert rows[0].finished == datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    ids = {key: [row.run.id for row in line] for key, line in series_of(rows).items()}
    assert ids == {
        ("hand", "accuracy", "cv"): ["00000000000b", "00000000000a"],
        ("hand", "accuracy", "test"): ["00000000000d"],
    }


@pytest.mark.parametrize("when", [None, 3, "yesterday", "9999-99-99", {"a": 1}, "0001-01-01T00:00:00+14:00"])
def test_a_date_that_is_none_is_no_date_and_no_damage(write_run: WriteRun, tmp_path: Path, when: object) -> None:
    path = write_run("00000000000a", GOLD, GOLD)
    finish(path, when)
    (row,), damaged = run_rows([Run(path)], tmp_path)
    assert (row.finished, damaged) == (None, [])


@pytest.mark.parametrize("changes", [{"n": "many"}, {"baselines": {"majority": 3}}, {"baselines": 3}, {"groups": None}])
def test_a_run_whose_scores_are_not_what_they_should_be_is_damaged(
    write_run: WriteRun, tmp_path: Path, changes: dict[str, Any]
) -> None:
    path = write_run("00000000000a", GOLD, GOLD)
    change_scores(path, **changes)
    rows, damaged = run_rows([Run(path)], tmp_path)
    assert rows == []
    assert [own.path for own in damaged] == [path]


def test_runs_that_cannot_be_read_are_told_from_those_that_can(write_run: WriteRun) -> None:
    whole, cut, unknown = (write_run(f"00000000000{at}", GOLD, GOLD) for at in "abc")
    (cut / "metrics.json").write_text("{", encoding="utf-8")
    (unknown / "config.yaml").write_text("modle: 3\n", encoding="utf-8")
    runs, damaged = read_runs([whole, cut, unknown])
    assert [run.path for run in runs] == [whole]
    assert [own.path for own in damaged] == [cut, unknown]
