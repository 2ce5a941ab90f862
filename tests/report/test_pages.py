from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

import stancekit
from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.config.schema import Task
from stancekit.experiment.files import Results
from stancekit.models.stance_model import fit_model
from stancekit.report.sections.terms import strongest_terms

Rows = Sequence[dict[str, Any]]
SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'


class Page(HTMLParser):
    """What a browser would make of a page: its tags, the addresses it asks for, its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.scripts: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "script":
            self.scripts.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def runs_only_its_own_script(page: Page) -> bool:
    """Whether a page has no script but its own, behind its data."""
    islands = [{"type": "application/json", "id": f"{name}-json"} for name in ("strings", "predictions")]
    return page.scripts == [*islands, {}]


def hostile_run(config_file: Path, rows: Rows, write_jsonl: Callable[[str, Rows], Path], output: Path) -> stancekit.Run:
    swapped = [
        row
        | {
            "label": {"neutral": SCRIPT}.get(row["label"], row["label"]),
            "actor": IMAGE if row["actor"] == "France" else row["actor"],
            "text": row["text"] + " " + SCRIPT,
        }
        for row in rows
    ]
    write_jsonl("examples.jsonl", swapped)
    config = config_file.read_text(encoding="utf-8") + f"task: {{labels: [opposes, '{SCRIPT}', supports]}}\n"
    config_file.write_text(config, encoding="utf-8")
    return stancekit.train(config_file, output=output)


def test_a_label_or_name_that_is_markup_is_shown_as_text(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    run = hostile_run(config_file, corpus_rows, write_jsonl, tmp_path / "out")
    page = Page(run.report.read_text(encoding="utf-8"))
    assert runs_only_its_own_script(page)
    assert "img" not in page.tags
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert SCRIPT in page.text
    assert IMAGE in page.text


def test_the_report_asks_for_nothing_from_elsewhere(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    text = run.report.read_text(encoding="utf-8")
    page = Page(text)
    asked = [value or "" for name, value in page.attributes if name in ("src", "href", "data", "srcset", "action")]
    assert all(re.match(r"#|[\w./]+$", value) for value in asked)
    assert not {"link", "iframe", "object", "embed"} & set(page.tags)
    assert runs_only_its_own_script(page)
    assert "@import" not in text
    assert "url(http" not in text


def test_the_report_opens_with_verdict_scores_baselines_and_warnings(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    text = Page(run.report.read_text(encoding="utf-8")).text
    own = run.metrics["cv"]["metrics"]["macro_f1"]
    assert f"Macro-F1 {own['value']:.3f} (95 % interval {own['low']:.3f} to {own['high']:.3f})" in text
    for name in ("majority", "stratified", "names only", "target only", "text only"):
        assert name in text
    for warning in run.metrics["cv"]["warnings"]:
        assert warning["code"] in text


def test_the_report_links_to_the_doubts_and_counts_them(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, ["features.blocks=[{field: text, tokens: '[0-9]+'}]"], output=tmp_path / "out")
    # A heading, then a row for each.
    doubts = len((run.path / "doubts.csv").read_text(encoding="utf-8").splitlines()) - 1
    text = run.report.read_text(encoding="utf-8")
    assert '<a href="doubts.csv">doubts.csv</a>' in text
    assert f"{doubts} example" in Page(text).text.split("may be a mistake")[0][-40:]
    tested = ["evaluation.folds=null", f"data.test={tmp_path / 'examples.jsonl'}", "checks.errors=report"]
    run = stancekit.train(config_file, tested, output=tmp_path / "out")
    assert "doubts.csv" not in Page(run.report.read_text(encoding="utf-8")).text


def test_a_figure_keeps_what_it_refers_to_to_itself(config_file: Path, tmp_path: Path) -> None:
    """SVGs inside one page share its ids; a reference must lead somewhere."""
    run = stancekit.train(config_file, output=tmp_path / "out")
    page = Page(run.report.read_text(encoding="utf-8"))
    ids = [value for name, value in page.attributes if name == "id"]
    references = {value[1:] for name, value in page.attributes if name.endswith("href") and value and value[0] == "#"}
    assert references <= set(ids)


def test_the_model_card_says_scores_limits_and_how_to_load(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    card = (run.path / "model" / "README.md").read_text(encoding="utf-8")
    assert f"macro_f1 {run.metrics['cv']['metrics']['macro_f1']['value']:.3f}" in card
    assert "stancekit.load(" in card
    assert "What it is not" in card


SEARCH = "search={grid: {model.kind: [linear_svc, complement_nb], model.C: [0.25, 4]}, n: 3}"


def test_the_report_shows_the_settings_that_were_tried_and_what_each_fold_chose(
    config_file: Path, tmp_path: Path
) -> None:
    run = stancekit.train(config_file, [SEARCH, "model.C=77"], output=tmp_path / "out")
    search = run.metrics["search"]
    page = run.report.read_text(encoding="utf-8")
    section = page.split("<h2>Settings tried</h2>")[1].split("</section>")[0]
    tables = [body.split("</tbody>")[0].split("<tr")[1:] for body in section.split("<tbody>")[1:]]
    rows, folds = ([re.findall(r">([^<>]+)</t[hd]>", row) for row in table] for table in tables)
    for row, own in zip(rows, sorted(search["tried"], key=lambda own: -own["score"]), strict=True):
        changes = [str(own["changes"].get(key, "–")) for key in ("model.kind", "model.C")]
        assert row[1:] == [f"{own['score']:.3f}", f"{min(own['folds']):.3f} to {max(own['folds']):.3f}", *changes]
    assert [row[0] for row in rows] == ["best", "2", "3"]
    assert section.count('class="own"') == 1
    chosen = {name: setting for setting, _, names in folds for name in names.split(", ")}
    assert chosen == {
        f"{own['repeat'] + 1}.{own['fold'] + 1}": ", ".join(f"{key} = {value}" for key, value in own["best"].items())
        for own in search["by_fold"]
    }
    assert sum(int(count) for _, count, _ in folds) == 6


def test_the_report_and_the_card_name_the_chosen_model_not_the_configs_own(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, ["search={grid: {model.C: [3]}}", "model.C=77"], output=tmp_path / "out")
    heading = run.report.read_text(encoding="utf-8").split("</header>")[0]
    card = (run.path / "model" / "README.md").read_text(encoding="utf-8")
    assert "logistic regression, C = 3 ·" in heading
    assert "(logistic_regression, C = 3), trained" in card
    score = run.metrics["search"]["tried"][0]["score"]
    assert f"a search of 1 setting: best model.C = 3 (macro_f1 {score:.3f} in 3 folds)" in card
    assert "C = 77" not in heading + card


def test_a_kind_without_a_strength_is_named_by_what_it_has(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, ["model={kind: complement_nb, smoothing: 0.5}"], output=tmp_path / "out")
    assert "complement nb, smoothing = 0.5 ·" in run.report.read_text(encoding="utf-8")
    assert "Settings tried" not in run.report.read_text(encoding="utf-8")


def test_a_setting_that_is_markup_is_shown_as_text(config_file: Path, tmp_path: Path) -> None:
    hostile = f"search={{grid: {{features.blocks.0.stop_words: [null, ['{SCRIPT}', '{IMAGE}']]}}}}"
    run = stancekit.train(config_file, [hostile], output=tmp_path / "out")
    page = Page(run.report.read_text(encoding="utf-8"))
    assert runs_only_its_own_script(page)
    assert "img" not in page.tags
    assert SCRIPT in page.text


def test_of_many_settings_the_best_are_shown(config_file: Path, tmp_path: Path) -> None:
    values = [round(0.1 * number, 1) for number in range(1, 46)]
    many = f"search={{grid: {{model.C: {values}}}, n: 2, nested: false}}"
    run = stancekit.train(config_file, [many, "evaluation.folds.repeats=1"], output=tmp_path / "out")
    section = run.report.read_text(encoding="utf-8").split("<h2>Settings tried</h2>")[1].split("</section>")[0]
    assert section.split("<tbody>")[1].count("<tr") == 40
    assert "5 more are in" in section
    assert "on the same examples, so they come out too high" in section
    assert "What each fold chose" not in section


def test_strongest_terms_are_the_largest_positive_coefficients_and_of_equals_the_first_by_name() -> None:
    texts = ["d c b a", "e f g h i j k l m n"]
    blocks = [Block(field="text"), Block(field="masked", analyzer="char", ngrams=(1, 1))]
    labels = [[True, False], [False, True]]
    model = fit_model({"text": texts}, labels, Task(labels=("pro", "con")), blocks, Model())
    names = [(block.spec.field, term) for block in model.features.blocks for term in block.terms]
    coefficients = np.array([[0.0] * len(names), [1.0] * len(names)])
    # Of 29 equal ones the first twelve by name are shown, and those of "masked" come before those of "text".
    coefficients[0, names.index(("text", "n"))] = 3.0
    coefficients[0, names.index(("masked", "n"))] = 3.0
    coefficients[0, names.index(("text", "b"))] = -5.0
    changed = replace(model, linear=replace(model.linear, coefficients=coefficients))
    strongest = strongest_terms(cast("Results", SimpleNamespace(model=changed)))
    assert strongest["pro"] == [("masked", "n", 3.0), ("text", "n", 3.0)]
    assert strongest["con"] == [("masked", letter, 1.0) for letter in " abcdefghijk"]
