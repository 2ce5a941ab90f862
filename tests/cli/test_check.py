from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]
WriteRows = Callable[[str, Sequence[dict[str, Any]]], Path]

COPIES = [
    {"id": "a", "text": "La France refuse de quitter le Mali.", "label": "opposes"},
    {"id": "b", "text": "Moscou salue un vote attendu.", "label": "supports"},
    {"id": "c", "text": "La France refuse de quitter le Mali.", "label": "supports"},
]


@pytest.fixture
def check(stancekit_command: Command, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `stancekit check` in `tmp_path`; it must never end in a traceback, nor write anything."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        before = sorted(tmp_path.rglob("*"))
        done = stancekit_command("check", *arguments, cwd=tmp_path)
        assert "Traceback" not in done.stderr, done.stderr[-600:]
        assert sorted(tmp_path.rglob("*")) == before
        return done

    return run


def test_warnings_are_printed_and_exit_with_0(check, write_jsonl: WriteRows) -> None:
    done = check(write_jsonl("d.jsonl", COPIES))
    assert done.returncode == 0
    assert "SK001  Copies" in done.stdout
    assert "c is a" in done.stdout
    assert done.stdout.rstrip().endswith("checked 3 train examples: 3 warnings")
    assert done.stderr == ""


def test_a_table_without_labels_is_not_said_to_have_good_ones(check, tmp_path: Path) -> None:
    (tmp_path / "unlabelled.csv").write_text("text,stance\nParis refuse.,con\nBamako se tait.,pro\n", encoding="utf-8")
    assert "labels were not checked" in check("unlabelled.csv").stdout
    (tmp_path / "labelled.csv").write_text("text,label\nParis refuse.,con\nBamako se tait.,\n", encoding="utf-8")
    assert "labels were not checked" not in check("labelled.csv").stdout


def test_json_has_the_findings_of_the_contract_and_nothing_else_on_stdout(check, write_jsonl: WriteRows) -> None:
    done = check(write_jsonl("d.jsonl", COPIES), "--json")
    printed = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(printed) >= {"findings"}
    for finding in printed["findings"]:
        assert {"code", "severity", "count", "rows", "message", "help"} <= set(finding)
    told = [(own["code"], own["severity"], own["count"], own["rows"]) for own in printed["findings"]]
    assert told == [
        ("SK001", "warning", 1, ["c"]),
        ("SK101", "warning", 2, ["a", "c"]),
        ("SK103", "warning", 2, ["a", "b", "c"]),
    ]


def test_an_error_exits_with_1_in_words_and_in_json(check, write_jsonl: WriteRows) -> None:
    train, test = write_jsonl("d.jsonl", COPIES), write_jsonl("t.jsonl", COPIES[1:2])
    done = check(train, "--test", test)
    assert (done.returncode, done.stderr) == (1, "")
    assert "error   SK003" in done.stdout
    as_json = check(train, "--test", test, "--json")
    assert as_json.returncode == 1
    assert json.loads(as_json.stdout)["findings"][0]["rows"] == ["b"]
    assert json.loads(as_json.stdout)["examples"] == {"train": 3, "test": 1}


def test_nothing_found_is_an_empty_list(check, write_jsonl: WriteRows) -> None:
    file = write_jsonl("d.jsonl", [{"text": row["text"]} for row in COPIES[:2]])
    assert json.loads(check(file, "--json").stdout)["findings"] == []
    assert "nothing found" in check(file).stdout


def test_a_config_is_checked_with_its_folds(check, config_file: Path) -> None:
    printed = json.loads(
        check(config_file, "--set", "evaluation.folds.by=id", "--set", "data.drop_copies=true", "--json").stdout
    )
    assert "SK006" in {finding["code"] for finding in printed["findings"]}
    skipped = check(config_file, "--set", "checks.skip=[SK006]", "--set", "evaluation.folds.by=id")
    assert "SK006 " not in skipped.stdout
    assert "(skipped: SK006)" in skipped.stdout


def test_a_csv_in_its_own_encoding(check, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes("text,label\nL’été à Sénou,oui\nDes élus,non\n".encode("cp1252"))
    assert check("d.csv").returncode == 2
    done = check("d.csv", "--encoding", "cp1252", "--json")
    assert "SK203" not in done.stdout
    (tmp_path / "e.csv").write_bytes("text,label\nL’été à Sénou,oui\nDes élus,non\n".encode())
    assert '"SK203"' in check("e.csv", "--encoding", "cp1252", "--json").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.jsonl"], "missing.jsonl"),
        (["missing.yaml"], "missing.yaml"),
        (["d.jsonl", "--test", "missing.csv"], "missing.csv"),
        (["d.jsonl", "--set", "checks.skip=[SK001]"], "--set is for a config"),
        (["small.yaml", "--test", "d.jsonl"], "data.test.path"),
        (["small.yaml", "--encoding", "latin-1"], "--encoding"),
        (["small.yaml", "--set", "checks.skip=[SK999]"], "SK999"),
        (["small.yaml", "--set", "checks.errors=ignore"], "report"),
        (["d.jsonl", "--format", "docx"], "parquet"),
        (["d.jsonl", "--encoding", "klingon"], "klingon"),
        (["notes.txt"], "notes.txt"),
        (["empty.jsonl"], "empty"),
        (["no_text.csv"], "text"),
        (["surrogate.jsonl"], "surrogate"),
        (["."], "."),
    ],
)
def test_bad_input_is_named_and_exits_with_2(
    check, config_file: Path, write_jsonl: WriteRows, tmp_path: Path, arguments: list[str], said: str
) -> None:
    write_jsonl("d.jsonl", COPIES)
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "no_text.csv").write_text("label\na\n", encoding="utf-8")
    (tmp_path / "surrogate.jsonl").write_text('{"text": "a\\ud800"}\n', encoding="utf-8")
    for more in ([], ["--json"]):
        done = check(*arguments, *more)
        assert done.returncode == 2, done.stdout + done.stderr
        assert done.stdout == ""
        assert said in done.stderr


def test_train_stopped_by_an_error_exits_with_1_and_names_what_to_do(
    stancekit_command: Command,
    config_file: Path,
    corpus_rows: list[dict[str, Any]],
    write_jsonl: WriteRows,
    tmp_path: Path,
) -> None:
    leaky = ["--set", f"data.test={write_jsonl('test.jsonl', corpus_rows[:2])}"]
    done = stancekit_command("train", "-c", config_file, "-o", tmp_path / "out", *leaky)
    assert done.returncode == 1, done.stderr
    said = " ".join(done.stderr.split())
    assert "SK003" in said
    assert "data.drop_copies: true" in said
    assert "checks.errors=report" in said
    assert list((tmp_path / "out").rglob("*")) == []
    dry = stancekit_command("train", "-c", config_file, "--dry-run", *leaky)
    assert dry.returncode == 1
    reported = stancekit_command(
        "train", "-c", config_file, "-o", tmp_path / "out", *leaky, "--set", "checks.errors=report"
    )
    assert reported.returncode == 0, reported.stderr
