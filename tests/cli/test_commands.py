from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import stancekit

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def trained(config_file: Path, tmp_path: Path) -> Path:
    return stancekit.train(config_file, output=tmp_path / "experiments").path


def test_train_writes_results_to_stdout_and_progress_to_stderr(
    stancekit_command: Command, config_file: Path, tmp_path: Path
) -> None:
    done = stancekit_command("train", "--config", config_file, "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    run = next((tmp_path / "out" / "small").iterdir())
    assert str(run) in done.stdout
    assert str(run / "report.html") in done.stdout
    assert "names_only" in done.stdout
    assert "cross-validating (6 fits): done" in done.stderr
    assert "cross-validating" not in done.stdout


def test_train_says_that_the_run_exists(stancekit_command: Command, config_file: Path, trained: Path) -> None:
    done = stancekit_command("train", "-c", config_file, "-o", trained.parents[1])
    assert done.returncode == 0
    assert "This run exists" in done.stderr
    assert str(trained) in done.stdout


def test_train_prints_json_for_scripts(stancekit_command: Command, config_file: Path, tmp_path: Path) -> None:
    done = stancekit_command("train", "-c", config_file, "-o", tmp_path / "out", "--json")
    printed = json.loads(done.stdout)
    assert printed["existed"] is False
    assert json.loads((Path(printed["path"]) / "metrics.json").read_text(encoding="utf-8")) == printed["metrics"]
    assert done.stderr == ""


def test_quiet_prints_the_path_and_nothing_else(stancekit_command: Command, config_file: Path, tmp_path: Path) -> None:
    done = stancekit_command("train", "-c", config_file, "-o", tmp_path / "out", "--quiet")
    assert done.stdout.splitlines() == [str(next((tmp_path / "out" / "small").iterdir()))]
    assert done.stderr == ""


def test_a_dry_run_checks_everything_and_writes_nothing(
    stancekit_command: Command, config_file: Path, tmp_path: Path
) -> None:
    before = set(tmp_path.rglob("*"))
    done = stancekit_command("train", "-c", config_file, "-o", tmp_path / "out", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "read 36 train examples in 12 groups" in done.stdout
    assert set(tmp_path.rglob("*")) == before
    refused = stancekit_command("train", "-c", config_file, "--dry-run", "--set", "evaluation.folds.n=13")
    assert refused.returncode == 2
    assert "evaluation.folds.n=12" in refused.stderr


def test_a_dry_run_says_what_a_search_would_fit(stancekit_command: Command, config_file: Path) -> None:
    search = "search={grid: {model.C: [0.1, 1, 10]}, n: 4}"
    done = stancekit_command("train", "-c", config_file, "--dry-run", "--set", search)
    assert done.returncode == 0, done.stderr
    assert "# would try 3 settings in 4 folds" in done.stdout
    assert f": {3 * 4 * (1 + 2 * 3)} fits" in done.stdout
    refused = stancekit_command("train", "-c", config_file, "--dry-run", "--set", search, "--set", "search.n=9")
    assert refused.returncode == 2
    assert "search.n=8" in refused.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_search_that_is_interrupted_leaves_nothing_behind(config_file: Path, tmp_path: Path, jobs: str) -> None:
    """Ctrl-C while a search is under way, which with so many settings would take minutes."""
    output = tmp_path / "out"
    values = [round(0.01 * number, 2) for number in range(1, 3001)]
    command = [sys.executable, "-m", "stancekit", "train", "-c", config_file, "-o", output, "-j", jobs]
    command += ["--set", f"search.grid.model.C={values}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("counting n-grams"):
                break
        time.sleep(1)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=60)
    assert errors.endswith("interrupted: no run was written\n"), errors
    # Python ends by the signal itself where the interrupt passed through source that a library executes; to a shell
    # that is 130, too.
    assert process.returncode in (130, -signal.SIGINT), errors
    assert "Traceback" not in errors
    assert "searching" not in errors
    assert said == ""
    assert not output.exists()


def test_runs_lists_what_there_is(stancekit_command: Command, trained: Path) -> None:
    done = stancekit_command("runs", trained.parents[1])
    assert str(trained) in done.stdout
    listed = json.loads(stancekit_command("runs", trained.parents[1], "--json").stdout)
    assert [run["metrics"]["run_id"] for run in listed] == [trained.name]


def test_runs_of_an_empty_folder_says_how_to_make_one(stancekit_command: Command, tmp_path: Path) -> None:
    done = stancekit_command("runs", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "stancekit train" in done.stderr


def test_compare_shows_both_runs_and_the_one_key_that_differs(
    stancekit_command: Command, config_file: Path, trained: Path
) -> None:
    other = stancekit.train(config_file, ["model.C=3"], output=trained.parents[1])
    done = stancekit_command("compare", trained, other.path)
    assert trained.name in done.stdout
    assert other.id in done.stdout
    keys = done.stdout.split("config keys that differ")[1]
    assert "model.C" in keys
    assert "seed" not in keys
    printed = json.loads(stancekit_command("compare", trained, other.path, "--json").stdout)
    assert printed["differing"] == {"model.C": [1.0, 3.0]}


def test_predict_gives_a_row_for_each_sentence_and_pair(
    stancekit_command: Command, trained: Path, tmp_path: Path
) -> None:
    text = "date 2023-05-01 Paris refuse un accord. Le ciel est bleu. Moscou soutient un accord, dit Paris."
    (tmp_path / "article.txt").write_text(text, encoding="utf-8")
    done = stancekit_command("predict", trained, tmp_path / "article.txt", "--json")
    rows = json.loads(done.stdout)
    assert [(row["sentence"], row["actor"], row["target"], row["label"]) for row in rows] == [
        (0, "France", "deal", "opposes"),
        (2, "Russia", "deal", "supports"),
        (2, "France", "deal", rows[2]["label"]),
    ]
    for row in rows:
        assert text[row["start"] : row["end"]] == row["text"]
        assert row["text"][row["actor_start"] : row["actor_end"]] in ("Paris", "Moscou")
        assert row["date"] == "2023-05-01"
        assert sum(row["probabilities"].values()) == pytest.approx(1.0)
    table = stancekit_command("predict", trained / "model", tmp_path / "article.txt").stdout
    assert "Paris refuse un accord." in table


def test_predict_reads_folders_and_patterns_and_says_which_article_a_row_is_of(
    stancekit_command: Command, trained: Path, tmp_path: Path
) -> None:
    (tmp_path / "news").mkdir()
    for name in ("monday", "tuesday"):
        (tmp_path / f"news/{name}.txt").write_text("Paris refuse un accord.", encoding="utf-8")
    for given in ("news", "news/*.txt"):
        done = stancekit_command("predict", trained, given, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert [name in done.stdout for name in ("article", "monday", "tuesday")] == [True] * 3
    one = stancekit_command("predict", trained, "news/monday.txt", cwd=tmp_path).stdout
    assert "article" not in one


def test_predict_says_when_nobody_known_is_named(stancekit_command: Command, trained: Path, tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text("Le ciel est bleu.", encoding="utf-8")
    done = stancekit_command("predict", trained, tmp_path / "article.txt", "--json")
    assert json.loads(done.stdout) == []
    assert "France" in done.stderr


def test_schema_is_json_with_every_section_of_a_config(stancekit_command: Command) -> None:
    schema = json.loads(stancekit_command("schema").stdout)
    assert set(schema["properties"]) == {
        "name",
        "seed",
        "data",
        "task",
        "features",
        "model",
        "decision",
        "evaluation",
        "search",
        "checks",
        "report",
        "inner_folds",
    }


def test_a_saved_model_is_used_in_a_fresh_process_from_another_folder(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    code = (
        "import stancekit, sys; m = stancekit.load(sys.argv[1])\n"
        "print(m.predict([{'text': 'Paris condamne un accord.', 'actor': 'France', 'target': 'deal'}]))\n"
        "print(sorted({'sklearn', 'datasets', 'matplotlib'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", code, str(trained)]
    done = subprocess.run(command, cwd=tmp_path / "elsewhere", capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['opposes']", "[]"]
