"""The page of all runs in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stancekit.cli.runs import write_runs_page

WriteRun = Callable[..., Path]
GOLD = {f"a{at}/x": "no" if at % 2 else "yes" for at in range(10)}
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>'


def said(right: int) -> dict[str, str]:
    """Predictions of which so many are right."""
    return {id: label if at < right else "noyes".replace(label, "") for at, (id, label) in enumerate(GOLD.items())}


@pytest.fixture
def page(write_run: WriteRun, tmp_path: Path) -> Path:
    """Five runs of accuracy 0.7, 0.9, 0.8, 0.6 (without a date) and 0.5; the last has hostile names. One is damaged."""
    for at, right in enumerate((7, 9, 8, 6)):
        path = write_run(f"00000000000{at}", GOLD, said(right), more=f"seed: {at}\n")
        if right != 6:
            when = {"finished": f"2026-03-0{at + 1}T12:00:00+00:00"}
            (path / "environment.json").write_text(json.dumps(when), encoding="utf-8")
    path = write_run("000000000005", GOLD, said(5), name="other")
    metrics = json.loads((path / "metrics.json").read_text(encoding="utf-8"))
    metrics |= {"name": HOSTILE}
    metrics["cv"]["baselines"] = {HOSTILE: {"accuracy": 0.4}}
    (path / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    (write_run("000000000006", GOLD, GOLD, name=f"x{HOSTILE.replace('/', '')}") / "metrics.json").write_text("{")
    return write_runs_page(tmp_path)


def ids(page: Any) -> list[str]:
    return [text.strip()[-1] for text in page.locator("#runs tbody tr:visible .id").all_inner_texts()]


def test_a_column_is_sorted_by_keyboard_both_ways_and_says_so(page: Path, opened: Any) -> None:
    shown = opened(page).page
    heading = shown.get_by_role("columnheader", name="Score", exact=False).filter(has=shown.locator("svg"))
    heading.get_by_role("button").focus()
    shown.keyboard.press("Enter")
    assert (ids(shown), heading.get_attribute("aria-sort")) == (["1", "2", "0", "3", "5"], "descending")
    shown.keyboard.press("Space")
    assert (ids(shown), heading.get_attribute("aria-sort")) == (["5", "3", "0", "2", "1"], "ascending")
    assert shown.locator('#runs th[aria-sort="ascending"]').count() == 1


def test_every_column_can_be_sorted_and_runs_without_a_date_stay_below(page: Path, opened: Any) -> None:
    shown = opened(page).page
    headings = shown.locator("#runs thead th")
    assert headings.locator("button.sort").count() == headings.count() == 11
    for at in range(11):
        headings.nth(at).locator("button").click()
        assert headings.nth(at).get_attribute("aria-sort") != "none"
        assert sorted(ids(shown)) == ["0", "1", "2", "3", "5"]
    assert ids(shown)[:3] == ["2", "1", "0"]
    headings.nth(10).locator("button").click()
    assert ids(shown)[:3] == ["0", "1", "2"]


def test_the_filter_keeps_runs_that_have_every_word(page: Path, opened: Any) -> None:
    shown = opened(page).page
    assert shown.locator("#status").inner_text() == "5 of 5 runs"
    shown.locator("#words").fill("HAND 0.9")
    assert ids(shown) == ["0", "1", "2", "3"]  # every interval ends at 0.9
    shown.locator("#words").fill("hand 0.800")
    assert (ids(shown), shown.locator("#status").inner_text()) == (["2"], "1 of 5 runs")
    shown.locator("#words").press("Enter")
    shown.locator("#words").fill("no such run")
    assert (ids(shown), shown.locator("#status").inner_text()) == ([], "No run has all these words.")


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_opens_without_errors_requests_or_overflow(page: Path, opened: Any, width: int, scheme: str) -> None:
    shown = opened(page, width, color_scheme=scheme)
    assert (shown.said, shown.asked) == ([], [page.as_uri()])
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width
    assert shown.page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.scroll'))") == 0
    colors = [
        shown.page.evaluate(f"getComputedStyle(document.body).{name}")[4:-1] for name in ("backgroundColor", "color")
    ]
    paper, ink = (sum(map(int, color.split(","))) for color in colors)
    assert (paper > ink) is (scheme == "light")


def test_hostile_names_are_shown_as_text_and_no_other_script_can_run(page: Path, opened: Any, tmp_path: Path) -> None:
    shown = opened(page)
    assert shown.page.locator("img").count() == 0
    assert shown.page.locator("script").count() == 2
    assert shown.page.locator("#runs tbody").inner_text().count(HOSTILE) == 2
    assert shown.page.locator("#damaged li").count() == 1
    text = page.read_text(encoding="utf-8")
    injected = tmp_path / "injected.html"
    injected.write_text(text.replace("</main>", "<script>window.ran = true</script></main>"), encoding="utf-8")
    assert opened(injected).page.evaluate("[window.ran ?? null, document.documentElement.className]") == [
        None,
        "scripted",
    ]


def test_without_script_all_runs_are_there_and_nothing_that_needs_it(page: Path, opened: Any) -> None:
    shown = opened(page, java_script_enabled=False).page
    assert shown.locator("#runs tbody tr:visible").count() == 5
    assert not shown.locator("#filters").is_visible()


def test_on_a_phone_columns_can_still_be_sorted_and_cells_say_what_they_are(page: Path, opened: Any) -> None:
    shown = opened(page, 390).page
    shown.locator("#runs thead th button").nth(5).click()
    assert ids(shown) == ["1", "2", "0", "3", "5"]
    assert shown.locator("#runs tbody td").evaluate_all("cells => cells.every(cell => cell.dataset.label)")


def test_the_name_of_a_run_leads_to_its_report(page: Path, opened: Any, tmp_path: Path) -> None:
    (tmp_path / "hand" / "000000000001" / "report.html").write_text("<title>the report</title>", encoding="utf-8")
    shown = opened(write_runs_page(tmp_path)).page
    shown.locator("#runs a").click()
    assert shown.title() == "the report"
