"""A gazetteer file: what it may hold, and every mistake with its line and column."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.corpus.gazetteer import Entry
from stancekit.corpus.gazetteer_file import parse_gazetteer, read_gazetteer
from stancekit.errors import DataError

SAHEL = Path(__file__).parents[2] / "data/sahel/gazetteer.yaml"


def problems(text):
    with pytest.raises(DataError) as caught:
        parse_gazetteer(text, "g.yaml")
    return [(problem.where, str(problem)) for problem in caught.value.problems]


def test_a_file_is_read_with_language_and_lists():
    text = (
        "language: fr\nactors:\n  France:\n    aliases: [Hexagone]\n    metonyms: [Paris]\n    except: [Paris FC]\n"
        "  UK: {aliases: [Britain], language: en}\n  Mali:\ntargets:\n  vote: [scrutin, urnes]\n"
    )
    assert parse_gazetteer(text, "g.yaml").entries == (
        Entry("actor", "France", ("Hexagone",), ("Paris",), ("Paris FC",), "fr"),
        Entry("actor", "UK", ("Britain",), language="en"),
        Entry("actor", "Mali"),
        Entry("target", "vote", ("scrutin", "urnes")),
    )


def test_an_underscore_of_a_name_is_a_space():
    gazetteer = parse_gazetteer("actors: {Burkina_Faso: }", "g.yaml")
    assert [mention.name for mention in gazetteer.find_actors("Le Burkina Faso")] == ["Burkina_Faso"]


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("actors: {France: {alias: [x]}}", "g.yaml:1:19", "unknown key 'alias'; did you mean 'aliases'?"),
        ("actor: {France: }", "g.yaml:1:1", "did you mean 'actors'?"),
        ("actors:\n  A: {aliases: Paris}", "g.yaml:2:16", "'aliases' must be a list"),
        ("actors:\n  A: [1]", "g.yaml:2:7", "a form must be text, not 1"),
        ("actors:\n  A: [~]", "g.yaml:2:7", "a form must be text, not nothing"),
        ("actors:\n  A: ['…']", "g.yaml:2:7", "no word to look for"),
        ("actors:\n  A: [" + "a " * 21 + "]", "g.yaml:2:7", "21 words; at most 20"),
        ("actors:\n  A: 3", "g.yaml:2:6", "must be a mapping or a list"),
        ("actors: [A]", "g.yaml:1:9", "'actors' must be a mapping"),
        ("language: french\nactors: {A: }", "g.yaml:1:11", "no ISO 639-1 code"),
        ("actors:\n  A: {language: 5}", "g.yaml:2:17", "no ISO 639-1 code"),
        ("actors:\n  A: [x]\n  A: [y]", "g.yaml:3:3", "duplicate key 'A'"),
        ("actors:\n  ' ': [x]", "g.yaml:2:3", "can't be a name"),
        ("[]", "g.yaml:1:1", "a mapping of keys"),
        ("", "g.yaml:1:1", "a mapping of keys"),
        ("language: fr", "g.yaml:1:1", "names nobody"),
        ("actors: [", "g.yaml:1:10", "not valid YAML"),
        ("actors:\n\tFrance: []", "g.yaml:2:1", "Indent with spaces"),
    ],
)  # fmt: skip
def test_every_mistake_has_its_place(text, where, said):
    ((place, shown),) = problems(text)[:1]
    assert place == where
    assert said in shown


def test_all_mistakes_are_reported_at_once():
    found = problems("actors:\n  A: {alias: [x]}\n  B: [1]\ntarget: {}\n")
    assert [where for where, _ in found] == ["g.yaml:4:1", "g.yaml:2:7", "g.yaml:3:7"]


@pytest.mark.parametrize("forms", ["colonel, junte|Colonels", "les colonels|colonel", "États-Unis|Etats Unis"])
def test_a_form_of_two_actors_is_an_error_that_names_both(forms):
    first, second = forms.split("|")
    ((where, said),) = problems(f"actors:\n  A: [{first}]\n  B: [{second}]\n")
    assert where == "g.yaml:3:7"
    assert "names both 'A' (line 2) and 'B'" in said


def test_a_name_may_be_a_form_of_nobody_else():
    ((where, _),) = problems("actors:\n  France: [Paris]\n  Paris: \n")
    assert where == "g.yaml:3:3"


def test_an_actor_and_a_target_may_share_a_form():
    assert len(parse_gazetteer("actors: {junta: [junte]}\ntargets: {junta: [junte]}", "g.yaml").entries) == 2


def test_forms_that_differ_are_no_mistake():
    text = "actors:\n  A: [US]\n  B: [accord avec A]\n  C: [accord avec B]\n  D: [retrait]\n  E: [retraite]\n"
    assert len(parse_gazetteer(text, "g.yaml").entries) == 5


def test_a_file_that_is_not_there_or_not_utf8_is_an_error(tmp_path):
    with pytest.raises(DataError, match="can't read the gazetteer"):
        read_gazetteer(tmp_path / "none.yaml")
    (tmp_path / "g.yaml").write_bytes("actors: {Élysée: }".encode("cp1252"))
    with pytest.raises(DataError, match="not UTF-8"):
        read_gazetteer(tmp_path / "g.yaml")


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="actorslnguge:{}[],- \n'é\t#&*!|1~", max_size=60))
def test_no_file_ends_in_a_traceback(text):
    for content in (text, "actors:\n  A: " + text):
        with contextlib.suppress(DataError):
            parse_gazetteer(content, "g.yaml")


def test_the_gazetteer_of_the_sahel_corpus_has_its_actors_and_targets():
    rows = [json.loads(line) for line in (SAHEL.parent / "examples.jsonl").read_text(encoding="utf-8").splitlines()]
    gazetteer = read_gazetteer(SAHEL)
    assert set(gazetteer.actor_names) == {row["actor"] for row in rows}
    assert set(gazetteer.target_names) == {row["target"] for row in rows}
