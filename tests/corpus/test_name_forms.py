"""Forms made from a name alone, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.corpus.examples import as_columns
from stancekit.corpus.gazetteer import Entry, Gazetteer
from stancekit.corpus.linking import count_mentions, link_by_name
from stancekit.corpus.name_forms import NameForms


def found(name, text, *others):
    place = NameForms([name, *others]).find(text, name)
    return None if place is None else text[place.start : place.end]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Emmanuel Macron", "Hier, Macron a dit non.", "Macron"),
        ("Emmanuel_Macron", "Macron’s plan", "Macron"),
        ("Hillary Rodham Clinton", "Did Hillary Clinton win?", "Hillary Clinton"),
        ("Charles de Gaulle", "Le général Gaulle", "Gaulle"),
        ("Prime Minister Theresa May", "But May lost.", "May"),
        ("President Trump", "Why Trump lost.", "Trump"),
        ("the United States", "All United States troops", "United States"),
        ("l'Élysée", "Un proche d'Élysée nie", "Élysée"),
        ("United Nations", "The UN left.", "UN"),
        ("United Nations", "The U.N. left.", "U.N."),
        ("United Nations", "It is the U.N.", "U.N."),
        ("Organisation des Nations unies", "L’ONU part.", "ONU"),
        ("Central Intelligence Agency", "a CIA plot", "CIA"),
        ("Democrats", "a Democrat said", "Democrat"),
        ("Republican", "all Republicans agree", "Republicans"),
        ("Democratic Party", "two democratic parties", "democratic parties"),
        ("Mali", "le Nord-Mali", "Mali"),
        ("Trump", "Ivanka Trump left, then Trump left.", "Trump"),
    ],
)
def test_a_name_is_found_by_its_other_forms(name, text, words):
    assert found(name, text) == words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Donald Trump", "Ivanka Trump left."),
        ("Donald Trump", "The Trump Tower burns."),
        ("Donald Trump", "they trump it"),
        ("Theresa May", "They may leave."),
        ("Theresa May", "TM"),
        ("White House", "The House voted."),
        ("United Nations", "un homme et Un autre"),
        ("United Nations", "the League of Nations"),
        ("United States", "it is up to us, US-led"[:15]),
        ("General Motors", "Motors run."),
        ("wagner_deal", "the deal"),
        ("", "x"),
        ("_", "x"),
        ("...", "no"),
    ],
)
def test_what_is_somebody_or_something_else_is_not_found(name, text):
    assert found(name, text) is None


def test_what_two_names_share_is_neither_s():
    assert found("Emmanuel Macron", "Macron nie.", "Brigitte Macron") is None
    assert found("Emmanuel Macron", "Macron nie.", "Macron") is None
    assert found("United Nations", "UN", "Union Nationale") is None
    assert found("Emmanuel Macron", "Macron nie.", "Donald Trump") == "Macron"


def test_the_name_itself_counts_where_it_is_only_part_of_a_longer_one():
    assert found("Trump", "Donald Trump left.", "Donald Trump") == "Trump"


@given(st.text(alphabet="ABab. '’_-sdé", max_size=15), st.text(alphabet="ABab. '’-sé", max_size=30))
def test_what_is_found_is_a_span_of_whole_words(name, text):
    place = NameForms([name]).find(text, name)
    if place is not None:
        assert 0 <= place.start < place.end <= len(text)
        assert place.start == 0 or not text[place.start - 1].isalnum()
        assert place.end == len(text) or not text[place.end].isalnum()


def test_linking_looks_for_forms_of_the_name_after_the_name():
    columns = link_by_name(as_columns([{"text": "The Trump plan of Donald Trump", "actor": "Donald Trump"}]))
    assert (columns["actor_start"], columns["actor_end"]) == ([18], [30])


def test_no_mark_of_another_example_is_used():
    rows = [
        {"text": "Paris nie.", "actor": "France", "actor_start": 0, "actor_end": 5},
        {"text": "Paris nie.", "actor": "France"},
    ]
    assert link_by_name(as_columns(rows))["actor_start"] == [0, None]


def test_labels_make_no_difference():
    rows = [
        {"text": "The UN and Macron", "actor": "United Nations", "target": "Emmanuel Macron", "label": own}
        for own in "ab"
    ]
    one, other = (link_by_name(as_columns(own)) for own in (rows, rows[::-1]))
    assert one["actor_start"] == other["actor_start"] == [4, 4]
    assert one["target_start"] == other["target_start"] == [11, 11]


def test_a_name_that_a_person_wrote_forms_for_has_no_others():
    written = Gazetteer(entries=(Entry("actor", "Emmanuel_Macron", aliases=("le président",)),))
    columns = as_columns([{"text": "Macron nie.", "actor": "Emmanuel_Macron"}])
    assert link_by_name(columns, written)["actor_start"] == [None]
    assert link_by_name(columns)["actor_start"] == [0]


def test_an_acronym_is_no_word_in_small_letters():
    columns = as_columns([{"text": "It helps us; the US agrees.", "actor": "US"}])
    assert link_by_name(columns)["actor_start"] == [17]


def test_how_many_mentions_were_found_is_counted_where_names_are():
    rows = as_columns(
        [
            {"text": "Paris nie.", "actor": "Paris", "actor_start": 0, "actor_end": 5},
            {"text": "Paris nie.", "actor": "Paris"},
            {"text": "Il nie.", "actor": "Paris"},
            {"text": "Il nie.", "actor": "Paris", "actor_start": None, "actor_end": None},
            {"text": "Paris nie.", "actor": None},
        ]
    )
    assert count_mentions(rows, link_by_name(rows)) == [
        "mentions of the actor: 1 given, 1 linked by name, 2 of 4 not found"
    ]
