"""Sentences: spans that cover the text, and stops that end a sentence only where one ends.

A case is a list of sentences; the text is the sentences with a space between them.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stancekit.corpus.sentences import split_sentences

MARKS = "MmAaÉé19 .!?…,:;-–—()[]«»“”\"'’\n\t\u00a0\u202f"
WORDS = ["M.", "Mme", "Diop", "dit", "non", "Oui.", "3.5", "etc.", "A.F.P.", "J.", "«", "»", "« Oui", "»,", "?", "…"]

ANY_TEXT = st.one_of(
    st.text(alphabet=st.sampled_from(MARKS), max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join),
    st.text(max_size=40),
)


def check_spans(text, start, sentences):
    position = start
    for number, sentence in enumerate(sentences):
        assert sentence.index == number
        assert position <= sentence.start < sentence.end <= len(text)
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip()
        assert text[position : sentence.start].strip() == ""
        position = sentence.end
    assert text[position:].strip() == ""


@settings(deadline=None, max_examples=500)
@given(ANY_TEXT, st.sampled_from(["fr", "en", "de"]))
@example("\x1c.\x1dA\x85.\u2028B", "fr")
@example("Oui.\u00a0» Non.", "fr")
def test_sentences_are_ordered_disjoint_spans_that_cover_all_but_white_space(text, language):
    check_spans(text, 0, split_sentences(text, language))


@settings(deadline=None, max_examples=200)
@given(ANY_TEXT, st.data())
def test_a_start_offset_splits_the_rest_as_if_it_stood_alone(text, data):
    start = data.draw(st.integers(0, len(text)))
    sentences = split_sentences(text, start=start)
    check_spans(text, start, sentences)
    alone = split_sentences(text[start:])
    assert [(s.start - start, s.end - start, s.paragraph, s.quoted) for s in sentences] == [
        (s.start, s.end, s.paragraph, s.quoted) for s in alone
    ]


@settings(deadline=None, max_examples=200)
@given(ANY_TEXT, ANY_TEXT, st.sampled_from(["\n\n", "\r\n\r\n", "\n \t\n", "\n\n\n\n"]))
def test_an_empty_line_keeps_two_paragraphs_from_touching_each_other(one, two, between):
    alone = [s.text for s in split_sentences(one)] + [s.text for s in split_sentences(two)]
    assert [s.text for s in split_sentences(one + between + two)] == alone


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(WORDS), max_size=20), st.sampled_from("\n\t\u00a0\u202f"))
def test_a_line_break_or_no_break_space_is_as_good_as_a_space(words, space):
    plain, other = split_sentences(" ".join(words)), split_sentences(space.join(words))
    assert [(s.start, s.end) for s in plain] == [(s.start, s.end) for s in other]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from([word for word in WORDS if word not in {"?", "…", "»", "»,"}]), max_size=20))
def test_only_the_first_sentence_of_a_paragraph_can_begin_with_what_closes(words):
    for sentence in split_sentences(" ".join(words))[1:]:
        assert sentence.text[0] not in ".,;:!?…»”)]"


CASES = {
    "titles": ["M. Goïta parle.", "Mme Diarra écoute Mme. Sy.", "Mlle Keita dort."],
    "titles in the plural": ["Il a vu MM. Diop et Keïta.", "Mmes. Sy et Ba aussi."],
    "titles of rank": ["Le gén. Touré, le Dr. Koné et Mgr. Zerbo sont là.", "Me. Diallo reste."],
    "a title before a proper name in an elision": ["C'est l'av. Koné.", "Oui."],
    "initials": ["J. F. Kennedy est mort.", "Le président A. Goïta parle.", "Oui."],
    "hyphenated initials": ["Le député J.-F. Copé parle.", "Oui."],
    "hyphenated initials, other letters": ["J.-L. Borloo et J.-M. Ayrault partent.", "Oui."],
    "an acronym with stops": ["L'A.F.P. a publié.", "Selon l’A.F.P. le pays va bien.", "L’O.N.U., elle, se tait."],
    "an acronym before a capital": ["La C.E.D.E.A.O. Ouest-africaine vote.", "Oui."],
    "decimals and thousands": ["Il a 3.5 millions.", "Puis 1.234.567 francs, soit 2,5 % du total.", "Fin."],
    "a year that ends a sentence": ["C'était en 2021.", "Puis rien."],
    "a sentence that begins with a number": ["C'était la fin.", "20 ans plus tard, il part."],
    "numbered things": ["Voir n° 3, no. 4, p. 12, art. 5 et fig. 6.", "Fin."],
    "a word that numbers, without a number": ["La junte est accusée de vol.", "Elle nie.", "Un musée d'art.", "Fin."],
    "a reference in brackets": ["Il nie (cf. p. 3).", "Elle aussi [voir al. 2].", "Fin."],
    "et cetera inside and at the end": ["Il aime le riz, etc. mais pas le mil.", "Il vend du riz, etc.", "Elle aussi."],
    "a month cut short": ["Le 3 janv. 2021, il part.", "Il revient en déc.", "Elle reste."],
    "three dots that go on": ["Il hésite... puis part.", "Il hésite… puis part."],
    "three dots that end": ["Il hésite...", "Puis il part…", "Fin."],
    "questions and exclamations": ["Est-ce vrai ?", "Oui !", "Vraiment ?!", "Quoi !?", "Non."],
    "three dots before a question mark": ["Et alors… ?", "Rien."],
    "three dots before a question mark, joined": ["Et alors...?", "Rien.", "Ah…!", "Bon."],
    "marks said three times": ["Vive le Mali ! ! !", "Fin."],
    "a question mark inside a sentence": ["Il demande pourquoi ? puis se tait.", "Fin."],
    "a web address": ["Voir rfi.fr/fr.html pour la suite.", "Fin."],
    "a dialogue with dashes": ["— Tu viens ?", "— Non.", "– Bon."],
    "capitals with accents": ["C'est fini.", "À Paris, on nie.", "Élan brisé.", "Œuvre morte."],
    "an elided capital": ["C'est fini.", "L’État nie.", "D'accord."],
    "brackets around a sentence": ["Il part.", "(Elle reste.)", "Fin."],
    "an introduced quotation": ["Il a dit : « Je pars. »", "Puis il est parti."],
    "an introduced quotation of two sentences": ["Il a dit : « Je pars. Tu restes. »", "Puis il est parti."],
    "a quotation with who says it behind": ["« Je pars. Tu restes », dit-il.", "Fin."],
    "a stop inside the marks, who says it behind": ["« Je pars. », dit-il.", "« Toi aussi ! » s’écrie-t-elle.", "Fin."],
    "who says it behind a dash": ["« Je pars. Tu restes » — le ministre l'a redit.", "Fin."],
    "who says it in the middle": ["« Je pars, dit-il. Tu restes », et il part.", "Fin."],
    "a quotation as the object": ["Pour lui, « c'est fini. On part » est un mensonge.", "Fin."],
    "a colon or semicolon behind a quotation": ["Il crie « Oui ! » : c'est fini ; « Non ! » ; elle part.", "Fin."],
    "a quotation at the end, stop outside": ["Il parle de « paix. De guerre aussi ».", "Fin."],
    "a standalone quotation of one sentence": ["« Je pars. »", "Puis il est parti."],
    "a standalone quotation of two": ["« Je pars.", "Tu restes. »", "Puis il est parti."],
    "a standalone quotation behind a sentence": ["Il part.", "« Je reste.", "Tu pars. »", "Fin."],
    "a quotation answered by another": ["« Qui est là ? »", "Marc répond : « Moi. Toi. »"],
    "two standalone quotations": ["« Non. »", "« Oui. »"],
    "a quotation inside a quotation": ["Il a dit : « Elle crie “Oui. Non.” et part. »", "Fin."],
    "typographic English marks": ["He said: “No. Never.”", "“I left. You stayed,” he said.", "End."],
    "a quotation that is never closed": ["Il dit : « Oui.", "Non."],
    "a mark that closes nothing": ["Oui. »", "Non."],
    "marks without spaces": ["Il dit : «Oui. Non.»", "Fin."],
    "numbers before what they number": [
        "Voici tout.",
        "1. On éteint.",
        "2. On chauffe.",
        "12. On part.",
        "II. Le reste.",
    ],
    "letters before what they number": ["A. Les pays.", "B. Il y en a dix.", "N.B. Les autres aussi.", "Fin."],
    "a number that ends a sentence": ["Il en reste 12.", "Elle en a 3.", "Fin."],
    "an article of a code": ["Voir l'art. R. 74 du Code, l'art. L123 et le chap. IV.", "Fin."],
    "a word that numbers before an I or a C": ["Il parle de l'art.", "Il se tait.", "C'est de l'art.", "C'est tout."],
    "an address": ["Il vit boul. Maritime, puis bd. Carnot.", "Fin."],
    "an acronym that ends a sentence": ["Il vit aux U.S.A.", "Il paie.", "Elle lit l'A.F.P.", "Le pays dort."],
    "an acronym before a name": [
        "La C.G.T. Bretagne vote.",
        "J.-M. Le Pen et J. La Fontaine aussi.",
        "J. C. Dupont dort.",
    ],
    "a letter that ends a sentence": ["C'est le plan B.", "Il échoue.", "Voici la vitamine C.", "C’est bien.", "Fin."],
    "initials before a name like an opener": ["M. L. Ony et A. J. N. Sy parlent.", "Fin."],
    "a unit like a title": ["Le mur a 3 m.", "Il tombe.", "La vis a 8 mm.", "Elle tient.", "Il voit m. Diop."],
    "a rank that is a word": ["Il passe le cap.", "Il a mal au col.", "Elle aussi."],
    "a name that begins with a small letter": ["Il vend tout.", "eBay achète.", "Vraiment ?", "iOS aussi."],
    "a bracket inside a sentence": ["Il nie (enfin ! Pas tout. Un peu) Paris.", "Elle part (oui !) Demain.", "Fin."],
    "a bracket that stands alone": ["Il nie.", "(Elle part.", "Elle nie.)", "Fin."],
    "a bracket that isn't closed": ["Il nie (un peu.", "Elle part."],
    "straight marks, who says it behind": ['"Je pars. Tu restes", dit-il.', 'Il dit : "Oui. Non."', "Fin."],
    "an odd straight mark": ['Un écran de 24" et « un. Deux », dit-il.', "Fin."],
    "a quotation behind one that is never closed": ["« Il dit : « Je pars. Tu restes », et part.", "Fin."],
    "straight marks around one sentence": ['Il a dit "Je pars."', "Puis il est parti."],
}


@pytest.mark.parametrize("sentences", CASES.values(), ids=CASES.keys())
def test_french_by_hand(sentences):
    assert [s.text for s in split_sentences(" ".join(sentences))] == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. Smith met Sen. Jones and Dr. Lee.", "They left."],
        ["The U.S. government agreed.", "J. F. Kennedy did too."],
        ["See vol. 3, no. 4 and art. 5.", "That is all."],
        ["The minister said no.", "He left."],
        ["They love art.", "She does too."],
        ["Acme Inc. announced it in Jan. 2021.", "Shares fell."],
        ["He sells rice, etc.", "She doesn't."],
        ["He left the U.S.", "She stayed in Washington, D.C.", "The end."],
        ["J. A. Smith and C. I. Lewis met.", "They left."],
        ["It cost 3.5 million.", "Why?", "Nobody knows!"],
    ],
)
def test_english_by_hand(sentences):
    assert [s.text for s in split_sentences(" ".join(sentences), "en")] == sentences


def test_a_language_that_is_not_known_has_the_abbreviations_of_both():
    sentences = ["Mr. Smith ve Mlles. Sy geldi.", "Evet."]
    assert [s.text for s in split_sentences(" ".join(sentences), "tr")] == sentences
    assert split_sentences("Mr. Smith", "fr")[0].text == "Mr."
    assert split_sentences("Mlles. Sy", "en")[0].text == "Mlles."


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("« Je pars. Tu restes. » Puis il est parti.", [True, True, False]),
        ("Il part. « Je reste. Tu pars. » Fin.", [False, True, True, False]),
        ("Il dit : « Je pars. » Puis il part.", [False, False]),
        ("« Je pars », dit-il. « Je reste. »", [False, True]),
        ("« Qui est là ? » Marc répond : « Moi. »", [True, False]),
        ("“Yes. Always.” He left.", [True, True, False]),
        ("« Oui. Il part.", [False, False]),
        ("« Oui.\n\nNon. »", [False, False]),
    ],
)
def test_a_sentence_is_quoted_if_all_of_it_is_inside_a_quotation(text, quoted):
    assert [s.quoted for s in split_sentences(text)] == quoted


def test_a_heading_is_a_sentence_of_its_own_paragraph():
    text = "Le Mali et ses voisins\n\nUn accord est signé. Qui le nie ?\n \nSuite\r\n\r\nFin."
    assert [(s.text, s.paragraph) for s in split_sentences(text)] == [
        ("Le Mali et ses voisins", 0),
        ("Un accord est signé.", 1),
        ("Qui le nie ?", 1),
        ("Suite", 2),
        ("Fin.", 3),
    ]


def test_what_is_before_the_start_is_not_seen():
    assert [s.text for s in split_sentences("Oui.. Non. Si.", start=4)] == [".", "Non.", "Si."]


def test_a_line_break_inside_a_sentence_does_not_end_it():
    text = "Le Mali et\nses voisins. Un\r\naccord."
    assert [s.text for s in split_sentences(text)] == ["Le Mali et\nses voisins.", "Un\r\naccord."]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\u00a0"])
def test_a_text_without_characters_has_no_sentences(text):
    assert split_sentences(text) == []


@pytest.mark.parametrize("unit", ["!", " !", " !»", "« ", ". »", "A. ", "(A. Il ", "\n ", '" ', "« A. B. "])
def test_a_hostile_text_takes_no_quadratic_time(unit):
    begin = time.perf_counter()
    split_sentences("Il dit" + unit * 20_000)
    assert time.perf_counter() - begin < 3
