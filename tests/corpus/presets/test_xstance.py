"""x-stance: a comment, its topic, and its author kept together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stancekit.corpus.readers import read_examples
from stancekit.errors import DataError

ROW = {
    "id": 17,
    "language": "fr",
    "question_id": 5,
    "topic": "Transports",
    "numerical_label": 75,
    "label": "FAVOR",
    "author": "a1b2",
    "comment": "Oui, s’il est gratuit.",
    "question": "Faut-il un tram ?",
}


@pytest.fixture
def read(tmp_path: Path):
    def read_rows(*rows):
        path = tmp_path / "test.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return read_examples(path, format="xstance")

    return read_rows


def test_a_comment_is_an_example_towards_its_topic(read) -> None:
    (row,) = read(ROW)
    assert (row["id"], row["text"], row["target"], row["label"]) == ("17", ROW["comment"], "Transports", "FAVOR")
    assert row["article"] == row["group"] == "a1b2"
    assert (row["language"], row["question"], row["question_id"]) == ("fr", "Faut-il un tram ?", 5)
    assert "test_set" not in row


def test_the_test_set_of_a_comment_is_kept(read) -> None:
    assert read(ROW | {"test_set": "new_topics_defr"})["test_set"][:] == ["new_topics_defr"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"label": "FAVOUR"}, "the label 'FAVOUR' is unknown; did you mean 'FAVOR'? Allowed: FAVOR, AGAINST"),
        ({"label": None}, "the label None is unknown"),
        ({"label": ["FAVOR"]}, "the label ['FAVOR'] is unknown"),
        ({"comment": ""}, "'comment' must be text, not empty"),
        ({"topic": 3}, "'topic' must be text, not int"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(read, change, said) -> None:
    with pytest.raises(DataError) as caught:
        read(ROW, ROW | {"id": 18} | change)
    assert "test.jsonl:2: " in str(caught.value)
    assert said in str(caught.value)
