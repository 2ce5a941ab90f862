from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stancekit.experiment.run import Run
from stancekit.report.index_page import index_page, is_ours, sparkline
from stancekit.report.run_rows import read_runs

WriteRun = Callable[..., Path]
GOLD = {"a1/x": "no", "a2/x": "yes"}
HALF = {"a1/x": "no", "a2/x": "no"}


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r'<tr role="row">\s*<th scope="row".*?</tr>', page, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", " ", cell) for cell in re.findall(r"<t[hd] .*?</t[hd]>", row, re.DOTALL)] for row in rows
    ]


def test_a_run_is_a_row_with_its_score_and_interval(write_run: WriteRun, tmp_path: Path) -> None:
    path = write_run("00000000000a", GOLD, HALF)
    (row,) = cells(index_page([Run(path)], [], tmp_path))
    assert [" ".join(cell.split()) for cell in row] == [
        "hand 00000000000a",
        "stance",
        "logistic regression, C&#160;=&#160;1",
        "2 2 articles",
        "accuracy Cross-validation",
        "0.500 0.100 to 0.900",
        "–",
        "–",
        "–",
        "–",
        "not known",
    ]


def test_a_link_to_a_report_is_relative_and_there_only_where_the_report_is(write_run: WriteRun, tmp_path: Path) -> None:
    write_run("00000000000a", GOLD, HALF)
    other = write_run("00000000000b", GOLD, HALF)
    odd = other.rename(other.with_name('javascript: "b" #'))
    (odd / "report.html").write_text("", encoding="utf-8")
    runs, _ = read_runs(sorted((tmp_path / "hand").iterdir()))
    hrefs = re.findall(r'<a href="([^#][^"]*)"', index_page(runs, [], tmp_path))
    assert hrefs == ["hand/javascript%3A%20%22b%22%20%23/report.html"]


def test_a_damaged_run_is_listed_with_its_reason_and_without_the_path_of_the_machine(
    write_run: WriteRun, tmp_path: Path
) -> None:
    whole, cut = write_run("00000000000a", GOLD, HALF), write_run("00000000000b", GOLD, HALF)
    (cut / "metrics.json").write_text("{", encoding="utf-8")
    runs, damaged = read_runs([whole, cut])
    page = index_page(runs, damaged, tmp_path)
    assert '<code class="long">hand/00000000000b</code>' in page
    assert ">metrics.json: not readable as JSON" in page
    assert str(tmp_path) not in page
    assert len(cells(page)) == 1


def test_a_page_without_runs_says_so(tmp_path: Path) -> None:
    page = index_page([], [], tmp_path)
    assert "There is no run in this folder that can be read." in page
    assert "<table" not in page


def test_a_page_in_french_says_its_numbers_in_french(write_run: WriteRun, tmp_path: Path) -> None:
    page = index_page([Run(write_run("00000000000a", GOLD, HALF))], [], tmp_path, "fr")
    assert '<html lang="fr">' in page
    assert "<b>0,500</b>" in page
    assert "Validation croisée" in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_is_told_from_one_of_another_make(tmp_path: Path, language: str) -> None:
    own, foreign, empty = (tmp_path / name for name in ("own.html", "foreign.html", "empty.html"))
    own.write_text(index_page([], [], tmp_path, language), encoding="utf-8")  # type: ignore[arg-type] # of two
    foreign.write_text('<!doctype html><meta name="generator" content="hugo">', encoding="utf-8")
    empty.write_bytes(b"\xff\xfe")
    assert [is_ours(path) for path in (own, foreign, empty, tmp_path / "gone.html")] == [True, False, False, False]


def test_the_highest_score_of_a_sparkline_is_at_the_top_and_the_dot_on_the_run() -> None:
    drawn = sparkline([0.2, 0.6, 0.4], 1)
    assert 'points="4,20 48,4 92,12"' in drawn
    assert 'cx="48" cy="4"' in drawn


def test_equal_scores_are_a_level_line() -> None:
    assert 'points="4,12 92,12"' in sparkline([0.5, 0.5], 0)
