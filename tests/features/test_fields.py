"""Fields: the views of an example, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.corpus.examples import UNLINKED, as_columns
from stancekit.features.fields import compute_field

TEXT = "Hier, la France a dit non à l’accord avec Wagner, selon des proches du président."
FIELDS = ("text", "masked", "before", "between", "after", "actor_window", "target_window", "actor", "target", "pair")


def example(text, actor=None, target=None, **more):
    """Return one example whose mentions are given as the words they stand in."""
    row = {"text": text, "actor": "France", "target": "deal"} | more
    for role, mention in (("actor", actor), ("target", target)):
        start = text.index(mention) if mention is not None else None
        row[f"{role}_start"] = start
        row[f"{role}_end"] = start + len(mention) if mention is not None else None
    return as_columns([row])


def views(columns, *fields):
    return {field: compute_field(columns, field)[0] for field in fields}


def test_both_mentions():
    assert views(example(TEXT, "la France", "accord avec Wagner"), *FIELDS) == {
        "text": "Hier, la France a dit non à l'accord avec Wagner, selon des proches du président.",
        "masked": "Hier, _ACTOR_ a dit non à l'_TARGET_, selon des proches du président.",
        "before": "Hier, ",
        "between": " a dit non à l'",
        "after": ", selon des proches du président.",
        "actor_window": "Hier, _ACTOR_ a dit non à l'_TARGET_,",
        "target_window": "a dit non à l' _TARGET_ , selon des proches du",
        "actor": "France",
        "target": "deal",
        "pair": "France > deal",
    }


def test_the_target_before_the_actor():
    columns = example("L’accord de Bamako déplaît à Paris.", "Paris", "L’accord de Bamako")
    assert views(columns, "masked", "before", "between", "after") == {
        "masked": "_TARGET_ déplaît à _ACTOR_.",
        "before": "",
        "between": " déplaît à ",
        "after": ".",
    }


def test_one_mention_alone():
    columns = example("Oui, Paris refuse.", "Paris", None)
    assert views(columns, "masked", "before", "between", "after", "actor_window", "target_window") == {
        "masked": "Oui, _ACTOR_ refuse.",
        "before": "Oui, ",
        "between": "",
        "after": " refuse.",
        "actor_window": "Oui, _ACTOR_ refuse.",
        "target_window": "",
    }


@pytest.mark.parametrize("missing", [None, UNLINKED])
def test_no_mention(missing):
    spans = dict.fromkeys(("actor_start", "actor_end", "target_start", "target_end"), missing)
    columns = as_columns([{"text": "L’été.", "actor": "France", "target": None, **spans}])
    assert views(columns, *FIELDS) == {
        **dict.fromkeys(FIELDS, ""),
        "text": "L'été.",
        "masked": "L'été.",
        "actor": "France",
        "pair": "France > ",
    }


def test_mentions_that_overlap_become_one_with_both_marks():
    columns = example("Oui, la junte malienne nie tout.", "la junte malienne", "malienne nie")
    assert views(columns, "masked", "before", "between", "after", "actor_window", "target_window") == {
        "masked": "Oui, _ACTOR_ _TARGET_ tout.",
        "before": "Oui, ",
        "between": "",
        "after": " tout.",
        "actor_window": "Oui, _ACTOR_ _TARGET_ tout.",
        "target_window": "Oui, _ACTOR_ _TARGET_ tout.",
    }


@pytest.mark.parametrize(
    ("actor", "target", "masked"),
    [
        ("l’accord de Paris", "Paris", "Oui à _ACTOR_ _TARGET_ donc."),
        ("Paris", "l’accord de Paris", "Oui à _TARGET_ _ACTOR_ donc."),
        ("Paris", "Paris", "Oui à l'accord de _ACTOR_ _TARGET_ donc."),
        ("l’accord", "l’accord de", "Oui à _ACTOR_ _TARGET_ Paris donc."),
        ("l’accord ", "de Paris", "Oui à _ACTOR__TARGET_ donc."),
    ],
    ids=["target in actor", "actor in target", "the same", "the same start", "side by side"],
)
def test_mentions_inside_each_other_lose_no_character_around_them(actor, target, masked):
    assert compute_field(example("Oui à l’accord de Paris donc.", actor, target), "masked") == [masked]


def test_a_window_is_five_words_on_either_side():
    columns = example("un deux trois quatre cinq six Paris sept huit neuf dix onze douze", "Paris", "douze")
    assert views(columns, "actor_window", "target_window") == {
        "actor_window": "deux trois quatre cinq six _ACTOR_ sept huit neuf dix onze",
        "target_window": "sept huit neuf dix onze _TARGET_",
    }


def test_a_window_shows_the_other_mention_as_its_mark():
    columns = example("Paris dit oui à Bamako et Moscou aussi", "Paris", "Bamako et Moscou")
    assert views(columns, "actor_window", "target_window") == {
        "actor_window": "_ACTOR_ dit oui à _TARGET_ aussi",
        "target_window": "_ACTOR_ dit oui à _TARGET_ aussi",
    }


def test_names_are_views_of_their_own():
    rows = [
        {"text": "a", "actor": "France", "target": "deal"},
        {"text": "a", "actor": None, "target": "deal"},
        {"text": "a", "actor": "France", "target": None},
        {"text": "a"},
    ]
    columns = as_columns(rows)
    assert compute_field(columns, "actor") == ["France", "", "France", ""]
    assert compute_field(columns, "target") == ["deal", "deal", "", ""]
    assert compute_field(columns, "pair") == ["France > deal", " > deal", "France > ", ""]


def test_a_table_without_names_and_spans_has_its_text():
    columns = {"text": ["Oui.", "l’un"]}
    assert compute_field(columns, "masked") == ["Oui.", "l'un"]
    assert compute_field(columns, "between") == compute_field(columns, "pair") == ["", ""]


def test_mentions_at_both_ends_of_the_text():
    columns = example("Paris nie l’accord", "Paris", "l’accord")
    assert views(columns, "masked", "before", "after") == {"masked": "_ACTOR_ nie _TARGET_", "before": "", "after": ""}


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet="ab’.", min_size=1, max_size=20), st.data())
def test_before_between_and_after_hold_all_but_the_mentions(text, data):
    spans = {}
    for role in ("actor", "target"):
        start = data.draw(st.integers(0, len(text) - 1))
        spans[f"{role}_start"], spans[f"{role}_end"] = start, data.draw(st.integers(start + 1, len(text)))
    columns = as_columns([{"text": text, **spans}])
    mentioned = {i for role in ("actor", "target") for i in range(spans[f"{role}_start"], spans[f"{role}_end"])}
    rest = "".join(c for i, c in enumerate(text) if i not in mentioned).replace("’", "'")
    parts = views(columns, "before", "between", "after", "masked")
    assert parts["before"] + parts["between"] + parts["after"] == rest
    unmarked = parts["masked"].replace("_ACTOR_ _TARGET_", "").replace("_TARGET_ _ACTOR_", "")
    assert unmarked.replace("_ACTOR_", "").replace("_TARGET_", "") == rest


def test_letters_that_come_apart_from_their_accents_are_put_together():
    import unicodedata

    text = unicodedata.normalize("NFD", "L’État malgré la France")
    row = {
        "text": [text],
        "actor": ["France"],
        "target": [None],
        "actor_start": [len(text) - 6],
        "actor_end": [len(text)],
    }
    assert compute_field(row, "text") == ["L'État malgré la France"]
    assert compute_field(row, "masked") == ["L'État malgré la _ACTOR_"]
