"""Label Studio: tasks out, labels in."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from stancekit.corpus import read_examples, write_examples
from stancekit.corpus.tools.label_studio import labelling_config
from stancekit.errors import DataError

TWO_ANNOTATORS = {
    "id": ["1a", "1b", "2"],
    "article": ["x", "x", "x"],
    "text": ["Paris refuse l’accord."] * 2 + ["💩 Paris se tait."],
    "actor": ["France"] * 3,
    "actor_start": [0, 0, 2],
    "actor_end": [5, 5, 7],
    "target": ["deal"] * 3,
    "target_start": [13, 13, None],
    "target_end": [21, 21, None],
    "label": ["opposes", "neutral", None],
    "annotator": ["ann@x.org", "7", None],
    "hard_cases": [["irony"], [], []],
}


@pytest.fixture
def exported(tmp_path):
    def write(tasks, name="a.json"):
        path = tmp_path / name
        path.write_text(tasks if isinstance(tasks, str) else json.dumps(tasks), encoding="utf-8")
        return path

    return write


def read(path):
    return read_examples(path, format="label_studio").to_list()


def region(id, label, start, end, text, **more):
    value = {"start": start, "end": end, "text": text, "labels": [label]}
    return {"id": id, "type": "labels", "from_name": "label", "to_name": "text", "value": value, **more}


def relation(source, target, *labels, direction="right"):
    return {"type": "relation", "from_id": source, "to_id": target, "direction": direction, "labels": list(labels)}


def choice(*labels, control="sentiment"):
    return {"type": "choices", "from_name": control, "to_name": "text", "value": {"choices": list(labels)}}


def task(*annotations, text="Ann met Bob.", id=7, **data):
    return {"id": id, "data": {"text": text, **data}, "annotations": list(annotations), "predictions": []}


def annotation(*result, by=1, **more):
    return {"result": list(result), "completed_by": by, "was_cancelled": False, **more}


# Writing


def test_a_task_has_an_annotation_for_each_annotator_and_none_for_what_nobody_labelled(tmp_path):
    path = write_examples(TWO_ANNOTATORS, tmp_path / "a.json", format="label_studio")
    both, unlabelled = json.loads(path.read_text(encoding="utf-8"))
    assert {key: both["data"][key] for key in ("text", "actor", "target", "article")} == {
        "text": "Paris refuse l’accord.",
        "actor": "France",
        "target": "deal",
        "article": "x",
    }
    assert "label" not in both["data"]
    assert [each["completed_by"] for each in both["annotations"]] == [{"email": "ann@x.org"}, 7]
    actor, target, stance = both["annotations"][0]["result"]
    assert actor["value"] == {"start": 0, "end": 5, "text": "Paris", "labels": ["Actor"]}
    assert target["value"] == {"start": 13, "end": 21, "text": "l’accord", "labels": ["Target"]}
    assert (stance["type"], stance["from_name"], stance["value"]) == ("choices", "stance", {"choices": ["opposes"]})
    assert unlabelled["annotations"] == []
    (prediction,) = unlabelled["predictions"]
    assert [each["value"]["text"] for each in prediction["result"]] == ["Paris"]
    assert "opposes" not in json.dumps([both["data"], unlabelled])


def test_the_configuration_has_every_control_that_the_tasks_use(tmp_path):
    labels = ["opposes", "<&\"'>"]
    root = ElementTree.fromstring(labelling_config(labels))
    controls = {element.get("name"): element for element in root if element.get("toName")}
    assert [choice.get("value") for choice in controls["stance"]] == labels
    assert controls["stance"].get("choice") == "single"
    assert root.find("Text").attrib == {"name": "text", "value": "$text"}
    path = write_examples(TWO_ANNOTATORS, tmp_path / "a.json", format="label_studio")
    for each in json.loads(path.read_text(encoding="utf-8"))[0]["annotations"][0]["result"]:
        assert controls[each["from_name"]].get("toName") == each["to_name"] == "text"
    several = ElementTree.fromstring(labelling_config(labels, several=True))
    assert several.find("Choices").attrib["choice"] == "multiple"
    assert several.find("Choices").attrib["name"] == "labels"


def test_a_candidate_that_two_people_label_becomes_two_rows(tmp_path, exported):
    candidate = {"id": ["c"], "text": ["Paris."], "actor": ["France"], "label": [None], "note": ["n"]}
    tasks = json.loads(write_examples(candidate, tmp_path / "a", format="label_studio").read_text(encoding="utf-8"))
    tasks[0]["annotations"] = [
        annotation(choice("opposes", control="stance"), by={"id": 3, "email": "a@x"}),
        annotation(choice("neutral", control="stance"), by={"id": 4, "email": ""}),
        annotation(choice("supports", control="stance"), by=5, was_cancelled=True) | {"was_cancelled": True},
    ]
    rows = read(exported(tasks))
    assert [(row["id"], row["annotator"], row["label"], row["actor"], row["note"]) for row in rows] == [
        ("c", "a@x", "opposes", "France", "n"),
        ("c/4", "4", "neutral", "France", "n"),
    ]


def test_an_annotator_may_change_label_and_mention(tmp_path, exported):
    tasks = json.loads(
        write_examples(TWO_ANNOTATORS, tmp_path / "a", format="label_studio").read_text(encoding="utf-8")
    )
    tasks[0]["annotations"][0]["result"] = [region("r", "Actor", 6, 12, "refuse"), choice("supports", control="stance")]
    rows = read(exported(tasks))
    changed, other = rows[0], rows[1]
    assert (changed["label"], changed["actor"], changed["actor_start"], changed["actor_end"]) == (
        "supports",
        "France",
        6,
        12,
    )
    assert (changed["target_start"], other["label"], other["actor_start"]) == (13, "neutral", 0)


def test_a_label_that_was_taken_back_is_gone(tmp_path, exported):
    tasks = json.loads(
        write_examples(TWO_ANNOTATORS, tmp_path / "a", format="label_studio").read_text(encoding="utf-8")
    )
    tasks[0]["annotations"][0]["result"] = []
    assert [row["label"] for row in read(exported(tasks))] == [None, "neutral", None]


def test_a_column_in_the_way_is_refused(tmp_path):
    with pytest.raises(DataError, match="can't have a column 'stancekit'"):
        write_examples({"text": ["a"], "stancekit": ["b"]}, tmp_path / "a", format="label_studio")


def test_rows_without_ids_are_named_by_their_task(tmp_path):
    rows = [{"text": "a", "annotator": who, "label": "x"} for who in ("1", "2")] + [{"text": "b"}]
    path = write_examples(rows, tmp_path / "a", format="label_studio")
    assert [row["id"] for row in read(path)] == ["1/1", "1/2", "2"]


# Exports of other projects


def test_relations_between_regions_are_stances(exported):
    marks = [region("a", "Person", 0, 3, "Ann"), region("b", "Person", 8, 11, "Bob")]
    path = exported(
        [
            task(annotation(*marks, relation("a", "b", "supports"), relation("b", "a", "opposes")), date="2021-11-03"),
            task(annotation(*marks, relation("a", "b", "opposes", direction="left")), id=8),
            task(annotation(*marks, relation("a", "b", direction="bi")), id=9),
        ]
    )
    rows = read(path)
    assert [(row["id"], row["actor"], row["target"], row["label"]) for row in rows] == [
        ("7/1", "Ann", "Bob", "supports"),
        ("7/2", "Bob", "Ann", "opposes"),
        ("8", "Bob", "Ann", "opposes"),
        ("9/1", "Ann", "Bob", None),
        ("9/2", "Bob", "Ann", None),
    ]
    assert [(row["actor_start"], row["target_end"]) for row in rows[:2]] == [(0, 11), (8, 3)]
    assert rows[0]["date"] == "2021-11-03"
    assert {row["annotator"] for row in rows} == {"1"}


def test_a_choice_labels_the_one_pair_of_a_text(exported):
    marks = [region("a", "Actor", 0, 3, "Ann"), region("b", "TARGET", 8, 11, "Bob"), region("c", "Place", 4, 7, "met")]
    (row,) = read(exported([task(annotation(*marks, choice("opposes")))]))
    assert (row["actor"], row["target"], row["label"]) == ("Ann", "Bob", "opposes")


def test_several_choices_are_a_set_of_labels(exported):
    first, second = read(
        exported([task(annotation(choice("a", "b"))), task(annotation(choice("c", control="labels")), id=8)])
    )
    assert (first["label"], first["labels"]) == (None, ["a", "b"])
    assert second["labels"] == ["c"]


def test_annotators_are_kept_apart_and_known_by_email_name_or_number(exported):
    annotations = [annotation(choice("x"), by=by) for by in (1, {"email": "a@x", "id": 2}, {"id": 3}, "bob")]
    rows = read(exported([task(*annotations)]))
    assert [(row["id"], row["annotator"]) for row in rows] == [
        ("7/1", "1"),
        ("7/a@x", "a@x"),
        ("7/3", "3"),
        ("7/bob", "bob"),
    ]
    rows = read(exported([task(annotation(choice("x")), annotation(choice("y")))]))
    assert [(row["id"], row["annotator"], row["label"]) for row in rows] == [("7/1", "1", "x"), ("7/2", "1", "y")]


def test_predictions_and_cancelled_annotations_are_no_labels(exported):
    skipped = {**annotation(choice("supports")), "was_cancelled": True}
    value = task(skipped, label="supports", annotator="someone") | {"predictions": [annotation(choice("opposes"))]}
    (row,) = read(exported([value]))
    assert (row["label"], row["annotator"], row["id"]) == (None, None, "7")


def test_a_task_without_regions_or_choices_is_an_unlabelled_example(exported):
    (row,) = read(exported([task(annotation())]))
    assert (row["text"], row["actor"], row["label"], row["annotator"]) == ("Ann met Bob.", None, None, "1")


EMOJI = "💩 Ann met Bob."


@pytest.mark.parametrize(
    ("start", "end"), [((2, 5), (10, 13)), ((3, 6), (11, 14))], ids=["characters", "UTF-16 code units"]
)
def test_offsets_behind_an_emoji_are_understood_in_either_way_of_counting(exported, start, end):
    marks = [region("a", "Actor", *start, "Ann"), region("b", "Target", *end, "Bob")]
    (row,) = read(exported([task(annotation(*marks), text=EMOJI)]))
    assert (row["actor_start"], row["actor_end"], row["target_start"], row["target_end"]) == (2, 5, 10, 13)


def test_one_region_that_tells_the_way_of_counting_tells_it_of_the_file(exported):
    ambiguous = task(annotation(region("a", "Actor", 3, 4, "a")), text="💩aaa")
    telling = task(annotation(region("a", "Actor", 3, 6, "Ann")), text=EMOJI, id=8)
    assert [row["actor_start"] for row in read(exported([ambiguous, telling]))] == [2, 2]
    assert [row["actor_start"] for row in read(exported([ambiguous]))] == [3]


def test_a_line_feed_that_label_studio_writes_as_two_characters_is_one(exported):
    (row,) = read(exported([task(annotation(region("a", "Actor", 0, 4, "An\\nn")), text="An\nn met Bob.")]))
    assert row["actor"] == "An\nn"


# What is wrong


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, "a task must be an object with 'data'"),
        ({"text": "a"}, "a task must be an object with 'data'; Export as JSON, not as JSON-MIN"),
        ({"data": {"txt": "a"}}, "its data has no 'text'; did you mean 'txt'?"),
        ({"data": {"text": "a"}, "annotations": {}}, "'annotations' must be a list of objects"),
        (task({"result": 3}), "the 'result' of an annotation must be a list of objects"),
        (task(annotation(by=[1])), "'completed_by' is neither a number nor an object"),
        (task(annotation(region("a", "Actor", 0, 99, "Ann"))), "the region 'Ann' is not at 0 to 99 of the text"),
        (task(annotation(region("a", "Actor", 1, 4, "Ann"))), "the region 'Ann' is not at 1 to 4 of the text"),
        (task(annotation(region("a", "Actor", -3, 4, None))), "the region None is not at -3 to 4"),
        (task(annotation(region("a", "Actor", 3, 3, ""))), "the region '' is not at 3 to 3"),
        (task(annotation(region("a", "Actor", "/p[1]", "/p[1]", "Ann"))), "no 'start' and 'end' in characters"),
        (task(annotation({"type": "labels", "value": {"labels": "Actor"}})), "'labels' must be a list of labels"),
        (task(annotation({"type": "choices", "from_name": "s"})), "'choices' must be a list of labels"),
        (task(annotation(relation("a", "b", "x"))), "a relation leads to a region that isn't there"),
        (
            task(annotation(region("a", "A", 0, 3, "Ann"), relation("a", "a", "x", "y"))),
            "a relation must have one label",
        ),
        (task(annotation(choice("a"), choice("b", control="other"))), "choices of 2 controls (sentiment, other)"),
        (
            task(
                annotation(
                    region("a", "Actor", 0, 3, "Ann"), region("b", "Actor", 8, 11, "Bob"), choice("x", control="stance")
                )
            ),
            "one choice for 2 pairs of actor and target",
        ),
        ({"data": {"text": "a", "stancekit": []}}, "'stancekit' must be a list of objects"),
    ],
)
def test_a_task_that_is_not_as_described_is_named(exported, value, said):
    path = exported([task(id=1), value])
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: task 2: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", ": a dict, not a list of tasks; Export the project as JSON"),
        ('[\n{"a": }]', ":2:7: not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", ": the file has no examples"),
    ],
)
def test_a_file_that_holds_no_tasks_is_refused(exported, content, said):
    path = exported(content)
    with pytest.raises(DataError) as caught:
        read(path)
    assert said in str(caught.value)


def test_a_row_that_cannot_be_used_is_named_by_its_task(exported):
    with pytest.raises(DataError, match=r"a\.json: task 2: the id '1' was used before, in task 1"):
        read(exported([task(id=1), task(id=1)]))
    with pytest.raises(DataError, match=r"a\.json: task 1: no text"):
        read(exported([task(text=" ")]))
