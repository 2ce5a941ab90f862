"""Every case with the official scorers' own output, in full and as it is printed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stancekit.evaluation import score

ENDINGS = {"semeval2016": "txt", "fnc1": "csv", "xstance": "jsonl"}
CASES = [
    ("semeval2016", "typical"),
    ("semeval2016", "no_gold_favor"),
    ("semeval2016", "no_favor_predicted"),
    ("semeval2016", "with_unknown"),
    ("fnc1", "typical"),
    ("fnc1", "all_unrelated"),
    ("xstance", "typical"),
]


@pytest.fixture
def case_folder() -> Callable[[str, str], Path]:
    def find(task: str, case: str) -> Path:
        folder = Path(os.environ.get("STANCEKIT_DATA", "")) / "scorers" / task / case
        if "STANCEKIT_DATA" not in os.environ or not folder.is_dir():
            pytest.skip(f"STANCEKIT_DATA names no folder with scorers/{task}/{case}, which is not part of the project")
        return folder

    return find


def files_of(folder: Path, task: str) -> tuple[Path, Path]:
    return folder / f"gold.{ENDINGS[task]}", folder / f"pred.{ENDINGS[task]}"


def expected_of(folder: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return expected


def rounded(scores: Any, digits: int) -> Any:
    if isinstance(scores, dict):
        return {key: rounded(value, digits) for key, value in scores.items()}
    return float(f"{scores:.{digits}f}")


@pytest.mark.parametrize(("task", "case"), CASES, ids=map("-".join, CASES))
def test_scores_are_those_of_the_official_scorer(case_folder, task, case):
    folder = case_folder(task, case)
    expected = expected_of(folder)
    found = score(*files_of(folder, task), scorer=task)
    if task == "semeval2016":
        assert rounded(found, 4) == expected
    else:
        assert {key: found[key] for key in expected} == expected
        assert set(found) - set(expected) <= {"harmonic_mean"}


@pytest.mark.parametrize(("task", "case"), CASES, ids=map("-".join, CASES))
def test_the_command_prints_the_digits_of_the_official_scorer(case_folder, stancekit_command, task, case):
    folder = case_folder(task, case)
    expected = expected_of(folder)
    shown = stancekit_command("score", *files_of(folder, task), "--scorer", task)
    assert (shown.returncode, shown.stderr) == (0, "")
    rows = [line.split() for line in shown.stdout.splitlines()]
    if task == "semeval2016":
        for label in ("favor", "against"):
            assert [label.upper(), *(f"{value:.4f}" for value in expected[label].values())] in rows
        assert [*"all targets pooled".split(), f"{expected['f_avg']:.4f}"] in rows
    elif task == "fnc1":
        assert ["predicted", *(str(expected[name]) for name in ("score", "null", "max", "relative"))] in rows
        for label, counts in zip(expected["confusion_labels"], expected["confusion_gold_by_pred"], strict=True):
            assert [label, *map(str, counts)] in rows
    else:
        for part, scores in expected.items():
            (row,) = [row for row in rows if row[:1] == [part]]
            assert row[1:-1] == [str(value) for value in scores.values()]


def test_every_case_there_is_is_tested(case_folder):
    folder = case_folder("semeval2016", "typical").parents[1]
    assert {(file.parts[-3], file.parts[-2]) for file in folder.glob("*/*/expected.json")} == set(CASES)
