"""SemEval-2016 Task 6: tweets as they are, whatever quotation marks they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from stancekit.corpus.readers import read_examples
from stancekit.errors import DataError

HEADER = "ID\tTarget\tTweet\tStance\r\n"


@pytest.fixture
def read(tmp_path: Path):
    def read_text(text: str, encoding: str = "utf-8"):
        path = tmp_path / "train.txt"
        path.write_bytes(text.encode(encoding))
        return list(read_examples(path, format="semeval2016", encoding=encoding))

    return read_text


def test_a_file_of_the_task_in_its_original_encoding(read) -> None:
    text = (
        HEADER
        + '101\tTrams\t“Trams”, said "she, don’t… #yes\tFAVOR\r\n102\tTrams\tNo"\tAGAINST\r\n103\tTaxes\tEh\tNONE\r\n'
    )
    rows = read(text, "cp1252")
    assert [row["text"] for row in rows] == ['“Trams”, said "she, don’t… #yes', 'No"', "Eh"]
    assert [row["label"] for row in rows] == ["FAVOR", "AGAINST", "NONE"]
    assert [row["id"] for row in rows] == ["101", "102", "103"]
    assert rows[2]["target"] == "Taxes"


@pytest.mark.parametrize("towards", ["Opinion towards", "Opinion Towards"])
def test_the_two_columns_of_the_later_release_are_kept(read, towards) -> None:
    header = f"ID\tTarget\tTweet\tStance\t{towards}\tSentiment\n"
    (row,) = read(header + "1\tTrams\tOh\tNONE\tOTHER\tpos\n")
    assert (row["opinion_towards"], row["sentiment"]) == ("OTHER", "pos")


def test_a_tweet_of_unknown_stance_has_no_label(read) -> None:
    (row,) = read(HEADER + "1\tTrams\tOh\tUNKNOWN\n")
    assert row["label"] is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2\tTrams\tOh", "3 fields, but the header has 4"),
        ("2\tTrams\tOh\tFAVOUR", "the stance 'FAVOUR' is unknown; did you mean 'FAVOR'?"),
        ("2\tTrams\tOh\t", "the stance '' is unknown"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(read, line, said) -> None:
    with pytest.raises(DataError) as caught:
        read(f"{HEADER}1\tTrams\tOh\tNONE\r\n\r\n{line}\r\n")
    assert "train.txt:4: " in str(caught.value)
    assert said in str(caught.value)


def test_a_file_without_its_header_is_refused(read) -> None:
    with pytest.raises(DataError, match="there is no column 'id'"):
        read("1\tTrams\tOh\tNONE\n2\tTrams\tNo\tNONE\n")


def test_a_file_of_another_encoding_says_what_to_write(tmp_path) -> None:
    path = tmp_path / "train.txt"
    path.write_bytes((HEADER + "1\tTrams\tI don’t\tNONE\r\n").encode("cp1252"))
    with pytest.raises(DataError, match=r"train\.txt:2: not UTF-8: byte 0x92.*encoding: cp1252"):
        read_examples(path, format="semeval2016")
