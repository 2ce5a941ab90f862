"""`stancekit split`: sentences and candidates, from files, folders, patterns and stdin, to a terminal or a file."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace

import pytest

import stancekit
from stancekit.cli.split import candidates_of, read_articles, split_article, split_command
from stancekit.corpus.articles import Article
from stancekit.corpus.gazetteer import Entry, Gazetteer
from stancekit.errors import InputError, RefusedError

GAZETTEER = Gazetteer(
    entries=(
        Entry("actor", "France", (), ("Paris",)),
        Entry("actor", "junta", ("junte",)),
        Entry("target", "junta", ("junte",)),
        Entry("target", "deal", ("accord",)),
    )
)
YAML = "actors:\n  France: {metonyms: [Paris]}\n  junta: [junte]\ntargets:\n  junta: [junte]\n  deal: [accord]\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news/b.txt").write_text("date 2021-11 Paris refuse l’accord.\n\n« Non. »", encoding="utf-8")
    (tmp_path / "news/a.txt").write_text("La pluie tombe.", encoding="utf-8")
    (tmp_path / "news/notes.md").write_text("Rien.", encoding="utf-8")
    (tmp_path / "g.yaml").write_text(YAML, encoding="utf-8")
    return tmp_path


def test_sentences_have_offsets_into_the_article_and_their_speaker():
    article = Article.from_text("date 2021-11 Un mot. « Oui », dit Paris. « Non. »", id="x")
    rows = split_article(article, GAZETTEER)
    assert [row["text"] for row in rows] == ["Un mot.", "« Oui », dit Paris.", "« Non. »"]
    assert all(article.text[row["start"] : row["end"]] == row["text"] for row in rows)
    assert [(row["article"], row["date"], row["sentence"], row["paragraph"]) for row in rows] == [
        ("x", "2021-11", 0, 0),
        ("x", "2021-11", 1, 0),
        ("x", "2021-11", 2, 0),
    ]
    assert [row["quoted"] for row in rows] == [False, False, True]
    assert [row["speaker"] for row in rows] == [None, "France", "France"]
    assert article.text[rows[2]["speaker_start"] : rows[2]["speaker_end"]] == "Paris"


def test_candidates_are_pairs_with_spans_in_the_sentence_and_no_label():
    rows = candidates_of(Article.from_text("Rien. Paris dit que la junte refuse l’accord.", id="x"), GAZETTEER)
    assert [row["id"] for row in rows] == ["x/s01/France/junta", "x/s01/France/deal", "x/s01/junta/deal"]
    for row in rows:
        assert (row["label"], row["speaker"], row["language"]) == (None, "France", "fr")
        assert row["text"][row["actor_start"] : row["actor_end"]] in ("Paris", "la junte")
        assert row["text"][row["target_start"] : row["target_end"]] in ("la junte", "l’accord")


def test_files_folders_and_patterns_are_read_once_each_in_order(folder):
    given = [str(folder / "news"), str(folder / "news/*.txt"), str(folder / "news/b.txt")]
    assert [article.id for article in read_articles(given, "fr")] == ["a", "b"]


@pytest.mark.parametrize("name", ["none.txt", "*.xml", "empty"])
def test_what_names_no_article_is_an_error(folder, name):
    (folder / "empty").mkdir()
    with pytest.raises(InputError):
        read_articles([str(folder / name)], "fr")


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(folder):
    (folder / "[x].txt").write_text("Oui.", encoding="utf-8")
    assert [article.id for article in read_articles([str(folder / "[x].txt")], "fr")] == ["[x]"]


def test_one_article_is_no_articles(folder, capsys):
    split_command([str(folder / "news/a.txt")], None, folder / "a.csv", None, "fr", as_json=False)
    assert capsys.readouterr().err == f"1 sentence of 1 article: {folder / 'a.csv'}\n"


def test_two_articles_of_one_name_are_refused(folder):
    (folder / "a.txt").write_text("Autre.", encoding="utf-8")
    with pytest.raises(InputError, match="is called 'a' too"):
        read_articles([str(folder / "a.txt"), str(folder / "news")], "fr")


def test_standard_input_is_an_article(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"Oui. Non.")))
    split_command(["-"], None, None, None, "fr", as_json=True)
    assert [(row["article"], row["text"]) for row in json.loads(capsys.readouterr().out)] == [
        ("stdin", "Oui."),
        ("stdin", "Non."),
    ]


@pytest.mark.parametrize("ending", ["jsonl", "csv", "tsv", "parquet"])
def test_candidates_are_written_as_examples_that_read_back(folder, ending, capsys):
    output = folder / f"out.{ending}"
    split_command([str(folder / "news")], folder / "g.yaml", output, None, "fr", as_json=False)
    examples = stancekit.read_examples(output)
    assert examples["id"] == ["b/s00/France/deal"]
    assert (examples[0]["text"], examples[0]["actor_start"], examples[0]["target_start"]) == (
        "Paris refuse l’accord.",
        0,
        13,
    )
    assert examples[0]["label"] is None
    assert capsys.readouterr().out == ""


def test_a_format_wins_over_the_ending(folder):
    split_command([str(folder / "news")], None, folder / "out.txt", "jsonl", "fr", as_json=False)
    rows = [json.loads(line) for line in (folder / "out.txt").read_text(encoding="utf-8").splitlines()]
    assert [row["text"] for row in rows] == ["La pluie tombe.", "Paris refuse l’accord.", "« Non. »"]


def test_candidates_can_go_to_label_studio(folder):
    split_command([str(folder / "news")], folder / "g.yaml", folder / "tasks.json", "label_studio", "fr", as_json=False)
    (task,) = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    assert task["data"]["text"] == "Paris refuse l’accord."


def test_nothing_is_overwritten(folder):
    (folder / "out.jsonl").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="exists"):
        split_command([str(folder / "news")], None, folder / "out.jsonl", None, "fr", as_json=False)
    assert (folder / "out.jsonl").read_text(encoding="utf-8") == "mine"


def test_an_output_that_exists_is_refused_before_any_article_is_read(folder):
    (folder / "out.jsonl").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"out\.jsonl: the file exists"):
        split_command([str(folder / "none.txt")], None, folder / "out.jsonl", None, "fr", as_json=False)


def test_no_pair_at_all_is_refused_and_nothing_written(folder):
    with pytest.raises(RefusedError, match="no sentence names both"):
        split_command([str(folder / "news/a.txt")], folder / "g.yaml", folder / "o.csv", None, "fr", as_json=False)
    assert not (folder / "o.csv").exists()


def test_a_format_without_an_output_is_refused(folder):
    with pytest.raises(InputError, match="--output"):
        split_command([str(folder / "news")], None, None, "csv", "fr", as_json=False)


def test_the_language_is_that_of_the_option(folder, capsys):
    (folder / "e.txt").write_text("According to Paris, all is well.", encoding="utf-8")
    split_command([str(folder / "e.txt")], None, None, None, "en", as_json=True)
    assert json.loads(capsys.readouterr().out)[0]["speaker"] == "Paris"


def test_the_command_prints_a_table_or_an_error_with_its_code(stancekit_command, folder):
    done = stancekit_command("split", folder / "news", "--actors", folder / "g.yaml")
    assert done.returncode == 0, done.stderr
    assert "France" in done.stdout
    assert "Paris refuse l’accord." in done.stdout
    (folder / "g.yaml").write_text("actors: {A: {alias: [x]}}", encoding="utf-8")
    refused = stancekit_command("split", folder / "news", "--actors", folder / "g.yaml")
    assert refused.returncode == 2
    assert "g.yaml:1:14: unknown key 'alias'; did you mean 'aliases'?" in refused.stderr
    assert "Traceback" not in refused.stderr
