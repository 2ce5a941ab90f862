"""Readers: what a file holds, every mistake with its line or row."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.config.schema import Task
from stancekit.config.sources import Columns, Source
from stancekit.corpus.readers import fingerprint, read_examples, read_source, read_sources
from stancekit.errors import DataError

STANCE = Task(labels=("opposes", "neutral", "supports"))
SETS = Task(kind="multilabel", labels=("supports_junta", "opposes_deal"))


@pytest.fixture
def write(tmp_path):
    """Write a file and return its path."""

    def write_file(name, content):
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(raw)
        return tmp_path / name

    return write_file


def jsonl(*rows):
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def source(path, **more):
    return Source.model_validate({"path": str(path), **more}, context={"base": path.parent})


def read(path, task=STANCE, columns=None, **more):
    return read_source(source(path, **more), columns or Columns(), task)


def problems(caught):
    return [str(problem) for problem in caught.value.problems]


def parquet(columns):
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


# What is in the file


def test_the_same_examples_read_alike_from_every_format(write):
    rows = [
        {
            "id": "1",
            "text": "L’accord,\tdit-il.",
            "actor": "France",
            "actor_start": 0,
            "actor_end": 8,
            "label": "opposes",
        },
        {
            "id": "2",
            "text": 'Il dit « oui ».\nPuis "non".',
            "actor": None,
            "actor_start": None,
            "actor_end": None,
            "label": "supports",
        },
    ]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    files = {"a.jsonl": jsonl(*rows), "a.parquet": parquet(columns)}
    for ending, delimiter in (("csv", ","), ("tsv", "\t")):
        written = io.StringIO(newline="")
        table = csv.DictWriter(written, rows[0], delimiter=delimiter)
        table.writeheader()
        table.writerows(rows)
        files[f"a.{ending}"] = written.getvalue()
    for name, content in files.items():
        assert read(write(name, content)) == columns, name
        assert {key: read_examples(write(name, content))[key][:] for key in columns} == columns, name


TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@settings(deadline=None, max_examples=100)
@given(texts=st.lists(TEXT, min_size=1, max_size=5), crlf=st.booleans(), bom=st.booleans())
def test_any_text_comes_back_from_csv_and_jsonl_as_it_was_written(tmp_path_factory, texts, crlf, bom):
    folder = tmp_path_factory.mktemp("round")
    written = io.StringIO(newline="")
    table = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n" if crlf else "\n")
    table.writerows([["text"], *([text] for text in texts)])
    mark = b"\xef\xbb\xbf" if bom else b""
    (folder / "a.csv").write_bytes(mark + written.getvalue().encode())
    end = "\r\n" if crlf else "\n"
    lines = [json.dumps({"text": text}, ensure_ascii=index % 2 == 0) + end for index, text in enumerate(texts)]
    (folder / "a.jsonl").write_bytes(mark + "".join(lines).encode())
    for name in ("a.csv", "a.jsonl"):
        assert read(folder / name, task=None)["text"] == texts


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_data(write):
    path = write("a.csv", b"\xef\xbb\xbfid,text,label\r\n1,Oui.,supports\r\n\r\n2,Non.,opposes\r\n")
    assert read(path) == {"id": ["1", "2"], "text": ["Oui.", "Non."], "label": ["supports", "opposes"]}
    path = write("a.jsonl", b'\xef\xbb\xbf{"id": "1", "text": "Oui.", "label": "supports"}\r\n\r\n')
    assert read(path) == {"id": ["1"], "text": ["Oui."], "label": ["supports"]}


def test_a_quoted_field_of_csv_may_hold_line_breaks_delimiters_and_quotes(write):
    path = write("a.csv", 'text,label\n"Il dit, ""oui"".\nPuis\r\nnon.",supports\n"a",opposes\n')
    found = read(path)
    assert found["text"] == ['Il dit, "oui".\nPuis\r\nnon.', "a"]
    assert found["id"] == ["2", "5"]


def test_a_line_separator_inside_a_json_string_does_not_end_the_line(write):
    assert read(write("a.jsonl", '{"text": "a\u2028b\u0085c"}'), task=None)["text"] == ["a\u2028b\u0085c"]


def test_an_example_without_id_is_named_by_its_line(write):
    assert read(write("a.jsonl", '{"text": "a"}\n\n{"text": "b"}'), task=None)["id"] == ["1", "3"]
    assert read(write("a.csv", "text\na\n\nb\n"), task=None)["id"] == ["2", "4"]
    assert read(write("a.parquet", parquet({"text": ["a", "b"]})), task=None)["id"] == ["1", "2"]


def test_an_empty_field_of_csv_is_null(write):
    found = read(write("a.csv", "text,actor,actor_start,label\na,,,supports\n"))
    assert (found["actor"], found["actor_start"]) == ([None], [None])


def test_whole_numbers_are_read_from_text_and_from_decimals(write):
    rows = (
        {"text": "abc", "actor_start": 0.0, "actor_end": "2"},
        {"text": "abc", "actor_start": " 1 ", "actor_end": 3},
    )
    found = read(write("a.jsonl", jsonl(*rows)), task=None)
    assert (found["actor_start"], found["actor_end"]) == ([0, 1], [2, 3])
    assert all(type(number) is int for number in found["actor_start"] + found["actor_end"])


def test_extra_columns_are_kept_behind_ours(write):
    found = read(
        write(
            "a.jsonl",
            jsonl({"reason": "so", "label": "neutral", "text": "a", "n": 3}, {"label": "neutral", "text": "b"}),
        )
    )
    assert list(found) == ["id", "text", "label", "reason", "n"]
    assert (found["reason"], found["n"]) == (["so", None], [3, None])
    assert read_examples(write("a.csv", "text,reason\na,so\n"))["reason"][:] == ["so"]


def test_columns_are_renamed_and_what_they_replace_is_dropped(write):
    path = write("a.csv", "id,sentence,label,stance\n1,Oui.,3,supports\n")
    found = read(path, columns=Columns(text="sentence", label="stance"))
    assert found == {"id": ["1"], "text": ["Oui."], "label": ["supports"]}


def test_the_columns_of_a_source_win_over_those_of_the_config(write):
    path = write("a.csv", "one,two,label\nOui.,Non.,supports\n")
    found = read_source(source(path, columns={"text": "two"}), Columns(text="one"), STANCE)
    assert found["text"] == ["Non."]
    assert found["one"] == ["Oui."]


def test_labels_are_mapped_and_null_leaves_the_example_out(write):
    path = write("a.csv", "id,text,label\n1,a,PRO\n2,b,unclear\n3,c,opposes\n4,d,CON\n")
    found = read(path, labels={"PRO": "supports", "CON": "opposes", "unclear": None})
    assert (found["id"], found["label"]) == (["1", "3", "4"], ["supports", "opposes", "opposes"])
    again = read_examples(path, labels={"PRO": "supports", "CON": "opposes", "unclear": None})
    assert (again["id"][:], again["label"][:]) == (["1", "3", "4"], ["supports", "opposes", "opposes"])


def test_a_mapping_may_swap_two_labels(write):
    path = write("a.csv", "text,label\na,supports\nb,opposes\n")
    assert read(path, labels={"supports": "opposes", "opposes": "supports"})["label"] == ["opposes", "supports"]


def test_label_sets_are_lists_or_divided_by_bars(write):
    expected = [["supports_junta", "opposes_deal"], [], ["opposes_deal"]]
    rows = [{"text": "a", "labels": labels} for labels in expected]
    assert read(write("a.jsonl", jsonl(*rows)), task=SETS)["labels"] == expected
    path = write("a.csv", "text,labels\na,supports_junta|opposes_deal\nb,\nc,opposes_deal|opposes_deal\n")
    assert read(path, task=SETS)["labels"] == expected
    assert read_examples(path)["labels"][:] == expected
    assert (
        read(write("a.parquet", parquet({"text": ["a", "b", "c"], "labels": expected})), task=SETS)["labels"]
        == expected
    )


def test_a_label_mapped_to_null_leaves_its_set_but_not_its_example(write):
    path = write("a.csv", "text,labels\na,pro|rare\nb,rare\n")
    found = read(path, task=SETS, labels={"pro": "supports_junta", "rare": None})
    assert found["labels"] == [["supports_junta"], []]


def test_a_mapping_that_joins_two_labels_leaves_one(write):
    path = write("a.csv", "text,labels\na,pro|for\n")
    assert read(path, task=SETS, labels={"pro": "supports_junta", "for": "supports_junta"})["labels"] == [
        ["supports_junta"]
    ]


def test_several_sources_are_read_as_their_union(write):
    one = source(write("one.csv", "id,text,label,reason\n1,a,PRO,so\n"), labels={"PRO": "supports"})
    two = source(write("two.jsonl", jsonl({"id": "2", "text": "b", "label": "opposes", "actor": "France"})))
    assert read_sources([one, two], Columns(), STANCE) == {
        "id": ["1", "2"],
        "text": ["a", "b"],
        "label": ["supports", "opposes"],
        "reason": ["so", None],
        "actor": [None, "France"],
    }


def test_an_id_of_two_sources_is_refused(write):
    one, two = (source(write(name, "id,text,label\n7,a,neutral\n")) for name in ("one.csv", "two.csv"))
    with pytest.raises(DataError, match="'7' occurs in two sources"):
        read_sources([one, two], Columns(), STANCE)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-16-le", "utf-8"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_source_is_read_in_the_encoding_it_names(write, name, encoding):
    content = 'text,label\n"Élysée, « oui »",supports\n' if name == "a.csv" else jsonl({"text": "Élysée, « oui »"})
    path = write(name, ("\ufeff" if encoding == "utf-16-le" else "").encode(encoding) + content.encode(encoding))
    assert read(path, task=None, encoding=encoding)["text"] == ["Élysée, « oui »"]
    assert read_examples(path, encoding=encoding)["text"][:] == ["Élysée, « oui »"]


def test_bytes_that_the_named_encoding_does_not_have_are_named_with_their_line(write):
    path = write("a.csv", b"text\na\x81b\n")
    with pytest.raises(DataError, match=r"a\.csv:2: not cp1252: byte 0x81 at position 6; Name its encoding"):
        read(path, task=None, encoding="cp1252")


@pytest.mark.parametrize(("raw", "proposed"), [(b"\xe9", "cp1252"), (b"\xff\xfea\x00", "utf-16"), (b"\xf0", "cp1252")])
def test_a_file_that_is_not_utf8_is_told_how_to_name_its_encoding(write, raw, proposed):
    with pytest.raises(DataError, match=f"in the source: {{path: ..., encoding: {proposed}}}"):
        read(write("a.jsonl", raw))


def test_the_fingerprint_is_of_the_bytes_in_their_order(write):
    one, two = source(write("one.csv", "text\na\n")), source(write("two.csv", "text\nb\n"))
    digests = b"".join(hashlib.sha256(content).digest() for content in (b"text\na\n", b"text\nb\n"))
    assert fingerprint([one, two]) == hashlib.sha256(digests).hexdigest() != fingerprint([two, one])
    assert fingerprint([source(write("copy.csv", "text\na\n")), two]) == fingerprint([one, two])


# What is wrong with the file


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl"])
def test_bytes_of_another_encoding_are_named_with_their_line(write, name):
    with pytest.raises(DataError, match=r":3: not UTF-8: byte 0xe9.*cp1252"):
        read(write(name, "{}\n{}\nété\n".encode("cp1252")))


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ('{"text": "a"}\n{"text": "b",,}\n', ":2:14: not valid JSON"),
        ('{"text": "a"}\n\n  {"text": "b"\n', ":3:15: not valid JSON"),
        ('{"text": "a\n"}', ":1:10: not valid JSON"),
        ("text,label\n", ":1:1: not valid JSON"),
        ('{"text": "a"} {"text": "b"}', ":1:15: not valid JSON"),
        ('[{"text": "a"}]', ":1: a list, not an object"),
        ('{"text": "a"}\nnull', ":2: a NoneType, not an object"),
        ('{"text": "a", "x": ' + "[" * 100_000 + "]" * 100_000 + "}", ":1"),
        ('{"text": "a", "x": ' + "1" * 5000 + "}", ":1"),
    ],
    ids=[
        "comma",
        "unclosed",
        "line break",
        "csv",
        "two in a line",
        "list",
        "null",
        "nested too deep",
        "endless number",
    ],
)
def test_malformed_json_is_named_with_line_and_column(write, content, where):
    path = write("a.jsonl", content)
    with pytest.raises(DataError) as caught:
        read(path, task=None)
    assert str(caught.value).startswith(f"{path}{where}")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("text,label\na,b,c\n", ":2: 3 fields, but the header has 2"),
        ('text,label\n"a\nb",c\n\nd\n', ":5: 1 fields, but the header has 2"),
        ('text,label\na,b\n"c,d\ne,f\n', ":3: not valid CSV"),
        ('text,label\n"a"b,c\n', ":2: not valid CSV"),
        ("text,label,text\na,b,c\n", ":1: the column 'text' occurs twice"),
    ],
    ids=["too many", "too few", "quote left open", "text after a quote", "column twice"],
)
def test_ragged_csv_is_named_with_the_line_on_which_the_row_begins(write, content, where):
    path = write("a.csv", content)
    with pytest.raises(DataError) as caught:
        read(path, task=None)
    assert str(caught.value).startswith(f"{path}{where}")


@pytest.mark.parametrize("row", ["a;neutral", "Paris, dit-on;neutral", "Un, deux, trois;neutral"])
@pytest.mark.parametrize(
    ("delimiter", "said"), [(";", "by semicolons; save it with commas"), ("\t", "by tabs; read it as")]
)
def test_a_table_of_a_spreadsheet_with_another_delimiter_is_told_by_its_header(write, row, delimiter, said):
    with pytest.raises(DataError, match=f"looks separated {said}"):
        read(write("a.csv", f"text;label\n{row}\n".replace(";", delimiter)))


def test_a_long_text_in_csv_is_read(write):
    assert read(write("a.csv", f"text\n{'mot ' * 50_000}\n"), task=None)["text"] == ["mot " * 50_000]


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_an_empty_file_is_refused(write, name, content):
    with pytest.raises(DataError, match=r"no examples|not a Parquet file"):
        read(write(name, content))


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", "text,label\n"), ("a.tsv", "text\tlabel\r\n\r\n"), ("a.parquet", None)]
)
def test_a_header_alone_is_refused(write, name, content):
    empty = parquet({"text": pa.array([], pa.string())})
    with pytest.raises(DataError, match="only a header"):
        read(write(name, content or empty))


def test_what_is_no_parquet_is_refused(write):
    with pytest.raises(DataError, match="not a Parquet file"):
        read(write("a.parquet", "text,label\na,b\n"))
    with pytest.raises(DataError, match="not a Parquet file"):
        read(write("a.parquet", parquet({"text": ["a"]})[:-8]))


def test_a_duplicate_id_is_named_with_both_lines(write):
    with pytest.raises(DataError) as caught:
        read(write("a.csv", 'id,text,label\n1,"a\nb",neutral\n2,b,neutral\n1,c,neutral\n'))
    assert "a.csv:5: the id '1' was used before, in line 2" in str(caught.value)
    with pytest.raises(DataError, match="row 2: the id 'x' was used before, in row 1"):
        read(write("a.parquet", parquet({"id": ["x", "x"], "text": ["a", "b"]})), task=None)


def test_ids_that_are_written_alike_are_duplicates_whatever_their_type(write):
    with pytest.raises(DataError, match="was used before"):
        read(write("a.jsonl", jsonl({"id": 1, "text": "a"}, {"id": "1", "text": "b"})), task=None)


def test_a_row_without_id_is_refused_where_others_have_one(write):
    with pytest.raises(DataError, match=r"a\.jsonl:2: no id \(also lines 3, 4, 5 and 1 more\)"):
        read(write("a.jsonl", jsonl({"id": "1", "text": "a"}, *[{"text": "b"}] * 5)), task=None)


@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_an_id_that_is_no_plain_value_is_refused_with_its_line(write, value):
    with pytest.raises(DataError, match=r"a\.jsonl:2"):
        read(write("a.jsonl", jsonl({"id": "x", "text": "a"}, {"id": value, "text": "b"})), task=None)


@pytest.mark.parametrize("value", [3, True, {"supports_junta": 1}])
def test_labels_that_are_no_list_are_refused_with_their_line(write, value):
    with pytest.raises(DataError, match=r"a\.jsonl:2"):
        read(write("a.jsonl", jsonl({"text": "a", "labels": []}, {"text": "b", "labels": value})), task=SETS)


def test_a_missing_column_is_refused_with_the_closest(write):
    with pytest.raises(DataError, match="no column 'text'; did you mean 'txt'"):
        read(write("a.csv", "txt,label\na,b\n"))
    with pytest.raises(DataError, match="no column 'label'; did you mean 'labels'"):
        read(write("a.csv", "text,labels\na,b\n"))
    with pytest.raises(DataError, match="no column 'labels'"):
        read(write("a.csv", "text,label\na,b\n"), task=SETS)
    with pytest.raises(
        DataError, match=r"no column 'sentense' \(data.columns names it for 'text'\); did you mean 'sentence'"
    ):
        read(write("a.csv", "sentence,label\na,b\n"), columns=Columns(text="sentense"))


def test_every_row_without_text_is_counted(write):
    path = write(
        "a.csv", "id,text,label\n" + "".join(f"{i},,neutral\n" for i in range(6)) + "7, \t,neutral\n8,a,neutral\n"
    )
    with pytest.raises(DataError) as caught:
        read(path)
    assert problems(caught) == [f"{path}:2: no text (also lines 3, 4, 5 and 3 more)"]


def test_one_other_row_is_a_line_and_not_lines(write):
    with pytest.raises(DataError, match=r"a\.csv:2: no text \(also line 4\)"):
        read(write("a.csv", "id,text\n1,\n2,a\n3,\n"), task=None)


def test_unknown_labels_are_refused_once_each_with_their_lines(write):
    path = write("a.csv", "text,label\na,suports\nb,FAVOR\nc,suports\nd,\n")
    with pytest.raises(DataError) as caught:
        read(path)
    missing, misspelt, foreign = problems(caught)
    assert missing == f"{path}:5: no label"
    assert misspelt.startswith(
        f"{path}:2: the label 'suports' is not in task.labels (also line 4); did you mean 'supports'?"
    )
    assert foreign.startswith(f"{path}:3: the label 'FAVOR' is not in task.labels")
    with pytest.raises(DataError, match=r"'oposes_deal' is not in task\.labels; did you mean 'opposes_deal'"):
        read(write("b.csv", "text,labels\na,supports_junta|oposes_deal\n"), task=SETS)


def test_a_mapping_that_leaves_nothing_is_refused(write):
    with pytest.raises(DataError, match="leaves no example"):
        read(write("a.csv", "text,label\na,x\n"), labels={"x": None})


@pytest.mark.parametrize(
    ("start", "end"),
    [(-1, 2), (2, 2), (3, 1), (0, 5), (4, 5), (None, 2), (1, None)],
    ids=["negative", "empty", "backwards", "too long", "behind the text", "no start", "no end"],
)
@pytest.mark.parametrize("role", ["actor", "target"])
def test_a_span_that_is_none_of_the_text_is_refused(write, role, start, end):
    rows = ({"text": "abcd"}, {"text": "abcd", f"{role}_start": start, f"{role}_end": end})
    path = write("a.jsonl", jsonl(*rows))
    with pytest.raises(DataError) as caught:
        read(path, task=None)
    assert problems(caught) == [f"{path}:2: {role}_start and {role}_end are no span of the text"]


def test_a_span_may_be_the_whole_text_or_its_last_character(write):
    rows = ({"text": "abcd", "actor_start": 0, "actor_end": 4}, {"text": "abcd", "actor_start": 3, "actor_end": 4})
    assert read(write("a.jsonl", jsonl(*rows)), task=None)["actor_end"] == [4, 4]


def test_half_a_span_column_is_refused(write):
    with pytest.raises(DataError, match="actor_start and actor_end are no span"):
        read(write("a.csv", "text,actor_start\nabc,0\n"), task=None)


@pytest.mark.parametrize("value", ["1.5", "one", "1e0", True, 1.5, [1], "--1", "²"])
def test_a_span_that_is_no_whole_number_is_refused_with_its_line(write, value):
    rows = (
        {"text": "abcd", "target_start": 0, "target_end": 2},
        {"text": "abcd", "target_start": value, "target_end": 2},
    )
    path = write("a.jsonl", jsonl(*rows))
    with pytest.raises(DataError) as caught:
        read(path, task=None)
    assert problems(caught)[0] == f"{path}:2: 'target_start' is not a whole number"


def test_a_number_that_no_column_can_hold_is_refused_with_its_line(write):
    path = write("a.csv", "text,sentence\na,1\nb,99999999999\n")
    with pytest.raises(DataError, match=r"a\.csv:3"):
        read_examples(path)


def test_half_a_character_is_refused_with_its_line(write):
    path = write("a.jsonl", '{"text": "a"}\n{"text": "b \\ud83d"}\n')
    with pytest.raises(DataError, match=r"a\.jsonl:2"):
        read_examples(path)


def test_every_mistake_of_a_file_is_said_at_once(write):
    path = write("a.csv", "id,text,actor_start,actor_end,label\n1,,,,neutral\n1,abc,0,9,neutral\n2,abc,,,nope\n")
    with pytest.raises(DataError) as caught:
        read(path)
    said = "\n".join(problems(caught))
    for part in (":2: no text", ":3: the id '1'", ":3: actor_start and actor_end", ":4: the label 'nope'"):
        assert part in said


def test_a_file_that_is_not_there_or_of_no_known_kind_is_refused(write, tmp_path):
    with pytest.raises(DataError, match=r"missing\.csv does not exist"):
        read_examples(tmp_path / "missing.csv")
    with pytest.raises(DataError, match="is a folder"):
        read_examples(tmp_path)
    with pytest.raises(DataError, match="can't tell the format"):
        read_examples(write("a.xlsx", "text\na\n"))
    with pytest.raises(DataError, match="Allowed: jsonl, csv, tsv, parquet, label_studio"):
        read_examples(write("b.csv", "text\na\n"), format="xml")


def test_the_format_may_be_named_and_an_ending_is_of_either_case(write):
    assert read_examples(write("a.txt", "text\ta\nx\ty\n"), format="tsv")["a"][:] == ["y"]
    assert read_examples(write("A.CSV", "text\nx\n"))["text"][:] == ["x"]


def test_reading_names_the_variable_a_path_needs_when_it_is_not_set(monkeypatch):
    monkeypatch.delenv("STANCEKIT_NOWHERE", raising=False)
    with pytest.raises(DataError, match="STANCEKIT_NOWHERE is not set"):
        read_examples("${STANCEKIT_NOWHERE}/a.csv")
