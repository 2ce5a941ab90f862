"""NewsMTSC: an example for each target, its span exact."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from stancekit.corpus.readers import read_examples
from stancekit.errors import DataError

GID = "allsides_12_3_4_the mayor_0_9"


@pytest.fixture
def row() -> dict[str, Any]:
    return {
        "primary_gid": GID,
        "sentence_normalized": "The mayor praised Ana_Ruiz, and “she” smiled.",
        "targets": [
            {"Input.gid": GID, "from": 0, "to": 9, "mention": "The mayor", "polarity": 4.0},
            {"Input.gid": "allsides_12_3_4_Ana_Ruiz_18_26", "from": 18, "to": 26, "mention": "Ana_Ruiz", "polarity": 6},
        ],
    }


@pytest.fixture
def read(tmp_path: Path):
    def read_rows(*rows: dict[str, Any]) -> list[dict[str, Any]]:
        path = tmp_path / "train.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return list(read_examples(path, format="newsmtsc"))

    return read_rows


def test_every_target_of_a_sentence_is_an_example(read, row) -> None:
    first, second = read(row)
    assert (first["id"], first["target"], first["label"]) == (GID, "The mayor", "neutral")
    assert (second["target"], second["target_start"], second["target_end"]) == ("Ana_Ruiz", 18, 26)
    assert second["label"] == "positive"
    assert first["text"] == second["text"] == row["sentence_normalized"]
    assert first["actor"] is None


@pytest.mark.parametrize(
    ("gid", "article", "sentence"),
    [
        ("allsides_1000_401_25_Reality_2_6", "allsides_1000_401", 25),
        ("polusa_v1_4333948_-1_6_N 12_3 B_96_99", "polusa_v1_4333948_-1", 6),
    ],
)
def test_article_and_sentence_are_those_that_the_gid_begins_with(read, row, gid, article, sentence) -> None:
    example = read(row | {"primary_gid": gid})[0]
    assert (example["article"], example["sentence"]) == (article, sentence)


def test_polarity_two_four_six_is_negative_neutral_positive(read, row) -> None:
    target = row["targets"][0]
    row["targets"] = [target | {"polarity": number, "Input.gid": str(number)} for number in (2, 4, 6.0)]
    assert [example["label"] for example in read(row)] == ["negative", "neutral", "positive"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"from": 1}, "'The mayor' is not at 'from' 1 'to' 9"),
        ({"from": -45}, "is not at 'from' -45"),
        ({"to": None}, "is not at 'from' 0 'to' None"),
        ({"to": 9.0}, "is not at 'from' 0 'to' 9.0"),
        ({"polarity": 5}, "the polarity 5 is unknown; Allowed: 2, 4, 6"),
        ({"polarity": None}, "the polarity None is unknown"),
        ({"polarity": [4]}, "the polarity [4] is unknown"),
        ({"mention": 7}, "'mention' must be text, not int"),
    ],
)
def test_a_wrong_target_is_refused_with_its_line(read, row, change, said) -> None:
    wrong = row | {"targets": [row["targets"][1], row["targets"][0] | change]}
    with pytest.raises(DataError) as caught:
        read(row, wrong)
    assert "train.jsonl:2: " in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"primary_gid": "12"}, "the primary_gid '12' names no article"),
        ({"sentence_normalized": ""}, "'sentence_normalized' must be text, not empty"),
        ({"targets": []}, "'targets' must be a list of objects"),
        ({"targets": ["x"]}, "'targets' must be a list of objects"),
    ],
)
def test_a_wrong_sentence_is_refused_with_its_line(read, row, change, said) -> None:
    with pytest.raises(DataError) as caught:
        read(row, row | change)
    assert "train.jsonl:2: " in str(caught.value)
    assert said in str(caught.value)


def test_a_missing_key_is_named_with_those_there_are(read, row) -> None:
    row["sentence_normalised"] = row.pop("sentence_normalized")
    with pytest.raises(DataError, match=r"train\.jsonl:1: the key 'sentence_normalized' is missing; did you mean"):
        read(row)


def test_the_corpus_itself_is_read_whole_with_exact_spans() -> None:
    path = Path(os.environ.get("STANCEKIT_DATA", "")) / "newsmtsc/train.jsonl"
    if "STANCEKIT_DATA" not in os.environ or not path.is_file():
        pytest.skip("NewsMTSC is not part of the project: STANCEKIT_DATA names no folder with newsmtsc/train.jsonl")
    examples = list(read_examples(path, format="newsmtsc"))
    sentences = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(sentences) == 7758
    assert len(examples) == sum(len(sentence["targets"]) for sentence in sentences)
    assert all(row["text"][row["target_start"] : row["target_end"]] == row["target"] for row in examples)
    assert {row["label"] for row in examples} == {"negative", "neutral", "positive"}
    assert all(row["id"].startswith(f"{row['article']}_{row['sentence']}_") for row in examples)
