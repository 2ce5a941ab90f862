from __future__ import annotations

import re
import unicodedata

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stancekit.corpus.checks.similarity import THRESHOLD, near_pairs

WORDS = st.sampled_from("la france le mali rompt part soutient refuse accord de 2014 vote junte et paris".split())
SENTENCES = st.lists(WORDS, max_size=9).map(" ".join)
WILD = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(
    ["…!?", "\ud800", "\ud800 a\udfff", "", " \xa0"]
)


def word_pairs(text: str) -> set[tuple[str | None, str | None]]:
    """The definition, in other words than the code: neighbours among the words and both ends of the text."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())
    return set(zip([None, *words], [*words, None], strict=True)) if words else set()


def jaccard(one: str, other: str) -> float:
    left, right = word_pairs(one), word_pairs(other)
    return len(left & right) / len(left | right) if left and right else 0.0


def assert_sound(texts: list[str]) -> list[list[int]]:
    """What holds for any texts: order, uniqueness, and every pair truly that similar."""
    pairs = near_pairs(texts)
    assert pairs.dtype == np.int64
    assert pairs.shape == (len(pairs), 2)
    listed = pairs.tolist()
    assert listed == sorted(listed)
    assert len({tuple(pair) for pair in listed}) == len(listed)
    for one, other in listed:
        assert one < other
        assert jaccard(texts[one], texts[other]) >= THRESHOLD - 1e-12
    return listed


@settings(max_examples=150, deadline=None)
@given(st.lists(SENTENCES, max_size=12))
def test_pairs_are_true_and_none_clearly_above_the_threshold_is_missed(texts: list[str]) -> None:
    found = assert_sound(texts)
    places = range(len(texts))
    clear = [[i, j] for i in places for j in places if i < j and jaccard(texts[i], texts[j]) >= 0.8]
    assert [pair for pair in clear if pair not in found] == []


@settings(max_examples=100, deadline=None)
@given(st.lists(WILD, max_size=8))
@example(["\ud800", "\ud800"])
@example(["!?", "…", ""])
def test_no_text_is_too_odd(texts: list[str]) -> None:
    assert_sound(texts)


def test_a_word_changed_in_seven_is_near_and_in_six_is_not() -> None:
    """Seven words have eight pairs: 6 common of 10 in all. Six have seven pairs: 5 of 9."""
    assert near_pairs(["a b c d e f g", "a b c X e f g"]).tolist() == [[0, 1]]
    assert near_pairs(["a b c d e f", "a b c X e f"]).tolist() == []


def test_case_punctuation_and_the_encoding_of_accents_do_not_count() -> None:
    texts = ["L’État, c’est moi!", "l'e\u0301tat c'est moi", "L'Etat, c'est moi!"]
    assert near_pairs(texts).tolist() == [[0, 1]]


def test_a_text_without_words_is_like_no_other() -> None:
    assert near_pairs([]).shape == (0, 2)
    assert near_pairs(["Paris refuse."]).tolist() == []
    assert near_pairs(["…", "…", "", "😀", "😀"]).tolist() == []
    assert near_pairs(["…", "oui", "", "Oui!", "😀"]).tolist() == [[1, 3]]


def test_pairs_do_not_cross_from_the_end_of_one_text_into_the_next() -> None:
    assert near_pairs(["a b", "b c", "c a"]).tolist() == []


def test_in_a_small_bucket_every_pair_is_found() -> None:
    texts = [f"la junte refuse le vote de 2014 et rompt avec Paris en {month}" for month in range(30)]
    assert len(near_pairs(texts)) == 30 * 29 // 2


def test_of_thousands_of_equal_texts_each_has_a_partner_and_pairs_stay_few() -> None:
    size = 3000
    pairs = near_pairs(["Paris refuse un accord."] * size)
    assert len(np.unique(pairs)) == size
    assert len(pairs) <= 64 * size


def test_in_a_large_bucket_the_first_and_the_last_texts_meet() -> None:
    """Training texts come first and test texts last: each of the few last must have a partner among the first."""
    pairs = near_pairs(["Paris refuse un accord."] * 1000)
    assert set(pairs[(pairs[:, 0] < 980) & (pairs[:, 1] >= 980), 1].tolist()) == set(range(980, 1000))


def test_hardly_any_pair_above_the_threshold_is_missed() -> None:
    """400 pairs with 12 common of 18 word pairs, 0.67: one in (1 - 0.67³)³², about one in 77,000, may be missed."""
    random = np.random.default_rng(5)
    texts = []
    for number in range(400):
        words = [f"w{word}" for word in random.integers(0, 10**6, 14)]
        texts += [" ".join(words), " ".join([*words[:12], f"x{number}", f"y{number}"])]
    assert jaccard(texts[0], texts[1]) == 12 / 18
    assert near_pairs(texts).tolist() == [[2 * number, 2 * number + 1] for number in range(400)]
