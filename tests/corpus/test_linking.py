"""Linking: names found in a text as whole words, the longest first, whatever the apostrophe or case."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.corpus.articles import Article
from stancekit.corpus.examples import UNLINKED, as_columns
from stancekit.corpus.gazetteer import Gazetteer, Mention
from stancekit.corpus.linking import link_spans, propose_examples

GAZETTEER = Gazetteer(
    actors={"France": ("la France", "Paris"), "UN": ("l’ONU", "O.N.U."), "Mali": (), "north_Mali": ("nord Mali",)},
    targets={"wagner_deal": ("l'accord", "accord avec Wagner"), "junta": ("junte", "junte malienne")},
)


def found(text):
    return [(m.name, text[m.start : m.end]) for m in GAZETTEER.find_actors(text)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Paris et LA FRANCE.", [("France", "Paris"), ("France", "LA FRANCE")]),
        ("La ville de Parisot refuse.", []),
        ("L'ONU et l’ONU, l'O.N.U.", [("UN", "L'ONU"), ("UN", "l’ONU"), ("UN", "O.N.U.")]),
        ("Le nord Mali du Mali.", [("north_Mali", "nord Mali"), ("Mali", "Mali")]),
        ("Le north Mali.", [("north_Mali", "north Mali")]),
        ("d'Mali-Paris", [("Mali", "Mali"), ("France", "Paris")]),
        ("Malien, mali_2, Mali2", []),
        ("", []),
    ],
)
def test_actors_by_hand(text, mentions):
    assert found(text) == mentions


def test_the_longest_name_at_a_place_wins():
    text = "Un accord avec Wagner, la junte malienne, la junte et l’accord."
    found = [text[m.start : m.end] for m in GAZETTEER.find_targets(text)]
    assert found == ["accord avec Wagner", "junte malienne", "junte", "l’accord"]


def test_a_form_of_two_names_mentions_both():
    gazetteer = Gazetteer(actors={"Mali": ("Bamako",), "junta": ("Bamako", "bamako")})
    assert gazetteer.find_actors("À Bamako") == [Mention("Mali", 2, 8), Mention("junta", 2, 8)]


def test_names_with_signs_of_regular_expressions_are_names():
    gazetteer = Gazetteer(actors={"A": ("a.b", "(x)", "c+")})
    assert [m.start for m in gazetteer.find_actors("aab a.b (x) c+ cc")] == [4, 8, 12]


def test_an_empty_gazetteer_and_an_empty_form_find_nothing():
    assert Gazetteer().find_actors("Mali") == []
    assert Gazetteer(actors={"": ("",)}).find_actors("Mali") == []


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from([*"İ’é .", "Paris", "PARİS", "la France", "l’ONU", "nord Mali", "Mali"])).map("".join))
def test_mentions_are_spans_in_order_that_do_not_overlap(text):
    position = 0
    for mention in GAZETTEER.find_actors(text):
        assert position <= mention.start < mention.end <= len(text)
        assert not text[mention.start - 1 : mention.start].isalnum() or mention.start == 0
        assert not text[mention.end : mention.end + 1].isalnum()
        position = mention.end


def examples(*rows):
    return as_columns([{"text": text, "actor": actor, **spans} for text, actor, spans in rows])


def test_only_spans_that_were_not_given_are_looked_up():
    linked = link_spans(
        examples(
            ("Paris et la France.", "France", {}),
            ("Paris et la France.", "France", {"actor_start": 9, "actor_end": 18}),
            ("Paris et la France.", "France", {"actor_start": None, "actor_end": None}),
            ("Paris se tait.", "Mali", {}),
            ("Paris se tait.", None, {}),
            ("Paris se tait.", "Chad", {}),
        ),
        GAZETTEER,
    )
    assert linked["actor_start"] == [0, 9, None, None, None, None]
    assert linked["actor_end"] == [5, 18, None, None, None, None]
    assert linked["target_start"] == linked["target_end"] == [None] * 6


def test_linking_finds_the_mention_of_the_named_actor_and_not_of_another():
    columns = as_columns([{"text": "Le Mali et Paris.", "actor": "France"}])
    linked = link_spans(columns, GAZETTEER)
    assert (linked["actor_start"], linked["actor_end"]) == ([11], [16])
    assert columns["actor_start"] == [UNLINKED]


def test_a_gazetteer_from_examples_knows_the_marked_forms_but_not_what_points_back():
    columns = as_columns(
        [
            {"text": "Paris refuse cet avis.", "actor": "France", "actor_start": 0, "actor_end": 5,
             "target": "deal", "target_start": 13, "target_end": 21},
            {"text": "Nous aimons la France.", "actor": "France", "actor_start": 0, "actor_end": 4, "target": "vote"},
            {"text": "Nous aimons la France.", "actor": "France", "actor_start": 12, "actor_end": 21},
            {"text": "Rien.", "actor": "Mali", "actor_start": None, "actor_end": None},
        ]
    )  # fmt: skip
    gazetteer = Gazetteer.from_examples(columns)
    assert gazetteer.actors == {"France": ("Paris", "la France"), "Mali": ()}
    assert gazetteer.targets == {"deal": (), "vote": ()}
    assert [m.name for m in gazetteer.find_actors("Nous et le Mali")] == ["Mali"]


def test_candidates_are_every_pair_of_an_actor_and_a_target_of_a_sentence():
    article = Article.from_text(
        "date 2021-11 Rien. Paris et le Mali, puis Paris, refusent l’accord de la junte.", id="a"
    )
    rows = propose_examples(article, GAZETTEER)
    assert [(row["actor"], row["target"]) for row in rows] == [
        ("France", "wagner_deal"),
        ("France", "junta"),
        ("Mali", "wagner_deal"),
        ("Mali", "junta"),
    ]
    for row in rows:
        assert (row["article"], row["date"], row["sentence"]) == ("a", "2021-11", 1)
        assert article.text[row["start"] : row["end"]] == row["text"]
    first = rows[0]
    assert first["text"][first["actor_start"] : first["actor_end"]] == "Paris"
    assert first["actor_start"] == 0
    assert first["text"][first["target_start"] : first["target_end"]] == "l’accord"


def test_no_one_holds_a_stance_on_themselves():
    gazetteer = Gazetteer(actors={"junta": ("junte",), "France": ()}, targets={"junta": ("junte",)})
    rows = propose_examples(Article.from_text("La junte et la France.", id="a"), gazetteer)
    assert [(row["actor"], row["target"]) for row in rows] == [("France", "junta")]


def test_without_pairs_every_sentence_is_one_candidate():
    rows = propose_examples(Article.from_text("Paris nie. Oui.", id="a"), GAZETTEER, pairs=False)
    assert [(row["text"], row["actor"], row["target_start"]) for row in rows] == [
        ("Paris nie.", None, None),
        ("Oui.", None, None),
    ]


def test_a_gazetteer_without_actors_gives_candidates_without_them():
    gazetteer = Gazetteer(targets={"junta": ("junte",)})
    rows = propose_examples(Article.from_text("La junte nie. Oui.", id="a"), gazetteer)
    assert [(row["actor"], row["target"], row["target_start"]) for row in rows] == [(None, "junta", 3)]
