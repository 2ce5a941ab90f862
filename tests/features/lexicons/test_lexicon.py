"""Terms in texts: endings, phrases, gaps; and the lexicons that come with stancekit."""

from __future__ import annotations

import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.config.features import Block
from stancekit.config.lexicons import Entry
from stancekit.errors import DataError
from stancekit.features.blocks import fit_features
from stancekit.features.counts import count_blocks
from stancekit.features.lexicons import Lexicon, load_lexicon, read_lexicon
from stancekit.features.lexicons.lexicon import _afinn
from stancekit.features.lexicons.stream import STREAM, cut


def found(terms, text):
    """Return the terms found in a text, each with the words it was found as."""
    lexicon = Lexicon("own", tuple(Entry(term, "kind", 1) for term in terms))
    stream = STREAM.findall(text)
    return [(hit.entry.term, " ".join(stream[hit.start : hit.end])) for hit in lexicon.find(stream)]


def test_a_term_is_a_whole_word_unless_a_star_lets_it_end_in_any_way():
    assert found(["refus", "condamn*"], "le refus refuse et condamne la condamnation") == [
        ("refus", "refus"),
        ("condamn*", "condamne"),
        ("condamn*", "condamnation"),
    ]


def test_the_longest_term_wins_and_terms_do_not_overlap():
    assert found(["a", "a b", "b c", "c"], "a b c") == [("a b", "a b"), ("c", "c")]


def test_of_terms_as_long_the_one_with_more_letters_wins_and_then_the_whole_word():
    assert found(["cond*", "condam*", "con*"], "condamne") == [("condam*", "condamne")]
    assert found(["abus*", "abus"], "abus") == [("abus", "abus")]


def test_a_star_by_itself_is_up_to_two_words_and_never_punctuation():
    term = "appel* * partir"
    assert found([term], "appelle partir") == [(term, "appelle partir")]
    assert found([term], "appelle le président partir") == [(term, "appelle le président partir")]
    assert found([term], "appelle tous les soldats partir") == []
    assert found([term], "appelle, partir") == []


def test_a_gap_is_as_long_as_it_can_be():
    assert found(["a * b"], "a b x b") == [("a * b", "a b x b")]


def test_words_of_a_phrase_may_have_endings_too():
    assert found(["mis* en garde", "mettr* en caus*"], "mises en garde, mettra en causes") == [
        ("mis* en garde", "mises en garde"),
        ("mettr* en caus*", "mettra en causes"),
    ]


def test_a_phrase_does_not_reach_over_punctuation():
    assert found(["step down"], "step, down") == []


def test_terms_with_an_apostrophe_or_a_hyphen_are_cut_as_texts_are():
    assert found(["s'oppos*", "cessez-le-feu"], "il s'oppose au cessez-le-feu") == [
        ("s'oppos*", "s' oppose"),
        ("cessez-le-feu", "cessez le feu"),
    ]


@given(st.text(alphabet="aé'’.,-_#@«U 1\t\n\x1c\x85\u2028", max_size=30))
def test_a_text_is_cut_word_by_word_as_it_is_as_a_whole(text):
    assert cut(text) == STREAM.findall(text)


@given(
    st.lists(st.sampled_from(["a", "b", "a b", "a*", "b a b", "a * b", "ba*"]), min_size=1, unique=True),
    st.lists(st.sampled_from(["a", "b", "ab", "ba", "c", ","]), max_size=12),
)
def test_hits_are_in_order_apart_from_each_other_and_begin_as_their_terms_do(terms, words):
    lexicon = Lexicon("own", tuple(Entry(term, "kind", 1) for term in terms))
    hits = lexicon.find(words)
    assert all(before.end <= after.start for before, after in pairwise(hits))
    assert all(0 < hit.end - hit.start <= 4 and words[hit.start][0] == hit.entry.term[0] for hit in hits)
    assert bool(hits) or not any(word in terms for word in words)


@pytest.mark.parametrize("name", ["stance_en", "stance_fr"])
def test_our_lexicons_are_large_well_formed_and_name_whom_a_word_concerns(name):
    entries = load_lexicon(name).entries
    assert len(entries) >= 400
    assert all(abs(entry.strength) <= 3 for entry in entries)
    assert {entry.benefits for entry in entries} == {"", "object", "subject"}
    assert {"support", "oppose", "demand", "deny", "report", "praise", "threaten", "attack", "fail", "succeed"} <= {
        entry.kind for entry in entries
    }
    beginnings = [word for entry in entries for word in entry.term.split() if word.endswith("*") and word != "*"]
    assert min(map(len, beginnings)) >= 4


@pytest.mark.parametrize(
    ("name", "text", "kind", "sign", "benefits"),
    [
        ("stance_fr", "bamako soutient l'accord", "support", 1, "object"),
        ("stance_fr", "bamako exige le départ de la force", "demand", -1, "object"),
        ("stance_fr", "le plan s'effondre", "fail", -1, "subject"),
        ("stance_fr", "la junte rejette l'offre", "oppose", -1, "object"),
        ("stance_en", "she condemned the coup", "criticise", -1, "object"),
        ("stance_en", "the senator succeeds", "succeed", 1, "subject"),
        ("stance_en", "they called for his resignation", "demand", -1, "object"),
        ("stance_en", "he praised her", "praise", 1, "object"),
    ],
)
def test_our_lexicons_know_what_a_sentence_says(name, text, kind, sign, benefits):
    entries = [hit.entry for hit in load_lexicon(name).find(STREAM.findall(text))]
    assert any((entry.kind, entry.benefits) == (kind, benefits) and entry.strength * sign > 0 for entry in entries)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("stance_fr", "haïti la nuit, la radio, les forces armées, également des pensions considérables"),
        ("stance_fr", "d'une part un rapport, le confinement et les défilés"),
        ("stance_en", "a kind of ballroom, the order of the day, fine weather, a hearing"),
    ],
)
def test_beginnings_of_our_lexicons_do_not_catch_words_that_only_look_alike(name, text):
    assert load_lexicon(name).find(STREAM.findall(text)) == []


def test_a_lexicon_is_read_from_a_file(tmp_path):
    (tmp_path / "own.csv").write_text("term,class,strength\nveto*,oppose,-2\n", encoding="utf-8")
    assert read_lexicon(tmp_path / "own.csv") == Lexicon("own.csv", (Entry("veto*", "oppose", -2, ""),))
    with pytest.raises(DataError, match="can't read the lexicon"):
        read_lexicon(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes("term,class,strength\ndéfi,oppose,-2\n".encode("latin-1"))
    with pytest.raises(DataError, match="byte 22 is not UTF-8"):
        read_lexicon(tmp_path / "latin.csv")


@pytest.fixture
def package_of_afinn(tmp_path, monkeypatch):
    """A package of that name whose code must not run."""
    folder = tmp_path / "afinn"
    (folder / "data").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('the code of the package was run')", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "afinn", raising=False)
    return folder / "data" / "AFINN-en-165.txt"


def test_afinn_is_read_from_its_package_whose_code_is_not_run(package_of_afinn):
    package_of_afinn.write_text("abandon\t-2\ncan't stand\t-3\n:)\t2\nsome kind\t0\nsuperb\t5\n", encoding="utf-8")
    assert _afinn() == (
        Entry("abandon", "negative", -2),
        Entry("can't stand", "negative", -3),
        Entry("superb", "positive", 5),
    )


def test_a_package_that_is_not_afinn_is_refused(package_of_afinn):
    with pytest.raises(DataError, match="not the file of AFINN"):
        _afinn()
    package_of_afinn.write_text("abandon,-2\n", encoding="utf-8")
    with pytest.raises(DataError, match="not the file of AFINN"):
        _afinn()


def test_features_of_two_lexicons_have_names_of_their_own():
    blocks = [Block(field="text", analyzer="lexicon", lexicon=name, idf=False) for name in ("news_fr", "stance_fr")]
    features, _ = fit_features(count_blocks({"text": ["elle soutient la junte", "non"]}, blocks), blocks, [0, 1])
    assert {name.rsplit(":", 1)[0] for name in features.names} == {"text:news_fr", "text:stance_fr"}
    assert len(set(features.names)) == len(features.names)
