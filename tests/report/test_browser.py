"""The report in a real browser: what it shows, what can be done with it, and for whom."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import stancekit

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
VERBS = {"opposes": "condamne", "neutral": "évoque", "supports": "salue"}


def rows(articles: int) -> list[dict[str, Any]]:
    """Examples in French, three for each article; with markup in the names of an actor and of a target."""
    found = []
    for article in range(articles):
        for label, verb in VERBS.items():
            actor, name = [("Paris", "France"), ("Moscou", IMAGE)][article % 2]
            # Every fourth article says something else than it is labelled with: there are mistakes to look at.
            said = VERBS["supports"] if article % 4 == 0 and label == "opposes" else verb
            # What two verbs without a label of their own are taken for depends on the folds.
            said = ("commente", "juge")[(article + len(label)) % 2] if article % 5 == 0 else said
            text = f"{actor} {said} l’élection, point {article} {SCRIPT}\u202e."
            found.append(
                {
                    "id": f"a{article:02d}-{label}",
                    "article": f"a{article:02d}",
                    "text": text,
                    "actor": name,
                    "actor_start": 0,
                    "actor_end": len(actor),
                    "target": "vote" if article % 3 else SCRIPT,
                    "target_start": text.index("l’élection"),
                    "target_end": text.index("l’élection") + len("l’élection"),
                    "label": label,
                    "language": "fr",
                    "date": f"2021-{1 + article % 12:02d}-01",
                }
            )
    return found


def train(folder: Path, *overrides: str, labels: Sequence[str] = ("opposes", "neutral", "supports")) -> Path:
    names = dict(zip(VERBS, labels, strict=True))
    for name, own in (("train", rows(28)), ("test", rows(6))):
        own = [row | {"label": names[row["label"]], "id": f"{name}-{row['id']}"} for row in own]
        own = [row | {"labels": [row["label"]]} for row in own]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in own)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    config = {
        "data": {"train": "train.jsonl", "test": "test.jsonl"},
        "task": {"labels": list(labels)},
        "features": {"blocks": [{"field": "text", "ngrams": [1, 2]}]},
        "evaluation": {"folds": {"n": 3, "repeats": 2}, "intervals": {"resamples": 100}},
        "checks": {"errors": "report"},
    }
    (folder / "shown.yaml").write_text(json.dumps(config), encoding="utf-8")
    return stancekit.train(folder / "shown.yaml", overrides, output=folder / "out").report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("shown"))


def draw_predictions(page: Any) -> None:
    page.locator("#predictions").scroll_into_view_if_needed()
    page.wait_for_selector("#rows tr")


def says(page: Any, pattern: str) -> None:
    """Wait until the line above the predictions says something."""
    playwright.expect(page.locator("#status")).to_have_text(re.compile(pattern))


def column(page: Any, key: str) -> list[str]:
    return [text.strip() for text in page.locator(f"#rows td.of-{key}").all_inner_texts()]


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_opens_without_errors_requests_or_overflow(report: Path, opened: Any, width: int, scheme: str) -> None:
    shown = opened(report, width, color_scheme=scheme)
    draw_predictions(shown.page)
    assert shown.said == []
    assert shown.asked == [report.as_uri()]
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width
    assert shown.page.locator("#rows td").evaluate_all("cells => cells.every(cell => cell.dataset.label)")
    paper = shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = shown.page.evaluate("getComputedStyle(document.body).color")
    brightness = [sum(map(int, color[4:-1].split(","))) for color in (paper, ink)]
    assert (brightness[0] > brightness[1]) is (scheme == "light")


@pytest.mark.parametrize("kind", ["stance", "multilabel"])
def test_long_labels_do_not_widen_the_page(tmp_path: Path, opened: Any, kind: str) -> None:
    labels = [f"{name}_{'very_' * 12}much_indeed" for name in VERBS]
    changes = [f"task.kind={kind}", "evaluation.metrics=[macro_f1]"]
    path = train(tmp_path, *changes, labels=labels)
    for width in (390, 1400):
        page = opened(path, width).page
        draw_predictions(page)
        for summary in page.locator("summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_hostile_names_and_texts_are_shown_as_text(tmp_path: Path, opened: Any) -> None:
    shown = opened(train(tmp_path, labels=(SCRIPT, IMAGE, "ok")))
    draw_predictions(shown.page)
    shown.page.wait_for_timeout(100)
    assert shown.said == []
    assert shown.page.locator("img").count() == 0
    assert shown.page.locator("script").count() == 3
    assert {SCRIPT, IMAGE, "ok"} >= set(column(shown.page, "gold"))
    assert SCRIPT in shown.page.locator("#rows .of-text").first.inner_text()
    assert IMAGE in shown.page.locator(".map tbody").first.inner_text()
    assert "\u202e" not in shown.page.content()


def test_no_script_but_the_pages_own_can_run(report: Path, opened: Any, tmp_path: Path) -> None:
    text = report.read_text(encoding="utf-8")
    injected = text.replace(
        "</main>", "<script>window.ran = true</script><p onclick='window.ran = true' id=p>x</p></main>"
    )
    page = tmp_path / "injected.html"
    page.write_text(injected, encoding="utf-8")
    shown = opened(page)
    shown.page.locator("#p").click()
    assert shown.page.evaluate("window.ran") is None
    assert shown.page.evaluate("document.documentElement.className") == "scripted"


def test_predictions_are_drawn_in_chunks_when_somebody_comes_near(report: Path, opened: Any) -> None:
    page = opened(report).page
    assert page.locator("#rows tr").count() == 0
    draw_predictions(page)
    assert page.locator("#rows tr").count() == 50
    assert page.locator("#status").inner_text() == "50 of 102 shown; 102 in all"
    page.locator("#more").click()
    page.locator("#more").click()
    assert page.locator("#rows tr").count() == 102
    assert page.locator("#more").is_hidden()


def test_predictions_are_found_by_word_without_minding_accents(report: Path, opened: Any) -> None:
    page = opened(report).page
    draw_predictions(page)
    page.get_by_label("Search").fill("ELECTION evoque test-a01")
    says(page, r"^1 of 1 ")
    assert column(page, "id")[0].startswith("test-a01-neutral")
    page.get_by_label("Search").fill("nowhere")
    says(page, r"^No prediction matches\.$")
    page.get_by_role("button", name="Clear the filters").click()
    says(page, r"^50 of 102 ")


def test_filters_work_together(report: Path, opened: Any) -> None:
    page = opened(report).page
    draw_predictions(page)
    page.locator("select[name=right]").select_option("wrong")
    page.locator("select[name=gold]").select_option(label="opposes")
    page.locator("select[name=part]").select_option("cv")
    page.locator("input[name=actor]").fill("france")
    # The last filter asked for is the last that works: until then others may have.
    playwright.expect(page.locator("#rows td.of-actor", has_text=re.compile("^(?!France)"))).to_have_count(0)
    shown = column(page, "gold")
    assert shown
    assert set(shown) == {"opposes"}
    assert set(column(page, "actor")) == {"France"}
    assert not set(column(page, "predicted")) & {"opposes"}


def test_a_cell_of_the_matrix_shows_its_examples(report: Path, opened: Any) -> None:
    run = stancekit.Run(report.parent)
    page = opened(report).page
    for gold in range(3):
        for predicted in range(3):
            cell = page.locator(f'.matrix button[data-part=cv][data-gold="{gold}"][data-predicted="{predicted}"]')
            cell.click()
            assert cell.get_attribute("aria-pressed") == "true"
            labels = run.metrics["labels"]
            wanted = {
                row["id"]
                for row in run.predictions()
                if row["fold"] != "test" and (row["gold"], row["predicted"]) == (labels[gold], labels[predicted])
            }
            shown = {text.split()[0] for text in column(page, "id")}
            assert shown == wanted
    assert run.metrics["cv"]["repeats"] == 2
    assert {0.5, 0} & {count % 1 for row in run.metrics["cv"]["confusion"]["matrix"] for count in row} == {0.5, 0}
    assert page.locator("button.cell[aria-pressed=true]").count() == 1


def test_of_sets_of_labels_a_cell_shows_what_was_found_missed_and_wrongly_said(tmp_path: Path, opened: Any) -> None:
    run = stancekit.Run(train(tmp_path, "task.kind=multilabel", "evaluation.metrics=[macro_f1]").parent)
    page = opened(run.report).page
    wants = {
        "found": lambda label, gold, said: label in gold and label in said,
        "missed": lambda label, gold, said: label in gold and label not in said,
        "wrongly": lambda label, gold, said: label not in gold and label in said,
    }
    buttons = page.locator(".matrix").first.locator("button")
    for at, label in enumerate(run.metrics["labels"]):
        for across, wanted in enumerate(wants.values()):
            buttons.nth(3 * at + across).click()
            ids = {
                row["id"]
                for row in run.predictions()
                if row["fold"] != "test" and wanted(label, row["gold"].split("|"), row["predicted"].split("|"))
            }
            assert {text.split()[0] for text in column(page, "id")} == ids


def test_a_cell_of_the_map_shows_its_examples(report: Path, opened: Any) -> None:
    page = opened(report).page
    cell = page.locator('.map button[data-part=test][data-actor="France"][data-target="vote"]')
    cell.click()
    assert set(column(page, "actor")) == {"France"}
    assert set(column(page, "target")) == {"vote"}
    assert len(column(page, "id")) == int(cell.locator("small").inner_text())


def test_a_table_is_sorted_by_any_of_its_columns_both_ways(report: Path, opened: Any) -> None:
    page = opened(report).page
    table = page.locator("#by-cv-1")
    heading = table.locator("th", has=page.get_by_role("button", name="Recall"))
    for direction in ("descending", "ascending"):
        heading.get_by_role("button").click()
        assert heading.get_attribute("aria-sort") == direction
        at = heading.evaluate("cell => cell.cellIndex")
        values = table.evaluate(
            "(table, at) => [...table.tBodies[0].rows].map(row => Number(row.cells[at].dataset.sort))", at
        )
        assert values == sorted(values, reverse=direction == "descending")
    assert table.locator("[aria-sort=ascending], [aria-sort=descending]").count() == 1


def test_predictions_are_sorted_by_probability(report: Path, opened: Any) -> None:
    page = opened(report).page
    draw_predictions(page)
    page.locator("#headings").get_by_role("button", name="Probability").click()
    shares = [int(text.split()[0]) for text in column(page, "probability")]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]


def test_everything_works_from_the_keyboard(report: Path, opened: Any) -> None:
    page = opened(report).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    cell = page.locator(".matrix button").nth(1)
    cell.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "All predictions"
    assert page.locator("select[name=gold]").input_value() == "0"
    assert page.locator("select[name=predicted]").input_value() == "1"
    page.keyboard.press("Tab")
    page.keyboard.type("paris")
    page.wait_for_timeout(300)
    assert all("Paris" in text for text in column(page, "text"))
    # Every control is reached by the tabulator, in its order, and shows that it is.
    reached = page.evaluate(
        "[...document.querySelectorAll('a, button, input, select, summary')]"
        ".filter(own => own.checkVisibility() && own.tabIndex < 0).length"
    )
    assert reached == 0


def test_mentions_are_marked_where_they_stand(report: Path, opened: Any) -> None:
    page = opened(report).page
    draw_predictions(page)
    first = page.locator("#rows tr").first
    assert first.locator("mark.actor").inner_text() == "Paris"
    assert first.locator("mark.target").inner_text() == "l’élection"
    assert first.locator(".of-text").get_attribute("lang") == "fr"
    assert page.locator(".mistake mark.actor").first.inner_text() in ("Paris", "Moscou")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_of_mistakes_are_shaded_two_ways_that_differ_by_more_than_colour(
    report: Path, opened: Any, scheme: str
) -> None:
    page = opened(report, color_scheme=scheme).page
    lines = {}
    for side, sign in (("wrong", "+"), ("right", "−")):
        word = page.locator(f".mistake .text .{side}.word").first
        assert word.get_attribute("title")[0] == sign
        lines[side] = word.evaluate("own => getComputedStyle(own).textDecorationLine")
        grounds = page.locator(f".mistake .text .{side}.word").evaluate_all(
            "words => words.map(own => [Number(own.style.getPropertyValue('--share')),"
            " Number(getComputedStyle(own).backgroundColor.match(/[\\d.]+(?=\\)$)/)[0])])"
        )
        # The alpha of the background grows with the weight.
        assert len({share for share, _ in grounds}) > 1
        assert sorted(grounds) == sorted(grounds, key=lambda own: own[1])
    assert lines == {"wrong": "overline", "right": "underline"}
    assert page.locator("#mistakes .note .word").count() == 2


def test_the_page_reads_well_without_script(report: Path, opened: Any) -> None:
    page = opened(report, java_script_enabled=False).page
    assert page.locator("#filters").is_hidden()
    assert "The table needs JavaScript" in page.locator("noscript").inner_text()
    assert page.locator(".breakdown tbody tr").first.is_visible()


def test_it_can_be_printed(report: Path, opened: Any, tmp_path: Path) -> None:
    page = opened(report, color_scheme="dark").page
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator("#filters").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert max(map(int, page.evaluate("getComputedStyle(document.body).color")[4:-1].split(","))) < 100
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert 2 <= printed.count(b"/Type /Page\n") <= 30


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1400, "light"), (1400, "dark")])
def test_axe_finds_nothing(report: Path, opened: Any, faults: Any, width: int, scheme: str) -> None:
    page = opened(report, width, color_scheme=scheme, bypass_csp=True).page
    draw_predictions(page)
    assert not faults(page)
