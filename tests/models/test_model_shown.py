"""What notebooks and terminals show of a model."""

from __future__ import annotations

import io
import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import stancekit
from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.config.schema import Task
from stancekit.models.model_shown import shown_of
from stancekit.models.stance_model import StanceModel, fit_model

LABEL = "<script>alert(1)</script>[red]"
HOSTILE = f"{LABEL}\x1b[31m\u202e"


@pytest.fixture
def small() -> StanceModel:
    """A model of two sentences, with a hostile label; a file, which anyone may write, gave it a hostile name."""
    task = Task(labels=("pro", LABEL))
    blocks = [Block(field="text"), Block(field="text", analyzer="char", ngrams=(1, 1), weight=0.25)]
    model = fit_model({"text": ["oui", "non"]}, [[True, False], [False, True]], task, blocks, Model(C=2.0))
    return replace(model, about={"name": HOSTILE})


@pytest.fixture
def run(config_file: Path, tmp_path: Path) -> stancekit.Run:
    return stancekit.train(config_file, ["evaluation.folds.repeats=1", "name=petit"], output=tmp_path / "runs")


def printed(thing: Any, width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, highlight=False)
    console.print(thing)
    return console.file.getvalue()  # type: ignore[attr-defined] # the StringIO above


class Rows(HTMLParser):
    """The cells of every row of every table."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 # the parser gives them
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and data.strip():
            self.rows[-1][-1] += data


def test_a_model_is_a_line_for_itself(small: StanceModel) -> None:
    # Two words; and of their characters o, u, i, n: four.
    assert repr(small) == f"<StanceModel stance: pro, {LABEL}; logistic_regression, C = 2; 6 features>"


def test_of_many_labels_the_first_are_in_the_line() -> None:
    labels = tuple(f"l{at}" for at in range(20))
    gold = [[at == of for of in range(20)] for at in range(20)]
    texts = {"text": [f"mot{at}" for at in range(20)]}
    model = fit_model(texts, gold, Task(labels=labels), [Block(field="text")], Model())
    assert "stance: l0, l1, l2, l3, l4 and 15 more;" in repr(model)
    assert ("task", f"stance: {', '.join(labels[:12])} and 8 more") in shown_of(model).facts


def test_a_notebook_shows_blocks_with_their_terms_and_names_as_text(small: StanceModel) -> None:
    page = Rows(small._repr_html_())
    assert page.tags == {"div", "style", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
    assert ["text:word", "2", "1"] in page.rows
    assert ["text:char", "4", "0.25"] in page.rows
    assert ["model", "logistic_regression, C = 2"] in page.rows
    assert ["decision", "argmax"] in page.rows
    assert "\x1b" not in small._repr_html_()
    assert "\u202e" not in small._repr_html_()
    assert "interval" not in small._repr_html_()


def test_a_terminal_shows_the_same_and_acts_on_nothing(small: StanceModel) -> None:
    text = printed(small)
    assert "\x1b[31m" not in text
    assert LABEL in text
    assert re.search(r"text:char +4 +0\.25", text)


def test_a_loaded_model_says_from_where_when_on_what_and_how_good(run: stancekit.Run) -> None:
    model = stancekit.load(run.path)
    own = shown_of(model)
    assert own.name == f"petit {run.id}"
    facts = dict(own.facts)
    finished = json.loads((run.path / "environment.json").read_text(encoding="utf-8"))["finished"]
    assert facts["finished"] == finished
    assert facts["stancekit"] == "0.1.0"
    assert facts["from"] == str(run.path.resolve() / "model")
    n = run.metrics["data"]["train"]["examples"]
    assert facts["trained on"].startswith(f"{n} examples; ")
    assert all(
        f"{label} {count}" in facts["trained on"] for label, count in run.metrics["data"]["train"]["labels"].items()
    )
    cell = run.metrics["cv"]["metrics"]["macro_f1"]
    assert own.scores[0] == (
        "macro_f1 in cross-validation",
        f"{cell['value']:.3f}",
        f"{cell['low']:.3f} to {cell['high']:.3f}",
    )
    assert list(own.scores[0]) in Rows(model._repr_html_()).rows
    assert own.scores[0][2] in printed(model)


def test_conditioning_and_a_tuned_decision_are_told(run: stancekit.Run, config_file: Path, tmp_path: Path) -> None:
    more = ["features.conditioning=per_target", "decision={tune: macro_f1}", "evaluation.folds.repeats=1"]
    model = stancekit.load(stancekit.train(config_file, more, output=tmp_path / "more").path)
    facts = dict(shown_of(model).facts)
    assert facts["decision"] == "tuned for macro_f1"
    assert facts["conditioning"] == f"per target, {run.metrics['data']['train']['targets']} targets"
    assert "conditioning" not in dict(shown_of(stancekit.load(run.path)).facts)


def test_a_damaged_run_around_a_model_is_left_out_of_what_is_shown(run: stancekit.Run, tmp_path: Path) -> None:
    for name in ("metrics.json", "environment.json"):
        (run.path / name).write_text("{", encoding="utf-8")
    own = shown_of(stancekit.load(run.path / "model"))
    assert own.scores == []
    assert own.name == "petit"
    assert "finished" not in dict(own.facts)
    (run.path / "metrics.json").write_text('{"cv": {"metrics": [1]}}', encoding="utf-8")
    assert shown_of(stancekit.load(run.path / "model")).scores == []
    shutil.copytree(run.path / "model", tmp_path / "alone")
    assert "finished" not in dict(shown_of(stancekit.load(tmp_path / "alone")).facts)


def test_a_classifier_shows_its_parameters_and_once_fitted_its_model() -> None:
    classifier = stancekit.StanceClassifier(C=3.0)
    assert printed(classifier).strip() == "StanceClassifier(C=3.0)"
    assert "stancekit-model" not in classifier._repr_mimebundle_()["text/html"]
    classifier.fit(["oui", "non"], ["pro", "con"])
    assert "logistic_regression, C = 3" in printed(classifier)
    bundle = classifier._repr_mimebundle_()
    assert bundle["text/plain"] == "StanceClassifier(C=3.0)"
    assert "sk-estimator" in bundle["text/html"]
    assert '<div class="stancekit-model">' in bundle["text/html"]
