"""Compiled loops: what they make is what numpy makes, to the last entry."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from importlib import import_module
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from stancekit.config.features import Block
from stancekit.features import blocks, counting, counts, kernels
from stancekit.features.analyzers import SCIKIT_LEARN_TOKEN, Analyzer
from stancekit.features.blocks import fit_features
from stancekit.features.counts import count, count_blocks, count_known
from stancekit.features.kernels import RunTable, are_worth_it
from stancekit.features.pieces import word_character_runs, words_between_spaces
from stancekit.features.vocabulary import StoredTerms, Vocabulary

MARKS = "aAbBqQ'.#_1é -\t\n\x00\x1f\x85\u2028İ😀"
TEXTS = st.lists(st.text(max_size=12) | st.text(alphabet=MARKS, max_size=25), min_size=1, max_size=7)
ANALYZERS = [
    Analyzer("word", (1, 2)),
    Analyzer("word", (2, 3), tokens=SCIKIT_LEARN_TOKEN),
    Analyzer("word", (1, 1), tokens=SCIKIT_LEARN_TOKEN, stop_words=frozenset(["ab"])),
    Analyzer("char", (1, 3)),
    Analyzer("char_wb", (2, 4)),
    Analyzer("char_wb", (5, 6)),
    Analyzer("indicator"),
]


@pytest.fixture(params=["compiled", "numpy"], autouse=True)
def way(request, monkeypatch):
    """Each of the two ways, whatever the size; in small batches, so that there are several."""
    fewest = 0 if request.param == "compiled" else 2**60
    import_module("numba")
    monkeypatch.setattr(kernels, "ALWAYS_FROM", fewest)
    monkeypatch.setattr(kernels, "LOADED_FROM", fewest)
    monkeypatch.setattr(kernels, "TEXTS_AT_ONCE", 2)
    monkeypatch.setattr(kernels, "CHARACTERS_AT_ONCE", 10)
    monkeypatch.setattr(counts, "FEW_CHARACTERS", -1)
    return request.param


def same(found, expected):
    np.testing.assert_array_equal(found.toarray(), expected.toarray())
    assert found.has_canonical_format
    assert found.data.dtype == expected.data.dtype


@pytest.mark.parametrize("analyzer", ANALYZERS, ids=lambda own: f"{own.kind}{own.ngrams}")
@settings(deadline=None, max_examples=60)
@given(texts=TEXTS, more=TEXTS)
@example(texts=["ab ab ab", "", "ba ab", "ab"], more=["ab ba ab ab", "ab nie"])
@example(texts=["a\x00b", "a b c", "c"], more=["b c a"])
def test_counts_are_those_of_scikit_learn_either_way(analyzer, texts, more):
    found = count(texts, analyzer)
    if not any(analyzer(text) for text in texts):
        assert found.matrix.shape == (len(texts), 0)
        return
    theirs = CountVectorizer(analyzer=analyzer)
    same(found.matrix, theirs.fit_transform(texts))
    assert list(found.terms) == theirs.get_feature_names_out().tolist()
    for known in (Vocabulary(found.terms), Vocabulary.of(theirs.vocabulary_)):
        same(count_known(more, analyzer, known), theirs.transform(more))
        same(count_known(texts, analyzer, known, np.float64), theirs.transform(texts).astype(np.float64))


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_texts_are_cut_alike_either_way(texts):
    for pieces, expected in (
        (words_between_spaces(texts).as_pieces(), [text.split() for text in texts]),
        (word_character_runs(texts, shortest=2), [SCIKIT_LEARN_TOKEN.findall(text) for text in texts]),
    ):
        bounds = pieces.bounds.tolist()
        own = [pieces.names[number] for number in pieces.numbers]
        assert [own[begin:end] for begin, end in pairwise(bounds)] == expected
        assert list(dict.fromkeys(own)) == list(pieces.names)


@pytest.mark.parametrize(
    ("terms", "numbers", "codes"),
    [
        (["a b", "b", "cé a b"], {"a": 1, "b": 2, "cé": 3}, [1, 2, 2, 3, 1, 2]),
        (["", " x  y"], {"": 1, "x": 2, "y": 3}, [1, 1, 2, 1, 3]),
        (["b", "😀 b"], {"b": 1, "😀": 2}, [1, 2, 1]),
    ],
)
def test_terms_of_a_loaded_model_are_divided_at_spaces(terms, numbers, codes):
    # A slice of an array begins behind the start of what is in memory.
    array = pa.array(["zz", *terms, "y"], pa.large_string())[1:-1]
    known = Vocabulary(StoredTerms(array)).tokens
    assert known.numbers == numbers
    assert known.symbols.codes.tolist() == codes
    runs = known.runs
    if "" in numbers:
        assert runs is None
    else:
        text = "".join(numbers)
        bounds = np.cumsum([0, *map(len, numbers)])
        points = np.array(list(map(ord, text)), dtype=np.uint32)
        found, _ = runs.number(points, bounds, np.ones(kernels.CODE_POINTS, dtype=np.bool_), learn=False)
        assert found.tolist() == list(numbers.values())


@settings(deadline=None, max_examples=100)
@given(TEXTS, TEXTS)
@example(["a b c", "b c a"], ["c a b c"])
def test_a_large_vocabulary_is_looked_up_by_tokens_as_by_names(texts, more):
    analyzer = Analyzer("word", (1, 3))
    learned = count(texts, analyzer).terms
    for known in (Vocabulary(learned), Vocabulary(list(learned)[::-1])):
        by_names = counting.tally(more, analyzer, known, np.int64)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(counting, "MANY_TERMS", 0)
            by_tokens = counting.tally(more, analyzer, known, np.int64)
        same(by_tokens, by_names)


def test_a_table_of_runs_grows_and_forgets_none():
    words = [f"w{number}" for number in range(70_000)]
    table, inside = RunTable(), kernels.word_characters()
    first, _ = table.number_texts(words, inside, 1)
    again, bounds = table.number_texts([" ".join(words), "nie"], inside, 1, learn=False)
    assert first.tolist() == list(range(1, 70_001))
    assert again.tolist() == [*range(1, 70_001), 0]
    assert bounds.tolist() == [0, 70_000, 70_001]
    letters, ends = table.letters()
    assert letters[ends[68_999] : ends[69_000]].tolist() == list(map(ord, "w68999"))


def test_long_rows_are_put_in_order_beside_short_ones():
    texts = [" ".join(f"w{(7 * number) % size}" for number in range(2 * size)) for size in (1, 300, 2, 5, 33)]
    counted = count(texts, Analyzer("word", (1, 1)))
    theirs = CountVectorizer(analyzer=str.split)
    same(counted.matrix, theirs.fit_transform(texts))


def test_examples_that_come_in_parts_have_the_features_of_all(monkeypatch):
    given_examples = {"text": ["oui non oui", "non", "", "peut-être oui"], "actor": ["France", None, "Mali", None]}
    specs = [Block(field="text", ngrams=(1, 2), sublinear=True), Block(field="actor", analyzer="indicator", weight=2)]
    counted = count_blocks(given_examples, specs)
    features, fitted = fit_features(counted, specs, np.arange(4))
    whole = features.transform(given_examples)
    monkeypatch.setattr(blocks, "_EXAMPLES_AT_ONCE", 3)
    monkeypatch.setattr(blocks, "_ROWS_AT_ONCE", 2)
    parts = list(features.transform_in_parts(given_examples))
    assert [rows for rows, _ in parts] == [slice(0, 3), slice(3, 6)]
    np.testing.assert_array_equal(np.concatenate([own.toarray() for _, own in parts]), whole.toarray())
    np.testing.assert_array_equal(whole.toarray(), fitted.toarray())
    np.testing.assert_array_equal(features.transform_counted(counted, [2, 0]).toarray(), whole.toarray()[[2, 0]])


def test_fitting_leaves_counts_as_they_were():
    specs = [Block(field="text", sublinear=True)]
    counted = count_blocks({"text": ["oui oui", "non"]}, specs)
    fit_features(counted, specs, [0, 1])
    assert counted[0].matrix.toarray().tolist() == [[0, 2], [1, 0]]
    assert counted[0].matrix.data.dtype == np.int32


def test_numba_is_imported_for_large_texts_only(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(kernels, "are_loaded", lambda: False)
    assert not are_worth_it(2**23 - 1)
    assert are_worth_it(2**23)
    monkeypatch.setattr(kernels, "are_loaded", lambda: True)
    assert not are_worth_it(2**17 - 1)
    assert are_worth_it(2**17)


def test_a_sentence_asked_of_a_large_model_imports_no_numba():
    code = """
        import sys
        import numpy as np, pyarrow as pa
        from stancekit.features import counting, kernels
        from stancekit.features.analyzers import Analyzer
        from stancekit.features.counts import count_known
        from stancekit.features.vocabulary import StoredTerms, Vocabulary
        counting.MANY_TERMS = kernels.ALWAYS_FROM = kernels.LOADED_FROM = 0
        known = Vocabulary(StoredTerms(pa.array(["a", "a b", "b"], pa.large_string())))
        print(count_known(["b a b"], Analyzer("word", (1, 2)), known).toarray().tolist())
        print([name for name in ("numba", "sklearn") if name in sys.modules])
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[[1, 1, 2]]", "[]"]
