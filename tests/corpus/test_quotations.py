"""Who speaks: patterns one by one, offsets, carried speakers, and scores on composed gold text."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.corpus.articles import Article
from stancekit.corpus.gazetteer import Entry, Gazetteer
from stancekit.corpus.quotations import attribute_speakers

GOLD = Path(__file__).parent


def speakers(text, language="fr", gazetteer=None):
    article = Article("a", text, language=language)
    found = attribute_speakers(article, gazetteer)
    assert len(found) == len(article.sentences)
    return [speaker and speaker.name for speaker in found]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("« Non », a déclaré le ministre malien.", "le ministre malien"),
        ("“Non”, a déclaré X.", "X"),
        ('"Non", a déclaré Moussa Ba.', "Moussa Ba"),
        ("« Non », a déclaré lundi soir Moussa Ba.", "Moussa Ba"),
        ("« Non », lâche, amer, un soldat.", "un soldat"),
        ("Selon Paris, rien ne presse.", "Paris"),
        ("Rien ne presse, selon Paris.", "Paris"),
        ("D’après l’ONU, rien ne presse.", "l’ONU"),
        ("Pour Alger, rien ne presse.", "Alger"),
        ("Aux yeux de Moscou, rien ne presse.", "Moscou"),
        ("Rien ne presse, estime-t-on à Paris.", "Paris"),
        ("À Paris, on assure que rien ne presse.", "Paris"),
        ("Paris a indiqué que rien ne presse.", "Paris"),
        ("Paris, pour sa part, a indiqué que rien ne presse.", "Paris"),
        ("Paris, qui hésitait, rejette cette offre.", "Paris"),
        ("Le chef de l’État s’est dit inquiet.", "Le chef de l’État"),
        ("Le maire a fait savoir qu’il viendrait.", "Le maire"),
        ("Le maire a répondu : « Oui. »", "Le maire"),
        ("L’armée a fui et assure que tout va bien.", "L’armée"),
        ("Le Premier ministre affirme qu’il viendra.", "Le Premier ministre"),
        ("Le soldat de Gao nie avoir fui.", "Le soldat de Gao"),
        ("La grève, a rappelé le maire, continue.", "le maire"),
        ("« Il a dit : “Non” », raconte Awa Ba.", "Awa Ba"),
        ("Le maire, las, estime la paix en danger.", None),
        ("Le maire n’a rien dit.", None),
        ("La demande du maire est forte.", None),
        ("Les sanctions réclamées par le maire tardent.", None),
        ("On ne peut pas dire que tout va bien.", None),
        ("Rien ne permet d’affirmer que tout va bien.", None),
        ("Selon le calendrier, le vote est proche.", None),
        ("Pour la première fois, Paris a ri.", None),
        ("Le village vit une « paix armée ».", None),
        ("« Non. »", None),
        ("Il a dit que tout va bien.", None),
    ],
)
def test_who_speaks_in_a_french_sentence(text, name):
    assert speakers(text)[0] == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("According to Paris, all is well.", "Paris"),
        ("“All is well,” the mayor said.", "the mayor"),
        ('"All is well," said Awa Ba, a nurse.', "Awa Ba"),
        ("Paris said that all is well.", "Paris"),
        ("The plan, the mayor argues, is dead.", "the mayor"),
        ("A study found that prices rose.", "A study"),
        ("The soldiers found a village.", None),
        ("All is well.", None),
    ],
)
def test_who_speaks_in_an_english_sentence(text, name):
    assert speakers(text, "en")[0] == name


def test_a_quotation_that_goes_on_keeps_its_speaker_until_others_are_talked_about():
    text = "« Nous partons », a dit le maire. « C’est fini. » « Adieu. » La ville dort. « Bonne nuit. »"
    assert speakers(text) == ["le maire", "le maire", "le maire", None, None]


def test_a_speaker_does_not_cross_into_another_paragraph():
    assert speakers("« Non », a dit le maire.\n\n« Oui. »") == ["le maire", None]


def test_several_sentences_in_one_quotation_are_one_with_who_says_them():
    assert speakers("« Je sais. Je viens. Attendez », a promis Awa Ba.") == ["Awa Ba"]


def test_a_pronoun_points_back_to_the_last_speaker_or_the_last_subject():
    assert speakers("Le maire affirme qu’il part. Il ajoute que tout va bien.") == ["Le maire", "Le maire"]
    assert speakers("Awa Ba préside le club. « Non », a-t-elle dit.") == [None, "Awa Ba"]
    assert speakers("Le maire est venu. « Non », a-t-elle dit.") == [None, None]


def test_speakers_have_offsets_into_the_article_and_canonical_names():
    gazetteer = Gazetteer(entries=(Entry("actor", "Mali", ("gouvernement malien",), ("Bamako",)),))
    article = Article.from_text("date 2021-11 « Non », dit le porte-parole du gouvernement malien. « Oui. »", id="a")
    first, second = attribute_speakers(article, gazetteer)
    assert first == second
    assert first is not None
    assert first.name == "Mali"
    assert article.text[first.start : first.end] == "le porte-parole du gouvernement malien"


def test_an_inhabitant_of_a_capital_does_not_speak_for_the_state():
    gazetteer = Gazetteer(entries=(Entry("actor", "Mali", (), ("Bamako",)),))
    assert speakers("« Non », dit un habitant de Bamako.", gazetteer=gazetteer) == ["un habitant de Bamako"]
    assert speakers("Bamako dit que non.", gazetteer=gazetteer) == ["Mali"]


@pytest.mark.parametrize(("part", "precision", "recall"), [("dev", 0.95, 0.95), ("held_out", 0.9, 0.9)])
def test_speakers_of_the_composed_sentences(part, precision, recall):
    rows = [json.loads(line) for line in (GOLD / f"speakers_{part}.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 60
    pairs = [pair for row in rows for pair in zip(row["speakers"], speakers(row["text"], row["language"]), strict=True)]
    right = sum(gold is not None and gold == found for gold, found in pairs)
    assert right / sum(found is not None for _, found in pairs) >= precision
    assert right / sum(gold is not None for gold, _ in pairs) >= recall


PIECES = ["« ", " »", "“", "”", '"', ", ", ". ", "\n\n", "Paris ", "le maire ", "a dit ", "que ", "selon ", "-t-il",
          "affirme", "l’", "d'après ", "pour ", "on ", "\ufffc", "et ", "À ", "a-t-elle ", ": ", "M. ", "se ",
          "dit "]  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from(["fr", "en", "de"]))
def test_a_speaker_is_a_span_of_the_article_that_is_no_quotation_mark(text, language):
    article = Article("a", text, language=language)
    for speaker in attribute_speakers(article):
        if speaker is not None:
            assert speaker.name == text[speaker.start : speaker.end]
            assert speaker.name.strip() == speaker.name != ""
            assert not set(speaker.name.replace("M.", "")) & set('«»“”".,')


@pytest.mark.parametrize("text", ["Paris dit, " * 20_000, "« a » dit " * 20_000, "selon " * 50_000, "dit-il " * 30_000])
def test_hostile_articles_take_time_in_proportion(text):
    started = time.process_time()
    attribute_speakers(Article("a", text))
    assert time.process_time() - started < 10
