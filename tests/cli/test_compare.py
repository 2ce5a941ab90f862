from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]
Command = Callable[..., subprocess.CompletedProcess[str]]

GOLD = {f"a{i}/{x}": label for i in range(6) for x, label in (("x", "yes"), ("y", "no"))}
NO = dict.fromkeys(GOLD, "no")


@pytest.fixture
def runs(write_run: Write) -> list[Path]:
    return [write_run("00000000000a", GOLD, NO), write_run("00000000000b", GOLD, GOLD)]


def test_everything_asked_for_is_written_and_json_printed(stancekit_command: Command, runs, tmp_path: Path) -> None:
    endings = {"--csv": "d.csv", "--changed": "c.csv", "--latex": "t.tex", "--html": "p.html"}
    places = [str(part) for option, name in endings.items() for part in (option, tmp_path / name)]
    done = stancekit_command("compare", *runs, "--json", *places)
    assert (done.returncode, done.stderr) == (0, "")
    (pair,) = json.loads(done.stdout)["parts"]["cv"]["pairs"]
    assert len(pair["changes"]["became_right"]) == 6
    starts = [(tmp_path / name).read_text(encoding="utf-8").split("\n")[0][:15] for name in endings.values()]
    assert starts == ["part,first,seco", "part,first,seco", "% needs \\usepac", "<!doctype html>"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_file_that_exists_is_kept_unless_forced(stancekit_command: Command, runs, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("mine", encoding="utf-8")
    options = ["--csv", tmp_path / "d.csv", "--html", tmp_path / "p.html"]
    done = stancekit_command("compare", *runs, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the file exists" in done.stderr
    assert "--force" in done.stderr
    assert (tmp_path / "d.csv").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "p.html").exists()
    assert stancekit_command("compare", *runs, *options, "--force").returncode == 0
    assert (tmp_path / "d.csv").read_text(encoding="utf-8").startswith("part,")


def test_nothing_is_written_where_runs_are_refused(
    stancekit_command: Command, runs, write_run: Write, tmp_path: Path
) -> None:
    other = write_run("00000000000c", {"z/1": "yes"}, {"z/1": "no"})
    done = stancekit_command("compare", runs[0], other, "--html", tmp_path / "p.html")
    assert done.returncode == 1
    assert done.stderr.startswith("error: 00000000000a and 00000000000c were not scored on the same examples")
    assert not (tmp_path / "p.html").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--html", "."], "this is a folder"),
        (["--html", "nowhere/p.html"], "there is no such folder"),
        (["--csv", "x", "--html", "x"], "two options name the same file"),
        (["--against", "nope"], "'nope' is none of what is compared"),
        (["theirs.csv"], "theirs.csv"),
    ],
)
def test_bad_usage_exits_with_2_and_one_line(stancekit_command: Command, runs, tmp_path: Path, options, said) -> None:
    done = stancekit_command("compare", *runs, *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_predictions_made_elsewhere_are_compared(stancekit_command: Command, runs, tmp_path: Path) -> None:
    path = tmp_path / "theirs.tsv"
    path.write_text("id\tlabel\n" + "".join(f"{id}\t{label}\n" for id, label in GOLD.items()), encoding="utf-8")
    done = stancekit_command("compare", runs[0], path, "--examples", "1")
    assert done.returncode == 0, done.stderr
    assert "theirs scores higher than hand in accuracy" in done.stdout
    assert done.stdout.count("became right ") == 1
