"""The vectorizers: scikit-learn's results, to the last entry, on whatever text there is."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import warnings
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction import text as scikit_learns
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from stancekit.errors import DataError, InputError, ModelError
from stancekit.features import TOKEN, CountVectorizer, TfidfVectorizer, counts

SPECIAL = "aAbB1_é'.#@- \t\n\r\x00\x01\x1c\x85\xa0\u2028\u3000İßΣσςſ\u0301\u0308😀\ud800\udfff\U0010ffff"
"""Upper case, white space of every kind, what is used inside as a mark, changes of length, marks, lone surrogates."""
TEXT = st.text(max_size=25) | st.text(alphabet=SPECIAL, max_size=25) | st.text(alphabet="ab ", max_size=25)
TEXTS = st.lists(TEXT, min_size=1, max_size=8)
PATTERNS = [
    *(r"(?u)\b\w\w+\b", r"(?u)\b\w+\b", r"\w*", r"[^,]+", r".", r"(?s).+", r"^\w+|\w+$", r"(?<=\s)\w+", r"\w(\w)"),
    *(r"\S+(?!\w)", r"\b", TOKEN.pattern.join(["(?xi)", ""]), r"\w+\Z", r"[ab ]+"),
]
FREQUENCIES = st.integers(1, 3) | st.floats(0, 1)


@st.composite
def parameters(draw):
    shortest = draw(st.integers(1, 5))
    analyzer = draw(st.sampled_from(["word", "char", "char_wb"]))
    given = {
        "analyzer": analyzer,
        "ngram_range": (shortest, shortest + draw(st.integers(0, 4))),
        "lowercase": draw(st.booleans()),
        "strip_accents": draw(st.sampled_from([None, None, "ascii", "unicode"])),
        "min_df": draw(st.just(1) | FREQUENCIES),
        "max_df": draw(st.just(1.0) | FREQUENCIES),
        "max_features": draw(st.none() | st.integers(1, 20)),
        "binary": draw(st.booleans()),
    }
    if analyzer == "word":
        given["token_pattern"] = draw(st.sampled_from(PATTERNS))
        given["stop_words"] = draw(st.sampled_from([None, None, ["a", "ab"], "english"]))
    return given


def fitted(vectorizer, texts):
    """Return the matrix of texts, or what was refused."""
    try:
        return vectorizer.fit_transform(texts)
    except ValueError as error:
        return str(error)


def assert_equal(ours, theirs, tolerance=0.0):
    assert type(ours) is type(theirs)
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    np.testing.assert_allclose(ours.toarray(), theirs.toarray(), rtol=tolerance, atol=0)


@pytest.mark.filterwarnings("ignore:.*stop_words.*:UserWarning")
@settings(deadline=None, max_examples=400)
@given(TEXTS, TEXTS, parameters())
@example(["İİ İ", "ΑΣ", "ΑΣ Σ"], ["ΑΣΑ"], {"analyzer": "char_wb", "ngram_range": (2, 5)})
@example(["a\x00b", "\x00", "a\nb\n"], ["b"], {"analyzer": "char", "ngram_range": (1, 3)})
@example(["a", "b a"], ["abc a"], {"analyzer": "char_wb", "ngram_range": (4, 6)})
@example(["a b,c", "a,b c"], ["a,b,c"], {"token_pattern": "[^,]+", "ngram_range": (1, 3)})
@example(["\ud800 \udfff", ""], ["\udfff\ud800"], {"token_pattern": r"\S+", "ngram_range": (1, 2)})
def test_counts_are_scikit_learns(texts, more, given_parameters):
    ours, theirs = CountVectorizer(**given_parameters), scikit_learns.CountVectorizer(**given_parameters)
    matrix, expected = fitted(ours, texts), fitted(theirs, texts)
    if isinstance(expected, str):
        assert matrix == expected
        return
    assert_equal(matrix, expected)
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    assert ours.vocabulary_ == theirs.vocabulary_
    for few in (-1, 10**9):
        with patch.object(counts, "FEW_CHARACTERS", few):
            assert_equal(ours.transform(texts), theirs.transform(texts))
            assert_equal(ours.transform(more), theirs.transform(more))
            given_vocabulary = {**given_parameters, "vocabulary": theirs.vocabulary_, "lowercase": False}
            assert_equal(
                CountVectorizer(**given_vocabulary).transform(more),
                scikit_learns.CountVectorizer(**given_vocabulary).transform(more),
            )
    for row, expected_row in zip(ours.inverse_transform(matrix), theirs.inverse_transform(expected), strict=True):
        assert sorted(row.tolist()) == sorted(expected_row.tolist())


@pytest.mark.filterwarnings("ignore:.*stop_words.*:UserWarning")
@settings(deadline=None, max_examples=150)
@given(
    TEXTS,
    TEXTS,
    parameters(),
    st.fixed_dictionaries(
        {
            "norm": st.sampled_from(["l1", "l2", None]),
            "use_idf": st.booleans(),
            "smooth_idf": st.booleans(),
            "sublinear_tf": st.booleans(),
            "dtype": st.sampled_from([np.float64, np.float32]),
        }
    ),
)
def test_tfidf_is_scikit_learns(texts, more, given_parameters, weighting):
    ours = TfidfVectorizer(**given_parameters, **weighting)
    theirs = scikit_learns.TfidfVectorizer(**given_parameters, **weighting)
    matrix, expected = fitted(ours, texts), fitted(theirs, texts)
    if isinstance(expected, str):
        assert matrix == expected
        return
    tolerance = 1e-12 if weighting["dtype"] is np.float64 else 1e-5
    assert_equal(matrix, expected, tolerance)
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    with patch.object(counts, "FEW_CHARACTERS", -1):
        assert_equal(ours.transform(more), theirs.transform(more), tolerance)
        assert_equal(ours.fit(texts).transform(more), theirs.transform(more), tolerance)
    if weighting["use_idf"]:
        np.testing.assert_array_equal(ours.idf_, theirs.idf_)


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
def test_which_of_many_equally_frequent_terms_stay_is_as_in_scikit_learn(analyzer):
    random = np.random.default_rng(0)
    texts = [" ".join(map(str, random.integers(10, 400, 30))) for _ in range(40)]
    for kind, theirs in (
        (CountVectorizer, scikit_learns.CountVectorizer),
        (TfidfVectorizer, scikit_learns.TfidfVectorizer),
    ):
        given_parameters = {"analyzer": analyzer, "ngram_range": (1, 3), "max_features": 100, "min_df": 2}
        ours, expected = kind(**given_parameters).fit(texts), theirs(**given_parameters).fit(texts)
        assert ours.get_feature_names_out().tolist() == expected.get_feature_names_out().tolist()


@pytest.mark.parametrize(
    "given_parameters", [{}, {"analyzer": "char_wb", "ngram_range": (1, 20)}, {"analyzer": "char"}]
)
def test_very_long_words(given_parameters):
    texts = ["x" * 100_000, "yx" * 50_000 + " z", ""]
    ours, theirs = CountVectorizer(**given_parameters), scikit_learns.CountVectorizer(**given_parameters)
    assert_equal(ours.fit_transform(texts), theirs.fit_transform(texts))
    assert_equal(ours.transform(texts), theirs.transform(texts))
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()


def test_n_grams_too_long_for_one_key():
    # 300 distinct words of 9 bits, 9 at a time; 400 distinct characters of 9 bits, 12 at a time.
    random = np.random.default_rng(1)
    texts = [" ".join(f"w{i}" for i in np.minimum(random.geometric(0.02, 60), 300)) for _ in range(50)]
    symbols = ["".join(chr(0x4E00 + i) for i in np.minimum(random.geometric(0.02, 60), 400)) for _ in range(50)]
    for corpus, given_parameters in ((texts, {}), (symbols, {"analyzer": "char"})):
        ours = CountVectorizer(ngram_range=(1, 12), **given_parameters)
        theirs = scikit_learns.CountVectorizer(ngram_range=(1, 12), **given_parameters)
        assert_equal(ours.fit_transform(corpus * 2), theirs.fit_transform(corpus * 2))
        with patch.object(counts, "FEW_CHARACTERS", -1):
            assert_equal(ours.transform(corpus[::-1]), theirs.transform(corpus[::-1]))


@pytest.mark.parametrize(
    "given_parameters",
    [
        {"analyzer": str.split},
        {"analyzer": lambda text: (len(word) for word in text.split())},
        {"tokenizer": str.split, "token_pattern": None, "ngram_range": (1, 2)},
        {"tokenizer": lambda text: iter(text.split(",")), "token_pattern": None},
        {"tokenizer": TOKEN.findall, "token_pattern": None, "ngram_range": (1, 2)},
        {"preprocessor": lambda text: text.replace("a", "A")},
        {"strip_accents": lambda text: text[1:], "analyzer": "char"},
        {"ngram_range": (0, 1)},
    ],
)
def test_callables_are_called_as_by_scikit_learn(given_parameters):
    texts = ["a b c, d", "b, c é", "U.S. n'est a b", ", a"]
    ours, theirs = CountVectorizer(**given_parameters), scikit_learns.CountVectorizer(**given_parameters)
    assert_equal(ours.fit_transform(iter(texts)), theirs.fit_transform(texts))
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    for few in (-1, 10**9):
        with patch.object(counts, "FEW_CHARACTERS", few):
            assert_equal(ours.transform(texts[::-1]), theirs.transform(texts[::-1]))


def test_bytes_and_files_are_decoded(tmp_path):
    (tmp_path / "a.txt").write_bytes("été oui".encode("latin-1"))
    read = CountVectorizer(input="filename", encoding="latin-1").fit([str(tmp_path / "a.txt")])
    assert read.get_feature_names_out().tolist() == ["oui", "été"]
    assert CountVectorizer().fit([b"oui non", "non"]).get_feature_names_out().tolist() == ["non", "oui"]
    with pytest.raises(UnicodeDecodeError):
        CountVectorizer().fit([b"\xff\xff"])


@pytest.mark.parametrize(
    ("given_parameters", "texts"),
    [
        ({"ngram_range": (2, 1)}, ["a"]),
        ({"min_df": "x"}, ["a"]),
        ({"stop_words": "french"}, ["a"]),
        ({"token_pattern": "(a)(b)"}, ["ab"]),
        ({"vocabulary": ["a", "a"]}, ["a"]),
        ({"vocabulary": {"a": 0, "b": 3}}, ["a"]),
        ({"max_df": 1, "min_df": 3}, ["ab", "ab", "ab"]),
        ({}, "one text"),
        ({}, [float("nan")]),
        ({}, [None]),
        ({}, []),
    ],
)
def test_what_scikit_learn_refuses_is_refused_in_its_words(given_parameters, texts):
    refusals = []
    for kind in (CountVectorizer, scikit_learns.CountVectorizer):
        with pytest.raises((ValueError, AttributeError)) as refused:
            kind(**given_parameters).fit(texts)
        refusals.append((type(refused.value), str(refused.value).replace("float' object", "")))
    assert refusals[0] == refusals[1]


def test_unfitted_and_cloned_vectorizers_have_no_vocabulary():
    for vectorizer in (CountVectorizer(), clone(CountVectorizer().fit(["oui"])), TfidfVectorizer()):
        assert not hasattr(vectorizer, "vocabulary_")
        with pytest.raises(NotFittedError):
            vectorizer.transform(["oui"])
    assert clone(TfidfVectorizer(norm="l1", min_df=2)).get_params() == TfidfVectorizer(norm="l1", min_df=2).get_params()
    assert TfidfVectorizer().get_params() == scikit_learns.TfidfVectorizer().get_params()
    assert isinstance(TfidfVectorizer(), CountVectorizer)


def test_vectorizers_work_in_a_pipeline_and_can_be_pickled():
    texts, labels = ["oui oui", "non", "oui", "non non", "oui", "non"] * 3, [1, 0, 1, 0, 1, 0] * 3
    model = make_pipeline(TfidfVectorizer(), LinearSVC())
    assert cross_val_score(model, texts, labels, cv=3).tolist() == [1.0, 1.0, 1.0]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2).fit(texts)
    again = pickle.loads(pickle.dumps(vectorizer))
    assert_equal(again.transform(texts), vectorizer.transform(texts))


def test_a_fitted_vectorizer_holds_its_terms_and_not_the_texts():
    texts = ["oui non"] * 20_000
    assert len(pickle.dumps(CountVectorizer(ngram_range=(1, 2)).fit(texts))) < 20_000


def test_importing_features_does_not_import_scikit_learn():
    code = "import sys, stancekit.features; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "vectorizer",
    [
        CountVectorizer(ngram_range=(1, 2), stop_words=["oui"], min_df=1, dtype=np.int32),
        CountVectorizer(vocabulary=["non", "é", "\ud800"], token_pattern=r"\S+"),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), norm="l1", sublinear_tf=True),
        TfidfVectorizer(use_idf=False, token_pattern=r"\S+"),
        TfidfVectorizer(vocabulary={"oui": 1, "non": 0}),
    ],
)
def test_a_saved_vectorizer_is_the_same_vectorizer(vectorizer, tmp_path):
    texts = ["oui non é", "non \ud800 non", "É oui"]
    with warnings.catch_warnings():
        vectorizer.fit(texts)
    vectorizer.save(tmp_path / "v.safetensors")
    again = type(vectorizer).load(tmp_path / "v.safetensors")
    assert_equal(again.transform(texts), vectorizer.transform(texts))
    assert again.get_feature_names_out().tolist() == vectorizer.get_feature_names_out().tolist()
    ours, theirs = again.get_params(), vectorizer.get_params()
    assert {**ours, "vocabulary": None} == {**theirs, "vocabulary": None}


def test_what_cannot_be_saved_is_refused(tmp_path):
    with pytest.raises(DataError, match="callable"):
        CountVectorizer(tokenizer=str.split, token_pattern=None).fit(["oui"]).save(tmp_path / "v")
    with pytest.raises(NotFittedError):
        CountVectorizer().save(tmp_path / "v")
    assert not list(tmp_path.iterdir())


def saved(tmp_path, parameters=None, about=None, **arrays):
    whole = {
        "letters": np.frombuffer(b"nonoui", dtype=np.uint8),
        "bounds": np.array([0, 3, 6]),
        "idf": np.array([1.0, 2.0]),
    }
    own = {**json.loads(json.dumps(TfidfVectorizer().get_params(), default=str)), "dtype": "float64"}
    description = {"format": 1, "kind": "TfidfVectorizer", "fixed": False, "parameters": {**own, **(parameters or {})}}
    held = {name: array for name, array in {**whole, **arrays}.items() if array is not None}
    save_file(held, tmp_path / "v", {"vectorizer": json.dumps({**description, **(about or {})})})
    return tmp_path / "v"


def test_a_file_made_by_hand_is_read(tmp_path):
    vectorizer = TfidfVectorizer.load(saved(tmp_path))
    assert vectorizer.get_feature_names_out().tolist() == ["non", "oui"]
    np.testing.assert_allclose(vectorizer.transform(["oui non"]).toarray(), [[1 / np.sqrt(5), 2 / np.sqrt(5)]])


@pytest.mark.parametrize(
    "damage",
    [
        {"about": {"format": 2}},
        {"about": {"kind": "CountVectorizer"}},
        {"about": {"more": 1}},
        {"about": {"parameters": []}},
        {"parameters": {"dtype": "object"}},
        {"parameters": {"input": "filename"}},
        {"parameters": {"ngram_range": [1, "2"]}},
        {"parameters": {"norm": "l9"}},
        {"parameters": {"analyzer": "os.system"}},
        {"parameters": {"token_pattern": "("}},
        {"parameters": {"unknown": 1}},
        {"parameters": {"use_idf": False}},
        {"bounds": np.array([0, 3, 7])},
        {"bounds": np.array([0, 7, 6])},
        {"bounds": np.array([0.0, 3.0, 6.0])},
        {"bounds": None},
        {"letters": np.frombuffer(b"nonnon", dtype=np.uint8)},
        {"letters": np.frombuffer(b"no\xffoui", dtype=np.uint8)},
        {"idf": np.array([1.0])},
        {"idf": np.array([1.0, np.nan])},
        {"idf": None},
    ],
)
def test_a_damaged_file_is_refused(damage, tmp_path):
    path = saved(tmp_path, **damage)
    with pytest.raises(ModelError):
        TfidfVectorizer.load(path)


def test_what_is_no_vectorizer_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        CountVectorizer.load(tmp_path / "v")
    (tmp_path / "v").write_bytes(b"not arrays")
    with pytest.raises(ModelError):
        CountVectorizer.load(tmp_path / "v")
