from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit.cli.report import rebuild_report, report_command
from stancekit.errors import InputError, RefusedError

SEARCH = "search={grid: {model.C: [0.25, 4]}, n: 3, nested: false}"


@pytest.mark.parametrize(
    "overrides",
    [
        [],
        ["report={language: fr, texts: snippets}"],
        ["report.texts=none"],
        ["model.kind=linear_svc", SEARCH, "decision={tune: macro_f1}"],
        ["evaluation.folds=null", "data.test=${HERE}/examples.jsonl", "checks.errors=report"],
    ],
    ids=["plain", "french", "without texts", "searched", "test only"],
)
def test_a_page_made_anew_is_the_page_that_training_made(
    config_file: Path, tmp_path: Path, overrides: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HERE", str(tmp_path))
    run = stancekit.train(config_file, overrides, output=tmp_path / "out")
    before = run.report.read_bytes()
    run.report.unlink()
    assert rebuild_report(run.path) == run.report
    assert run.report.read_bytes() == before


def test_a_page_can_be_made_anew_in_another_language_and_with_less_text(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    assert "condamne un accord" in run.report.read_text(encoding="utf-8")
    page = rebuild_report(run.path, language="fr", texts="none").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert "condamne un accord" not in page
    # What the config says is left as it is.
    assert run.config.report.texts == "full"


def test_without_its_data_files_a_run_has_a_page_without_texts_that_says_so(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    (tmp_path / "examples.jsonl").unlink()
    page = rebuild_report(run.path).read_text(encoding="utf-8")
    assert "The data files that the run was trained on are no longer there, or have changed" in page
    assert "condamne un accord" not in page
    assert "a00-opposes" in page


def test_texts_of_data_that_have_changed_are_not_put_beside_the_old_predictions(
    config_file: Path, tmp_path: Path
) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    data = tmp_path / "examples.jsonl"
    data.write_text(data.read_text(encoding="utf-8").replace("accord", "traité"), encoding="utf-8")
    page = rebuild_report(run.path).read_text(encoding="utf-8")
    assert "traité" not in page
    assert "no longer there, or have changed" in page


def test_a_run_that_moved_takes_its_page_along(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    shutil.move(run.path, tmp_path / "elsewhere")
    assert rebuild_report(tmp_path / "elsewhere").is_file()


def test_a_run_without_a_data_statement_has_a_page(config_file: Path, tmp_path: Path) -> None:
    """Runs of earlier versions have none."""
    run = stancekit.train(config_file, output=tmp_path / "out")
    metrics = run.path / "metrics.json"
    values = json.loads(metrics.read_text(encoding="utf-8"))
    del values["data"]
    metrics.write_text(json.dumps(values), encoding="utf-8")
    assert "36" in rebuild_report(run.path).read_text(encoding="utf-8").split('id="data"')[1].split("</table>")[0]


def test_the_command_prints_where_the_page_is(config_file: Path, tmp_path: Path, stancekit_command: Any) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    done = stancekit_command("report", run.path, "--language", "fr", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"path": str(run.report)}


def test_the_command_says_that_other_files_still_have_the_texts(
    config_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stancekit.train(config_file, ["report.texts=snippets"], output=tmp_path / "out")
    report_command(run.path, None, "full", [], as_json=True)
    report_command(run.path, None, "snippets", [], as_json=True)
    report_command(run.path, "fr", None, [], as_json=True)
    assert capsys.readouterr().err == ""
    report_command(run.path, None, "none", [], as_json=True)
    printed = capsys.readouterr()
    assert "doubts.csv and findings.json have texts as they were trained (report.texts: snippets)" in printed.err
    assert json.loads(printed.out) == {"path": str(run.report)}


def test_an_unknown_language_is_refused_with_those_there_are(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    before = run.report.read_bytes()
    with pytest.raises(
        InputError, match=r"--texts: 'ful' can't be asked for; did you mean 'full'\? Allowed: full, snip"
    ):
        rebuild_report(run.path, texts="ful")
    with pytest.raises(InputError, match="Allowed: en, fr"):
        rebuild_report(run.path, language="de")
    assert run.report.read_bytes() == before


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("predictions.csv", ",opposes,opposes,", ",opposes,hates,", "'hates' is no label of the run"),
        ("findings.json", '"findings"', '"findngs"', "findings can't be read"),
        ("predictions.csv", "a00-opposes", 'a00-opposes",x', "can't be read|lack the columns|are not"),
    ],
)
def test_a_damaged_run_is_refused(config_file: Path, tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    path = run.path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RefusedError, match=said):
        rebuild_report(run.path)


def test_how_a_run_is_shown_is_no_part_of_its_id_and_training_says_how_to_see_it_so(
    config_file: Path, tmp_path: Path, stancekit_command: Any
) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    again = stancekit_command("train", "-c", config_file, "--set", "report.texts=none", "--output", tmp_path / "out")
    assert again.returncode == 0
    assert f"stancekit report {run.path} --language en --texts none" in again.stderr
    same = stancekit_command("train", "-c", config_file, "--output", tmp_path / "out")
    assert "stancekit report" not in same.stderr


def long_texts(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    tail = " alors que personne ne savait encore ce que diraient les autres gouvernements de la région ce soir"
    return [row | {"text": row["text"] + tail} for row in rows]


@pytest.mark.parametrize("mode", ["snippets", "none"])
def test_no_more_of_a_text_is_in_the_page_or_the_findings_than_may_be_shown(
    mode: str,
    config_file: Path,
    tmp_path: Path,
    corpus_rows: list[dict[str, Any]],
    write_jsonl: Callable[[str, Sequence[dict[str, Any]]], Path],
) -> None:
    rows = long_texts(corpus_rows)
    write_jsonl("examples.jsonl", [*rows, *({**row, "id": f"{row['id']}+"} for row in rows[:4])])
    blocks = "features.blocks=[{field: text, ngrams: [1, 6]}, {field: text, analyzer: indicator}]"
    run = stancekit.train(
        config_file, [f"report.texts={mode}", blocks, "checks.errors=report"], output=tmp_path / "out"
    )
    page = run.report.read_text(encoding="utf-8")
    found = (run.path / "findings.json").read_text(encoding="utf-8")
    assert "SK001" in found
    longest = 3 if mode == "none" else 11 + 11
    for row in rows:
        words = row["text"].split()
        for at in range(len(words) - longest):
            piece = " ".join(words[at : at + longest + 1])
            assert piece not in page
            assert piece not in found
    if mode == "snippets":
        assert "un accord sur le point 3. alors" in page
        assert "gouvernements" not in page.split('id="terms"')[0]
