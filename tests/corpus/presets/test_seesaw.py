"""SEESAW: a folder of articles and annotations, as its authors lay it out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stancekit.config.sources import Source
from stancekit.corpus.readers import fingerprint, read_examples
from stancekit.errors import DataError

ARTICLE = {
    "title": "A title",
    "text": [
        {"id": 0, "text": "Ann’s aides attacked the Senate."},
        {"id": 1, "text": ""},
        {"id": 2, "text": "Bob praised Ann."},
        {"id": 10, "text": "It rained on Bob."},
    ],
}


def stance(subject="Ann", sentiment="NEG", object="Senate", annotators=("A", "B"), **more):
    return {"subject": subject, "sentiment": sentiment, "object": object, "annotators": list(annotators), **more}


def annotation(stances):
    return {
        "title": "A title",
        "entity lists": [["Ann", ["People"], ["Main"], ["A"]]],
        "sentence-level stances": stances,
    }


STANCES = {
    "10": [stance("Not in the list", "NEG", "Bob", "F")],
    "0": [stance(id=0), stance("None", "POS", "Ann", "C", id=1)],
    "2": [stance("Bob", "POS", "Ann")],
}


@pytest.fixture
def folder(tmp_path: Path):
    def write(article=ARTICLE, annotated=None, name="TRIPLET_046_DOCUMENT_2", **more) -> Path:
        contents = {
            f"articles/{name}.json": article,
            f"annotations/{name}.json": annotation(STANCES) if annotated is None else annotated,
            **more,
        }
        for relative, value in contents.items():
            file = tmp_path / "seesaw" / relative
            file.parent.mkdir(parents=True, exist_ok=True)
            if value is not None:
                file.write_text(value if isinstance(value, str) else json.dumps(value, indent=1), encoding="utf-8")
        return tmp_path / "seesaw"

    return write


def read(path):
    return read_examples(path, format="seesaw").to_list()


def test_each_stance_of_a_sentence_is_an_example_in_the_order_of_the_sentences(folder) -> None:
    rows = read(folder())
    assert [(row["sentence"], row["actor"], row["label"], row["target"]) for row in rows] == [
        (0, "Ann", "NEG", "Senate"),
        (0, None, "POS", "Ann"),
        (2, "Bob", "POS", "Ann"),
        (10, None, "NEG", "Bob"),
    ]
    assert [row["text"] for row in rows] == [ARTICLE["text"][i]["text"] for i in (0, 0, 2, 3)]
    assert {(row["article"], row["group"]) for row in rows} == {("TRIPLET_046_DOCUMENT_2", "TRIPLET_046")}
    assert rows[1]["id"] == "TRIPLET_046_DOCUMENT_2/0/1"
    assert [row["annotators"] for row in rows] == [["A", "B"], ["C"], ["A", "B"], ["F"]]
    assert {row["actor_start"] for row in rows} == {None}
    assert "split" not in rows[0]


def test_the_file_on_the_story_tells_date_and_split(folder) -> None:
    path = folder(**{"meta/TRIPLET_046.json": {"Split": "valid", "story_time": "2019-08-07", "triplet_id": "046"}})
    assert {(row["split"], row["date"]) for row in read(path)} == {("valid", "2019-08-07")}


def test_the_articles_of_a_story_are_one_group(folder) -> None:
    folder(name="TRIPLET_046_DOCUMENT_0")
    rows = read(folder())
    assert [row["article"][-1] for row in rows] == list("00002222")
    assert {row["group"] for row in rows} == {"TRIPLET_046"}


def test_the_fingerprint_covers_every_file_that_is_not_hidden_by_name_and_content(folder) -> None:
    path = folder()
    source = Source.model_validate({"path": str(path), "format": "seesaw"}, context={"base": Path()})
    before = fingerprint([source])
    (path / ".DS_Store").write_text("x", encoding="utf-8")
    assert fingerprint([source]) == before
    (path / "meta").mkdir()
    (path / "meta/TRIPLET_046.json").write_text("{}", encoding="utf-8")
    with_meta = fingerprint([source])
    assert with_meta != before
    (path / "meta/TRIPLET_046.json").rename(path / "meta/TRIPLET_047.json")
    assert fingerprint([source]) not in (before, with_meta)
    (path / "meta/TRIPLET_047.json").unlink()
    assert fingerprint([source]) == before


@pytest.mark.parametrize(
    ("stances", "said"),
    [
        ({"0": [stance(sentiment="NEU")]}, "sentence 0: the sentiment 'NEU' is unknown; did you mean 'NEG'?"),
        ({"0": [stance(sentiment=None)]}, "sentence 0: the sentiment None is unknown"),
        ({"0": [stance(subject="")]}, "sentence 0: 'subject' must be text"),
        ({"0": [stance(object=["a"])]}, "sentence 0: 'object' must be text"),
        ({"0": [stance(annotators=[1])]}, "sentence 0: 'annotators' must be a list of names"),
        ({"0": ["NEG"]}, "sentence 0: a stance must be an object"),
        ({"0": {}}, "sentence 0: its stances must be a list"),
        ({"1": [stance()]}, "sentence 1: there is no such sentence"),
        ({"7": [stance()]}, "sentence 7: there is no such sentence"),
        ({"x": []}, "'sentence-level stances' must be an object with the numbers"),
        ([], "'sentence-level stances' must be an object"),
    ],
)
def test_a_wrong_annotation_is_named_with_its_file_and_sentence(folder, stances, said) -> None:
    with pytest.raises(DataError) as caught:
        read(folder(annotated=annotation(stances)))
    assert "annotations/TRIPLET_046_DOCUMENT_2.json: " in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"article": {"text": "a"}}, "articles/TRIPLET_046_DOCUMENT_2.json: 'text' must be a list"),
        ({"article": {"text": [{"id": 0}]}}, "a sentence must be an object"),
        ({"article": {"text": [{"id": 0, "text": "a"}] * 2}}, "a sentence must be an object with a number of its own"),
        ({"article": []}, "a list, not an object"),
        ({"article": '{\n"text": ]'}, "articles/TRIPLET_046_DOCUMENT_2.json:2:9: not valid JSON"),
        ({"article": "[" * 100_000}, "nested too deeply"),
        ({"article": None}, "its article, articles/TRIPLET_046_DOCUMENT_2.json, is missing"),
        ({"name": "STORY_1"}, "not of the form TRIPLET_nnn_DOCUMENT_n.json"),
    ],
)
def test_a_file_that_is_not_as_described_is_named(folder, more, said) -> None:
    with pytest.raises(DataError) as caught:
        read(folder(**more))
    assert said in str(caught.value)


def test_a_folder_without_annotations_and_a_file_are_refused(folder, tmp_path) -> None:
    (tmp_path / "other" / "articles").mkdir(parents=True)
    with pytest.raises(DataError, match="the folder has no examples: it is empty"):
        read(tmp_path / "other")
    (tmp_path / "other" / "a.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match=r"no annotations/\*\.json in this folder; It is the folder that holds"):
        read(tmp_path / "other")
    with pytest.raises(DataError, match="is no folder"):
        read(tmp_path / "other" / "a.txt")
    with pytest.raises(DataError, match=r"the folder .*nowhere does not exist"):
        read(tmp_path / "nowhere")


def test_a_repeated_id_is_told_with_both_places(folder) -> None:
    path = folder(annotated=annotation({"0": [stance()], "00": [stance()]}))
    with pytest.raises(DataError, match=r"DOCUMENT_2\.json: sentence 00: the id .* was used before, in .*sentence 0; "):
        read(path)
