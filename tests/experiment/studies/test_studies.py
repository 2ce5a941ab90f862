"""Studies of whole runs: the same for any number of jobs, for every kind of model, planned and shown."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import stancekit
from stancekit.config import load_config
from stancekit.config.settings import Setting
from stancekit.errors import RefusedError
from stancekit.experiment.corpora import read_corpora
from stancekit.experiment.run import Run
from stancekit.experiment.studies.ablation import plan_ablation
from stancekit.experiment.studies.learning_curve import plan_curve
from stancekit.experiment.studies.left_out import plan_left_out
from stancekit.experiment.studies.material import Material
from stancekit.experiment.train import plan_experiment
from stancekit.report.summary import RunSummary

NAMES = ("learning_curve", "ablation", "leave_one_target_out", "leave_one_actor_out")
ALL = f"evaluation.studies=[{', '.join(NAMES)}]"


def test_two_jobs_find_what_one_finds(hard_rows, train) -> None:
    one, two = (train(hard_rows, ALL, jobs=jobs, out=f"out{jobs}") for jobs in (1, 2))
    for name in ("metrics.json", *(f"figures/{name}.svg" for name in NAMES)):
        assert (one.path / name).read_bytes() == (two.path / name).read_bytes()
    assert list(one.metrics["studies"]) == list(NAMES)


def test_without_studies_there_are_none(hard_rows, train) -> None:
    run = train(hard_rows)
    assert run.metrics["studies"] is None
    assert "Studies" not in run.report.read_text(encoding="utf-8")
    assert not (run.path / "figures" / "ablation.svg").exists()


@pytest.mark.parametrize(
    "changes",
    [
        ("model={kind: complement_nb}",),
        ("model={kind: linear_svc}", "decision={tune: macro_f1}", "inner_folds=2"),
        ("model={kind: vote, of: [{kind: ridge, calibration: platt}, {kind: complement_nb}]}", "inner_folds=2"),
        ("model={kind: multinomial_logistic_regression}", "evaluation.metrics=[mean_average_precision]"),
        ("evaluation.folds={scheme: time, by: id, n: 2}",),
        ("evaluation.folds={scheme: leave_one_out, by: actor}", "evaluation.studies=[learning_curve, ablation]"),
    ],
    ids=lambda own: own[0].split("{")[1][:28],
)
def test_every_kind_of_run_can_be_studied(hard_rows, train, changes: tuple[str, ...]) -> None:
    rows = [row | {"date": f"2021-{1 + i // 12:02d}-01"} for i, row in enumerate(hard_rows)]
    run = train(rows, ALL, *changes)
    for study in run.metrics["studies"].values():
        assert "refused" not in study
        assert study["rows"]
    curve = run.metrics["studies"]["learning_curve"]["rows"]
    assert curve[-1]["score"] == run.metrics["cv"]["metrics"][run.metrics["primary"]]


def test_label_sets_can_be_studied(tmp_path: Path, write_jsonl, hard_rows) -> None:
    rows = [
        {**{key: value for key, value in row.items() if key != "label"}, "labels": [row["label"]] * (i % 4 > 0)}
        for i, row in enumerate(hard_rows)
    ]
    write_jsonl("sets.jsonl", rows)
    config = tmp_path / "sets.yaml"
    config.write_text(
        "data: {train: sets.jsonl}\ntask: {kind: multilabel}\nfeatures: {blocks: [{field: text}, {field: target}]}\n"
        f"evaluation: {{folds: {{n: 3}}, intervals: {{resamples: 100}}, studies: [{', '.join(NAMES)}]}}\n",
        encoding="utf-8",
    )
    run = stancekit.train(config, output=tmp_path / "out")
    assert all("refused" not in study for study in run.metrics["studies"].values())


def test_what_a_nested_search_chose_for_a_fold_is_kept_in_every_study(hard_rows, train, tmp_path: Path) -> None:
    train(hard_rows)
    config = load_config(tmp_path / "small.yaml")
    corpora = read_corpora(config, print)
    assert corpora.folds is not None
    settings = [
        Setting({}, config.features, config.model.model_copy(update={"C": C}), "argmax") for C in (1.0, 2.0, 3.0)
    ]
    material = Material(config, corpora.train, corpora.folds, [settings])
    parts = [*plan_curve(material), *plan_ablation(material), *plan_left_out(material, "target")]
    assert len(parts) == 6 + 4 + 3
    for part in parts:
        assert [fit.setting.model.C for fit in part.fits] == [1.0, 2.0, 3.0]


def test_the_terminal_shows_each_study_and_says_how_many_rows_it_leaves_out(hard_rows, train) -> None:
    rows = [row | {"actor": f"actor{i // 2 % 14}"} for i, row in enumerate(hard_rows * 2)]
    rows = [row | {"id": f"i{i}", "article": f"a{i // 6}", "text": f"{row['text']} {i}"} for i, row in enumerate(rows)]
    run = train(rows, ALL, "features.blocks=[{field: text}, {field: target}]")
    console = Console(record=True, width=200, file=StringIO())
    console.print(RunSummary(run))
    shown = console.export_text()
    for title in ("Learning curve", "What each block of features brings", "Targets never seen in training"):
        assert title in shown
    # 14 actors and a row of all of them, of which 12 are shown.
    assert "3 more are in metrics.json and report.html" in shown
    assert all(study["says"] in " ".join(shown.split()) for study in run.metrics["studies"].values())


def test_hostile_names_cannot_run_in_the_report(hard_rows, train) -> None:
    hostile = "<script>alert(1)</script>\u202e\x1b[31m"
    run = train([row | {"target": hostile if row["target"] == "vote" else row["target"]} for row in hard_rows], ALL)
    page = run.report.read_text(encoding="utf-8")
    assert {row["value"] for row in run.metrics["studies"]["leave_one_target_out"]["rows"]} >= {hostile}
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert not {"\u202e", "\x1b"} & set(page)


def test_a_dry_run_says_how_many_fits_studies_take(hard_rows, train, tmp_path: Path) -> None:
    train(hard_rows)
    _, lines = plan_experiment(load_config(tmp_path / "small.yaml", [ALL]))
    # 5 points and 6 of names_only, in 3 folds; 2 blocks 2 ways; 3 targets and 2 actors, each in all folds.
    assert [line for line in lines if "study" in line] == [
        "would make the study learning_curve: 33 fits",
        "would make the study ablation: 12 fits",
        "would make the study leave_one_target_out: 9 fits",
        "would make the study leave_one_actor_out: 6 fits",
    ]


def test_a_dry_run_counts_members_and_inner_folds(hard_rows, train, tmp_path: Path) -> None:
    train(hard_rows)
    vote = "model={kind: vote, of: [{kind: ridge, calibration: platt}, {kind: complement_nb}]}"
    _, lines = plan_experiment(load_config(tmp_path / "small.yaml", ["evaluation.studies=[ablation]", vote]))
    # 12 fits of 2 members, and of the one that is calibrated in 5 inner folds.
    assert "would make the study ablation: 84 fits" in lines


def test_a_dry_run_says_what_cannot_be_studied(hard_rows, train, tmp_path: Path) -> None:
    train([row | {"target": None} for row in hard_rows])
    _, lines = plan_experiment(load_config(tmp_path / "small.yaml", ["evaluation.studies=[leave_one_target_out]"]))
    assert "would not make the study leave_one_target_out: no example has its target" in lines


def test_progress_names_the_study(hard_rows, train, tmp_path: Path) -> None:
    train(hard_rows)
    told: list[tuple[str, int, int]] = []
    stancekit.train(
        tmp_path / "small.yaml",
        ["evaluation.studies=[ablation]"],
        output=tmp_path / "other",
        progress=lambda *step: told.append(step),
    )
    assert [step for step in told if step[0] == "study ablation"] == [("study ablation", i, 12) for i in range(13)]


@pytest.mark.parametrize("damage", [[], {"ablation": 3}, {"ablation": {"rows": []}}])
def test_damaged_studies_are_refused(hard_rows, train, damage: Any) -> None:
    run = train(hard_rows)
    path = run.path / "metrics.json"
    path.write_text(json.dumps({**run.metrics, "studies": damage}), encoding="utf-8")
    with pytest.raises(RefusedError, match="damaged"):
        _ = Run(run.path).metrics


def test_a_run_of_before_there_were_studies_is_read(hard_rows, train) -> None:
    run = train(hard_rows)
    path = run.path / "metrics.json"
    path.write_text(json.dumps({k: v for k, v in run.metrics.items() if k != "studies"}), encoding="utf-8")
    assert Run(run.path).metrics["studies"] is None
