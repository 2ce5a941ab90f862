"""The sahel corpus keeps the promises of its datasheet."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from stancekit.corpus import Article, read_article

HARD_CASES = {
    "attributed",
    "negation",
    "denial",
    "conditional",
    "concession",
    "metonymy",
    "opposed_actors",
    "implicit_target",
}


@pytest.fixture(scope="module")
def articles(repository: Path) -> dict[str, Article]:
    read = (read_article(path) for path in sorted((repository / "data/sahel/articles").glob("*.txt")))
    return {article.id: article for article in read}


@pytest.fixture(scope="module")
def rows(repository: Path) -> list[dict[str, Any]]:
    text = (repository / "data/sahel/examples.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_it_has_the_size_it_should(articles: dict[str, Article], rows: list[dict[str, Any]]) -> None:
    assert len(articles) >= 48
    assert all(6 <= len(article.sentences) <= 14 for article in articles.values())
    assert sum(len(article.sentences) for article in articles.values()) >= 420
    assert len(rows) >= 900
    assert len({row["actor"] for row in rows}) >= 10
    assert len({row["target"] for row in rows}) >= 7
    assert min(Counter(row["label"] for row in rows).values()) >= 0.15 * len(rows)


def test_articles_are_dated_inside_the_crisis(articles: dict[str, Article]) -> None:
    dates = [article.date or "" for article in articles.values()]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date) for date in dates)
    assert min(dates) >= "2020-08-18"
    assert max(dates) <= "2023-12-31"


def test_every_example_is_a_sentence_of_its_article(articles: dict[str, Article], rows: list[dict[str, Any]]) -> None:
    for row in rows:
        article = articles[row["article"]]
        assert row["text"] == article.sentences[row["sentence"]].text
        assert row["date"] == article.date


def test_every_mention_is_whole_words_of_its_sentence(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        for role in ("actor", "target"):
            start, end = row[f"{role}_start"], row[f"{role}_end"]
            assert (start is None) == (end is None)
            if start is None:
                continue
            assert row["text"][start:end].strip() == row["text"][start:end] != ""
            assert start == 0 or not (row["text"][start - 1].isalnum() and row["text"][start].isalnum()), row["id"]
            after = row["text"][end : end + 1]
            assert not (after.isalnum() and row["text"][end - 1].isalnum()), row["id"]


def test_no_eight_words_in_a_row_occur_in_two_articles(articles: dict[str, Article], repository: Path) -> None:
    texts = {id: article.text[article.body_start :] for id, article in articles.items()}
    texts |= {path.stem: path.read_text(encoding="utf-8") for path in (repository / "seeds").glob("*.txt")}
    seen: dict[tuple[str, ...], str] = {}
    for id, text in texts.items():
        words = re.findall(r"\w+", text.lower())
        for i in range(len(words) - 7):
            assert seen.setdefault(tuple(words[i : i + 8]), id) == id, " ".join(words[i : i + 8])


def test_nobody_is_quoted(articles: dict[str, Article]) -> None:
    assert not any(mark in article.text for article in articles.values() for mark in '«»“”"')


def test_every_kind_of_hard_case_is_there_and_marked(rows: list[dict[str, Any]]) -> None:
    counts = Counter(case for row in rows for case in row["hard_cases"])
    assert set(counts) == HARD_CASES
    assert min(counts.values()) >= 20
    for row in rows:
        assert ("implicit_target" in row["hard_cases"]) == (row["target_start"] is None)


def test_nobody_is_paired_with_themselves_or_twice(rows: list[dict[str, Any]]) -> None:
    assert len({row["id"] for row in rows}) == len(rows)
    assert not any(row["actor"] == row["target"] for row in rows)


def test_the_datasheet_counts_what_is_there(
    articles: dict[str, Article], rows: list[dict[str, Any]], repository: Path
) -> None:
    sheet = " ".join((repository / "data/sahel/README.md").read_text(encoding="utf-8").split())
    labels = Counter(row["label"] for row in rows)
    assert f"{len(rows):,} in `examples.jsonl`: {labels['neutral']} neutral, {labels['opposes']} opposes" in sheet
    assert f"| sentences | {sum(len(article.sentences) for article in articles.values())}," in sheet
    for case, count in Counter(case for row in rows for case in row["hard_cases"]).items():
        assert f"`{case}` {count}" in sheet
