from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit.config.load import load_config
from stancekit.errors import RefusedError
from stancekit.experiment.check import Checked, check_config, refuse_errors

Rows = Sequence[dict[str, Any]]
WriteRows = Callable[[str, Rows], Path]
RANDOM = "evaluation.folds={scheme: random, n: 3}"


@pytest.fixture
def torn_config(config_file: Path, corpus_rows: list[dict[str, Any]], write_jsonl: WriteRows) -> Path:
    """The small corpus, six of its 36 texts occurring again with another target in another article."""
    again = [row | {"id": f"again-{row['id']}", "article": "zz", "target": "accord"} for row in corpus_rows[:6]]
    write_jsonl("examples.jsonl", [*corpus_rows, *again])
    return config_file


@pytest.fixture
def leaking_config(config_file: Path, corpus_rows: list[dict[str, Any]], write_jsonl: WriteRows) -> Path:
    """The small corpus with a test set, one of whose three examples it has as well."""
    rows = [corpus_rows[4], corpus_rows[0] | {"text": "Paris signe."}, corpus_rows[1] | {"text": "Moscou nie."}]
    spans = dict.fromkeys(("actor_start", "actor_end", "target_start", "target_end"))
    write_jsonl("test.jsonl", [row | spans | {"id": f"t{i}", "article": f"t{i}"} for i, row in enumerate(rows)])
    text = config_file.read_text(encoding="utf-8")
    config_file.write_text(
        text.replace("{train: examples.jsonl}", "{train: examples.jsonl, test: test.jsonl}"), "utf-8"
    )
    return config_file


def codes(checked: Checked) -> set[str]:
    return {finding.code for finding in checked.findings}


def test_folds_are_cut_as_train_would_and_torn_texts_found(torn_config: Path) -> None:
    checked = check_config(load_config(torn_config, [RANDOM]))
    (torn,) = [finding for finding in checked.findings if finding.code == "SK005"]
    assert torn.severity == "error"
    run = stancekit.train(torn_config, [RANDOM, "checks.errors=report"], output=torn_config.parent / "out")
    with (run.path / "folds.csv").open(encoding="utf-8", newline="") as file:
        fold_of = {row["id"]: row["fold"] for row in csv.DictReader(file)}
    pairs = [(id.removeprefix("again-"), id) for id in fold_of if id.startswith("again-")]
    assert len(pairs) == 6
    expected = {id for pair in pairs if fold_of[pair[0]] != fold_of[pair[1]] for id in pair}
    assert set(torn.rows) == expected
    assert expected


def test_folds_by_text_tear_nothing(torn_config: Path) -> None:
    checked = check_config(load_config(torn_config, ["evaluation.folds={scheme: stratified_group, by: text, n: 3}"]))
    assert "SK005" not in codes(checked)
    assert checked.errors == []


def test_without_folds_there_is_nothing_to_tear(leaking_config: Path) -> None:
    checked = check_config(load_config(leaking_config, ["evaluation.folds=null"]))
    assert codes(checked) & {"SK003", "SK005", "SK006"} == {"SK003"}
    assert checked.examples == {"train": 36, "test": 3}
    assert checked.log


def test_codes_to_skip_are_skipped_and_named(leaking_config: Path) -> None:
    checked = check_config(load_config(leaking_config, ["checks.skip=[SK003, SK103]"]))
    assert codes(checked) & {"SK003", "SK103"} == set()
    assert checked.as_dict()["skipped"] == ["SK003", "SK103"]


def test_an_error_stops_training_and_leaves_no_folder(leaking_config: Path, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"SK003") as refused:
        stancekit.train(leaking_config, output=tmp_path / "out")
    said = str(refused.value)
    assert "data.drop_copies: true" in said
    assert "nothing was trained" in said
    assert "checks.errors=report" in said
    assert list((tmp_path / "out").rglob("*")) == []
    assert refused.value.exit_code == 1


def test_the_advice_that_is_given_works(leaking_config: Path, tmp_path: Path) -> None:
    run = stancekit.train(leaking_config, ["data.drop_copies=true"], output=tmp_path / "out")
    log = (run.path / "log.txt").read_text(encoding="utf-8")
    assert "left out 1 training examples that are copies: 35 stay" in log
    assert "SK003" not in log
    assert run.metrics["test"]["n"] == 3
    other = stancekit.train(leaking_config, ["checks.errors=report"], output=tmp_path / "out")
    assert other.id != run.id


def test_reported_errors_stand_in_findings_report_and_log(leaking_config: Path, tmp_path: Path) -> None:
    run = stancekit.train(leaking_config, ["checks={errors: report, skip: [SK204]}"], output=tmp_path / "out")
    kept = json.loads((run.path / "findings.json").read_text(encoding="utf-8"))
    (leak,) = [finding for finding in kept["findings"] if finding["code"] == "SK003"]
    assert (leak["severity"], leak["rows"], kept["skipped"]) == ("error", ["t0"], ["SK204"])
    assert "error SK003: 1 of 3 test examples (33 %)" in (run.path / "log.txt").read_text(encoding="utf-8")
    page = (run.path / "report.html").read_text(encoding="utf-8")
    (shown,) = [line for line in page.split("\n") if "<code>SK003</code>" in line]
    assert '<span class="severity error">error</span>' in shown
    assert "Not looked for, as the config says: SK204." in page


def test_warnings_alone_stop_nothing(config_file: Path) -> None:
    checked = check_config(load_config(config_file))
    assert codes(checked) >= {"SK002"}
    assert checked.errors == []
    refuse_errors(checked)


def test_a_dry_run_stops_where_training_would(leaking_config: Path) -> None:
    from stancekit.experiment.train import plan_experiment

    with pytest.raises(RefusedError, match="SK003"):
        plan_experiment(load_config(leaking_config))
    _, planned = plan_experiment(load_config(leaking_config, ["checks.errors=report"]))
    assert any(line.startswith("error SK003: ") for line in planned)


def test_in_a_multilabel_task_sets_are_checked_even_beside_a_column_label(
    tmp_path: Path, write_jsonl: WriteRows
) -> None:
    """`label` might be another task's: here it contradicts itself where the sets agree."""
    rows = [
        {
            "id": f"r{i}",
            "article": f"a{i}",
            "text": f"texte {i // 2}",
            "label": "xy"[i % 2],
            "labels": ["p", "q"][: 1 + i % 4 // 2],
        }
        for i in range(24)
    ]
    write_jsonl("sets.jsonl", rows)
    config = tmp_path / "sets.yaml"
    config.write_text(
        "data: {train: sets.jsonl}\ntask: {kind: multilabel, labels: [q]}\nfeatures: {blocks: [{field: text}]}\n"
        "evaluation: {folds: {scheme: stratified_group, by: text, n: 2}}\n",
        encoding="utf-8",
    )
    text = config.read_text(encoding="utf-8").replace("sets.jsonl", "{path: sets.jsonl, labels: {p: null}}")
    config.write_text(text, encoding="utf-8")
    checked = check_config(load_config(config))
    assert "SK101" not in codes(checked)
    assert "SK103" not in codes(checked), "q has twelve examples"
    assert "SK001" in codes(checked)
