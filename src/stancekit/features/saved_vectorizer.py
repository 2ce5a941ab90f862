"""A fitted vectorizer as a safetensors file: arrays, and its parameters as JSON in the header.

No file names a class or a function to call, and everything is checked before it is used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from stancekit.config.backtracking import may_take_without_end
from stancekit.errors import DataError, InputError, ModelError, Problem
from stancekit.features.ngrams import running_total
from stancekit.features.saved_files import read_arrays, read_json, read_once

FORMAT = 1
MOST_ARRAYS = 8
MOST_BYTES = 4 * 2**30
MOST_VALUES = 100_000
"""Of the parameters: stop words."""
LONGEST_NGRAM = 1000
_DTYPES = {"int64", "int32", "float64", "float32", "uint32", "uint16", "uint8"}
_KEYS = {"format", "kind", "parameters", "fixed"}


@dataclass(frozen=True)
class SavedVectorizer:
    """What a file holds.

    Attributes
    ----------
    parameters : dict
        Of the vectorizer's constructor.
    terms : list of str
        In the order of their columns.
    fixed : bool
        Whether the vocabulary was given and not learned.
    idf : ndarray of float of shape (n_terms,) or None
    """

    parameters: dict[str, Any]
    terms: list[str]
    fixed: bool
    idf: NDArray[Any] | None


def write_vectorizer(vectorizer: Any, terms: Sequence[Any], path: Path) -> None:
    """Write a fitted vectorizer; its parameters have to be data."""
    parameters = {name: _as_data(name, value) for name, value in vectorizer.get_params(deep=False).items()}
    if parameters["input"] != "content":
        raise DataError(Problem("only a vectorizer of texts, input='content', can be saved", str(path)))
    if not all(isinstance(term, str) for term in terms):
        raise DataError(Problem("a vocabulary whose terms aren't all text can't be saved", str(path)))
    encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
    arrays: dict[str, NDArray[Any]] = {
        "letters": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        "bounds": running_total(np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))),
    }
    if getattr(vectorizer, "use_idf", False):
        arrays["idf"] = np.ascontiguousarray(vectorizer.idf_)
    about = {
        "format": FORMAT,
        "kind": type(vectorizer).__name__,
        "fixed": bool(vectorizer.fixed_vocabulary_),
        "parameters": parameters,
    }
    save_file(arrays, path, metadata={"vectorizer": json.dumps(about)})


def read_vectorizer(kind: str, path: Path) -> SavedVectorizer:
    """Read and check what `write_vectorizer` wrote."""
    if not path.is_file():
        raise InputError(Problem("there is no such file", str(path)))
    arrays, said = read_arrays(read_once(path, MOST_BYTES, path.resolve().parent), MOST_ARRAYS, str(path))
    description = said.get("vectorizer")
    if not isinstance(description, str):
        raise ModelError(Problem("not a saved vectorizer: it has no parameters", str(path)))
    about = read_json(description.encode("utf-8", "surrogatepass"), MOST_VALUES, str(path))
    if not isinstance(about, dict) or about.get("format") != FORMAT or set(about) != _KEYS:
        raise ModelError(Problem(f"not a vectorizer of format {FORMAT}", str(path)))
    if about["kind"] != kind:
        raise ModelError(Problem(f"this is a {about['kind']!r}, not a {kind}", str(path)))
    terms = _terms(arrays, path)
    idf = arrays.get("idf")
    if idf is not None and (idf.shape != (len(terms),) or idf.dtype.kind != "f" or not np.isfinite(idf).all()):
        raise ModelError(Problem("the idf are not a finite number for each term", str(path)))
    parameters = _parameters(about["parameters"], path)
    if kind == "TfidfVectorizer" and (idf is not None) != (parameters.get("use_idf") is True):
        raise ModelError(Problem("the idf and the parameter use_idf don't agree", str(path)))
    if about["fixed"] is True:
        parameters["vocabulary"] = {term: column for column, term in enumerate(terms)}
    return SavedVectorizer(parameters, terms, about["fixed"] is True, idf)


def _as_data(name: str, value: Any) -> Any:
    if name == "vocabulary":
        return None
    if name == "dtype":
        return np.dtype(value).name
    if callable(value):
        raise DataError(Problem(f"the parameter {name!r} is a callable: code can't be saved"))
    return value.item() if isinstance(value, np.generic) else value


def _parameters(found: Any, path: Path) -> dict[str, Any]:
    fits = isinstance(found, dict) and found.get("dtype") in _DTYPES and found.get("input") == "content"
    ngrams = found.get("ngram_range") if isinstance(found, dict) else None
    if not (fits and isinstance(ngrams, list) and len(ngrams) == 2 and all(type(n) is int for n in ngrams)):
        raise ModelError(Problem("the parameters are not those of a vectorizer", str(path)))
    if not 1 <= ngrams[0] <= ngrams[1] <= LONGEST_NGRAM:
        raise ModelError(Problem(f"n-grams from {ngrams[0]!r:.20} to {ngrams[1]!r:.20} words or letters", str(path)))
    pattern = found.get("token_pattern")
    if isinstance(pattern, str) and may_take_without_end(pattern):
        raise ModelError(Problem(f"the token_pattern {pattern!r:.200} may take time without end", str(path)))
    if found.get("vocabulary") is not None:
        raise ModelError(Problem("the terms are in the parameters", str(path)))
    return {**found, "dtype": np.dtype(found["dtype"]).type, "ngram_range": tuple(ngrams)}


def _terms(arrays: Mapping[str, NDArray[Any]], path: Path) -> list[str]:
    letters, bounds = arrays.get("letters"), arrays.get("bounds")
    fits = (
        letters is not None
        and bounds is not None
        and (letters.ndim, letters.dtype.name, bounds.ndim, bounds.dtype.name) == (1, "uint8", 1, "int64")
        and len(bounds) > 1
        and (bounds[0], bounds[-1]) == (0, len(letters))
        and bool((np.diff(bounds) >= 0).all())
    )
    if letters is None or bounds is None or not fits:
        raise ModelError(Problem("the arrays are not those of terms", str(path)))
    data, ends = letters.tobytes(), bounds.tolist()
    try:
        terms = [data[i:j].decode("utf-8", "surrogatepass") for i, j in pairwise(ends)]
    except UnicodeDecodeError as error:
        raise ModelError(Problem("a term is no text", str(path))) from error
    if len(set(terms)) != len(terms):
        raise ModelError(Problem("a term occurs twice", str(path)))
    return terms
