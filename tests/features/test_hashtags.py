"""Hashtags: their words, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.config.features import Block
from stancekit.features.analyzers import Analyzer
from stancekit.features.cache import content_key
from stancekit.features.counts import count_blocks
from stancekit.features.hashtags import split_hashtags


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("#MakeAmericaGreatAgain", "Make America Great Again"),
        ("#makeamericagreatagain", "makeamericagreatagain"),
        ("#USElections2016", "US Elections 2016"),
        ("#Stop_the_Deal", "Stop the Deal"),
        ("#ISupportIt", "I Support It"),
        ("#BLM", "BLM"),
        ("#ÉlyséeÀParis", "Élysée À Paris"),
        ("#COP21Now", "COP 21 Now"),
        ("#Stop_TARGET_Now", "Stop _TARGET_ Now"),
        ("#_ACTOR_", "_ACTOR_"),
    ],
)
def test_the_words_of_a_hashtag_stand_behind_it(tag, words):
    assert split_hashtags(f"No {tag}!") == f"No {tag} {words}!"


@pytest.mark.parametrize("text", ["a#b", "#", "# a", "##Ab", "no tag"])
def test_what_is_no_hashtag_is_left(text):
    assert split_hashtags(text) == text


@given(st.text(alphabet="aB1_# É", max_size=30))
def test_only_words_of_the_tag_are_added(text):
    parts = split_hashtags(text).replace("_", "").split()
    assert set("".join(parts)) <= set(text)
    assert (
        "".join(text.split()).replace("_", "") in split_hashtags(text).replace("_", "").replace(" ", "") or "#" in text
    )


def test_blocks_split_hashtags_only_if_asked_to():
    blocks = [Block(field="text", hashtags="split"), Block(field="text")]
    split, kept = count_blocks({"text": ["#NoDeal"]}, blocks)
    assert (list(split.terms), list(kept.terms)) == (["#nodeal", "deal", "no"], ["#nodeal"])


@pytest.mark.parametrize("kind", ["char", "char_wb"])
def test_characters_are_those_of_the_split_text(kind):
    split = Analyzer(kind, (2, 3), hashtags="split")
    assert split("Oui #NoDeal") == Analyzer(kind, (2, 3))("Oui #NoDeal No Deal")


def test_counts_with_and_without_split_hashtags_are_kept_apart():
    keys = {content_key(["#NoDeal"], Analyzer("word", hashtags=way), int) for way in ("keep", "split")}
    assert len(keys) == 2
