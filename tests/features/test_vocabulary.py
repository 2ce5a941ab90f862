"""Terms of a model, ready to be looked for."""

from __future__ import annotations

import numpy as np
import pytest

from stancekit.features.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("terms", "numbers", "codes", "bounds"),
    [
        (["a b", "b", "c a b"], {"a": 1, "b": 2, "c": 3}, [1, 2, 2, 3, 1, 2], [0, 2, 3, 6]),
        (["", " x  y"], {"": 1, "x": 2, "y": 3}, [1, 1, 2, 1, 3], [0, 1, 5]),
        (["é \ud800", "\ud800"], {"é": 1, "\ud800": 2}, [1, 2, 2], [0, 2, 3]),
        ([], {}, [], [0]),
    ],
)
def test_a_space_divides_the_words_of_a_term_which_are_numbered_as_they_appear(terms, numbers, codes, bounds) -> None:
    known = Vocabulary(terms).tokens
    symbols = known.symbols
    assert known.numbers == numbers
    assert symbols.codes.tolist() == codes
    assert symbols.bounds.tolist() == bounds
    assert symbols.codes.dtype == np.int32
