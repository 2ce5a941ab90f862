"""`stancekit convert`, and the function beside it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from stancekit.cli.convert import convert
from stancekit.corpus import read_examples
from stancekit.errors import DataError

Command = Callable[..., subprocess.CompletedProcess[str]]

ROWS = (
    '{"id": "1", "text": "a", "label": "x", "annotator": "ann"}\n'
    '{"id": "2", "text": "b", "label": null, "annotator": "bob"}\n'
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_a_table_becomes_tasks_and_the_tasks_the_table(stancekit_command: Command, source: Path) -> None:
    tasks, back = source.with_name("tasks.json"), source.with_name("back.jsonl")
    done = stancekit_command("convert", source, tasks, "--to", "label_studio")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tasks}: 2 examples, 1 labelled, by 2 annotators (label_studio)\n"
    done = stancekit_command("convert", tasks, back, "--from", "label_studio", "--json")
    assert json.loads(done.stdout) == {
        "source": str(tasks),
        "path": str(back),
        "format": "jsonl",
        "examples": 2,
        "labelled": 1,
        "annotators": ["ann", "bob"],
        "columns": ["id", "text", "label", "annotator"],
    }
    assert read_examples(back).to_list() == read_examples(source).to_list()


@pytest.mark.parametrize("format", ["csv", "tsv", "parquet", "label_studio", "doccano", "inception"])
def test_the_labelled_seed_article_goes_through_every_format_unchanged(
    repository: Path, tmp_path: Path, format: str
) -> None:
    seed = repository / "data/mali-2021-11/examples.jsonl"
    there = convert(seed, tmp_path / "there", write_as=format)
    back = convert(tmp_path / "there", tmp_path / "back.jsonl", read_as=format)
    assert (there.examples, there.labelled) == (back.examples, back.labelled) == (52, 52)
    assert read_examples(tmp_path / "back.jsonl").to_list() == read_examples(seed).to_list()


def test_a_table_in_another_encoding_is_told_the_option_that_reads_it(
    stancekit_command: Command, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes("text,label\nL’été à Sénou,oui\n".encode("cp1252"))
    done = stancekit_command("convert", "a.csv", "b.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert "in a command: --encoding cp1252" in done.stderr
    done = stancekit_command("convert", "a.csv", "b.jsonl", "--encoding", "cp1252", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert read_examples(tmp_path / "b.jsonl")["text"][:] == ["L’été à Sénou"]


def test_sets_of_labels_are_labels_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,labels\na,x|y\nb,\n", encoding="utf-8")
    assert convert(tmp_path / "a.csv", tmp_path / "b.jsonl").labelled == 1


def test_a_file_that_exists_is_refused_before_anything_is_read(stancekit_command: Command, source: Path) -> None:
    done = stancekit_command("convert", source.with_name("not there"), source)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {source}: the file exists; Nothing is overwritten")
    assert source.read_text(encoding="utf-8") == ROWS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["in.jsonl", "out.docx"], "can't tell the format by the ending"),
        (["in.jsonl", "out", "--to", "newsmtsc"], "can't write the format 'newsmtsc'"),
        (
            ["in.jsonl", "out.csv", "--from", "jsnol"],
            "'jsnol' is not a value of 'format'; did you mean 'jsonl'? Allowed",
        ),
        (["in.json", "out.csv"], "Name it: {path: ..., format: ...}; in a command: --format, or --from of convert"),
        (["gone.jsonl", "out.csv"], "gone.jsonl does not exist"),
    ],
)
def test_what_cannot_be_converted_is_a_message_and_exit_code_2(
    stancekit_command: Command, source: Path, arguments: list[str], said: str
) -> None:
    if arguments[0] == "in.json":
        source = source.rename(source.with_suffix(".json"))
    done = stancekit_command("convert", *arguments, cwd=source.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in source.parent.iterdir()) == [source.name]


def test_what_the_other_format_cannot_hold_is_an_error(source: Path) -> None:
    source.write_text('{"text": "a", "Comments": "b"}\n', encoding="utf-8")
    with pytest.raises(DataError, match="can't have a column 'Comments'"):
        convert(source, source.with_name("out"), write_as="doccano")
    assert not source.with_name("out").exists()
