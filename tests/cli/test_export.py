"""`stancekit export`: files appear whole, warnings where they belong, nothing is overwritten."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import joblib
import pytest

import stancekit

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(config_file: Path, tmp_path: Path) -> stancekit.Run:
    return stancekit.train(config_file, ["features.blocks=[{field: text}]"], output=tmp_path / "out")


def test_a_pickle_is_written_with_a_warning_on_stderr(
    run: stancekit.Run, stancekit_command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "own.joblib"
    done = stancekit_command("export", run.path / "model", "--output", path)
    assert done.returncode == 0
    assert done.stderr.startswith("warning: This file is a pickle")
    assert done.stdout.splitlines() == [f"{path} (needs no stancekit)", f"{path}.txt"]
    new = ["Paris refuse un accord.", "Moscou salue un accord."]
    assert joblib.load(path).predict(new).tolist() == stancekit.load(run.path).predict(new)
    again = stancekit_command("export", run.path, "-o", path)
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.endswith("the file exists; Name another file, or give --force\n")
    assert stancekit_command("export", run.path, "-o", path, "--force").returncode == 0


def test_json_says_what_was_written_and_what_has_to_be_trusted(
    run: stancekit.Run, stancekit_command: Command, tmp_path: Path
) -> None:
    pytest.importorskip("skops", reason="skops is not installed")
    path = tmp_path / "own"
    done = stancekit_command("export", run.path, "--format", "skops", "-o", path, "--json")
    assert json.loads(done.stdout) == {
        "path": str(path),
        "format": "skops",
        "files": [f"{path}.txt"],
        "stands_alone": True,
        "why_not": None,
        "trusted": ["functools.partial", "re.sub", "unicodedata.normalize"],
    }
    assert done.stderr == ""


def test_tables_are_printed_or_written(run: stancekit.Run, stancekit_command: Command, tmp_path: Path) -> None:
    printed = stancekit_command("export", run.path, "--format", "csv")
    assert printed.stdout.startswith("run,part,of,name,metric,value,low,high,n,groups\n")
    written = stancekit_command("export", run.path, "-o", tmp_path / "own.csv")
    assert written.stdout == f"{tmp_path / 'own.csv'}\n"
    assert (tmp_path / "own.csv").read_text(encoding="utf-8") == printed.stdout
    assert stancekit_command("export", run.path, "-o", tmp_path / "own.csv").returncode == 2
    latex = stancekit_command("export", run.path, "-o", tmp_path / "own.tex", "--json")
    assert json.loads(latex.stdout) == {"path": str(tmp_path / "own.tex"), "format": "latex"}
    assert (tmp_path / "own.tex").read_text(encoding="utf-8").count(r"\begin{tabular}") == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "it isn't said as what; Allowed: joblib, skops, onnx, csv, latex, mlflow"),
        (["--format", "jobli"], "did you mean 'joblib'?"),
        (["--format", "onnx"], "onnx is a file; Name it: --output FILE.onnx"),
        (["-o", "model.pkl"], "it isn't said as what"),
        (["--format", "mlflow", "-o", "x"], "--output: MLflow has a place of its own; Name it: --uri"),
        (["--format", "csv", "--uri", "x"], "--uri: this is for MLflow"),
        (["--format", "csv", "--experiment", "x"], "--experiment: this is for MLflow"),
        (["-o", "no_such_folder/x.joblib"], "there is no such folder"),
    ],
)
def test_what_cant_be_done_is_said_before_anything_is_written(
    options: list[str], said: str, run: stancekit.Run, stancekit_command: Command, tmp_path: Path
) -> None:
    before = sorted(tmp_path.iterdir())
    done = stancekit_command("export", run.path, *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_a_model_alone_has_no_scores_to_export(run: stancekit.Run, stancekit_command: Command) -> None:
    done = stancekit_command("export", run.path / "model", "--format", "csv")
    assert done.returncode == 2
    assert "this is no run" in done.stderr
