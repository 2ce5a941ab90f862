from __future__ import annotations

from stancekit.features.vocabulary import Vocabulary


def test_tokens_are_numbered_by_their_first_term_and_every_space_divides_two():
    numbers, symbols = Vocabulary(["a b", "", " a", "c"]).tokens
    assert numbers == {"a": 1, "b": 2, "": 3, "c": 4}
    assert symbols.codes.tolist() == [1, 2, 3, 3, 1, 4]
    assert symbols.bounds.tolist() == [0, 2, 3, 5, 6]


def test_whole_terms_are_tokens_spaces_and_all():
    numbers, symbols = Vocabulary(["b", "a b"]).whole
    assert numbers == {"b": 1, "a b": 2}
    assert (symbols.codes.tolist(), symbols.bounds.tolist()) == ([1, 2], [0, 1, 2])


def test_a_vocabulary_without_terms_has_no_tokens():
    numbers, symbols = Vocabulary([]).tokens
    assert numbers == {}
    assert (symbols.codes.tolist(), symbols.bounds.tolist()) == ([], [0])
