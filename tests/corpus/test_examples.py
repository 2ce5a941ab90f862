"""Examples: one schema, and any kind of table read as columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from datasets import Dataset, DatasetDict, List, Value

from stancekit.corpus.examples import UNLINKED, as_columns, example_features, label_sets, to_dataset
from stancekit.errors import DataError
from stancekit.features.fields import compute_field

ROWS = [
    {"text": "Paris refuse.", "actor": "France", "actor_start": 0, "actor_end": 5, "target": "deal"},
    {"text": "Moscou approuve.", "actor": "Russia", "actor_start": 0, "actor_end": 6, "target": "deal"},
]
COLUMNS = {name: [row[name] for row in ROWS] for name in ROWS[0]}
SPANS = ("actor_start", "actor_end", "target_start", "target_end")


def test_the_schema_has_the_documented_columns_in_order():
    features = example_features()
    assert list(features) == [
        *("id", "article", "sentence", "text", "actor", "actor_start", "actor_end"),
        *("target", "target_start", "target_end", "label", "labels", "speaker"),
        *("annotator", "language", "date", "group"),
    ]
    numbers = {name for name, type in features.items() if type == Value("int32")}
    assert numbers == {"sentence", *SPANS}
    assert features["labels"] == List(Value("string"))
    assert all(features[name] == Value("string") for name in set(features) - numbers - {"labels"})


def test_a_dataset_has_the_schema_first_and_what_it_does_not_know_behind():
    dataset = to_dataset({"reason": ["so"], "text": ["Oui."], "score": [0.5], "id": ["1"]})
    assert dataset.column_names == [*example_features(), "reason", "score"]
    assert {name: dataset.features[name] for name in example_features()} == dict(example_features())
    assert dataset[0] == {**dict.fromkeys(example_features()), "id": "1", "text": "Oui.", "reason": "so", "score": 0.5}


def test_extra_values_of_mixed_kinds_are_kept_as_text():
    assert to_dataset({"text": ["a", "b", "c"], "extra": [1, "x", None]})["extra"][:] == ["1", "x", None]


def test_extra_numbers_too_large_for_a_table_are_kept_as_text():
    assert to_dataset({"text": ["a"], "extra": [2**70]})["extra"][:] == [str(2**70)]


TABLES = {
    "list of dict": ROWS,
    "tuple of dict": tuple(ROWS),
    "generator of dict": lambda: (row for row in ROWS),
    "mapping of lists": COLUMNS,
    "mapping of arrays": {name: np.array(values, dtype=object) for name, values in COLUMNS.items()},
    "Dataset": lambda: Dataset.from_dict(COLUMNS),
    "pyarrow table": lambda: pa.table(COLUMNS),
    "pyarrow batch": lambda: pa.RecordBatch.from_pydict(COLUMNS),
    "data frame": lambda: pd.DataFrame(COLUMNS),
    "data frame with another index": lambda: pd.DataFrame(COLUMNS, index=[7, 3]),
    "array of dict": np.array(ROWS, dtype=object),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_every_kind_of_table_gives_the_same_columns(table):
    found = as_columns(table() if callable(table) else table)
    assert found == {**COLUMNS, "target_start": [UNLINKED, UNLINKED], "target_end": [UNLINKED, UNLINKED]}


@pytest.mark.parametrize(
    "texts",
    [
        ["Oui.", "Non."],
        ("Oui.", "Non."),
        np.array(["Oui.", "Non."]),
        pd.Series(["Oui.", "Non."]),
        {"Oui.": 0, "Non.": 1}.keys(),
    ],
    ids=["list", "tuple", "array", "series", "keys"],
)
def test_texts_alone_are_examples_without_actor_and_target(texts):
    found = as_columns(texts)
    assert found["text"] == ["Oui.", "Non."]
    assert found["actor"] == found["target"] == [None, None]
    assert all(found[name] == [UNLINKED, UNLINKED] for name in SPANS)


def test_one_text_and_one_dict_are_one_example():
    assert as_columns("Oui.")["text"] == ["Oui."]
    assert as_columns({"text": "Oui.", "actor": "France"})["actor"] == ["France"]


@pytest.mark.parametrize(
    "empty", [[], {"text": []}, pd.DataFrame({"text": []}), pa.table({"text": pa.array([], pa.string())})]
)
def test_no_examples_are_columns_without_rows(empty):
    assert as_columns(empty) == {name: [] for name in ("text", "actor", "target", *SPANS)}


def test_actor_and_target_fill_in_only_what_a_row_does_not_name():
    found = as_columns([{"text": "a", "actor": "Mali"}, {"text": "b"}], actor="France", target="deal")
    assert (found["actor"], found["target"]) == (["Mali", "France"], ["deal", "deal"])


def test_a_span_that_is_null_is_kept_apart_from_one_that_was_not_given():
    found = as_columns([{"text": "a", "actor_start": None, "actor_end": None}, {"text": "b"}])
    assert found["actor_start"] == found["actor_end"] == [None, UNLINKED]


def test_the_caller_keeps_a_mapping_as_it_was():
    own = {"text": ["a"], "actor": [None]}
    as_columns(own, actor="France", target="deal")["text"].append("b")
    assert own == {"text": ["a"], "actor": [None]}


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_what_a_data_frame_has_no_value_for_is_null(missing):
    frame = pd.DataFrame({"text": ["Paris refuse.", "Oui."], "actor": pd.Series(["France", missing], dtype="str")})
    assert as_columns(frame)["actor"] == ["France", None]
    assert as_columns(frame, actor="Mali")["actor"] == ["France", "Mali"]


def test_spans_of_a_data_frame_are_whole_numbers_though_one_is_missing():
    frame = pd.DataFrame({"text": ["Paris refuse.", "Oui."], "actor_start": [0, None], "actor_end": [5, None]})
    assert compute_field(as_columns(frame), "masked") == ["_ACTOR_ refuse.", "Oui."]


def test_spans_may_be_whole_numbers_of_numpy():
    expected = ["_ACTOR_ refuse."]
    columns = {"text": ["Paris refuse."], "actor_start": np.array([0]), "actor_end": np.array([5])}
    assert compute_field(as_columns(columns), "masked") == expected
    row = {"text": "Paris refuse.", "actor_start": np.int32(0), "actor_end": np.int64(5)}
    assert compute_field(as_columns([row]), "masked") == expected


@pytest.mark.parametrize(("start", "end"), [(-2, 3), (3, 3), (3, 1), (0, 99), (0, None), (None, 3), (0.5, 3), ("0", 3)])
def test_a_span_that_is_none_of_its_text_is_refused_with_its_row(start, end):
    with pytest.raises(DataError, match="example 1: target_start"):
        as_columns([{"text": "a"}, {"text": "Paris refuse.", "target_start": start, "target_end": end}])


@pytest.mark.parametrize("nothing", [None, 3, 2.5, object(), b"Oui.", np.array("Oui.")])
def test_what_is_no_table_is_refused(nothing):
    with pytest.raises(DataError, match=r"can't read examples from .*[Gg]ive a"):
        as_columns(nothing)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["a", {"text": "b"}], "example 1: this is dict, not text"),
        ([{"text": "b"}, "a"], "example 1: this is str, not a dict as the first"),
        ([["a"]], "example 0: this is list, not text or a dict"),
        ([3], "example 0: this is int, not text or a dict"),
        (pd.Series(["a", None, "b"]), "example 1: this is .*, not text"),
        (np.array([["a", "b"]]), "can't read examples from ndarray; An array of numbers or of several columns"),
        (np.eye(2), "can't read examples from ndarray; An array of numbers or of several columns"),
        ({"train": pa.table(COLUMNS), "test": pa.table(COLUMNS)}, r"this holds 2 tables \(train, test\); Give one"),
        ({"text": ["a", "b"], "actor": "Mali"}, "'actor' is str, not a list of a value for each example; Give actor="),
        ({"text": 3}, "'text' is int, not a list"),
        ([{"text": "a", "actor": ["France"]}], "example 0: 'actor' is list, not a name"),
        ([{"text": "a"}, {"text": "a", "target": 2.5}], "example 1: 'target' is float, not a name"),
        ([{"text": "a", "target": True}], "example 0: 'target' is bool, not a name"),
    ],
)
def test_what_is_wrong_with_rows_is_said_with_its_place(rows, said):
    with pytest.raises(DataError, match=said):
        as_columns(rows)


def test_one_name_for_all_examples_is_one():
    with pytest.raises(DataError, match="actor= is list, not one name for all examples; Give each example its own"):
        as_columns(["a", "b"], actor=["France", "Mali"])


def test_frames_that_are_not_collected_say_so():
    class LazyFrame:
        def collect(self):
            return None

    with pytest.raises(DataError, match=r"can't read examples from LazyFrame; Give what its .collect\(\) returns"):
        as_columns(LazyFrame())


def test_numbers_that_stand_for_names_are_names_as_in_a_file():
    frame = pd.DataFrame({"text": ["a", "b"], "actor": [3, None], "target": pd.array([1, 2], dtype="Int64")})
    assert as_columns(frame)["actor"] == ["3", None]
    assert as_columns(frame)["target"] == ["1", "2"]
    assert as_columns([{"text": "a", "actor": np.float32("nan"), "target": np.int8(3)}])["target"] == ["3"]


def test_categories_of_a_data_frame_are_names():
    frame = pd.DataFrame({"text": ["a", "b"], "actor": pd.Categorical(["France", None])}, index=[7, 7])
    assert as_columns(frame)["actor"] == ["France", None]


def test_single_rows_of_a_data_frame_are_examples():
    frame = pd.DataFrame(ROWS)
    rows = [own for _, own in frame.iterrows()]
    assert as_columns(rows[1])["text"] == ["Moscou approuve."]
    assert as_columns(rows)["actor"] == ["France", "Russia"]
    assert as_columns(frame.itertuples())["actor_end"] == [5, 6]
    assert frame.apply(lambda row: as_columns(row)["actor"][0], axis=1).tolist() == ["France", "Russia"]


def test_a_column_that_is_there_twice_is_refused():
    with pytest.raises(DataError, match="there are two columns 'text'; Leave one of them out"):
        as_columns(pd.DataFrame([["a", "b"]], columns=["text", "text"]))


@pytest.mark.parametrize("kind", [pa.array, lambda values: pa.chunked_array([values[:1], values[1:]])])
def test_arrow_arrays_hold_texts_or_rows(kind):
    assert as_columns(kind(["Oui.", "Non."]))["text"] == ["Oui.", "Non."]
    assert as_columns(kind(ROWS))["actor"] == ["France", "Russia"]
    assert as_columns({"text": kind(["Oui.", "Non."])})["text"] == ["Oui.", "Non."]


def test_a_streamed_dataset_is_read_to_its_end():
    assert as_columns(Dataset.from_list(ROWS).to_iterable_dataset())["actor"] == ["France", "Russia"]


def test_a_dict_of_datasets_names_its_splits():
    own = Dataset.from_list(ROWS)
    with pytest.raises(DataError, match=r"this holds 2 tables \(train, test\); Give one of them"):
        as_columns(DatasetDict({"train": own, "test": own}))


def test_a_table_without_text_is_refused_with_the_closest_column():
    with pytest.raises(DataError, match="have no 'text'; Is it 'txt'"):
        as_columns([{"txt": "a"}])
    with pytest.raises(DataError, match="have no 'text'; Name the column"):
        as_columns({"sentence": ["a"]})


@pytest.mark.parametrize(("value", "kind"), [(None, "NoneType"), (3, "int"), (float("nan"), "float"), (["a"], "list")])
def test_a_row_without_text_is_named(value, kind):
    with pytest.raises(DataError, match=f"example 1: 'text' is {kind}, not str"):
        as_columns([{"text": "a"}, {"text": value}])


@pytest.mark.parametrize("name", ["actor", "target", "actor_start"])
def test_columns_of_different_lengths_are_refused(name):
    with pytest.raises(DataError):
        as_columns({"text": ["a", "b"], name: [None]})


def test_label_sets_by_hand():
    columns = {
        "article": ["b", "a", "a", "a", "a", "a"],
        "sentence": [0, 1, 0, 1, 1, 2],
        "text": ["B0", "A1", "A0", "A1", "A1", "A2"],
        "actor": ["France", "France", "Mali", "Mali", "Russia", "Mali"],
        "target": ["junta", "deal", "junta", "vote", "deal", "deal"],
        "label": ["supports", "opposes", "neutral", "supports", "opposes", "neutral"],
        "language": ["fr"] * 6,
        "date": ["2021"] + ["2021-11"] * 5,
    }
    assert label_sets(columns) == {
        "id": ["a/s00", "a/s01", "a/s02", "b/s00"],
        "article": ["a", "a", "a", "b"],
        "sentence": [0, 1, 2, 0],
        "text": ["A0", "A1", "A2", "B0"],
        "labels": [[], ["opposes_deal", "supports_vote"], [], ["supports_junta"]],
        "language": ["fr"] * 4,
        "date": ["2021-11", "2021-11", "2021-11", "2021"],
    }


def test_label_sets_of_more_than_a_hundred_sentences_stay_in_order():
    numbers = [100, 9, 10, 0]
    view = label_sets(
        {"article": ["a"] * 4, "sentence": numbers, "text": ["t"] * 4, "target": ["x"] * 4, "label": ["s"] * 4}
    )
    assert view["id"] == ["a/s00", "a/s09", "a/s10", "a/s100"]
    assert view["language"] == view["date"] == [None] * 4


def test_spans_that_no_row_of_a_data_frame_has_were_not_given() -> None:
    frame = pd.DataFrame({"text": ["Paris refuse."], "actor": ["France"], "actor_start": [None], "actor_end": [None]})
    assert as_columns(frame)["actor_start"] == [UNLINKED]


def test_a_polars_frame_is_a_data_frame_though_nothing_here_knows_it() -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed: it is no dependency")
    rows = [{"text": "Paris refuse.", "actor": "France", "actor_start": 0}, {"text": "Oui.", "actor": None}]
    frame = polars.DataFrame([{**row, "actor_end": 5 if row["actor"] else None} for row in rows])
    assert as_columns(frame)["actor_start"] == [0, None]
    assert as_columns(frame)["actor"] == ["France", None]
