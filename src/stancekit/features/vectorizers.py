"""`CountVectorizer` and `TfidfVectorizer`: scikit-learn's, counting with stancekit's engine.

Parameters, checks and messages are scikit-learn's own, by inheritance. What is replaced is how documents become a
matrix, how its columns are put in order and pruned, and when the names of terms are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn import get_config
from sklearn.feature_extraction import text as scikit_learns
from sklearn.utils.sparsefuncs_fast import inplace_csr_row_normalize_l1, inplace_csr_row_normalize_l2
from sklearn.utils.validation import check_is_fitted

from stancekit.errors import ModelError, Problem
from stancekit.features.analyzers import Analyzer
from stancekit.features.counts import count, count_known
from stancekit.features.saved_vectorizer import read_vectorizer, write_vectorizer
from stancekit.features.vocabulary import Vocabulary, take_terms, term_names

_VALUES_AT_ONCE = 2**20
_NORMALISE = {"l1": inplace_csr_row_normalize_l1, "l2": inplace_csr_row_normalize_l2}


@dataclass
class _Counted:
    """What scikit-learn passes around as the vocabulary while it fits, and prunes."""

    terms: Sequence[Any]


class CountVectorizer(scikit_learns.CountVectorizer):  # type: ignore[misc] # scikit-learn ships no types
    """Count n-grams: the parameters, vocabulary and matrix of scikit-learn's `CountVectorizer`.

    Columns stand in order within each row. `tokenizer=stancekit.features.TOKEN.findall` cuts words as a config does.

    Attributes
    ----------
    vocabulary_ : dict
        Terms and their columns; made when asked for.

    Examples
    --------
    >>> vectorizer = CountVectorizer(ngram_range=(1, 2))
    >>> vectorizer.fit_transform(["Paris dit non", "non, non"]).toarray().tolist()
    [[1, 1, 1, 0, 1, 1], [0, 0, 2, 1, 0, 0]]
    >>> vectorizer.get_feature_names_out().tolist()
    ['dit', 'dit non', 'non', 'non non', 'paris', 'paris dit']
    """

    @property
    def vocabulary_(self) -> dict[Any, int]:
        """Terms and their columns."""
        return self._known().columns

    @vocabulary_.setter
    def vocabulary_(self, vocabulary: _Counted | Mapping[Any, int]) -> None:
        known = Vocabulary(vocabulary.terms) if isinstance(vocabulary, _Counted) else Vocabulary.of(vocabulary)
        self.__dict__["_terms_and_columns"] = known

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:  # noqa: ARG002 # scikit-learn's
        """Return the names of the terms, in the order of their columns, of shape (n_terms,)."""
        self._check_vocabulary()
        return term_names(self._known().terms).copy()

    def save(self, path: str | Path) -> None:
        """Write the parameters and what was fitted to a safetensors file; nothing in it is ever executed.

        Raises
        ------
        DataError
            If a parameter is a callable: code can't be saved.
        """
        self._check_vocabulary()
        write_vectorizer(self, self._known().terms, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a vectorizer that was saved.

        Raises
        ------
        InputError
            If there is no such file.
        ModelError
            If the file is damaged, of another format or of another kind of vectorizer.
        """
        saved = read_vectorizer(cls.__name__, Path(path))
        try:
            vectorizer = cls(**saved.parameters)
            vectorizer._validate_params()
            vectorizer.build_analyzer()
        except (TypeError, ValueError, re.error) as error:
            raise ModelError(Problem(f"the parameters don't fit: {error}", str(path))) from error
        vectorizer.fixed_vocabulary_ = saved.fixed
        vectorizer.vocabulary_ = _Counted(saved.terms)
        vectorizer._restore_weights(saved.idf)
        return vectorizer

    def _restore_weights(self, idf: NDArray[Any] | None) -> None:
        """Take over the weights of a saved vectorizer; counts have none."""

    def _known(self) -> Vocabulary:
        try:
            known: Vocabulary = self.__dict__["_terms_and_columns"]
        except KeyError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute 'vocabulary_'") from None
        return known

    def _check_vocabulary(self) -> None:
        # scikit-learn's measures the dict, which would have to be made.
        if not len(self.__dict__.get("_terms_and_columns", ())):
            super()._check_vocabulary()

    def _count_vocab(self, raw_documents: Iterable[Any], fixed_vocab: bool) -> tuple[_Counted, Any]:
        analyzer, texts = self._prepare(list(raw_documents))
        if fixed_vocab:
            known = self._known()
            return _Counted(known.terms), as_scikit_learn_has_it(count_known(texts, analyzer, known, self.dtype))
        counts = count(texts, analyzer, self.dtype)
        if not len(counts.terms):
            raise ValueError("empty vocabulary; perhaps the documents only contain stop words")
        return _Counted(counts.terms), as_scikit_learn_has_it(counts.matrix)

    def _prepare(self, documents: list[Any]) -> tuple[Analyzer, Sequence[Any]]:
        """Return what cuts documents, and documents that are ready to be cut."""
        analyze = self.build_analyzer()
        if callable(self.analyzer) or self.ngram_range[0] < 1:
            return Analyzer("word", lowercase=False, tokens=analyze), documents
        tokens = self.tokenizer if self.tokenizer is not None else re.compile(self.token_pattern or "")
        stop_words = self.get_stop_words() if self.analyzer == "word" else None
        lowercase = self.lowercase
        if not self._only_needs_lowercasing(documents):
            preprocess, lowercase = self.build_preprocessor(), False
            documents = [preprocess(self.decode(document)) for document in documents]
        return Analyzer(self.analyzer, self.ngram_range, lowercase, tokens, stop_words or frozenset()), documents

    def _only_needs_lowercasing(self, documents: list[Any]) -> bool:
        plain = self.input == "content" and self.preprocessor is None and not self.strip_accents
        return plain and set(map(type, documents)) <= {str}

    def _sort_features(self, X: Any, vocabulary: _Counted) -> Any:  # noqa: ARG002 # scikit-learn's; they are in order
        return X

    def _limit_features(
        self, X: Any, vocabulary: _Counted, high: float | None = None, low: float | None = None, limit: Any = None
    ) -> Any:
        frequency = np.bincount(X.indices, minlength=X.shape[1])
        kept = np.ones(X.shape[1], dtype=np.bool_)
        if high is not None:
            kept &= frequency <= high
        if low is not None:
            kept &= frequency >= low
        if limit is not None and kept.sum() > limit:
            # Which of equally frequent terms stay is decided by numpy's default sort, as in scikit-learn: same sums, of
            # the same type, in the same order.
            totals = np.asarray(X.sum(axis=0)).ravel()
            most_frequent = (-totals[kept]).argsort()[:limit]
            kept = np.isin(np.arange(len(kept)), np.flatnonzero(kept)[most_frequent])
        if kept.all():
            return X
        columns = np.flatnonzero(kept)
        if not len(columns):
            raise ValueError("After pruning, no terms remain. Try a lower min_df or a higher max_df.")
        vocabulary.terms = take_terms(vocabulary.terms, columns)
        return X[:, columns]


class TfidfVectorizer(scikit_learns.TfidfVectorizer, CountVectorizer):  # type: ignore[misc] # as above
    """TF-IDF of n-grams: the parameters and matrix of scikit-learn's `TfidfVectorizer`.

    See `CountVectorizer`.

    Examples
    --------
    >>> vectorizer = TfidfVectorizer(use_idf=False)
    >>> vectorizer.fit_transform(["oui non", "oui"]).toarray().round(3).tolist()
    [[0.707, 0.707], [0.0, 1.0]]
    """

    def transform(self, raw_documents: Iterable[Any]) -> Any:
        """Return the weights of documents, of shape (n_documents, n_terms)."""
        check_is_fitted(self, msg="The TF-IDF vectorizer is not fitted")
        matrix = CountVectorizer.transform(self, raw_documents)
        if matrix.dtype not in (np.float64, np.float32):
            return self._tfidf.transform(matrix, copy=False)
        # What TfidfTransformer does, less its checks of a matrix that was just made: half the time of one sentence.
        if self._tfidf.sublinear_tf:
            np.log(matrix.data, matrix.data)
            matrix.data += 1.0
        if hasattr(self._tfidf, "idf_"):
            for begin in range(0, matrix.nnz, _VALUES_AT_ONCE):
                part = slice(begin, begin + _VALUES_AT_ONCE)
                matrix.data[part] *= self._tfidf.idf_[matrix.indices[part]]
        if self._tfidf.norm is not None:
            _NORMALISE[self._tfidf.norm](matrix)
        return matrix

    def _restore_weights(self, idf: NDArray[Any] | None) -> None:
        self._tfidf = scikit_learns.TfidfTransformer(
            norm=self.norm, use_idf=self.use_idf, smooth_idf=self.smooth_idf, sublinear_tf=self.sublinear_tf
        )
        self._tfidf.fit(sparse.csr_array((1, len(self._known()))))
        if idf is not None:
            self._tfidf.idf_ = idf


def as_scikit_learn_has_it(matrix: sparse.csr_array) -> Any:
    """Return the kind of matrix that scikit-learn's vectorizers return, an older or a newer one."""
    if get_config().get("sparse_interface", "spmatrix") == "sparray":
        return matrix
    return sparse.csr_matrix(matrix)
