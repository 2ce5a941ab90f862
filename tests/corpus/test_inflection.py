"""Words that count as the same: inflected, without their accents in capitals, and never a name for a common noun."""

from __future__ import annotations

import pytest

from stancekit.corpus.inflection import is_written_as, stem


@pytest.mark.parametrize(
    "words",
    [
        "colonel colonels",
        "malien malienne maliens maliennes",
        "général généraux générale",
        "bureau bureaux",
        "français française françaises",
        "chinois chinoise",
        "ambassadeur ambassadeurs",
        "directeur directrice",
        "premier première",
        "allemand allemande allemandes",
        "africain africaine",
    ],
)
def test_number_and_gender_of_french_nouns_share_a_stem(words):
    assert len({stem(word, "fr") for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("retrait", "retraite"), ("report", "reporte"), ("accord", "accorde"), ("port", "porte"), ("cas", "ca")],
)
def test_words_that_only_look_alike_do_not(one, other):
    assert stem(one, "fr") != stem(other, "fr")


@pytest.mark.parametrize("words", ["ally allies", "sanction sanctions", "coach coaches", "box boxes", "class classes"])
def test_english_plurals_share_a_stem(words):
    assert len({stem(word, "en") for word in words.split()}) == 1


@pytest.mark.parametrize("word", ["status", "crisis", "press", "us"])
def test_english_words_in_s_that_are_no_plurals_stay(word):
    assert stem(word, "en") == word


def test_a_language_without_rules_inflects_nothing():
    assert stem("coroneles", "es") == "coroneles"


@pytest.mark.parametrize(
    ("word", "form", "language", "same"),
    [
        ("Colonels", "colonel", "fr", True),
        ("COLONELS", "colonel", "fr", True),
        ("paris", "Paris", "fr", False),
        ("PARIS", "Paris", "fr", True),
        ("Pari", "Paris", "fr", False),
        ("us", "US", "en", False),
        ("Us", "US", "en", False),
        ("US", "US", "en", True),
        ("Un", "UN", "fr", False),
        ("Cedeao", "CEDEAO", "fr", True),
        ("cedeao", "CEDEAO", "fr", False),
        ("Etat", "État", "fr", True),
        ("ETAT", "État", "fr", True),
        ("état", "État", "fr", False),
        ("E\u0301lyse\u0301e", "Élysée", "fr", True),
        ("Élysée", "E\u0301lyse\u0301e", "fr", True),
        ("peche", "pêche", "fr", False),
        ("PECHE", "pêche", "fr", True),
    ],
)
def test_how_a_word_may_be_written(word, form, language, same):
    assert is_written_as(word, form, language) is same
