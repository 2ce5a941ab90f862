from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

import stancekit
from stancekit.report.summary import RunSummary
from stancekit.report.terminal import predictions_table, print_to, runs_table


def rendered(content: object, **options: object) -> str:
    file = io.StringIO()
    print_to(Console(file=file, **options), content)  # type: ignore[arg-type] # any renderable
    return file.getvalue()


def test_a_summary_that_is_piped_has_no_escape_codes_and_no_cut_lines(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    text = rendered(RunSummary(run))
    assert "\x1b" not in text
    assert "…" not in text
    for warning in run.metrics["cv"]["warnings"]:
        told_by_a_mark = warning["code"].startswith("baseline_")
        assert told_by_a_mark or warning["message"].split(". ")[0] in text


def test_characters_that_a_terminal_would_act_on_are_not_passed_on() -> None:
    row = {
        "article": "a",
        "sentence": 0,
        "actor": "France\x1b[31m",
        "target": "deal\x07",
        "label": "opposes",
        "probabilities": {"opposes": 0.75},
        "text": "Paris\x1b]0;title\x07 refuse\u202e.",
    }
    text = rendered(predictions_table([row]))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "0.75" in text


def test_a_summary_says_what_a_search_found_and_a_list_of_runs_which_model(config_file: Path, tmp_path: Path) -> None:
    searched = stancekit.train(
        config_file, ["search={grid: {model.C: [0.5, 3]}, n: 4}", "model.C=77"], output=tmp_path / "out"
    )
    best = searched.metrics["search"]["best"]["model.C"]
    score = max(own["score"] for own in searched.metrics["search"]["tried"])
    line = f"searched 2 settings: best model.C = {best} (macro_f1 {score:.3f} in 4 folds)"
    assert line in rendered(RunSummary(searched)).splitlines()
    plain = stancekit.train(config_file, ["model.C=77"], output=tmp_path / "out")
    assert "searched" not in rendered(RunSummary(plain))
    listed = rendered(runs_table([searched, plain]))
    assert f"logistic_regression, C = {best:g} (best of 2)" in listed
    assert listed.count("C = 77") == 1
