"""What people see of explanations: marked words, signs, escaped texts."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from rich.console import Console

from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.config.schema import Task
from stancekit.errors import InputError
from stancekit.models.explained import Explanation
from stancekit.models.explanation_shown import (
    explanation_html,
    explanation_in_terminal,
    explanation_page,
    top_features_in_terminal,
)
from stancekit.models.stance_model import StanceModel, fit_model

WEIGHTS = {"bien": (2.0, 0.0), "mal": (-1.0, 1.0), "peu": (0.5, 0.0), "rien": (0.01, 0.0)}


@pytest.fixture(scope="module")
def model() -> StanceModel:
    """Weights given by hand; `pro` and `con` differ by them, for counts."""
    texts = [" ".join(WEIGHTS), "script"]
    block = Block(field="text", norm="none", idf=False)
    model = fit_model({"text": texts}, np.eye(2, dtype=bool), Task(labels=("pro", "con")), [block], Model())
    coefficients = np.zeros((2, len(model.features.names)))
    for column, name in enumerate(model.features.names):
        coefficients[:, column] = WEIGHTS.get(name.rpartition(":")[2], (-3.0, 0.0))
    object.__setattr__(model.linear, "coefficients", coefficients)
    object.__setattr__(model.linear, "intercepts", np.array([1.0, 0.25]))
    return model


def explained(model: StanceModel, text: str) -> Explanation:
    return model.explain(text)[0]


def in_terminal(own: Explanation, label: str | None = None) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(explanation_in_terminal(own, label))
    return console.file.getvalue()  # type: ignore[attr-defined] # the StringIO above


def marks(html: str) -> dict[str, tuple[str, str]]:
    """Return the marked words of the sentence, with class and title."""
    sentence = html.split("<p>")[1].split("</p>")[0]
    found = re.findall(r'<mark class="([^"]*)" style="[^"]*" title="([^"]*)">([^<]*)</mark>', sentence)
    return {word: (kind, title) for kind, title, word in found}


def test_words_are_marked_for_the_predicted_label_against_the_runner_up(model: StanceModel) -> None:
    html = explanation_html(explained(model, "bien mal peu rien autre"))
    # Of pro less con: bien 2, mal -2, peu 0.5 (a quarter of the strongest), rien 0.01 (too weak to be marked).
    assert marks(html) == {
        "bien": ("for strong", "+2.000"),
        "mal": ("against strong", "-2.000"),
        "peu": ("for", "+0.500"),
    }
    assert "rien" in html


def test_one_label_can_be_shown_by_itself(model: StanceModel) -> None:
    assert marks(explained(model, "bien mal").to_html("con")) == {"mal": ("for strong", "+1.000")}
    with pytest.raises(InputError, match="no label 'cn'"):
        explained(model, "bien").to_html("cn")


def test_the_table_says_what_stands_in_no_word(model: StanceModel) -> None:
    html = explanation_html(explained(model, "bien"))
    assert '<td>intercept</td><td class="number">+0.750</td>' in html
    assert "pro (decision values: pro +3.000, con +0.250)" in html


def test_the_headline_says_whose_stance_on_what_it_is(model: StanceModel) -> None:
    both, one = model.explain([{"text": "bien", "actor": "<a>", "target": "b"}, {"text": "bien", "target": "b"}])
    assert ">&lt;a&gt; on b: pro (decision values" in explanation_html(both)
    assert ">b: pro (decision values" in explanation_html(one)


def test_text_is_escaped_and_cannot_turn_the_direction_of_writing(model: StanceModel) -> None:
    hostile = "<script>alert(1)</script> & \u202ebien\u2066 \x1b[31m {x} \"'"
    own = explained(model, hostile)
    page = explanation_page([own], f"Explanation: {hostile}")
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)
            assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]

    Tags().feed(page)
    assert "script" not in tags
    assert not {"\u202e", "\u2066", "\x1b"} & set(page)
    assert "&lt;" in page
    assert not {"\u202e", "\u2066", "\x1b"} & set(in_terminal(own))


def test_a_page_needs_nothing_from_elsewhere(model: StanceModel) -> None:
    page = explanation_page([explained(model, "bien"), explained(model, "mal")], "two")
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("<figure") == page.count("</figure>") == 2
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")
    assert "color-scheme: light dark" in page


def test_a_notebook_shows_the_same(model: StanceModel) -> None:
    own = explained(model, "bien mal")
    assert own._repr_html_() == explanation_html(own)


def test_lines_of_a_text_stay_lines(model: StanceModel) -> None:
    assert ">bien</mark>\n" in explanation_html(explained(model, "bien\nmal"))


def test_in_a_terminal_words_have_signs(model: StanceModel) -> None:
    shown = in_terminal(explained(model, "bien mal peu rien!"))
    assert "+bien −mal +peu rien!\n" in shown
    assert "+ for pro rather than con, − against it" in shown
    assert re.search(r"text:word 'bien' +\+2.000", shown)


def test_an_explanation_prints_itself(model: StanceModel) -> None:
    own = explained(model, "bien")
    console = Console(file=io.StringIO(), width=100)
    console.print(own)
    assert console.file.getvalue() == in_terminal(own)  # type: ignore[attr-defined] # the StringIO above


def test_a_text_without_words_is_shown(model: StanceModel) -> None:
    assert marks(explanation_html(explained(model, "…"))) == {}
    assert "…" in in_terminal(explained(model, "…"))


def test_the_strongest_features_of_a_model_are_tables(model: StanceModel) -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(top_features_in_terminal(model.top_features("pro", n=1)))
    shown = console.file.getvalue()  # type: ignore[attr-defined] # the StringIO above
    assert re.search(r"for pro.*'bien' +\+2.000.*against pro.*'script' +-3.000", shown, re.DOTALL)
