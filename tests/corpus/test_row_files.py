from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stancekit import read_examples
from stancekit.corpus.row_files import Kind, new_rows_file
from stancekit.errors import DataError

COLUMNS: dict[str, Kind] = {"text": "text", "start": "whole", "p": "decimal", "labels": "texts"}
ROWS: list[dict[str, Any]] = [
    {"text": '=SUM(A1) "a"\r\nb', "start": 3, "p": 0.25, "labels": ["a", "b"], "other": 1},
    {"text": "@b\té", "start": None, "p": None, "labels": [], "other": 2},
]


def write(path: Path, rows: list[dict[str, Any]] = ROWS, **how: Any) -> Path:
    with new_rows_file(path, COLUMNS, **how) as write_rows:
        for row in rows:
            write_rows([row])
    return path


@pytest.mark.parametrize("ending", ["jsonl", "csv", "tsv", "parquet"])
def test_what_is_written_is_read_back_as_examples(tmp_path: Path, ending: str) -> None:
    examples = read_examples(write(tmp_path / f"rows.{ending}"))
    assert examples["text"][:] == ['=SUM(A1) "a"\r\nb', "@b\té"]
    assert examples["labels"][:] == [["a", "b"], []]
    assert [None if value in (None, "") else float(value) for value in examples["p"]] == [0.25, None]
    assert "other" not in examples.column_names


def test_parquet_has_types_of_its_own_even_where_a_column_is_empty(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.parquet", ROWS[1:])
    assert {own.name: str(own.type) for own in pq.read_schema(path)} == {
        "text": "string",
        "start": "int64",
        "p": "double",
        "labels": "list<element: string>",
    }
    assert pq.read_metadata(write(tmp_path / "none.parquet", [])).num_rows == 0


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip), min_size=1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_survives_a_csv_file(tmp_path: Path, texts: list[str]) -> None:
    path = write(tmp_path / "rows.csv", [{**ROWS[0], "text": text} for text in texts], force=True)
    with path.open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file, strict=True)] == texts


def test_a_format_that_is_named_wins_over_the_ending(tmp_path: Path) -> None:
    assert write(tmp_path / "rows.txt", format="tsv").read_text(encoding="utf-8").startswith("text\tstart\tp\tlabels\n")


def test_a_file_is_whole_or_not_there_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    with new_rows_file(tmp_path / "rows.csv", COLUMNS) as write_rows:
        write_rows(ROWS)
        assert not (tmp_path / "rows.csv").exists()
    with pytest.raises(KeyError, match="start"):
        write(tmp_path / "other.csv", [*ROWS, {"text": "no more"}])
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_a_file_that_is_there_stays_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match=r"rows\.csv: the file exists; .*--force"):
        write(path)
    with pytest.raises(RuntimeError), new_rows_file(path, COLUMNS, force=True):
        raise RuntimeError
    assert path.read_text(encoding="utf-8") == "mine"
    assert write(path, force=True).read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize(
    ("name", "how", "said"),
    [
        ("rows.xlsx", {}, "can't tell the format by the ending.*Name it: --to"),
        ("rows.csv", {"format": "cvs"}, "did you mean 'csv'"),
        ("nowhere/rows.csv", {}, "no such folder"),
        (".", {"format": "csv", "force": True}, "this is a folder"),
    ],
)
def test_a_place_that_cannot_be_is_refused(tmp_path: Path, name: str, how: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        write(tmp_path / name, **how)
