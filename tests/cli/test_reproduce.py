"""`stancekit reproduce` on the command line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import stancekit

Command = Callable[..., subprocess.CompletedProcess[str]]
FAST = ["evaluation.folds.repeats=1", "evaluation.baselines=[majority]", "evaluation.intervals.resamples=100"]

pytestmark = pytest.mark.usefixtures("wide_plain_terminal")


@pytest.fixture
def run(config_file: Path, tmp_path: Path) -> stancekit.Run:
    return stancekit.train(config_file, FAST, output=tmp_path / "out")


def test_an_equal_run_is_said_to_be_equal(stancekit_command: Command, run: stancekit.Run) -> None:
    done = stancekit_command("reproduce", run.path, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    files = sum(path.is_file() for path in run.path.rglob("*"))
    first, *rest = done.stdout.splitlines()
    assert first == f"equal: {files - 1} files, byte for byte"
    assert rest == ["not compared: environment.json: it holds all that may differ"]


def test_progress_goes_to_stderr(stancekit_command: Command, run: stancekit.Run) -> None:
    done = stancekit_command("reproduce", run.path, "--jobs", "2")
    assert "cross-validating (3 fits): done" in done.stderr


def test_a_run_that_differs_exits_with_1_and_says_where_and_why(stancekit_command: Command, run: stancekit.Run) -> None:
    predictions = run.path / "predictions.csv"
    lines = predictions.read_text(encoding="utf-8").splitlines()
    fields = lines[4].split(",")
    fields[5] = "\x1b[31mnobody"
    predictions.write_text("\n".join([*lines[:4], ",".join(fields), *lines[5:]]) + "\n", encoding="utf-8")
    environment = json.loads((run.path / "environment.json").read_text(encoding="utf-8"))
    now, environment["versions"]["scipy"] = environment["versions"]["scipy"], "0.1"
    (run.path / "environment.json").write_text(json.dumps(environment), encoding="utf-8")
    done = stancekit_command("reproduce", run.path, "--quiet")
    assert (done.returncode, done.stderr) == (1, "")
    first, difference, _, why = done.stdout.splitlines()
    assert first.startswith("differs: 1 of ")
    assert difference.startswith("predictions.csv: row 4, column predicted:  [31mnobody in the run, ")
    assert difference.endswith("; 1 of 36 rows differ")
    assert why == f"likely why: other versions: scipy 0.1 then, {now} now"
    told = json.loads(stancekit_command("reproduce", run.path, "--json").stdout)
    assert told["equal"] is False
    (only,) = told["differences"]
    assert (only["file"], only["where"]) == ("predictions.csv", "row 4, column predicted")
    assert told["versions"] == {"scipy": {"run": "0.1", "now": now}}


def test_many_differences_of_a_file_are_cut_in_the_terminal_and_whole_in_json(
    stancekit_command: Command, run: stancekit.Run
) -> None:
    metrics = json.loads((run.path / "metrics.json").read_text(encoding="utf-8"))
    metrics["cv"]["confusion"]["matrix"] = [[100 + i, 200 + i, 300 + i] for i in range(3)]
    (run.path / "metrics.json").write_text(json.dumps(metrics, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    shown = stancekit_command("reproduce", run.path, "--quiet").stdout.splitlines()
    assert sum(line.startswith("metrics.json: cv.confusion.matrix[") for line in shown) == 5
    assert "metrics.json: and 4 more; --json has all of them" in shown
    told = json.loads(stancekit_command("reproduce", run.path, "--json").stdout)
    assert len(told["differences"]) == 9


def test_data_that_changed_are_said_first(stancekit_command: Command, run: stancekit.Run, tmp_path: Path) -> None:
    data = tmp_path / "examples.jsonl"
    data.write_text(data.read_text(encoding="utf-8").replace("point 3", "point 33"), encoding="utf-8")
    done = stancekit_command("reproduce", run.path)
    assert (done.returncode, done.stderr) == (1, "")
    first, second, third, *_ = done.stdout.splitlines()
    assert first == "differs: this is another run"
    assert run.id in second
    assert third.startswith("The training data (../../../examples.jsonl) changed")


def test_data_that_are_gone_are_one_message_and_exit_code_2(
    stancekit_command: Command, run: stancekit.Run, tmp_path: Path
) -> None:
    (tmp_path / "examples.jsonl").unlink()
    done = stancekit_command("reproduce", run.path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "examples.jsonl does not exist" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_with_plug_ins_takes_their_code(stancekit_command: Command, config_file: Path, tmp_path: Path) -> None:
    code = tmp_path / "own.py"
    written = (
        'from stancekit.plugins import analyzer\n\n\n@analyzer("words")\ndef words(text):\n    return text.split()\n'
    )
    code.write_text(written, encoding="utf-8")
    changes = [f"--set={change}" for change in [*FAST, "features.blocks=[{field: text, analyzer: words}]"]]
    done = stancekit_command("train", "-c", config_file, "-o", tmp_path / "out", "--code", code, "-q", *changes)
    place = done.stdout.strip()
    assert stancekit_command("reproduce", place, "--code", code, "-q").returncode == 0
    without = stancekit_command("reproduce", place, "-q")
    assert without.returncode == 2
    assert "words" in without.stderr
    code.write_text(written.replace("text.split()", "text.lower().split()"), encoding="utf-8")
    other = stancekit_command("reproduce", place, "--code", code, "-q")
    assert other.returncode == 1
    assert "The analyzer words of a plug-in is not the code that was loaded then." in other.stdout.splitlines()
