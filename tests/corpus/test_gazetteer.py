"""Names written by hand, found in French and English text: spans, articles, inflection, exceptions, overlaps."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.corpus.gazetteer import Entry, Gazetteer, Mention
from stancekit.corpus.name_index import form_key

WRITTEN = Gazetteer(
    entries=(
        Entry(
            "actor", "France", ("République française",), ("Paris", "Élysée", "Quai d'Orsay"), ("Paris Saint-Germain",)
        ),
        Entry("actor", "junta", ("junte", "militaires au pouvoir", "colonel")),
        Entry("actor", "Mali", ("gouvernement malien",), ("Bamako",), ("nord du Mali",)),
        Entry("actor", "Algeria", ("Algérie",), ("Alger",)),
        Entry("actor", "United_States", ("États-Unis", "USA")),
        Entry("actor", "African_Union", ("Union africaine", "UA")),
        Entry("target", "junta", ("junte", "colonel", "gouvernement malien")),
        Entry("target", "wagner_deal", ("accord avec Wagner", "accord")),
        Entry("target", "vote", ("vote du Mali",)),
    )
)


def actors(text):
    return [(mention.name, text[mention.start : mention.end]) for mention in WRITTEN.find_actors(text)]


def targets(text):
    return [(mention.name, text[mention.start : mention.end]) for mention in WRITTEN.find_targets(text)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("La France et l’Élysée.", [("France", "La France"), ("France", "l’Élysée")]),
        ("l'Élysée, le Quai d’Orsay", [("France", "l'Élysée"), ("France", "le Quai d’Orsay")]),
        ("Le président du Mali va aux États-Unis.", [("Mali", "Mali"), ("United_States", "États-Unis")]),
        ("Retour d'Alger, loin d’Algérie", [("Algeria", "Alger"), ("Algeria", "Algérie")]),
        ("Face aux colonels, un colonel", [("junta", "colonels"), ("junta", "un colonel")]),
        ("Des colonels parlent des colonels.", [("junta", "Des colonels"), ("junta", "colonels")]),
        ("Junte ou JUNTES", [("junta", "Junte"), ("junta", "JUNTES")]),
        ("les gouvernements maliens", [("Mali", "les gouvernements maliens")]),
        ("la République\nfrançaise", [("France", "la République\nfrançaise")]),
        ("la République\n\nfrançaise", []),
        ("les Etats Unis, les États‑Unis", [("United_States", "les Etats Unis"), ("United_States", "les États‑Unis")]),
        ("E\u0301lyse\u0301e", [("France", "E\u0301lyse\u0301e")]),
        ("ua, Ua, UA", [("African_Union", "UA")]),
        ("paris tenus, à Paris", [("France", "Paris")]),
        ("Le Paris Saint-Germain bat Paris.", [("France", "Paris")]),
        ("Au nord du Mali, le Mali", [("Mali", "le Mali")]),
        ("Nord-Mali, anti-junte, Paris-Dakar", []),
        ("Parisot, Malien, Bamakois", []),
        ("militaires au pouvoir", [("junta", "militaires au pouvoir")]),
        ("militaires, au pouvoir", []),
        ("La junte. Paris", [("junta", "La junte"), ("France", "Paris")]),
        ("", []),
    ],
)
def test_actors_by_hand(text, mentions):
    assert actors(text) == mentions


def test_of_forms_at_the_same_place_the_longest_wins():
    assert targets("L’accord avec Wagner et l'accord") == [
        ("wagner_deal", "L’accord avec Wagner"),
        ("wagner_deal", "l'accord"),
    ]


def test_an_actor_and_a_target_may_share_words_and_lie_in_each_other():
    assert actors("le vote du Mali") == [("Mali", "Mali")]
    assert targets("le vote du Mali") == [("vote", "le vote du Mali")]
    assert actors("la junte")[0][0] == targets("la junte")[0][0] == "junta"


def test_a_form_as_it_is_written_goes_before_an_inflected_one():
    gazetteer = Gazetteer(entries=(Entry("actor", "junta", ("militaires",), exceptions=("militaire",)),))
    assert gazetteer.find_actors("l'aide militaire aux militaires") == [Mention("junta", 21, 31)]


def test_the_last_word_of_one_mention_is_no_article_of_the_next():
    gazetteer = Gazetteer(entries=(Entry("actor", "A", ("Fin de la",)), Entry("actor", "B", ("France",))))
    assert gazetteer.find_actors("Fin de la France") == [Mention("A", 0, 9), Mention("B", 10, 16)]


def test_the_language_of_an_entry_says_how_it_is_inflected():
    entries = (Entry("actor", "allies", ("ally",), language="en"), Entry("actor", "judges", ("juge",), language="fr"))
    gazetteer = Gazetteer(entries=entries)
    text = "The allies and les juges"
    assert [text[m.start : m.end] for m in gazetteer.find_actors(text)] == ["The allies", "les juges"]


def test_what_is_written_wins_over_what_was_learned_from_examples():
    learned = Gazetteer(actors={"EU": ("Paris",), "UN": ("l’ONU",)})
    both = WRITTEN.with_learned(learned)
    assert both.find_actors("Paris et l’ONU") == [Mention("France", 0, 5), Mention("UN", 9, 14)]
    assert both.actors == learned.actors
    assert both.actor_names[0] == "France"
    assert {"EU", "UN", "junta"} <= set(both.actor_names)


def test_an_exception_hides_a_learned_name_too():
    both = WRITTEN.with_learned(Gazetteer(actors={"town": ("Paris",)}))
    assert both.find_actors("Le Paris Saint-Germain") == []


FORMS = {form_key(form, "fr") for entry in WRITTEN.entries for form in entry.forms}
PIECES = ["Paris", "Saint", "Germain", "la ", "l’", "du ", "Mali", "Nord", "-", " ", "\n", "États", "Unis", "E\u0301",
          "junte", "s", "colonels", "UA", "ua", "accord", "avec", "Wagner", "İ", "ß", "\u0301", ".", "'",
          "gouvernement", "malienne", "ﬁ", "𝔘"]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_mentions_are_known_forms_in_order_that_do_not_overlap(text):
    for find in (WRITTEN.find_actors, WRITTEN.find_targets):
        position = 0
        for mention in find(text):
            assert position <= mention.start < mention.end <= len(text)
            assert form_key(_without_article(text[mention.start : mention.end]), "fr") in FORMS
            position = mention.end


def _without_article(words):
    for article in ("la ", "l’", "l'"):
        words = words.removeprefix(article)
    return words


@settings(deadline=None, max_examples=200)
@given(st.text())
def test_no_text_makes_it_stumble(text):
    for mention in WRITTEN.find_actors(text):
        assert text[mention.start : mention.end].strip()


@pytest.mark.parametrize(
    "text", ["a " * 100_000, "colonel-" * 20_000, "l'" * 100_000, " \n" * 100_000, "\u0301" * 100_000]
)
def test_hostile_text_and_thousands_of_forms_take_time_in_proportion(text):
    words = " ".join(["a"] * 19)
    entries = tuple(Entry("actor", f"n{i}", (f"{words} w{i}", f"colonel w{i}")) for i in range(2_000))
    gazetteer = Gazetteer(entries=entries)
    gazetteer.find_actors("a")
    started = time.process_time()
    gazetteer.find_actors(text)
    assert time.process_time() - started < 10
