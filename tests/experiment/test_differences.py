"""Where two files differ, said in the terms of their format."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from stancekit.experiment.differences import ABSENT, compare_files


@pytest.fixture
def differences(tmp_path: Path):
    """Compare two contents under a name; return each difference as a tuple without the file."""

    def compare(name: str, run: bytes | str, again: bytes | str):
        for side, content in (("run", run), ("again", again)):
            (tmp_path / side).write_bytes(content if isinstance(content, bytes) else content.encode())
        found = compare_files(name, tmp_path / "run", tmp_path / "again")
        assert {own.file for own in found} <= {name}
        return [(own.where, own.run, own.again, own.note) for own in found]

    return compare


def test_equal_bytes_are_no_difference(differences):
    assert differences("a.json", "{", "{") == []


def test_json_is_compared_value_by_value(differences):
    run = {"cv": {"n": 3, "f1": [0.5, 0.25]}, "old": 1, "same": [1, {"a": None}]}
    again = {"cv": {"n": 3, "f1": [0.5, 0.75, 1]}, "new": 2, "same": [1, {"a": None}]}
    assert differences("metrics.json", json.dumps(run), json.dumps(again)) == [
        ("cv.f1[1]", 0.25, 0.75, ""),
        ("cv.f1[2]", ABSENT, 1, ""),
        ("old", 1, ABSENT, ""),
        ("new", ABSENT, 2, ""),
    ]


@pytest.mark.parametrize(("run", "again"), [("1", "1.0"), ("true", "1"), ("0", "false"), ('"a"', '["a"]')])
def test_json_of_another_type_is_a_difference(differences, run, again):
    assert differences("a.json", run, again) == [("the whole", json.loads(run), json.loads(again), "")]


@pytest.mark.parametrize("again", ["{ }", "{", "[" * 100_000, b"\xff"])
def test_json_that_says_nothing_else_is_compared_by_its_bytes(differences, again):
    ((where, *_),) = differences("a.json", "{}", again)
    assert where.startswith("byte ")


def test_the_first_cell_of_a_csv_that_differs_is_named_and_the_rows_are_counted(differences):
    run = 'id,text,label\n1,"a, b",pro\n2,c,pro\n3,d,pro\n'
    again = 'id,text,label\n1,"a, b",pro\n2,c,con\n3,e,con\n'
    assert differences("p.csv", run, again) == [("row 2, column label", "pro", "con", "2 of 3 rows differ")]


def test_rows_of_a_csv_that_are_missing_count_as_different(differences):
    run, again = "id,label\n1,pro\n", "id,label\n1,pro\n2,con\n3,con\n"
    assert differences("p.csv", run, again) == [("row 2", ABSENT, "2,con", "2 of 3 rows differ")]
    assert differences("p.csv", again, run) == [("row 2", "2,con", ABSENT, "2 of 3 rows differ")]


def test_a_row_of_a_csv_that_is_shorter_lacks_a_column(differences):
    found = differences("p.csv", "id,label\n1\n", "id,label\n1,pro\n")
    assert found == [("row 1, column label", ABSENT, "pro", "1 of 1 rows differ")]


def test_other_columns_of_a_csv_are_all_that_is_said(differences):
    assert differences("p.csv", "id,a\n1,2\n", "id,b\n1,3\n") == [("columns", "id,a", "id,b", "")]


@pytest.mark.parametrize("run", ["", b"\xff\n", 'id\n"', "id,label\r\n1,pro\r\n"])
def test_a_csv_that_is_none_or_says_nothing_else_is_compared_by_its_bytes(differences, run):
    ((where, *_),) = differences("p.csv", run, "id,label\n1,pro\n")
    assert where.startswith("byte ")


def test_arrays_are_named_with_their_largest_difference(differences):
    run = {"w": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([1.0]), "gone": np.zeros(2)}
    again = {"w": np.array([[1.0, 2.5], [3.0, 4.25]]), "b": np.array([1.0]), "more": np.zeros((1, 2), np.float32)}
    assert differences("m.safetensors", save(run), save(again)) == [
        ("array gone", "float64 of shape (2,)", ABSENT, ""),
        ("array more", ABSENT, "float32 of shape (1, 2)", ""),
        ("array w", 2.0, 2.5, "largest absolute difference 0.5; 2 values differ"),
    ]


def test_arrays_of_another_shape_are_not_subtracted(differences):
    found = differences("m.safetensors", save({"w": np.zeros(2)}), save({"w": np.zeros(3)}))
    assert found == [("array w", "float64 of shape (2,)", "float64 of shape (3,)", "")]


def test_what_is_no_number_is_as_far_as_can_be(differences):
    run, again = {"w": np.array([np.nan, np.nan, 1.0])}, {"w": np.array([np.nan, 2.0, 1.0])}
    ((where, one, other, note),) = differences("m.safetensors", save(run), save(again))
    assert (where, np.isnan(one), other) == ("array w", True, 2.0)
    assert note == "largest absolute difference inf; 1 values differ"


def test_damaged_arrays_are_compared_by_their_bytes(differences):
    ((where, *_),) = differences("m.safetensors", b"\x01", save({"w": np.zeros(3)}))
    assert where == "byte 0 (line 1)"


CONTENTS = st.one_of(
    st.binary(max_size=60),
    st.text(alphabet='{}[]",:01.eNa\n\r', max_size=60).map(str.encode),
    st.dictionaries(st.text(max_size=5), st.floats() | st.none() | st.lists(st.integers()))
    .map(json.dumps)
    .map(str.encode),
    st.lists(st.floats(width=32), max_size=4).map(lambda values: save({"w": np.array(values, np.float32)})),
)


@settings(deadline=None)
@given(name=st.sampled_from(["a.json", "a.csv", "a.safetensors", "a.txt"]), run=CONTENTS, again=CONTENTS)
def test_whatever_is_in_two_files_they_differ_exactly_if_their_bytes_do(tmp_path_factory, name, run, again):
    folder = tmp_path_factory.mktemp("files")
    for side, content in (("run", run), ("again", again)):
        (folder / side).write_bytes(content)
    found = compare_files(name, folder / "run", folder / "again")
    assert bool(found) == (run != again)
    json.dumps([own.to_dict() for own in found], allow_nan=False)


def test_other_files_are_compared_by_their_bytes(differences):
    assert differences("log.txt", "one\ntwo", "one\nthree") == [("byte 5 (line 2)", "wo", "hree", "7 and 9 bytes")]
    assert differences("log.txt", "one", "one\n") == [("byte 3 (line 1)", ABSENT, "\n", "3 and 4 bytes")]
