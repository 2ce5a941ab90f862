"""doccano: what is written to import, and what its projects export."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from stancekit.corpus import read_examples, write_examples
from stancekit.errors import DataError


@pytest.fixture
def exported(tmp_path):
    def write(rows, name="project.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(lines(rows))
        return path

    return write


def lines(rows):
    if isinstance(rows, str):
        return rows.encode()
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in files.items():
            archive.writestr(name, lines(rows))
    return path


def read(path):
    return read_examples(path, format="doccano").to_list()


def entity(id, label, start, end):
    return {"id": id, "label": label, "start_offset": start, "end_offset": end}


ANN_AND_BOB = [entity(11, "Actor", 0, 3), entity(12, "Target", 8, 11)]


# Writing


def test_labelled_rows_with_both_mentions_become_relations_in_utf16_code_units(tmp_path):
    rows = {
        "id": ["1", "2"],
        "text": ["💩 Paris refuse l’accord.", "Paris."],
        "actor": ["France", "France"],
        "actor_start": [2, 0],
        "actor_end": [7, 5],
        "target": ["deal", None],
        "target_start": [15, None],
        "target_end": [23, None],
        "label": ["opposes", None],
        "annotator": ["ann", None],
    }
    path = write_examples(rows, tmp_path / "a.jsonl", format="doccano")
    first, second = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert first["entities"] == [entity(0, "Actor", 3, 8), entity(1, "Target", 16, 24)]
    assert first["relations"] == [{"id": 0, "from_id": 0, "to_id": 1, "type": "opposes"}]
    assert (first["actor"], first["annotator"]) == ("France", "ann")
    assert (second["entities"], second["relations"]) == ([entity(0, "Actor", 0, 5)], [])
    assert "label" not in first


def test_rows_without_mentions_are_labelled_texts(tmp_path):
    path = write_examples({"text": ["a", "b"], "label": ["x", None]}, tmp_path / "a.jsonl", format="doccano")
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == [
        {"text": "a", "label": ["x"]},
        {"text": "b", "label": []},
    ]


@pytest.mark.parametrize("name", ["entities", "relations", "Comments"])
def test_a_column_that_doccano_has_a_meaning_for_is_refused(tmp_path, name):
    with pytest.raises(DataError, match=f"can't have a column '{name}'"):
        write_examples({"text": ["a"], name: ["b"]}, tmp_path / "a.jsonl", format="doccano")


def test_labels_and_sets_of_labels_together_are_refused(tmp_path):
    rows = {"text": ["a", "b"], "label": ["x", None], "labels": [[], ["y"]]}
    with pytest.raises(DataError, match="a label or a set of labels for each text, not both"):
        write_examples(rows, tmp_path / "a.jsonl", format="doccano")


def test_mentions_without_names_come_back_without_names(tmp_path):
    spans = {"actor_start": [0], "actor_end": [1], "target_start": [2], "target_end": [3]}
    rows = {"id": ["1"], "text": ["a b"], "label": ["x"], **spans}
    (row,) = read(write_examples(rows, tmp_path / "a.jsonl", format="doccano"))
    assert (row["actor"], row["target"], row["actor_end"], row["target_start"]) == (None, None, 1, 2)


@pytest.mark.parametrize(
    "rows",
    [
        {"id": ["1", "2"], "text": ["a", "b"], "label": ["x", None], "labels": [[], []]},
        {"id": ["1", "2"], "text": ["a", "b"], "labels": [["x"], []]},
        {"id": ["1", "2"], "text": ["a", "b"], "labels": [[], []]},
    ],
)
def test_a_label_and_a_set_of_one_label_are_told_apart(tmp_path, rows):
    found = read(write_examples(rows, tmp_path / "a.jsonl", format="doccano"))
    assert [row["labels"] for row in found] == rows["labels"]
    assert [row["label"] for row in found] == rows.get("label", [None, None])


# Reading


def test_text_classification_with_one_label_at_most_is_a_label(exported):
    rows = read(exported([{"id": 1, "text": "a", "label": ["x"], "url": "u"}, {"id": 2, "text": "b", "label": []}]))
    assert [(row["id"], row["text"], row["label"], row["url"]) for row in rows] == [
        ("1", "a", "x", "u"),
        ("2", "b", None, None),
    ]


def test_text_classification_with_two_labels_somewhere_is_a_set_everywhere(exported):
    rows = read(exported([{"id": 1, "text": "a", "label": ["x"]}, {"id": 2, "text": "b", "label": ["x", "y"]}]))
    assert [row["labels"] for row in rows] == [["x"], ["x", "y"]]
    assert [row["label"] for row in rows] == [None, None]


def test_sequence_labels_are_mentions_and_every_pair_a_row(exported):
    labels = [[0, 3, "Actor"], [8, 11, "Target"], [4, 7, "Target"], [4, 7, "Verb"]]
    rows = read(exported([{"id": 5, "text": "Ann met Bob.", "label": labels}]))
    assert [(row["id"], row["actor"], row["target"], row["label"]) for row in rows] == [
        ("5/1", "Ann", "Bob", None),
        ("5/2", "Ann", "met", None),
    ]
    assert (rows[0]["actor_start"], rows[0]["target_end"]) == (0, 11)


def test_relations_are_stances(exported):
    relations = [
        {"id": 1, "from_id": 11, "to_id": 12, "type": "supports"},
        {"id": 2, "from_id": 12, "to_id": 11, "type": "opposes"},
    ]
    row = {"id": 5, "text": "Ann met Bob.", "entities": ANN_AND_BOB, "relations": relations[:1], "Comments": []}
    others = [entity(1, "Person", 0, 3), entity(2, "Person", 8, 11)]
    back = {"id": 1, "from_id": 2, "to_id": 1, "type": "opposes"}
    found = read(exported([row, {**row, "id": 6, "entities": others, "relations": [back]}]))
    assert [(row["actor"], row["target"], row["label"]) for row in found] == [
        ("Ann", "Bob", "supports"),
        ("Bob", "Ann", "opposes"),
    ]
    again = read(exported([{**row, "relations": relations}], "two.jsonl"))
    assert [(row["id"], row["actor"], row["label"]) for row in again] == [
        ("5/1", "Ann", "supports"),
        ("5/2", "Ann", "opposes"),
    ]


def test_offsets_are_utf16_code_units(exported):
    (row,) = read(exported([{"id": 1, "text": "👨🏻🚒 Ann met Bob.", "label": [[7, 10, "Actor"]]}]))
    assert (row["actor"], row["actor_start"], row["actor_end"]) == ("Ann", 4, 7)


def test_the_name_of_an_entity_survives_a_mention_that_was_moved(exported):
    row = {
        "id": 1,
        "text": "Ann met Bob.",
        "actor": "Ms A.",
        "actor_start": 0,
        "actor_end": 3,
        "entities": [entity(0, "Actor", 8, 11)],
    }
    (found,) = read(exported([{**row, "relations": []}]))
    assert (found["actor"], found["actor_start"], found["actor_end"]) == ("Ms A.", 8, 11)
    several = [entity(0, "Actor", 0, 3), entity(1, "Actor", 8, 11)]
    found = read(exported([{**row, "entities": several, "relations": []}], "b.jsonl"))
    assert [each["actor"] for each in found] == ["Ms A.", "Bob"]


# Who labelled


def test_in_a_zip_the_annotator_is_the_name_of_the_file(tmp_path):
    row = {"id": 1, "text": "a", "label": ["x"]}
    path = zipped(
        tmp_path / "export.zip",
        {"ann.jsonl": [row], "admin.jsonl": [{**row, "label": ["y"]}], "__MACOSX/._ann.jsonl": "junk", "x.txt": "junk"},
    )
    rows = read(path)
    assert [(row["id"], row["annotator"], row["label"]) for row in rows] == [
        ("1/admin", "admin", "y"),
        ("1/ann", "ann", "x"),
    ]


def test_a_folder_is_read_as_the_zip_it_came_from(exported, tmp_path):
    exported([{"id": 1, "text": "a", "label": ["x"]}], "folder/ann.jsonl")
    exported([{"id": 1, "text": "a", "label": ["y"]}, {"id": 2, "text": " ", "label": []}], "folder/bob.jsonl")
    with pytest.raises(DataError, match=r"folder/bob\.jsonl:2: no text"):
        read(tmp_path / "folder")
    exported([{"id": 1, "text": "a", "label": ["y"]}], "folder/bob.jsonl")
    assert [(row["annotator"], row["label"]) for row in read(tmp_path / "folder")] == [("ann", "x"), ("bob", "y")]


def test_a_single_file_is_named_after_its_user_only_if_doccano_wrote_it(exported):
    row = {"id": 1, "text": "a", "label": ["x"]}
    assert read(exported([row], "ann.jsonl"))[0]["annotator"] is None
    assert read(exported([{**row, "Comments": []}], "ann.jsonl"))[0]["annotator"] == "ann"
    assert read(exported([{**row, "Comments": []}], "all.jsonl"))[0]["annotator"] is None
    assert read(exported([{**row, "Comments": ["why?"], "annotator": "bob"}], "ann.jsonl"))[0]["annotator"] == "bob"
    assert read(exported([{**row, "Comments": ["why?"]}], "ann.jsonl"))[0]["comments"] == ["why?"]


# What is wrong


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"txt": "a"}, "there is no 'text'; did you mean 'txt'?"),
        ({"text": "a", "label": 3}, "'label' must be a list"),
        ({"text": "a", "label": [[0, 1]]}, "an entity must have a start, an end and a label"),
        ({"text": "a", "label": [[0, True, "Actor"]]}, "an entity must have a start, an end and a label"),
        ({"text": "a", "label": [[0, 2, "Actor"]]}, "the entity 'Actor' is not at 0 to 2 of the text"),
        ({"text": "💩", "label": [[0, 1, "Actor"]]}, "the entity 'Actor' is not at 0 to 1 of the text"),
        ({"text": "a", "label": [[1, 1, "Actor"]]}, "the entity 'Actor' at 1 to 1 is empty"),
        ({"text": "a", "entities": 3}, "an entity must have a start"),
        ({"text": "a", "entities": [{"label": "A"}]}, "an entity must have a start"),
        ({"text": "a", "entities": [], "relations": [3]}, "a relation must be an object with a 'type'"),
        (
            {"text": "a", "entities": [], "relations": [{"type": "x", "from_id": 1, "to_id": 2}]},
            "an entity that isn't there",
        ),
    ],
)
def test_a_line_that_is_not_as_described_is_named(exported, row, said):
    with pytest.raises(DataError) as caught:
        read(exported([{"id": 1, "text": "a", "label": []}, {"id": 2, **row}]))
    assert "project.jsonl:2: " in str(caught.value)
    assert said in str(caught.value)


def test_rows_of_one_text_without_an_id_are_told_apart(exported):
    labels = [[0, 1, "Actor"], [2, 3, "Target"], [4, 5, "Target"]]
    rows = read(exported([{"text": "a b c", "label": labels}, {"text": "d", "label": []}]))
    assert [row["id"] for row in rows] == ["1/1", "1/2", "2"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x05\x06" + b"\0" * 18, "there is no .jsonl in it; Export the project as JSONL"),
        (None, "not a zip file that can be read"),
    ],
)
def test_a_zip_that_holds_nothing_or_is_damaged_is_refused(tmp_path, content, said):
    path = zipped(tmp_path / "a.zip", {"ann.jsonl": [{"text": "a" * 500, "label": []}]})
    raw = bytearray(path.read_bytes())
    raw[60:90] = b"\xff" * 30
    path.write_bytes(content or bytes(raw))
    with pytest.raises(DataError) as caught:
        read(path)
    assert said in str(caught.value)


def test_a_zip_that_would_unpack_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("stancekit.corpus.tools.archives.LARGEST", 1000)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ann.jsonl", " " * 1001)
    (tmp_path / "a.zip").write_bytes(sink.getvalue())
    with pytest.raises(DataError, match="more than a gigabyte"):
        read(tmp_path / "a.zip")
