"""Writers: what is written is what is read back, and nothing that a format can't hold is written."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.corpus import read_examples, to_dataset, write_examples
from stancekit.errors import DataError

TABLES = ["jsonl", "csv", "tsv", "parquet"]

CHARACTERS = st.characters(exclude_categories=["Cs"])
HARD = st.sampled_from(list("\r\n\t\",;|'=\x00\x85\u2028\ufeff\\🤝é "))
ANY_TEXT = st.text(alphabet=CHARACTERS | HARD, max_size=12)
TEXT = ANY_TEXT.filter(str.strip)
NAMES = st.none() | ANY_TEXT
NUMBER = st.none() | st.integers(-(2**31) + 1, 2**31 - 1)
LABELS = st.lists(TEXT.filter(lambda text: "|" not in text), max_size=3, unique=True)
EXTRAS = st.sampled_from(
    [
        NAMES,
        st.none() | st.booleans(),
        st.none() | st.integers(-(2**62), 2**62),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.lists(ANY_TEXT, max_size=2),
        st.none() | st.lists(st.lists(st.integers(0, 9), max_size=2), max_size=2),
        st.none() | st.fixed_dictionaries({"a": ANY_TEXT, "b": st.lists(st.booleans(), max_size=1)}),
    ]
)


@st.composite
def tables(draw):
    """Columns as `read_examples` gives them: labels of several annotators, spans, lists, empty texts and none."""
    texts = draw(st.lists(TEXT, min_size=1, max_size=4))
    count = len(texts)
    columns = {"id": [f"{row}{draw(ANY_TEXT)}" for row in range(count)], "text": texts}
    for name in ("article", "actor", "target", "label", "annotator", "language", "date", "group"):
        if draw(st.booleans()):
            columns[name] = draw(st.lists(NAMES, min_size=count, max_size=count))
    for role in ("actor", "target"):
        if draw(st.booleans()):
            spans = [draw(st.none() | span_of(text)) or (None, None) for text in texts]
            columns[f"{role}_start"], columns[f"{role}_end"] = map(list, zip(*spans, strict=True))
    if draw(st.booleans()):
        columns["sentence"] = draw(st.lists(NUMBER, min_size=count, max_size=count))
    if draw(st.booleans()):
        columns["labels"] = draw(st.lists(LABELS, min_size=count, max_size=count))
    for name in draw(st.lists(ANY_TEXT.filter(lambda name: "\0" not in name), max_size=2, unique=True)):
        if not name.endswith(":json"):
            kind = draw(EXTRAS)
            columns[f"x{name}"] = draw(st.lists(kind, min_size=count, max_size=count))
    return columns


@st.composite
def span_of(draw, text):
    start = draw(st.integers(0, len(text) - 1))
    return start, draw(st.integers(start + 1, len(text)))


def rows_of(dataset):
    return dataset.to_list()


@pytest.mark.parametrize("format", TABLES)
@settings(deadline=None, max_examples=50)
@given(columns=tables())
def test_whatever_is_written_is_read_back(tmp_path_factory, format, columns):
    path = tmp_path_factory.mktemp("round") / "any.name"
    written = write_examples(columns, path, format=format)
    assert written == path
    again = read_examples(path, format=format)
    assert rows_of(again) == rows_of(to_dataset(columns))
    second = write_examples(again, path.with_name("second"), format=format)
    assert rows_of(read_examples(second, format=format)) == rows_of(again)


@pytest.mark.parametrize("format", TABLES)
def test_the_labelled_corpora_of_the_project_come_back_from_every_table(tmp_path, repository, format):
    examples = read_examples(repository / "data/sahel/examples.jsonl")
    path = write_examples(examples, tmp_path / f"sahel.{format}")
    again = read_examples(path)
    assert again.column_names == examples.column_names
    assert rows_of(again) == rows_of(examples)
    assert any(cases for cases in again["hard_cases"])


def test_csv_as_it_is_written(tmp_path):
    columns = {
        "label": ["opposes", None],
        "n": [3, None],
        "note": ["plain", None],
        "remark": ["", None],
        "hard_cases": [["irony", "a,b"], []],
        "text": ['Il dit "non",\nlà.', "Oui."],
        "labels": [["a", "b"], []],
        "actor_start": [0, None],
        "actor_end": [2, None],
        "id": ["1", "2"],
    }
    path = write_examples(columns, tmp_path / "a.csv")
    assert path.read_bytes().decode() == (
        "id,text,actor_start,actor_end,label,labels,n:json,note,remark:json,hard_cases:json\n"
        '1,"Il dit ""non"",\nlà.",0,2,opposes,a|b,3,plain,"""""","[""irony"", ""a,b""]"\n'
        "2,Oui.,,,,,,,,[]\n"
    )


def test_jsonl_as_it_is_written(tmp_path):
    path = write_examples({"text": ["« é »", "b"], "n": [1.5, None]}, tmp_path / "a.jsonl")
    assert path.read_bytes().decode() == '{"text": "« é »", "n": 1.5}\n{"text": "b", "n": null}\n'


def test_parquet_has_the_types_of_the_schema(tmp_path):
    columns = {"id": ["1"], "text": ["a"], "sentence": [3], "labels": [["x"]], "actor": [None]}
    schema = pq.read_schema(write_examples(columns, tmp_path / "a.parquet"))
    assert schema.field("sentence").type == pa.int32()
    assert schema.field("actor").type == pa.string()
    assert schema.field("labels").type == pa.list_(pa.string())


def test_a_bare_carriage_return_survives_csv(tmp_path):
    texts = ["a\rb", "c\r\nd", "e\n\rf"]
    assert read_examples(write_examples({"text": texts}, tmp_path / "a.csv"))["text"][:] == texts


def test_every_kind_of_table_is_written_alike(tmp_path):
    rows = [{"id": "1", "text": "a", "actor": "F", "n": 2}, {"id": "2", "text": "b", "actor": None, "n": None}]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    import pandas as pd

    kinds = {
        "rows": rows,
        "columns": columns,
        "dataset": to_dataset(columns),
        "arrow": pa.table(columns),
        "frame": pd.DataFrame(columns).convert_dtypes(),
    }
    written = {
        name: write_examples(kind, tmp_path / f"{name}.jsonl").read_text(encoding="utf-8")
        for name, kind in kinds.items()
    }
    assert set(written.values()) == {
        '{"id": "1", "text": "a", "actor": "F", "n": 2}\n{"id": "2", "text": "b", "actor": null, "n": null}\n'
    }


def test_numbers_of_other_libraries_and_dates_are_written_as_plain_values(tmp_path):
    columns = {
        "id": [np.int64(7)],
        "text": ["abc"],
        "actor_start": np.array([0]),
        "actor_end": [2.0],
        "date": [datetime.date(2021, 11, 3)],
        "score": [np.float64(0.5)],
        "vector": [np.array([1, 2])],
    }
    line = write_examples(columns, tmp_path / "a.jsonl").read_text(encoding="utf-8")
    assert json.loads(line) == {
        "id": "7",
        "text": "abc",
        "actor_start": 0,
        "actor_end": 2,
        "date": "2021-11-03",
        "score": 0.5,
        "vector": [1, 2],
    }


def test_spans_that_were_never_given_are_not_written(tmp_path):
    rows = {"text": ["a", "b"], "actor_start": [-1, -1], "actor_end": [-1, -1]}
    assert "actor" not in write_examples(rows, tmp_path / "a.jsonl").read_text(encoding="utf-8")
    rows = [{"text": "abc", "actor_start": 0, "actor_end": 2}, {"text": "b"}]
    with pytest.raises(DataError, match="example 1: the span of its actor is still to be looked up"):
        write_examples(rows, tmp_path / "b.jsonl")


@pytest.mark.parametrize("format", ["csv", "tsv"])
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"text": ["a"], "labels": [["x|y"]]}, "example 0: the label 'x|y' can't be told from others"),
        ({"text": ["a"], "labels": [[""]]}, "the label '' can't be told from others"),
        ({"text": ["a"], "n:json": ["b"]}, "can't have a column 'n:json'"),
        ({"text": ["a"], "\ufeffid": ["b"]}, "can't have a column"),
    ],
)
def test_what_a_delimited_file_cannot_hold_is_refused(tmp_path, format, columns, said):
    with pytest.raises(DataError, match=said.replace("|", r"\|")):
        write_examples(columns, tmp_path / "a", format=format)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("values", [[1, "a"], [[1], 2], [2**70], [{}]])
def test_what_parquet_cannot_hold_is_refused(tmp_path, values):
    with pytest.raises(DataError, match="Parquet can't hold"):
        write_examples({"text": ["a"] * len(values), "n": values}, tmp_path / "a.parquet")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"text": []}, "no examples"),
        ({"txt": ["a"]}, "no 'text'; did you mean 'txt'"),
        ({"text": ["a", " \n"]}, "example 1: no text"),
        ({"text": ["a", None]}, "example 1: no text"),
        ({"text": ["a"], "actor": ["b", "c"]}, "1 texts, but 2 values of 'actor'"),
        ({"text": ["a"], "actor": [["b"]]}, "example 0: 'actor' is list, not text"),
        ({"text": ["a"], "actor_start": [0.5], "actor_end": [1]}, "'actor_start' is 0.5, not a whole number"),
        ({"text": ["a"], "sentence": [2**31]}, "'sentence' is 2147483648, not a whole number"),
        ({"text": ["a"], "sentence": [True]}, "'sentence' is True, not a whole number"),
        ({"text": ["a"], "labels": ["b"]}, "'labels' is str, not a list of labels"),
        ({"text": ["a"], "labels": [[3]]}, "'labels' is list, not a list of labels"),
        ({"text": ["a"], "score": [float("nan")]}, "'score' is nan"),
        ({"text": ["a"], "score": [[float("inf")]]}, "'score' is inf"),
        ({"text": ["a"], "x": [{1: 2}]}, "'x' has a key that is no text"),
        ({"text": ["a"], "x": [object()]}, "'x' is object, which no format holds"),
        ({"text": ["a\ud83d"]}, "'text' holds half of a surrogate pair"),
        ({"text": ["a"], "x": [{"\ud83d": 1}]}, "'x' holds half of a surrogate pair"),
        ({"text": ["a"], "": ["b"]}, "'' can't be the name of a column"),
        ({"text": ["a"], "x\0": ["b"]}, "can't be the name of a column"),
    ],
)
@pytest.mark.parametrize("format", TABLES)
def test_what_no_file_can_hold_is_refused_and_nothing_is_written(tmp_path, format, columns, said):
    with pytest.raises(DataError) as caught:
        write_examples(columns, tmp_path / "a", format=format)
    assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.csv: the file exists; Nothing is overwritten"):
        write_examples(["text"], path)
    assert path.read_text(encoding="utf-8") == "precious"
    dangling = tmp_path / "b.csv"
    dangling.symlink_to(tmp_path / "nowhere")
    with pytest.raises(DataError, match="the file exists"):
        write_examples(["text"], dangling)


def test_a_file_is_never_seen_half_written(tmp_path, monkeypatch):
    from pathlib import Path

    seen = []
    write = Path.write_bytes

    def interrupted(path, content):
        write(path, content[:5])
        seen.append(path.name)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(DataError, match=r"a\.csv: can't write the examples: No space left on device"):
        write_examples(["text"], tmp_path / "a.csv")
    assert seen != ["a.csv"]
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nothing_can_be_written_is_named(tmp_path):
    with pytest.raises(DataError, match="can't write the examples: No such file"):
        write_examples(["text"], tmp_path / "nowhere" / "a.csv")


def test_a_format_that_is_unknown_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(DataError, match=r"can't tell the format by the ending.*Allowed: jsonl, csv, tsv, parquet"):
        write_examples(["text"], tmp_path / "a.txt")
    with pytest.raises(DataError, match="can't write the format 'jsnol'; did you mean 'jsonl'"):
        write_examples(["text"], tmp_path / "a.txt", format="jsnol")


# Reading what the writer says in names


def test_a_column_of_json_that_is_none_is_named_with_its_line(tmp_path):
    (tmp_path / "a.csv").write_text('text,n:json\n"a\nb",1\nc,{2\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.csv:4: 'n:json' is not valid JSON"):
        read_examples(tmp_path / "a.csv")


def test_a_column_that_stands_twice_with_and_without_json_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("text,n,n:json\na,1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="the column 'n' occurs twice"):
        read_examples(tmp_path / "a.csv")


def test_labels_and_label_side_by_side_come_back(tmp_path):
    columns = {"id": ["1", "2"], "text": ["a", "b"], "label": ["x", None], "labels": [["y", "z"], []]}
    path = write_examples(columns, tmp_path / "a.csv")
    assert read_examples(path)["labels"][:] == [["y", "z"], []]


@pytest.mark.parametrize("content", ["text,x\0\na,b\n", '{"text": "a", "x\\ud800": 1}'])
def test_a_name_that_no_table_can_have_is_refused(tmp_path, content):
    path = tmp_path / ("a.csv" if "," in content.split("\n")[0][:6] else "a.jsonl")
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match="can't be the name of a column"):
        read_examples(path)


@pytest.mark.parametrize("digits", ["9" * 50, "9" * 5000, "-" + "9" * 99, "10000000000"])
def test_a_number_that_is_far_too_long_is_refused_with_its_line(tmp_path, digits):
    (tmp_path / "a.csv").write_text(f"text,sentence\na,{digits}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.csv:2: 'sentence' is not a whole number"):
        read_examples(tmp_path / "a.csv")
