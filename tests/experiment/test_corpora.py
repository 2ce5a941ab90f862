from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stancekit.config.load import load_config
from stancekit.errors import DataError
from stancekit.experiment.corpora import Corpora, Corpus, count_articles, read_corpora

Rows = Sequence[dict[str, Any]]
WriteRows = Callable[[str, Rows], Path]


def read(config: Path, *changes: str) -> tuple[Corpora, list[str]]:
    log: list[str] = []
    return read_corpora(load_config(config, changes), log.append), log


@pytest.fixture
def with_copies(config_file: Path, corpus_rows: list[dict[str, Any]], write_jsonl: WriteRows) -> Path:
    """The small corpus, its first three examples a second time, and a test set of its last and two equal others."""
    again = [row | {"id": f"again-{row['id']}"} for row in corpus_rows[:3]]
    write_jsonl("examples.jsonl", [*corpus_rows, *again])
    other = corpus_rows[-1] | {"text": "Moscou signe un accord sur le point 99."}
    write_jsonl("test.jsonl", [corpus_rows[-1], *(other | {"id": f"t{number}"} for number in range(2))])
    text = config_file.read_text(encoding="utf-8")
    config_file.write_text(
        text.replace("{train: examples.jsonl}", "{train: examples.jsonl, test: test.jsonl}"), "utf-8"
    )
    return config_file


def test_copies_stay_unless_the_config_says_otherwise(with_copies: Path) -> None:
    corpora, log = read(with_copies)
    assert len(corpora.train.labels) == 39
    assert not any("left out" in line for line in log)


def test_copies_are_dropped_from_training_before_folds_are_cut_and_the_test_set_stays(with_copies: Path) -> None:
    corpora, log = read(with_copies, "data.drop_copies=true")
    before, _ = read(with_copies)
    ids = before.train.columns["id"]
    assert list(corpora.train.columns["id"]) == ids[:35], "without the last, which is in the test set, and three copies"
    assert corpora.folds is not None
    assert corpora.folds.shape == (2, 35)
    assert corpora.train.labels.shape == (35, 3)
    assert "left out 4 training examples that are copies: 35 stay" in log
    assert corpora.test is not None
    assert before.test is not None
    assert corpora.test.columns == before.test.columns
    assert np.array_equal(corpora.test.labels, before.test.labels)


def test_labels_and_groups_follow_their_examples(with_copies: Path) -> None:
    corpora, _ = read(with_copies, "data.drop_copies=true")
    names = np.array(["opposes", "neutral", "supports"])
    assert names[corpora.train.labels.argmax(axis=1)].tolist() == list(corpora.train.columns["label"])
    articles = np.array(corpora.train.columns["article"])
    for group in np.unique(corpora.train.groups):
        assert len(set(articles[corpora.train.groups == group])) == 1
    assert corpora.train.groups.max() + 1 == len(set(articles))


def test_training_data_that_is_all_in_the_test_set_is_refused(
    with_copies: Path, corpus_rows: Rows, write_jsonl
) -> None:
    write_jsonl("test.jsonl", corpus_rows)
    with pytest.raises(DataError, match="every training example is a copy of a test example"):
        read(with_copies, "data.drop_copies=true")


def test_copies_that_were_a_labels_last_examples_are_missed_before_anything_is_fitted(
    with_copies: Path, corpus_rows: Rows, write_jsonl: WriteRows
) -> None:
    write_jsonl("test.jsonl", [row for row in corpus_rows if row["label"] == "neutral"])
    with pytest.raises(DataError, match="neutral"):
        read(with_copies, "data.drop_copies=true")


def test_names_of_folds_cannot_write_into_the_log(
    config_file: Path, corpus_rows: list[dict[str, Any]], write_jsonl: WriteRows
) -> None:
    hostile = "x\nerror SK003: forged\x1b[2J"
    write_jsonl("examples.jsonl", [row | {"group": hostile if i < 18 else "y"} for i, row in enumerate(corpus_rows)])
    changes = "evaluation.folds={scheme: leave_one_out, by: group}", "evaluation.intervals.by=article"
    _, log = read(config_file, *changes)
    assert any("took 2 folds" in line for line in log)
    assert all(line.isprintable() for line in log)


def test_some_rows_of_a_corpus_have_their_groups_counted_from_nought() -> None:
    corpus = Corpus({"text": ["a", "b", "c"]}, np.eye(3, dtype=np.bool_), np.array([5, 2, 5]))
    part = corpus.of(np.array([0, 2]))
    assert (part.columns["text"], part.groups.tolist()) == (["a", "c"], [0, 0])
    assert corpus.of(np.arange(3)) is corpus


def test_articles_are_counted_where_they_are_known() -> None:
    assert count_articles({"text": ["x"] * 3, "article": ["a", None, "a"]}) == 1
    assert count_articles({"text": ["x"], "article": [None]}) is None
    assert count_articles({"text": ["x"]}) is None
