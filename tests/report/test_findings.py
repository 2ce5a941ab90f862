from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import stancekit
from stancekit.corpus.checks import Finding, check_examples
from stancekit.experiment.check import Checked
from stancekit.report.findings import findings_view, listed, summary
from stancekit.report.terminal import print_to

HOSTILE = "<script>alert(1)</script>\x1b[2J\x1b]0;owned\x07\nerror  SK003\u202e\u200f[bold]&amp;"


def shown(checked: Checked, *, terminal: bool = False, width: int = 200) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=width, highlight=False, color_system=None)
    print_to(console, findings_view(checked))
    return console.file.getvalue()  # type: ignore[attr-defined] # a StringIO


def warning(code: Any, part: Any, **more: Any) -> Finding:
    return Finding(
        code, more.pop("severity", "warning"), part, more.pop("rows", ()), more.pop("message", "said"), 1, **more
    )


def test_findings_of_one_code_share_a_paragraph_with_why_and_what_to_do() -> None:
    both = [warning("SK001", "train", message="in training"), warning("SK001", "test", message="in the test set")]
    page = shown(Checked(both, {"train": 4, "test": 2}))
    assert page.count("SK001") == 1
    assert page.count("what to do") == 1
    assert page.index("in training") < page.index("in the test set")
    assert "docs/checks.md#sk001" in page


def test_what_is_empty_takes_no_line() -> None:
    page = shown(Checked([warning("SK105", "test")], {"train": 1}))
    assert "rows" not in page
    assert "for example" not in page


def test_the_last_line_counts_by_severity() -> None:
    findings = [warning("SK003", "test", severity="error")] + [warning("SK001", "train")] * 2
    checked = Checked(findings, {"train": 13144, "test": 1461}, ("SK104",))
    assert summary(checked) == "checked 13,144 train and 1,461 test examples: 1 error, 2 warnings (skipped: SK104)"
    assert shown(checked).rstrip().endswith("1 error, 2 warnings (skipped: SK104)")
    assert summary(Checked([], {"train": 3})) == "checked 3 train examples: nothing found"


def test_rows_are_listed_up_to_five() -> None:
    assert listed([]) == ""
    assert listed(list("abcde")) == "a, b, c, d, e"
    assert listed([str(number) for number in range(2000)]).endswith("4 and 1,995 more")


@pytest.mark.parametrize("terminal", [True, False])
def test_hostile_text_cannot_act_on_a_terminal(terminal: bool) -> None:
    columns = {
        "id": [f"{HOSTILE}{number}" for number in range(3)],
        "text": [f"Paris {HOSTILE} refuse", f"Paris {HOSTILE} refuse", "\ufffd\x1b[31m"],
        "actor": [HOSTILE, HOSTILE, HOSTILE.upper()],
        "target": [HOSTILE] * 3,
        "actor_start": [3, 3, None],
        "actor_end": [6, 6, None],
        "label": [HOSTILE, f"{HOSTILE}s", "b"],
    }
    test = {"text": ["x"], "actor": [f"{HOSTILE}!"], "label": ["b"]}
    checked = Checked(check_examples(columns, test), {"train": 3}, log=(f"took 2 folds: {HOSTILE}",))
    assert {"SK001", "SK101", "SK102", "SK103", "SK106", "SK202", "SK203"} <= {own.code for own in checked.findings}
    page = shown(checked, terminal=terminal)
    acting = {character for character in page if not character.isprintable()} - {"\n"}
    assert acting == ({"\x1b"} if terminal and "\x1b" in page else set())
    assert re.sub(r"\x1b\[[0-9;]*m", "", page).count("\x1b") == 0
    assert "[bold]" in page, "what looks like markup is text"
    assert not re.search(r"^error  SK003", page, re.MULTILINE)


def test_a_narrow_terminal_wraps_and_loses_nothing() -> None:
    page = shown(Checked([warning("SK005", "train", message="word " * 30)], {"train": 1}), terminal=True, width=50)
    assert page.count("word") >= 30
    assert max(map(len, page.splitlines())) <= 50


def test_hostile_text_is_escaped_in_the_report(
    config_file: Path,
    corpus_rows: list[dict[str, Any]],
    write_jsonl: Callable[[str, Sequence[dict[str, Any]]], Path],
    tmp_path: Path,
) -> None:
    spans = dict.fromkeys(("actor_start", "actor_end", "target_start", "target_end"))
    rows = [
        row | spans | {"id": f"{HOSTILE}{i}", "target": HOSTILE, "text": f"{row['text']} {HOSTILE}"}
        for i, row in enumerate(corpus_rows)
    ]
    again = [rows[0] | {"id": f"{HOSTILE}again"}]
    write_jsonl("examples.jsonl", [*rows, *again])
    test = [rows[0] | {"id": "t"}, rows[1] | {"id": "u", "target": f"{HOSTILE} of the test", "text": "Un autre texte."}]
    write_jsonl("test.jsonl", test)
    text = config_file.read_text(encoding="utf-8")
    config_file.write_text(
        text.replace("{train: examples.jsonl}", "{train: examples.jsonl, test: test.jsonl}"), "utf-8"
    )
    run = stancekit.train(config_file, ["checks.errors=report"], output=tmp_path / "out")
    page = (run.path / "report.html").read_text(encoding="utf-8")
    section = page[page.index("What the checks found") : page.index('id="scores"')]
    assert "SK106" in section
    assert "&lt;script&gt;" in section
    assert "<script" not in page[: page.index("<footer")]
    assert page.count("<script") == 3
    assert "\x1b" not in page
    assert "\u202e" not in section
    log = (run.path / "log.txt").read_text(encoding="utf-8")
    assert not re.search(r"^error  SK003", log, re.MULTILINE)
    assert "\x1b" not in log


def test_a_report_without_findings_says_so(config_file: Path, tmp_path: Path) -> None:
    skipped = "checks.skip=[SK001, SK002, SK006, SK103, SK104]"
    run = stancekit.train(config_file, [skipped], output=tmp_path / "out")
    page = (run.path / "report.html").read_text(encoding="utf-8")
    assert "Nothing: no copies" in page
    assert "SK001, SK002, SK006, SK103, SK104." in page
