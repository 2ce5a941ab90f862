"""`stancekit explain`: sentences and models, what is said of unknown names, and pages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import stancekit
from stancekit.models.persistence import save_model

Command = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.usefixtures("wide_plain_terminal")
TEXT = "Paris refuse l’accord."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        {"text": f"{actor} {verb} l'accord.", "actor": actor, "target": "accord"}
        for actor in ("Paris", "Mali")
        for verb in ("refuse", "soutient")
    ]
    folder = tmp_path_factory.mktemp("model")
    save_model(stancekit.StanceClassifier().fit(rows, ["opposes", "supports"] * 2).model_, folder)
    return folder


def test_a_sentence_is_explained_as_in_python(stancekit_command: Command, model: Path) -> None:
    done = stancekit_command("explain", model, TEXT, "--actor", "Paris", "--target", "accord", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    [own] = stancekit.load(model).explain(TEXT, actor="Paris", target="accord")
    assert json.loads(done.stdout) == json.loads(json.dumps(own.to_dict()))
    assert own.predicted == "opposes"


def test_a_terminal_shows_signs_and_the_strongest_features(stancekit_command: Command, model: Path) -> None:
    done = stancekit_command("explain", model, TEXT, "--actor", "Paris", "--target", "accord", "--top", "2")
    assert "+refuse" in done.stdout
    assert "+ for opposes rather than supports" in done.stdout
    assert len(done.stdout.split("strongest features")[1].strip().splitlines()) == 3  # a rule and two features
    other = stancekit_command("explain", model, TEXT, "--actor", "Paris", "--target", "accord", "--label", "supports")
    assert "−refuse" in other.stdout


def test_top_limits_the_features_in_json(stancekit_command: Command, model: Path) -> None:
    done = stancekit_command("explain", model, TEXT, "--top", "1", "--json")
    assert len(json.loads(done.stdout)["features"]) == 1


def test_without_a_text_the_model_is_explained(stancekit_command: Command, model: Path) -> None:
    done = stancekit_command("explain", model, "--top", "1", "--label", "opposes", "--json")
    found = json.loads(done.stdout)
    assert list(found) == ["opposes"]
    assert "refuse" in found["opposes"]["for"][0][1]
    assert found["opposes"]["for"] == [list(row) for row in stancekit.load(model).top_features(n=1)["opposes"]["for"]]
    shown = stancekit_command("explain", model).stdout
    assert [heading in shown for heading in ("for opposes", "against opposes", "for supports")] == [True] * 3


def test_a_text_is_read_from_standard_input(model: Path) -> None:
    command = [sys.executable, "-m", "stancekit", "explain", str(model), "-", "--json"]
    done = subprocess.run(command, input=f"{TEXT}\n".encode(), capture_output=True, check=True)
    assert json.loads(done.stdout)["text"] == TEXT


def test_unknown_names_are_explained_and_said(stancekit_command: Command, model: Path) -> None:
    done = stancekit_command("explain", model, TEXT, "--actor", "Pari", "--target", "accord", "--json")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "the model knows no actor 'Pari'; did you mean 'Paris'? Allowed: Mali, Paris",
        "the text has no mention of the actor 'Pari'",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([TEXT, "--label", "oppose"], "no label 'oppose'; did you mean 'opposes'?"),
        (["--label", "oppose"], "no label 'oppose'; did you mean 'opposes'?"),
        (["--target", "accord"], "its weights don't depend on the target"),
        (["--actor", "Paris"], "--actor is for a sentence"),
        (["--html", "page.html"], "--html is for a sentence"),
        ([" "], "the text is empty"),
        ([TEXT, "--top", "0"], "--top"),
        ([TEXT, "--html", "nowhere/page.html"], "nowhere/page.html: can't write the page"),
    ],
)
def test_what_cannot_be_explained_is_refused(
    stancekit_command: Command, model: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = stancekit_command("explain", model, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_text_that_is_no_utf_8_is_refused(model: Path) -> None:
    command = [sys.executable, "-m", "stancekit", "explain", str(model), "-"]
    done = subprocess.run(command, input=b"caf\xe9", capture_output=True, check=False)
    assert done.returncode == 2
    assert b"<stdin>:1: not UTF-8" in done.stderr


def test_a_page_is_written_and_not_overwritten_without_force(
    stancekit_command: Command, model: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    done = stancekit_command("explain", model, "Paris <b>refuse</b>", "--html", page)
    assert done.returncode == 0
    assert "&lt;b&gt;" in page.read_text(encoding="utf-8")
    assert str(page) in done.stderr
    again = stancekit_command("explain", model, "autre", "--html", page)
    assert again.returncode == 2
    assert "the file exists; Name another file, or give --force" in again.stderr
    assert "autre" not in page.read_text(encoding="utf-8")
    forced = stancekit_command("explain", model, "autre", "--html", page, "--force")
    assert forced.returncode == 0
    assert "autre" in page.read_text(encoding="utf-8")
    folder = stancekit_command("explain", model, "autre", "--html", tmp_path, "--force")
    assert folder.returncode == 2
    assert "is a folder" in folder.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_file_given_for_a_text_is_said_to_be_one(stancekit_command: Command, model: Path, tmp_path: Path) -> None:
    file = tmp_path / "article.txt"
    file.write_text(TEXT, encoding="utf-8")
    done = stancekit_command("explain", model, file)
    assert done.returncode == 0
    assert f"though a file is called so: to read it, give - < {file}" in done.stderr
    assert stancekit_command("explain", model, "a" * 300).stderr == ""
