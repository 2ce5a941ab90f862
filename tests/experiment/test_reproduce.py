"""A run trained again from its folder: equal, or what differs and why."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import stancekit
from stancekit.errors import ConfigError, InputError
from stancekit.experiment import Reproduction, reproduce
from stancekit.report.pages import PAGES

FAST = ["evaluation.folds.repeats=1", "evaluation.baselines=[majority]", "evaluation.intervals.resamples=100"]


@pytest.fixture
def run(config_file: Path, tmp_path: Path) -> stancekit.Run:
    return stancekit.train(config_file, FAST, output=tmp_path / "out")


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def again(run: stancekit.Run, **more: Any) -> Reproduction:
    """Train again, and see that nothing is touched or left behind."""
    before = bytes_below(run.path.parent)
    found = reproduce(run.path, pages=PAGES, **more)
    assert bytes_below(run.path.parent) == before
    assert [path.name for path in run.path.parent.iterdir()] == [run.path.name]
    return found


def places(found: Reproduction) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for difference in found.differences:
        named.setdefault(difference.file, []).append(difference.where)
    return named


def edit(path: Path, change: Callable[[str], str]) -> None:
    text = path.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def test_a_run_is_reproduced_byte_for_byte_whatever_the_jobs(run):
    found = again(run, jobs=2)
    assert (found.is_equal, found.differences, found.changed) == (True, (), ())
    assert {*found.compared} == {*bytes_below(run.path)} - {"environment.json"}
    assert {*found.not_compared} == {"environment.json"}


def test_blocks_that_the_data_chose_and_sources_elsewhere_are_reproduced(config_file, tmp_path):
    changes = [*FAST, "features=auto", "task.labels=[opposes, supports]", "data.train.labels={neutral: null}"]
    run = stancekit.train(
        config_file, [*changes, f"data.train.path={tmp_path / 'examples.jsonl'}"], output=tmp_path / "a/b"
    )
    assert again(run).is_equal
    edit(config_file, lambda text: text.replace("{train: examples.jsonl}", "{train: {path: examples.jsonl}}"))
    run = stancekit.train(config_file, changes, output=tmp_path / "c")
    assert "chose" in (run.path / "log.txt").read_text(encoding="utf-8")
    assert again(run).is_equal


def test_a_run_of_a_search_with_a_test_set_and_a_gazetteer_is_reproduced(
    config_file, tmp_path, corpus_rows, write_jsonl
):
    write_jsonl("test.jsonl", [row | {"id": f"t{row['id']}"} for row in corpus_rows[:6]])
    gazetteer = "actors: {France: [Paris]}\ntargets: {deal: [un accord]}\n"
    (tmp_path / "names.yaml").write_text(gazetteer, encoding="utf-8")
    changes = [f"data.test={tmp_path / 'test.jsonl'}", f"data.gazetteer={tmp_path / 'names.yaml'}"]
    searched = ["search.grid.model.C=[0.1, 1]", "checks.errors=report"]
    run = stancekit.train(config_file, [*FAST, *changes, *searched], output=tmp_path / "out")
    assert again(run).is_equal


def test_a_tampered_prediction_is_named_by_row_and_column(run):
    edit(
        run.path / "predictions.csv",
        lambda text: text.replace(
            "a02-opposes,a02,France,deal,opposes,opposes", "a02-opposes,a02,France,deal,opposes,neutral"
        ),
    )
    found = again(run)
    (difference,) = found.differences
    row = [own["id"] for own in run.predictions()].index("a02-opposes") + 1
    assert (difference.file, difference.where) == ("predictions.csv", f"row {row}, column predicted")
    assert (difference.run, difference.again) == ("neutral", "opposes")
    assert difference.note == "1 of 36 rows differ"
    assert not found.is_equal


def test_a_tampered_score_is_named_by_its_path_in_the_json(run):
    metrics = json.loads((run.path / "metrics.json").read_text(encoding="utf-8"))
    true = metrics["cv"]["metrics"]["macro_f1"]["value"]
    metrics["cv"]["metrics"]["macro_f1"]["value"] = 0.125
    (run.path / "metrics.json").write_text(json.dumps(metrics, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    (difference,) = again(run).differences
    assert (difference.file, difference.where) == ("metrics.json", "cv.metrics.macro_f1.value")
    assert (difference.run, difference.again) == (0.125, true)


def test_a_tampered_run_id_is_a_difference_and_not_another_run(run):
    edit(run.path / "metrics.json", lambda text: text.replace(run.id, "0" * 12))
    found = again(run)
    assert found.changed == ()
    assert places(found) == {"metrics.json": ["run_id"]}


def test_a_tampered_array_is_named(run):
    path = run.path / "model" / "model.safetensors"
    arrays = load_file(path)
    name = max(arrays, key=lambda own: arrays[own].size)
    arrays[name] = arrays[name].copy()
    arrays[name].flat[0] += 2.0
    save_file(arrays, path)
    (difference,) = again(run).differences
    assert (difference.file, difference.where) == ("model/model.safetensors", f"array {name}")
    assert difference.note == "largest absolute difference 2; 1 values differ"
    assert difference.run == pytest.approx(difference.again + 2.0)


def test_a_tampered_page_and_a_file_that_is_gone_are_named(run):
    edit(run.path / "report.html", lambda text: text.replace("</html>", "</htm>"))
    (run.path / "folds.csv").unlink()
    assert list(places(again(run))) == ["folds.csv", "report.html"]


def test_a_file_of_the_users_own_is_left_out_and_said_so(run):
    (run.path / "notes.txt").write_text("mine", encoding="utf-8")
    found = again(run)
    assert found.is_equal
    assert "notes.txt" in found.not_compared


def test_without_the_pages_their_files_are_left_out(run):
    found = reproduce(run.path)
    assert found.is_equal
    assert {"report.html", "model/README.md"} < {*found.not_compared}


def test_data_that_changed_are_said_and_nothing_is_trained(run, tmp_path):
    edit(tmp_path / "examples.jsonl", lambda text: text.replace("point 3", "point 33"))
    found = again(run, progress=lambda *_: pytest.fail("it trains"))
    assert not found.is_equal
    assert (found.differences, found.compared) == ((), ())
    said = "\n".join(found.changed)
    assert "The training data (../../../examples.jsonl) changed: SHA-256 " in said
    assert f"stancekit train --config {run.path / 'config.yaml'}" in said


def test_a_test_set_that_changed_is_all_that_is_left_to_look_at(config_file, tmp_path, corpus_rows, write_jsonl):
    path = write_jsonl("test.jsonl", [row | {"id": f"t{row['id']}"} for row in corpus_rows[:6]])
    changes = [*FAST, f"data.test={path}", "checks.errors=report"]
    run = stancekit.train(config_file, changes, output=tmp_path / "out")
    edit(path, lambda text: text.replace("point 0", "point 00"))
    said = "\n".join(again(run).changed)
    assert "The training data (../../../examples.jsonl) are the same." in said
    assert f"the test data ({path})" in said


def test_a_config_that_was_edited_is_another_run(run):
    edit(run.path / "config.yaml", lambda text: text.replace("C: 1.0", "C: 2.0"))
    said = again(run).changed
    assert said[0].startswith("This would be run ")
    assert "are the same" in said[1]


def test_data_that_are_gone_are_named_with_what_to_do(run, tmp_path):
    (tmp_path / "examples.jsonl").unlink()
    with pytest.raises(ConfigError) as caught:
        reproduce(run.path)
    first, last = caught.value.problems
    assert first.where.startswith(f"{run.path / 'config.yaml'}:")
    assert "examples.jsonl does not exist" in first.message
    assert "Put data back" in last.hint


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="no run"):
        reproduce(tmp_path)


def test_versions_that_differ_are_told(run):
    environment = json.loads((run.path / "environment.json").read_text(encoding="utf-8"))
    now = environment["versions"]["numpy"]
    environment["versions"]["numpy"] = "1.0"
    (run.path / "environment.json").write_text(json.dumps(environment), encoding="utf-8")
    assert again(run).versions == {"numpy": ("1.0", now)}


def test_a_damaged_environment_explains_nothing_and_stops_nothing(run, tmp_path):
    edit(tmp_path / "examples.jsonl", lambda text: text.replace("point 3", "point 33"))
    for content in ("[]", "{", '{"versions": 3, "plugins": 4}', "[" * 100_000):
        (run.path / "environment.json").write_text(content, encoding="utf-8")
        (run.path / "model" / "model.json").write_text(content, encoding="utf-8")
        found = again(run)
        assert found.versions == {}
        assert "Whether the training data changed is not known: model/model.json can't be read." in found.changed


def test_where_nothing_can_be_written_beside_the_run_its_page_is_not_compared(run, monkeypatch, tmp_path):
    elsewhere = tmp_path / "temporary" / "files" / "of" / "others"
    elsewhere.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    refused = run.path.resolve().parent
    can = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != refused and can(path, mode))
    found = again(run)
    assert found.is_equal
    assert {*found.not_compared} == {"environment.json", "report.html"}
    assert list(elsewhere.iterdir()) == []


def test_a_project_that_was_moved_as_a_whole_is_reproduced(config_file, tmp_path, monkeypatch):
    project = tmp_path / "project"
    project.mkdir()
    for name in ("small.yaml", "examples.jsonl"):
        shutil.move(tmp_path / name, project / name)
    run = stancekit.train(project / "small.yaml", FAST, output=project / "out")
    (tmp_path / "else" / "where").mkdir(parents=True)
    moved = shutil.move(project, tmp_path / "else" / "where" / "project")
    found = again(stancekit.Run(Path(moved) / "out" / "small" / run.id))
    assert found.is_equal


def test_what_json_has_no_number_for_is_text(run):
    path = run.path / "model" / "model.safetensors"
    arrays = load_file(path)
    name = min(arrays)
    arrays[name] = np.full_like(arrays[name], np.nan)
    save_file(arrays, path)
    told = json.loads(json.dumps(again(run).to_dict(), allow_nan=False))
    assert told["equal"] is False
    assert [own["run"] for own in told["differences"]] == ["nan"]
