"""The model card: what the Hub reads of it, what people read, and names that are no markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import stancekit
from stancekit.errors import ConfigError
from stancekit.report.model_card import escape_markdown

Write = Callable[[str, Sequence[dict[str, Any]]], Path]
HOSTILE = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](http://127.0.0.1/x.png)",
    "a | b",
    "`code` *bold* _under_ __strong__",
    "# heading",
    "line\n\n# break\n---\nlicense: mit",
    "http://127.0.0.1/auto <http://127.0.0.1/>",
    "&lt;b&gt; $x$ \\",
]


def card_of(run: stancekit.Run) -> str:
    return (run.path / "model" / "README.md").read_text(encoding="utf-8")


def front_of(card: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load(card.split("---\n")[1])
    return values


def test_the_hub_reads_language_licence_metrics_and_results(config_file: Path, tmp_path: Path) -> None:
    huggingface_hub = pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed")
    rows = [json.loads(line) for line in (tmp_path / "examples.jsonl").read_text(encoding="utf-8").splitlines()]
    (tmp_path / "examples.jsonl").write_text(
        "".join(json.dumps({**row, "language": "fr"}) + "\n" for row in rows), encoding="utf-8"
    )
    run = stancekit.train(config_file, ["report.license=CC-BY-4.0", "name=sahel"], output=tmp_path / "out")
    card = huggingface_hub.ModelCard.load(run.path / "model" / "README.md")
    assert (card.data.language, card.data.license) == (["fr"], "cc-by-4.0")
    assert (card.data.library_name, card.data.pipeline_tag) == ("stancekit", "text-classification")
    assert card.data.metrics == ["f1", "accuracy"]
    assert card.data.model_name == "sahel"
    [f1, accuracy] = card.data.eval_results
    own = run.metrics["cv"]["metrics"]
    assert (f1.metric_type, accuracy.metric_type) == ("f1", "accuracy")
    assert f1.metric_value == pytest.approx(own["macro_f1"]["value"], abs=1e-6)
    assert f1.metric_name.startswith("macro_f1 (95 % interval")
    assert f1.dataset_name == "examples.jsonl, cross-validation"
    assert str(tmp_path) not in card.content
    assert huggingface_hub.metadata_load(run.path / "model" / "README.md") == front_of(card_of(run))


def test_a_card_without_a_licence_names_none_and_says_so(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    assert "license" not in front_of(card_of(run))
    assert "No licence is named" in card_of(run)
    licensed = stancekit.train(config_file, ["report.license=mit"], output=tmp_path / "licensed")
    assert "No licence is named" not in card_of(licensed)


@pytest.mark.parametrize("license", ["", "two words", "mit\nlanguage: xx", "-x", "a" * 65])
def test_what_can_be_no_licence_is_refused(license: str, config_file: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="license"):
        stancekit.train(config_file, [f"report.license={json.dumps(license)}"], output=tmp_path / "out")


def test_datasets_of_the_hub_are_named_with_their_revision_and_folders_are_not() -> None:
    from types import SimpleNamespace as Own

    from stancekit.config.sources import Source
    from stancekit.report import model_card

    source = Source(hub="org/news", split="train", revision="abc", subset="fr")
    local = Source.model_validate({"hub": "/home/somebody/news", "split": "train"})
    config = Own(data=Own(train=(source,), test=(local,)))
    results: Any = Own(config=config, cv="cv")
    part: Any = "cv"
    assert model_card._dataset(part, results) == {
        "name": "org/news, cross-validation",
        "type": "org/news",
        "config": "fr",
        "split": "train",
        "revision": "abc",
    }
    part = "test"
    assert model_card._dataset(part, results) == {"name": "news, test", "type": "news"}


def test_results_stand_beside_baselines_and_with_intervals(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(
        config_file, ["features.blocks=[{field: text, tokens: '[0-9]+'}]", "seed=3"], output=tmp_path / "out"
    )
    scores = run.metrics["cv"]
    table = next(part for part in card_of(run).split("\n\n") if part.startswith("| metric |"))
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()]
    known = {name: own for name, own in scores["baselines"].items() if own is not None}
    assert rows[0] == ["metric", "model", *known]
    for row, (name, cell) in zip(rows[2:], scores["metrics"].items(), strict=True):
        assert row[0] == name
        assert row[1] == f"{cell['value']:.3f} ({cell['low']:.3f} to {cell['high']:.3f})"
        assert row[2:] == [f"{own[name]:.3f}" for own in known.values()]
    for warning in scores["warnings"]:
        assert warning["message"][:40] in card_of(run)


def test_a_card_has_what_readers_look_for(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    text = card_of(run)
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings == ["Use", "How good it is", "Data", "What it is not", "Political text"]
    assert "Meant for" in text
    assert "Not meant for" in text
    assert "36 examples, 36 distinct sentences, 12 articles, 2 actors, 1 target." in text
    assert "Labels: opposes 12, neutral 12, supports 12." in text
    assert "12 articles, 2 actors" in text
    assert "None" not in text


def test_names_from_data_are_shown_as_they_are_and_are_no_markup(
    config_file: Path, corpus_rows: list[dict[str, Any]], write_jsonl: Write, tmp_path: Path
) -> None:
    rows = [{**row, "actor": HOSTILE[i // 4 % len(HOSTILE)]} for i, row in enumerate(corpus_rows)]
    rows = [{**row, "language": ["fr", "no", "fr\nlicense: mit"][i % 3]} for i, row in enumerate(rows)]
    write_jsonl("examples.jsonl", rows)
    run = stancekit.train(
        config_file, ["checks.errors=report", "task.labels=[supports, opposes, neutral]"], output=tmp_path / "out"
    )
    card = card_of(run)
    front = front_of(card)
    assert front["language"] == ["fr", "no"]  # "no" is Norwegian and not false
    assert "license" not in front
    body = card.split("---\n", 2)[2]
    tokens = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(body)
    inner = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in [*tokens, *inner]}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "hr"}
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", *["h2"] * 5]
    shown = "\n".join(
        "".join(child.content for child in token.children or () if child.type in ("text", "text_special"))
        for token in tokens
        if token.type == "inline"
    )
    for name in HOSTILE:
        assert "".join(c if c.isprintable() else " " for c in name) in shown


@given(st.text(max_size=60))
def test_escaped_text_reads_as_it_was_written(text: str) -> None:
    [paragraph] = [
        token
        for token in MarkdownIt("gfm-like", {"linkify": False}).parse(f"x{escape_markdown(text)}x")
        if token.children
    ]
    assert {child.type for child in paragraph.children or ()} <= {"text", "text_special"}
    plain = "".join(child.content for child in paragraph.children or ())
    assert plain == "x" + "".join(c if c.isprintable() else " " for c in text) + "x"


def test_a_test_set_has_results_of_its_own(config_file: Path, tmp_path: Path) -> None:
    tested = [f"data.test={tmp_path / 'examples.jsonl'}", "checks.errors=report"]
    run = stancekit.train(config_file, tested, output=tmp_path / "out")
    names = [own["dataset"]["name"] for own in front_of(card_of(run))["model-index"][0]["results"]]
    assert names == ["examples.jsonl, cross-validation", "examples.jsonl, test"]


def test_a_run_without_cross_validation_has_a_card_of_its_test_set(config_file: Path, tmp_path: Path) -> None:
    tested = ["evaluation.folds=null", f"data.test={tmp_path / 'examples.jsonl'}", "checks.errors=report"]
    card = card_of(stancekit.train(config_file, tested, output=tmp_path / "out"))
    [own] = front_of(card)["model-index"][0]["results"]
    assert own["dataset"]["name"] == "examples.jsonl, test"
    assert "None" not in card


def test_sets_of_labels_have_a_card_too(
    config_file: Path, corpus_rows: list[dict[str, Any]], write_jsonl: Write, tmp_path: Path
) -> None:
    write_jsonl("examples.jsonl", [{**row, "label": None, "labels": [row["label"]]} for row in corpus_rows])
    run = stancekit.train(config_file, ["task.kind=multilabel"], output=tmp_path / "out")
    assert front_of(card_of(run))["metrics"] == ["f1", "accuracy"]
