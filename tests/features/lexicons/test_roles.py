"""What a lexicon says of a text, worked out by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from stancekit.config.features import Block
from stancekit.config.lexicons import Entry, OwnLexicon
from stancekit.features import count_blocks
from stancekit.features.cache import content_key
from stancekit.features.counts import block_analyzer
from stancekit.features.lexicons import Lexicon, LexiconFeatures

ENTRIES = (
    Entry("soutien*", "support", 2, "object"),
    Entry("condam*", "oppose", -3, "object"),
    Entry("condemn*", "oppose", -3, "object"),
    Entry("échou*", "fail", -2, "subject"),
    Entry("dit", "report", 0),
    Entry("bon", "good", 1),
    Entry("pas d'accord", "oppose", -2, "object"),
)
SAY = LexiconFeatures(Lexicon("own", ENTRIES))


def said(text):
    return Counter(SAY(text))


def test_without_marks_a_hit_gives_its_class_and_its_sign_as_often_as_it_is_strong():
    assert said("Il soutient.") == {"support": 1, "+": 2, "hits": 1, "balance_positive": 1}
    assert said("Il condamne.") == {"oppose": 1, "-": 3, "hits": 1, "balance_negative": 1}
    assert said("Il dit.") == {"report": 1, "hits": 1, "balance_zero": 1}


def test_the_balance_is_of_all_hits():
    assert said("il soutient ce bon plan qui échoue") == {
        "support": 1,
        "good": 1,
        "fail": 1,
        "+": 3,
        "-": 2,
        "hits": 1,
        "balance_positive": 1,
    }
    assert said("il soutient un plan qui échoue")["balance_zero"] == 1


def test_a_text_without_hits_says_so_and_an_empty_one_says_nothing():
    assert said("le vent") == {"no_hits": 1, "balance_zero": 1}
    assert said("") == said(" \n") == {}


def test_negation_flips_the_sign_and_renames_the_class():
    assert said("il ne soutient pas") == {"not_support": 1, "-": 2, "hits": 1, "balance_negative": 1}
    assert said("il ne soutient que lui") == said("il soutient lui")


def test_a_term_that_begins_with_a_negator_has_said_it_itself():
    assert said("pas d'accord") == {"oppose": 1, "-": 2, "hits": 1, "balance_negative": 1}


def test_marks_tell_who_does_it_to_whom_and_who_is_helped():
    assert said("_ACTOR_ soutient _TARGET_.") == {
        "support": 1,
        "+": 2,
        "hits": 1,
        "balance_positive": 1,
        "_ACTOR_>support": 1,
        "support>_TARGET_": 1,
        "+>_TARGET_": 2,
    }


def test_negation_is_part_of_the_roles():
    assert said("_ACTOR_ ne soutient pas _TARGET_.") == {
        "not_support": 1,
        "-": 2,
        "hits": 1,
        "balance_negative": 1,
        "_ACTOR_>not_support": 1,
        "not_support>_TARGET_": 1,
        "->_TARGET_": 2,
    }


@pytest.mark.parametrize("text", ["_TARGET_ condamné par _ACTOR_", "_TARGET_ was condemned by _ACTOR_"])
def test_the_passive_swaps_them(text):
    assert said(text) == {
        "oppose": 1,
        "-": 3,
        "hits": 1,
        "balance_negative": 1,
        "_ACTOR_>oppose": 1,
        "oppose>_TARGET_": 1,
        "->_TARGET_": 3,
    }


def test_an_adverb_may_stand_before_by():
    assert said("_TARGET_ condamné fermement par _ACTOR_")["oppose>_TARGET_"] == 1
    assert said("_TARGET_ condamné très très fermement par _ACTOR_")["oppose>_ACTOR_"] == 1


def test_a_word_about_its_subject_concerns_the_mark_before_it():
    assert said("_ACTOR_ échoue face à _TARGET_") == {
        "fail": 1,
        "-": 2,
        "hits": 1,
        "balance_negative": 1,
        "_ACTOR_>fail": 1,
        "fail>_TARGET_": 1,
        "->_ACTOR_": 2,
    }


def test_the_nearest_mark_on_either_side_counts():
    counted = said("_TARGET_ et _ACTOR_ soutiennent bon _TARGET_ et _ACTOR_")
    assert (counted["_ACTOR_>support"], counted["support>_TARGET_"]) == (1, 1)
    assert counted["_TARGET_>support"] == counted["support>_ACTOR_"] == 0


def test_of_hits_of_one_class_only_the_last_before_a_mark_is_done_to_it():
    counted = said("_ACTOR_ soutient et soutiendra _TARGET_")
    assert (counted["support>_TARGET_"], counted["_ACTOR_>support"]) == (1, 2)
    assert said("_ACTOR_ soutient et dit soutenir _TARGET_")["support>_TARGET_"] == 1


def test_marks_that_end_inside_a_word_and_two_that_overlap_are_seen():
    assert said("_TARGET_'s soutient")["_TARGET_>support"] == 1
    assert said("soutient _ACTOR_ _TARGET_")["support>_ACTOR_"] == 1


def test_a_mark_inside_a_phrase_is_what_it_is_done_to():
    say = LexiconFeatures(Lexicon("own", (Entry("appel* * partir", "demand", -2, "object"),)))
    assert Counter(say("appelle _TARGET_ à partir"))["->_TARGET_"] == 2


def test_a_block_counts_what_its_lexicon_says():
    own = OwnLexicon(name="own", entries=ENTRIES)
    block = Block(field="masked", analyzer="lexicon", lexicon=own, idf=False)
    (counts,) = count_blocks({"text": ["Il soutient, il condamne", "le vent", ""]}, [block])
    assert list(counts.terms) == ["+", "-", "balance_negative", "balance_zero", "hits", "no_hits", "oppose", "support"]
    assert np.asarray(counts.matrix.todense()).tolist() == [
        [2, 3, 1, 0, 1, 0, 1, 1],
        [0, 0, 0, 1, 0, 1, 0, 0],
        [0] * 8,
    ]


def test_counts_kept_on_disk_are_of_one_lexicon_and_one_way_to_treat_negation():
    lexicons = [
        Block(field="text", analyzer="lexicon", lexicon=OwnLexicon(name="own", entries=(entry,))) for entry in ENTRIES
    ]
    blocks = [*lexicons, Block(field="text"), Block(field="text", negation="mark")]
    blocks += [Block(field="text", negation="mark", tokens=r"\S+")]
    keys = {content_key(["texte"], block_analyzer(block), int) for block in blocks}
    assert len(keys) == len(blocks)
