"""Lexicons in a config: names, CSV files of the user's, and every mistake in one with its row."""

from __future__ import annotations

import importlib.util
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stancekit.config import dump_config, load_config
from stancekit.config.features import Block
from stancekit.config.lexicons import Entry, OwnLexicon, parse_entries
from stancekit.errors import ConfigError, DataError
from stancekit.features.lexicons import Lexicon

HEADER = "term,class,strength,benefits\n"
CONFIG = (
    "data: {train: d.jsonl}\nfeatures:\n  blocks:\n    - {field: masked, analyzer: lexicon, lexicon: %s, idf: false}\n"
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "d.jsonl").touch()
    (tmp_path / "own.csv").write_text(HEADER + "soutien*,support,2,object\n", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path


def write(folder, lexicon):
    path = folder / "a.yaml"
    path.write_text(CONFIG % lexicon, encoding="utf-8")
    return path


def refused(text):
    with pytest.raises(DataError) as caught:
        parse_entries(text, "own.csv")
    return [str(problem) for problem in caught.value.problems]


def test_a_csv_file_is_found_beside_the_config_and_held_in_it(folder):
    lexicon = load_config(write(folder, "own.csv")).features.blocks[0].lexicon
    assert lexicon == OwnLexicon(name="own.csv", entries=(("soutien*", "support", 2, "object"),))


def test_the_resolved_config_means_the_same_without_the_file(folder):
    config = load_config(write(folder, "own.csv"))
    dumped = dump_config(config, folder)
    (folder / "own.csv").unlink()
    (folder / "again.yaml").write_text(dumped, encoding="utf-8")
    assert load_config(folder / "again.yaml").features == config.features


def test_an_override_names_a_file_from_the_current_folder(folder):
    (folder / "elsewhere" / "mine.csv").write_text(HEADER + "veto,oppose,-2,\n", encoding="utf-8")
    config = load_config(write(folder, "stance_fr"), ["features.blocks.0.lexicon=mine.csv"])
    assert config.features.blocks[0].lexicon.entries == (("veto", "oppose", -2, ""),)


def test_other_keys_can_be_searched_over_beside_a_lexicon_of_ones_own(folder):
    path = write(folder, "own.csv")
    config = load_config(path, ["search.grid.features.blocks.0.weight=[0.5, 1.0]"])
    assert [setting.features.blocks[0].lexicon.name for setting in config.settings()] == ["own.csv"] * 2


def test_a_file_is_not_read_outside_of_a_config(folder):
    with pytest.raises(ConfigError, match="read only where a block of a config names it"):
        load_config(write(folder, "own.csv"), ["search.grid.features.blocks.0.lexicon=[own.csv, stance_fr]"])
    with pytest.raises(ValidationError, match="read only where a block of a config names it"):
        Block(field="text", analyzer="lexicon", lexicon=str(folder / "own.csv"))


def test_every_mistake_in_a_file_is_told_with_its_row_and_the_place_that_names_it(folder):
    rows = "a,support,2,\nb,support,much,\nc,not_support,1,\nd,support,6,\ne,support,1,objct\na,oppose,1,\n"
    (folder / "own.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(write(folder, "own.csv"))
    said = str(caught.value)
    assert said.count("a.yaml:4:51: ") == 5
    file = folder / "own.csv"
    assert f"{file}: row 3: the strength 'much' is no whole number" in said
    assert f"{file}: row 4: the class 'not_support' would be mistaken" in said
    assert f"{file}: row 5: the strength 6 is not from -5 to 5" in said
    assert f"{file}: row 6: benefits is 'objct'; did you mean 'object'?" in said
    assert f"{file}: row 7: the term 'a' is there already, at row 2" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "own.csv: row 1: the column 'term' is missing"),
        ("term,klass,strength\n", "own.csv: row 1: unknown column 'klass'; did you mean 'class'?"),
        ("term,term,class,strength\n", "own.csv: row 1: a column is there twice"),
        (HEADER, "own.csv: the lexicon has no terms"),
        (HEADER + "a,support\n", "own.csv: row 2: 2 cells, the header has 4"),
        (HEADER + ",support,1,\n", "own.csv: row 2: the term is empty"),
        (HEADER + "* a,support,1,\n", "own.csv: row 2: the term '* a' begins or ends with '*' as a word"),
        (HEADER + "a *,support,1,\n", "own.csv: row 2: the term 'a *' begins or ends with '*' as a word"),
        (HEADER + "a*b,support,1,\n", "own.csv: row 2: 'a*b' in the term 'a*b' can't be found"),
        (HEADER + "a ! b,support,1,\n", "own.csv: row 2: '!' in the term 'a ! b' can't be found"),
        (HEADER + "a b c d e f g h i,support,1,\n", "own.csv: row 2: the term 'a b c d e f g h i' has 9 words"),
        (HEADER + "a,4you,1,\n", "own.csv: row 2: '4you' can't be a class"),
        (HEADER + "a,hits,1,\n", "own.csv: row 2: the class 'hits' would be mistaken"),
        (HEADER + "a,support,1.5,\n", "own.csv: row 2: the strength '1.5' is no whole number"),
        (HEADER + 'a,"support,1,\n', "own.csv: not a CSV file: unexpected end of data"),
    ],
)
def test_a_bad_file_is_refused_and_told_why(text, said):
    assert any(problem.startswith(said) for problem in refused(text)), refused(text)


def test_empty_rows_spaces_and_a_byte_order_mark_do_no_harm(folder):
    text = "\ufeffterm, class ,strength\n\n  mettre   en garde , criticise ,-3\n,,\n"
    (folder / "own.csv").write_text(text, encoding="utf-8")
    lexicon = load_config(write(folder, "own.csv")).features.blocks[0].lexicon
    assert lexicon.entries == (("mettre   en garde", "criticise", -3, ""),)


@given(st.text(max_size=60))
def test_any_text_is_either_a_lexicon_or_refused_in_words(text):
    for given_text in (text, HEADER + text):
        with suppress(DataError):
            entries = parse_entries(given_text, "own.csv")
            assert all(isinstance(entry, Entry) for entry in entries)
            Lexicon("own", entries).find(["a", "word"])


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"analyzer": "lexicon"}, "the analyzer 'lexicon' needs a lexicon"),
        ({"lexicon": "stance_fr"}, "'lexicon' is for the analyzer 'lexicon', not for 'word'"),
        ({"analyzer": "lexicon", "lexicon": "stance_de"}, "neither the name of a lexicon nor the path of a CSV file"),
        ({"analyzer": "lexicon", "lexicon": 3}, "neither the name of a lexicon nor the path of a CSV file"),
        ({"analyzer": "lexicon", "lexicon": "no.csv"}, "no.csv does not exist"),
        ({"analyzer": "lexicon", "lexicon": "${NO_SUCH_FOLDER}/a.csv"}, "variable NO_SUCH_FOLDER is not set"),
        ({"analyzer": "lexicon", "lexicon": "stance_fr", "ngrams": [1, 2]}, "'ngrams' is not for the analyzer"),
        ({"analyzer": "lexicon", "lexicon": "stance_fr", "lowercase": False}, "'lowercase' is not for the analyzer"),
        ({"analyzer": "lexicon", "lexicon": "stance_fr", "negation": "mark"}, "'negation' is for the analyzer 'word'"),
        ({"analyzer": "char", "negation": "mark"}, "'negation' is for the analyzer 'word', not for 'char'"),
        ({"analyzer": "lexicon", "lexicon": {"name": "x", "entries": []}}, "at least 1 item"),
        ({"analyzer": "lexicon", "lexicon": {"name": "x", "entries": [["a", "b", 9, ""]]}}, "entry 1: the strength 9"),
        ({"analyzer": "lexicon", "lexicon": {"nam": "x"}}, "Field required"),
    ],
)
def test_keys_that_do_not_go_together_are_refused(folder, block, said):
    path = folder / "a.yaml"
    values = {"data": {"train": "d.jsonl"}, "features": {"blocks": [{"field": "text", **block}]}}
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a\.yaml:1:") as caught:
        load_config(path)
    assert said in str(caught.value)


def test_afinn_is_refused_where_its_package_is_not_installed(folder, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        "stancekit.config.lexicons.find_spec", lambda name: None if name == "afinn" else find_spec(name)
    )
    with pytest.raises(ConfigError, match=r"not installed; Install stancekit\[afinn\]"):
        load_config(write(folder, "afinn"))
