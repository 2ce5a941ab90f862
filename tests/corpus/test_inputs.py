from __future__ import annotations

from pathlib import Path

import pytest

from stancekit.corpus.inputs import Reading, find_inputs
from stancekit.errors import DataError, InputError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "news").mkdir()
    for name in ("news/a.txt", "news/b.txt", "news/c.csv", "t.JSONL", "d.text"):
        (tmp_path / name).write_text("text\nParis refuse.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_tables_are_told_from_articles_by_their_ending(folder: Path) -> None:
    found = find_inputs(["news", "news/*", "t.JSONL", "d.text", "-"])
    shown = [(Path(own.name).name, own.is_article) for own in found]
    assert shown == [
        ("a.txt", True),
        ("b.txt", True),
        ("c.csv", False),
        ("t.JSONL", False),
        ("d.text", True),
        ("<stdin>", True),
    ]


def test_a_format_that_is_named_is_that_of_every_input(folder: Path) -> None:
    assert [own.is_article for own in find_inputs(["news/c.csv"], "text")] == [True]
    (table,) = find_inputs(["d.text"], "csv")
    assert Reading().table(table)["text"] == ["Paris refuse."]


@pytest.mark.parametrize(
    ("given", "format", "said"),
    [
        (["-"], "csv", "standard input"),
        (["d.text"], "cvs", "did you mean 'csv'"),
        (["nope*.csv"], None, "no file is called so"),
    ],
)
def test_what_cannot_be_read_is_refused(folder: Path, given: list[str], format: str | None, said: str) -> None:
    with pytest.raises(InputError, match=said):
        find_inputs(given, format)


def test_two_articles_of_one_name_are_refused_and_a_table_may_have_the_same(folder: Path) -> None:
    (folder / "a.txt").touch()
    (folder / "a.csv").touch()
    assert len(find_inputs(["a.txt", "a.csv"])) == 2
    with pytest.raises(InputError, match=r"a\.txt is called 'a' too"):
        find_inputs(["a.txt", "news"])


def test_columns_of_other_names_are_read(folder: Path) -> None:
    (folder / "s.csv").write_text("phrase,label\nParis refuse.,whatever\n", encoding="utf-8")
    (table,) = find_inputs(["s.csv"])
    with pytest.raises(DataError, match="--columns text=THEIRS"):
        Reading().table(table)
    assert Reading(columns={"text": "phrase"}).table(table)["text"] == ["Paris refuse."]


def test_an_encoding_is_that_of_articles_and_tables(folder: Path) -> None:
    for name in ("e.txt", "e.csv"):
        (folder / name).write_bytes("text\nL’été à Paris\n".encode("cp1252"))
    article, table = find_inputs(["e.txt", "e.csv"])
    with pytest.raises(DataError, match=r"e\.txt:2: not UTF-8.*cp1252"):
        Reading().article(article)
    with pytest.raises(DataError, match=r"e\.csv:2: not UTF-8.*--encoding cp1252"):
        Reading().table(table)
    reading = Reading(encoding="cp1252")
    assert reading.article(article).text == "text\nL’été à Paris\n"
    assert reading.table(table)["text"] == ["L’été à Paris"]
    with pytest.raises(InputError, match="--encoding: 'nope' is no text encoding"):
        Reading(encoding="nope")


@pytest.mark.parametrize(
    ("start", "said"),
    [(b"%PDF-1.7\n\xe2", "a PDF"), (b"PK\x03\x04\x14", r"\.docx"), (b"\xd0\xcf\x11\xe0\xa1", "Office")],
)
def test_a_document_that_is_no_text_is_called_what_it_is(folder: Path, start: bytes, said: str) -> None:
    (folder / "x.txt").write_bytes(start)
    (source,) = find_inputs(["x.txt"])
    with pytest.raises(DataError, match=said):
        Reading().article(source)
