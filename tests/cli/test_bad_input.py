"""Whatever is wrong: a message and an exit code, never a traceback, and nothing left behind.

What is refused in many forms is held to one of them on the real command line, and to the others in this process.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import stancekit
from stancekit.errors import DataError, InputError, RefusedError, StancekitError

Command = Callable[..., subprocess.CompletedProcess[str]]

CONFIG = """\
data: {train: FILE}
task: {labels: [opposes, supports]}
features: {blocks: [{field: text}]}
evaluation: {folds: {scheme: group, by: article, n: 2}, intervals: {resamples: 100}, baselines: []}
"""
ROWS = [
    {"article": "a", "text": "Paris refuse.", "label": "opposes"},
    {"article": "a", "text": "Paris soutient.", "label": "supports"},
    {"article": "b", "text": "Moscou refuse.", "label": "opposes"},
    {"article": "b", "text": "Moscou soutient.", "label": "supports"},
]
ROWS_WITHOUT_ARTICLES = [{"text": row["text"], "label": row["label"]} for row in ROWS]


def write_project(folder: Path, content: bytes | str | list[dict[str, object]], name: str = "d.jsonl") -> Path:
    """Write a data file, and beside it `a.yaml`, which trains on it; return the latter."""
    if isinstance(content, list):
        content = "".join(json.dumps(row) + "\n" for row in content)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "a.yaml").write_text(CONFIG.replace("FILE", name), encoding="utf-8")
    return folder / "a.yaml"


pytestmark = pytest.mark.usefixtures("wide_plain_terminal")


@pytest.fixture
def refused(stancekit_command: Command, tmp_path: Path) -> Callable[..., str]:
    """Run a command in `tmp_path` that must exit with 2 and change nothing; return what it says on stderr."""

    def run(*arguments: str | Path) -> str:
        before = sorted(tmp_path.rglob("*"))
        done = stancekit_command(*arguments, cwd=tmp_path)
        assert "Traceback" not in done.stderr, done.stderr[-600:]
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.strip()
        assert sorted(tmp_path.rglob("*")) == before
        return done.stderr

    return run


# The config


def test_five_mistakes_are_five_located_errors(refused, tmp_path):
    write_project(tmp_path, ROWS)
    (tmp_path / "bad.yaml").write_text(
        """\
data: {train: d.jsonl, tset: d.jsonl}
seed: thirteen
task:
  labels: [opposes, opposes]
model:
  kind: logistic_regresion
evaluation:
  folds: {n: 1}
""",
        encoding="utf-8",
    )
    said = refused("train", "--config", "bad.yaml", "--output", "out")
    errors = [line for line in said.splitlines() if line.startswith("error: ")]
    places = ["bad.yaml:1:24", "bad.yaml:2:7", "bad.yaml:4:21", "bad.yaml:6:9", "bad.yaml:8:14"]
    assert [line.split(": ")[1] for line in errors] == places
    named = ["'test'", "'thirteen'", "'opposes'", "'logistic_regression'", "'n'"]
    assert [word for word, line in zip(named, errors, strict=True) if word not in line] == []


def test_a_config_that_is_not_there_is_named(refused):
    (line,) = refused("train", "--config", "nope.yaml").splitlines()
    assert line.startswith("error: nope.yaml: ")


def test_an_override_that_is_wrong_is_named(refused, tmp_path):
    write_project(tmp_path, ROWS)
    said = refused("train", "--config", "a.yaml", "--set", "modle.C=3", "--output", "out")
    assert said.startswith("error: --set modle.C=3: ")
    assert "did you mean 'model'?" in said


# Usage


@pytest.mark.parametrize("jobs", ["0", "two"])
def test_a_number_of_jobs_that_cannot_be_is_refused(refused, tmp_path, jobs):
    write_project(tmp_path, ROWS)
    assert "--jobs" in refused("train", "--config", "a.yaml", "--jobs", jobs, "--output", "out")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["train"], "--config"),
        (["train", "--confg", "a.yaml"], "--config"),
        (["compare"], "RUN"),
        (["predict", "somewhere"], "INPUT"),
        (["evaluate", "somewhere"], "--data"),
    ],
)
def test_an_argument_that_is_missing_or_misspelt_is_named(refused, arguments, named):
    assert named in refused(*arguments)


def test_an_output_that_is_a_file_is_refused(tmp_path):
    config = write_project(tmp_path, ROWS)
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError, match="out"):
        stancekit.train(config, output=tmp_path / "out")


# The data


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", ["d.jsonl", "no examples"], id="empty file"),
        pytest.param(
            [{"article": "a", "txt": "x", "label": "opposes"}],
            ["d.jsonl", "'text'", "did you mean 'txt'?"],
            id="missing column",
        ),
        pytest.param(
            [row for row in ROWS if row["label"] == "opposes"], ["'supports'", "opposes 2"], id="one class only"
        ),
        pytest.param(
            [row | {"article": "a"} for row in ROWS], ["1 groups by 'article'", "2 folds"], id="fewer groups than folds"
        ),
    ],
)
def test_data_that_cannot_be_used_are_one_line_and_leave_nothing_behind(refused, tmp_path, content, said):
    write_project(tmp_path, content)
    (line,) = refused("train", "--config", "a.yaml", "--output", "out", "--quiet").splitlines()
    assert line.startswith("error: ")
    assert [part for part in said if part not in line] == []


def data_problem(folder: Path, *overrides: str) -> str:
    """Return the one thing that training on the data of a project is refused for."""
    with pytest.raises(DataError) as caught:
        stancekit.train(folder / "a.yaml", overrides, output=folder / "out")
    assert not (folder / "out").exists()
    (problem,) = caught.value.problems
    return str(problem).removeprefix(f"{folder}/")


@pytest.mark.parametrize(
    ("name", "content", "where", "said"),
    [
        ("d.jsonl", "\n \n", "d.jsonl: ", "no examples"),
        ("d.csv", "article,text,label\n", "d.csv: ", "no examples"),
        ("d.csv", "article;text;label\na;x;opposes\n", "d.csv: ", "'text'"),
        ("d.jsonl", [{"article": "a", "text": "x", "lable": "opposes"}], "d.jsonl: ", "did you mean 'lable'?"),
        ("d.jsonl", '{"text": "x", "label": "opposes"\n', "d.jsonl:1:33: ", "JSON"),
        ("d.jsonl", "[1, 2]\n", "d.jsonl:1: ", "object"),
        ("d.jsonl", b'{"text": "x"}\n{"text": "\xe9"}\n', "d.jsonl:2: ", "cp1252"),
        (
            "d.jsonl",
            [*ROWS, {"article": "b", "text": "x", "label": "oposes"}],
            "d.jsonl:5: ",
            "did you mean 'opposes'?",
        ),
        ("d.jsonl", [*ROWS, {"article": "b", "text": "x"}], "d.jsonl:5: ", "no label"),
        ("d.jsonl", [*ROWS, {"article": "b", "text": " ", "label": "opposes"}], "d.jsonl:5: ", "no text"),
        ("d.jsonl", [row | {"id": "one"} for row in ROWS], "d.jsonl:2: ", "line 1"),
        ("d.jsonl", [row | {"actor_start": 5, "actor_end": 99} for row in ROWS[:1]], "d.jsonl:1: ", "actor_end"),
        ("d.csv", "article,text,label\na,x\n", "d.csv:2: ", "2 fields"),
        ("d.csv", 'article,text,label\na,"x,opposes\n', "d.csv:2: ", "CSV"),
        ("d.parquet", b"no parquet at all", "d.parquet: ", "Parquet"),
    ],
)
def test_damaged_data_are_named_by_file_and_line(tmp_path, name, content, where, said):
    write_project(tmp_path, content, name)
    problem = data_problem(tmp_path)
    assert problem.startswith(where)
    assert said in problem


@pytest.mark.parametrize(
    "row",
    [
        pytest.param('{"id": [1], "article": "b", "text": "x", "label": "opposes"}', id="a list for an id"),
        pytest.param('{"id": "5", "article": "b", "text": ["x"], "label": "opposes"}', id="a list for a text"),
        pytest.param(r'{"id": "5", "article": "b", "text": "x \ud800", "label": "opposes"}', id="half a character"),
        pytest.param("[" * 50_000, id="nested without end"),
    ],
)
def test_a_row_of_another_shape_is_named_by_its_line(tmp_path, row):
    write_project(tmp_path, "".join(json.dumps({"id": str(i), **own}) + "\n" for i, own in enumerate(ROWS)) + row)
    assert data_problem(tmp_path).startswith("d.jsonl:5")


def test_a_number_is_no_set_of_labels(tmp_path):
    write_project(tmp_path, [{"article": "a", "text": "x", "labels": ["opposes"]}, {"text": "y", "labels": 5}])
    assert data_problem(tmp_path, "task.kind=multilabel").startswith("d.jsonl:2")


def test_ids_that_differ_in_type_only_are_one_id_used_twice_in_one_file(tmp_path):
    write_project(tmp_path, [row | {"id": id} for row, id in zip(ROWS, [1, "1", 2, 3], strict=True)])
    problem = data_problem(tmp_path)
    assert problem.startswith("d.jsonl:2")
    assert "line 1" in problem


def test_fewer_groups_than_folds_names_the_number_that_works(tmp_path):
    write_project(tmp_path, ROWS)
    problem = data_problem(tmp_path, "evaluation.folds.n=3")
    assert "2 groups by 'article'" in problem
    assert "evaluation.folds.n=2" in problem


def test_the_next_step_that_a_message_names_works(tmp_path):
    from stancekit.config import load_config
    from stancekit.experiment.train import plan_experiment

    config = write_project(tmp_path, ROWS_WITHOUT_ARTICLES)
    (step,) = re.findall(r"evaluation\.\S+=\w+", data_problem(tmp_path))
    assert plan_experiment(load_config(config, [step]))[1]


# Runs


@pytest.fixture
def least_run(tmp_path: Path) -> Path:
    """The least that is a run folder."""
    folder = tmp_path / "experiments" / "small" / "0123456789ab"
    folder.mkdir(parents=True)
    metrics = {"format": 1, "name": "small", "run_id": "0123456789ab", "cv": None, "test": None}
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def trained_run(tmp_path_factory) -> Path:
    """A run folder with everything but pages."""
    from stancekit.config import load_config
    from stancekit.experiment.train import run_experiment

    folder = tmp_path_factory.mktemp("project")
    return run_experiment(load_config(write_project(folder, ROWS)), folder / "experiments").path


@pytest.fixture
def whole_run(trained_run: Path, tmp_path: Path) -> Path:
    """A copy of a whole run, to be damaged."""
    return shutil.copytree(trained_run, tmp_path / "experiments" / "small" / trained_run.name)


def test_one_run_cannot_be_compared(refused, least_run):
    (line,) = refused("compare", least_run).splitlines()
    assert "two or more" in line


@pytest.mark.parametrize("below", [".", "0123456789ab/metrics.json", "nope"])
def test_what_is_beside_or_within_a_run_is_no_run(least_run, below):
    path = least_run.parent / below
    with pytest.raises(InputError) as caught:
        stancekit.compare([path, least_run])
    assert caught.value.problems[0].where == str(path)


def test_a_folder_above_runs_names_the_runs_below(least_run):
    with pytest.raises(InputError, match="0123456789ab"):
        stancekit.compare([least_run.parent, least_run])


def test_a_folder_of_runs_that_is_not_there_is_named(tmp_path):
    from stancekit.cli.runs import list_runs

    with pytest.raises(InputError) as caught:
        list_runs(tmp_path / "nope")
    assert caught.value.problems[0].where == str(tmp_path / "nope")


@pytest.mark.parametrize(
    "metrics", ["", "{", "[]", "null", '{"format": 99}', '{"format": 1}', '{"format": 1, "cv": 3}']
)
def test_a_run_whose_metrics_are_damaged_is_refused_and_named(whole_run, metrics):
    from stancekit.cli.runs import runs_command

    (whole_run / "metrics.json").write_text(metrics, encoding="utf-8")
    with pytest.raises(RefusedError, match=r"metrics\.json"):
        runs_command(whole_run.parents[1], as_json=False)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("predictions.csv", None),
        ("predictions.csv", "nothing,of,this\n"),
        ("config.yaml", None),
        ("config.yaml", "- a list\n"),
        ("config.yaml", "of_a_later_version: 1\n"),
    ],
)
def test_a_run_whose_other_files_are_damaged_is_refused_and_they_are_named(whole_run, name, content):
    if content is None:
        (whole_run / name).unlink()
    else:
        (whole_run / name).write_text(content, encoding="utf-8")
    with pytest.raises(StancekitError) as caught:
        stancekit.compare([whole_run, whole_run])
    assert name in str(caught.value)


# Models and articles


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A saved model that knows one actor and one target."""
    from stancekit.models.persistence import save_model

    rows = [
        {"text": f"Paris {verb} l'accord.", "actor": "Paris", "target": "accord"} for verb in ("refuse", "soutient")
    ]
    folder = tmp_path_factory.mktemp("model")
    save_model(stancekit.StanceClassifier().fit(rows, ["opposes", "supports"]).model_, folder)
    return folder


def test_a_model_that_is_not_there_is_refused(refused, tmp_path):
    (tmp_path / "article.txt").write_text("Paris refuse.", encoding="utf-8")
    (line,) = refused("predict", "nope", "article.txt").splitlines()
    assert line.startswith("error: nope: ")
    assert "model.json" in line


def test_a_folder_or_file_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "article.txt").touch()
    for path in (tmp_path, tmp_path / "article.txt"):
        with pytest.raises(InputError) as caught:
            stancekit.load(path)
        assert caught.value.problems[0].where == str(path)


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        pytest.param(None, "bad.txt: ", "No such file", id="does not exist"),
        pytest.param(b" \n", "bad.txt: ", "empty", id="empty"),
        pytest.param("Un\nDéjà\n".encode("cp1252"), "bad.txt:2: ", "0xe9", id="not UTF-8"),
    ],
)
def test_an_article_that_cannot_be_read_is_named_and_no_other_is_labelled(
    refused, model, tmp_path, content, where, said
):
    (tmp_path / "good.txt").write_text("Paris refuse l'accord.", encoding="utf-8")
    if content is not None:
        (tmp_path / "bad.txt").write_bytes(content)
    (line,) = refused("predict", model, "good.txt", "bad.txt").splitlines()
    assert line.startswith(f"error: {where}")
    assert said in line


def test_two_articles_of_one_name_could_not_be_told_apart_and_are_refused(refused, model, tmp_path):
    for folder in ("monday", "tuesday"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "news.txt").write_text("Paris refuse l'accord.", encoding="utf-8")
    (line,) = refused("predict", model, "monday/news.txt", "tuesday/news.txt").splitlines()
    assert line.startswith("error: tuesday/news.txt: monday/news.txt is called 'news' too")
