"""The pages of a comparison and of all runs in a real browser: what holds of every page, in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit.cli.runs import write_runs_page
from stancekit.report.comparison_page import comparison_page

WriteRun = Callable[..., Path]
SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
GOLD = {f"a{at}/{SCRIPT if at == 3 else 'x'}": IMAGE if at % 2 else "yes" for at in range(16)}
LONG = "a_name_that_is_" * 4 + "long"


def said(right: int) -> dict[str, str]:
    """Predictions of which so many are right."""
    return {id: label if at < right else "yes" for at, (id, label) in enumerate(GOLD.items())}


@pytest.fixture(params=["compare", "compare three", "index"])
def page(request: pytest.FixtureRequest, write_run: WriteRun, tmp_path: Path) -> Path:
    language = "report: {language: fr}\n"
    labels = json.dumps([IMAGE, "yes"])
    runs = []
    for at, right in enumerate((0, 16, 8)):
        name, more = (LONG if at == 1 else "hand"), f"seed: {at}\n{language}"
        runs.append(write_run(f"00000000000{at}", GOLD, said(right), labels=labels, name=name, more=more))
        metrics = json.loads((runs[-1] / "metrics.json").read_text(encoding="utf-8"))
        metrics |= {"name": f'{name} ">{IMAGE}'}
        metrics["cv"]["baselines"] = {SCRIPT: {"accuracy": 0.4}}
        (runs[-1] / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    if request.param == "index":
        return write_runs_page(tmp_path)
    path = tmp_path / "compared.html"
    compared = runs if request.param == "compare three" else runs[:2]
    path.write_text(comparison_page(stancekit.compare(compared)), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_opens_without_errors_requests_overflow_or_anything_axe_finds(
    page: Path, opened: Any, faults: Any, width: int, scheme: str
) -> None:
    shown = opened(page, width, color_scheme=scheme)
    assert shown.said == []
    assert shown.asked == [page.as_uri()]
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width
    shown.page.locator("details").evaluate_all("all => all.forEach(own => { own.open = true; })")
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width
    assert not faults(opened(page, width, color_scheme=scheme, bypass_csp=True).page)


def test_hostile_names_labels_and_ids_are_shown_as_text_in_french(page: Path, opened: Any) -> None:
    shown = opened(page)
    shown.page.wait_for_timeout(100)
    assert shown.said == []
    assert shown.page.locator("html").get_attribute("lang") == "fr"
    assert shown.page.locator("img").count() == 0
    assert shown.page.locator("script").count() == 2
    text = shown.page.locator("main").text_content()
    assert SCRIPT in text
    assert IMAGE in text


def test_no_other_script_can_run(page: Path, opened: Any, tmp_path: Path) -> None:
    injected = tmp_path / "injected.html"
    text = page.read_text(encoding="utf-8")
    injected.write_text(text.replace("</main>", "<script>window.ran = true</script></main>"), encoding="utf-8")
    found = opened(injected).page.evaluate("[window.ran ?? null, document.documentElement.className]")
    assert found == [None, "scripted"]


def test_a_table_is_sorted_by_keyboard_and_nothing_that_has_the_focus_hides_it(page: Path, opened: Any) -> None:
    shown = opened(page).page
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    for _ in range(30):
        shown.keyboard.press("Tab")
        if shown.evaluate("document.activeElement.className") == "sort":
            break
    outline = shown.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    shown.keyboard.press("Enter")
    sorted_by = shown.locator("th[aria-sort=ascending], th[aria-sort=descending]")
    assert sorted_by.count() == 1


def test_a_page_can_be_printed_on_few_sheets_in_dark_ink(page: Path, opened: Any) -> None:
    shown = opened(page, color_scheme="dark").page
    shown.emulate_media(media="print")
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert max(map(int, shown.evaluate("getComputedStyle(document.body).color")[4:-1].split(","))) < 100
    printed = shown.pdf(format="A4")
    assert 1 <= printed.count(b"/Type /Page\n") <= 4


def test_a_page_says_what_there_is_without_script(page: Path, opened: Any) -> None:
    shown = opened(page, java_script_enabled=False).page
    assert shown.locator("tbody tr").first.is_visible()
    assert not shown.locator("form").first.is_visible()


def test_many_changed_examples_are_shortened_until_they_are_asked_for(
    write_run: WriteRun, tmp_path: Path, opened: Any
) -> None:
    gold = {f"a{at}/x": "yes" if at % 3 else "no" for at in range(40)}
    runs = [write_run(f"00000000000{at}", gold, dict.fromkeys(gold, label)) for at, label in enumerate(("no", "yes"))]
    path = tmp_path / "compared.html"
    path.write_text(comparison_page(stancekit.compare(runs)), encoding="utf-8")
    shown = opened(path).page
    rows = shown.locator("#changed-cv-1 tbody tr:visible")
    assert rows.count() == 12
    shown.get_by_role("button", name="Show all 40").click()
    assert rows.count() == 40
    shown.get_by_role("button", name="Show fewer").click()
    assert rows.count() == 12
