"""The seed corpus keeps its promises."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from stancekit.corpus import label_sets, read_article, read_examples

SEED = "seeds/000_740112bf64ae5c03.txt"
TARGETS = {"junta", "wagner_deal", "french_withdrawal", "elections_delay", "russia_mali_cooperation"}


@pytest.fixture
def rows(repository: Path) -> list[dict[str, Any]]:
    text = (repository / "data/mali-2021-11/examples.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_the_seed_is_the_article_byte_for_byte(repository: Path) -> None:
    data = os.environ.get("STANCEKIT_DATA")
    original = Path(data or "").resolve().parent / "seeds" / Path(SEED).name
    if not data or not original.is_file():
        pytest.skip("the original stands beside the folder STANCEKIT_DATA names, and there is none")
    assert hashlib.sha256((repository / SEED).read_bytes()).digest() == hashlib.sha256(original.read_bytes()).digest()


def test_every_sentence_of_the_seed_is_labelled(repository: Path, rows: list[dict[str, Any]]) -> None:
    article = read_article(repository / SEED)
    assert article.date == "2021-11"
    assert {row["sentence"] for row in rows} == {sentence.index for sentence in article.sentences} == set(range(16))
    assert {row["article"] for row in rows} == {article.id}
    for row in rows:
        assert row["text"] == article.sentences[row["sentence"]].text


def test_there_are_enough_examples_of_the_required_targets(rows: list[dict[str, Any]]) -> None:
    assert len(rows) >= 40
    assert {row["target"] for row in rows} >= TARGETS
    assert {row["label"] for row in rows} == {"supports", "opposes", "neutral"}


def test_spans_are_whole_words_and_reasons_are_given(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        for role in ("actor", "target", "evidence"):
            start, end = row[f"{role}_start"], row[f"{role}_end"]
            assert (start is None) == (end is None)
            if start is None:
                assert role != "evidence", row["id"]
                continue
            span = row["text"][start:end]
            assert span
            assert span == span.strip()
            for edge in (start, end):
                around = row["text"][max(0, edge - 1) : edge + 1]
                assert not (len(around) == 2 and around.isalnum() and 0 < edge < len(row["text"])), row["id"]
        assert row["reason"].endswith(".")
        assert "\n" not in row["reason"]


def test_nobody_is_paired_twice_with_a_target_in_a_sentence(rows: list[dict[str, Any]]) -> None:
    pairs = [(row["sentence"], row["actor"], row["target"]) for row in rows]
    assert len(set(pairs)) == len(pairs)
    assert not any(actor == target for _, actor, target in pairs)


def test_the_label_sets_are_the_same_labels_by_sentence(repository: Path) -> None:
    examples = read_examples(repository / "data/mali-2021-11/examples.jsonl")[:]
    sets = read_examples(repository / "data/mali-2021-11/label_sets.jsonl")[:]
    derived = label_sets(examples)
    assert len(sets["id"]) == 16
    assert {name: sets[name] for name in derived} == derived


def test_the_datasheet_counts_what_is_there(repository: Path, rows: list[dict[str, Any]]) -> None:
    sheet = (repository / "data/mali-2021-11/README.md").read_text(encoding="utf-8")
    count = lambda column, value: sum(row[column] == value for row in rows)  # noqa: E731
    assert f"{len(rows)} examples: {count('label', 'neutral')} neutral, {count('label', 'supports')} supports" in sheet
    for column in ("actor", "target"):
        for value in {row[column] for row in rows}:
            assert f"{value} {count(column, value)}" in " ".join(sheet.split())
