from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stancekit.cli.runs import write_runs_page
from stancekit.errors import InputError, RefusedError

WriteRun = Callable[..., Path]
GOLD = {"a1/x": "no", "a2/x": "yes"}


@pytest.fixture
def run(write_run: WriteRun) -> Path:
    return write_run("00000000000a", GOLD, GOLD)


def test_the_page_is_made_anew_over_its_own(run: Path, write_run: WriteRun, tmp_path: Path) -> None:
    page = write_runs_page(tmp_path)
    assert page == tmp_path / "index.html"
    assert "00000000000b" not in page.read_text(encoding="utf-8")
    write_run("00000000000b", GOLD, GOLD)
    write_runs_page(tmp_path)
    assert "00000000000b" in page.read_text(encoding="utf-8")


def test_a_page_of_another_make_is_kept_unless_forced(run: Path, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("<p>mine", encoding="utf-8")
    with pytest.raises(RefusedError, match="stancekit didn't write the page"):
        write_runs_page(tmp_path)
    assert page.read_text(encoding="utf-8") == "<p>mine"
    write_runs_page(tmp_path, force=True)
    assert "00000000000a" in page.read_text(encoding="utf-8")


def test_a_link_is_not_taken_for_our_page(run: Path, tmp_path: Path) -> None:
    kept = write_runs_page(tmp_path).rename(tmp_path / "kept.html")
    (tmp_path / "index.html").symlink_to(kept)
    with pytest.raises(RefusedError, match="didn't write"):
        write_runs_page(tmp_path)


def test_a_folder_in_the_place_of_the_page_is_refused(run: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    with pytest.raises(RefusedError, match="in the way"):
        write_runs_page(tmp_path, force=True)


def test_no_page_is_written_into_a_run(run: Path) -> None:
    with pytest.raises(RefusedError, match="this is a run"):
        write_runs_page(run, force=True)
    assert not (run / "index.html").exists()


def test_a_language_that_is_not_known_is_refused_with_those_that_are(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--language.*Allowed: en, fr"):
        write_runs_page(tmp_path, language="de")


def test_the_command_prints_where_the_page_is_and_damage_is_not_fatal(
    run: Path, write_run: WriteRun, tmp_path: Path, stancekit_command: Callable[..., Any]
) -> None:
    (write_run("00000000000b", GOLD, GOLD) / "metrics.json").write_text("[]", encoding="utf-8")
    done = stancekit_command("runs", tmp_path, "--html")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{tmp_path / 'index.html'}\n", "")
    done = stancekit_command("runs", tmp_path, "--html", "--language", "fr", "--json")
    assert json.loads(done.stdout) == {"path": str(tmp_path / "index.html")}


def test_options_of_the_page_are_refused_without_it(tmp_path: Path, stancekit_command: Callable[..., Any]) -> None:
    done = stancekit_command("runs", tmp_path, "--language", "fr")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--html" in done.stderr
