"""DSE: marks taken off, spans where they were."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.corpus.readers import read_examples
from stancekit.errors import DataError


@pytest.fixture
def read(tmp_path: Path):
    def read_text(text: str):
        path = tmp_path / "train.txt"
        path.write_text(text, encoding="utf-8")
        return list(read_examples(path, format="dse"))

    return read_text


def spans(row):
    return [row[name] for name in ("actor_start", "actor_end", "target_start", "target_end")]


def test_brackets_are_taken_off_and_spans_point_at_the_mentions(read) -> None:
    (row,) = read("The [Mayor] thanked [Ana Ruiz] twice.\tMayor\tAna Ruiz\t1\n")
    assert row["text"] == "The Mayor thanked Ana Ruiz twice."
    assert (row["actor"], row["target"], row["label"]) == ("Mayor", "Ana Ruiz", "positive_pq")
    assert spans(row) == [4, 9, 18, 26]


@pytest.mark.parametrize(
    ("sentence", "text", "places"),
    [
        ("[B] met [A].", "B met A.", [6, 7, 0, 1]),
        ("[A]s [ B ]ers.", "As  B ers.", [0, 1, 4, 5]),
        ("[A] saw B.", "A saw B.", [0, 1, None, None]),
        ("A saw B.", "A saw B.", [None] * 4),
        ("[sic] [A] and [B] [...]", "[sic] A and B [...]", [6, 7, 12, 13]),
        ("[A [B]", "[A B", [None, None, 3, 4]),
    ],
    ids=["q first", "mid-word", "q unmarked", "both unmarked", "other brackets", "unclosed"],
)
def test_marks_may_be_anywhere_or_missing(read, sentence, text, places) -> None:
    (row,) = read(f"{sentence}\tA\tB\t0\n")
    assert row["text"] == text
    assert spans(row) == places


def test_two_entities_of_one_name_have_a_mark_each(read) -> None:
    (row,) = read("[Li] sued [Li].\tLi\tLi\t3\n")
    assert spans(row) == [0, 2, 8, 10]


def test_classes_have_names(read) -> None:
    rows = read("".join(f"[A] and [B]\tA\tB\t{number}\n" for number in range(5)))
    labels = ["neutral", "positive_pq", "positive_qp", "negative_pq", "negative_qp"]
    assert [row["label"] for row in rows] == labels


def test_fields_with_quotation_marks_are_quoted_as_in_csv(read) -> None:
    (row,) = read('"“No,” said [Li.""So] did [Bo]."\t"Li.""So"\tBo\t0\n')
    assert row["text"] == '“No,” said Li."So did Bo.'
    assert row["text"][row["actor_start"] : row["actor_end"]] == row["actor"] == 'Li."So'


WORDS = st.text(alphabet="ab ’.é", max_size=6)
NAMES = st.text(alphabet="XYZé", min_size=1, max_size=4)


@settings(deadline=None, max_examples=50)
@given(parts=st.tuples(WORDS, WORDS, WORDS), p=NAMES, q=NAMES)
def test_the_spans_of_any_marked_sentence_hold_its_entities(tmp_path_factory, parts, p, q) -> None:
    path = tmp_path_factory.mktemp("dse") / "a.txt"
    path.write_text(f"{parts[0]}[{p}]{parts[1]}[{q}]{parts[2]}\t{p}\t{q}\t0\n", encoding="utf-8")
    (row,) = read_examples(path, format="dse")
    assert row["text"] == f"{parts[0]}{p}{parts[1]}{q}{parts[2]}"
    before = len(parts[0]) + len(p) + len(parts[1])
    assert spans(row) == [len(parts[0]), len(parts[0]) + len(p), before, before + len(q)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[A] and [B]\tA\tB", "3 fields, not 4"),
        ("[A] and [B]\tA\tB\t0\t1", "5 fields, not 4"),
        ("[A] and [B]\tA\tB\t5", "the class '5' is unknown; Allowed: 0, 1, 2, 3, 4"),
        ("[A] and [B]\tA\tB\tpos", "the class 'pos' is unknown"),
        ("[A] and []\tA\t\t0", "q is empty"),
        ("[] and [B]\t \tB\t0", "p is empty"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(read, line, said) -> None:
    with pytest.raises(DataError) as caught:
        read(f"[A] and [B]\tA\tB\t0\n{line}\n")
    assert "train.txt:2: " in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(("name", "rows"), [("train", 13144), ("valid", 1461)])
def test_the_corpus_itself_is_read_whole_with_exact_spans(name, rows) -> None:
    path = Path(os.environ.get("STANCEKIT_DATA", "")) / f"dse/{name}.txt"
    if "STANCEKIT_DATA" not in os.environ or not path.is_file():
        pytest.skip(f"DSE is not part of the project: STANCEKIT_DATA names no folder with dse/{name}.txt")
    examples = list(read_examples(path, format="dse"))
    assert len(examples) == rows
    for role in ("actor", "target"):
        assert all(row["text"][row[f"{role}_start"] : row[f"{role}_end"]] == row[role] for row in examples)
