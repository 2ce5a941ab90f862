"""Bytes changed at random, with hashes that fit: a model is refused, or labels without falling over."""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stancekit
from stancekit.errors import InputError, ModelError, StancekitError
from stancekit.features import TfidfVectorizer
from stancekit.models.notices import ExamplesWarning

FILES = ("model.json", "model.safetensors", "vocabulary.parquet")
ROWS = [{"text": "Paris refuse l'accord, été 😀", "target": "deal"}, {"text": "", "actor": None}, {"text": "\x00"}]
FUZZED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def copy(good, tmp_path):
    return shutil.copytree(good, tmp_path / "fuzzed", dirs_exist_ok=True)


def loaded_or_refused(folder):
    """Load a model and label with it; return if it could be."""
    try:
        model = stancekit.load(folder)
    except (ModelError, InputError) as error:
        assert str(error).isprintable()  # noqa: PT017 # a model that loads is as good
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ExamplesWarning)  # names that a damaged model does not know are told
        labels = model.predict(ROWS)
        scores = model.decision_function(ROWS)
    assert len(labels) == len(ROWS)
    assert all(label in model.labels for own in labels for label in (own if isinstance(own, list) else [own]))
    assert np.isfinite(scores).all()
    return True


def fit_hashes(folder):
    file = folder / "model.json"
    description = json.loads(file.read_text(encoding="utf-8"))
    description["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES[1:]}
    file.write_text(json.dumps(description), encoding="utf-8")


CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True), st.sampled_from(["flip", "set", "drop", "double"]), st.integers(0, 255)
    ),
    min_size=1,
    max_size=4,
)


def changed(raw, changes):
    for share, how, value in changes:
        at = int(share * len(raw))
        if how == "drop":
            raw = raw[:at] + raw[at + 1 + value % 8 :]
        elif how == "double":
            raw = raw[: at + 1 + value % 8] + raw[at:]
        else:
            new = raw[at] ^ (1 << value % 8) if how == "flip" and raw else value
            raw = raw[:at] + bytes([new]) + raw[at + 1 :]
    return raw


@FUZZED
@given(changes=CHANGES, name=st.sampled_from(FILES))
def test_whatever_bytes_change_a_model_is_refused_or_labels(good, copy, changes, name):
    raw = changed((good / name).read_bytes(), changes)
    shutil.copytree(good, copy, dirs_exist_ok=True)
    (copy / name).write_bytes(raw)
    if name != "model.json":
        fit_hashes(copy)
    loaded_or_refused(copy)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(2**70),
    lambda own: st.lists(own, max_size=3) | st.dictionaries(st.text(max_size=10), own, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()):
    """Return the path of every value in a JSON document."""
    found = [path]
    if isinstance(value, dict):
        found += [own for key in value for own in places(value[key], (*path, key))]
    elif isinstance(value, list):
        found += [own for number in range(len(value)) for own in places(value[number], (*path, number))]
    return found


@FUZZED
@given(data=st.data())
def test_whatever_a_description_says_a_model_is_refused_or_labels(good, copy, data):
    description = json.loads((good / "model.json").read_text(encoding="utf-8"))
    for path in data.draw(st.lists(st.sampled_from(places(description)[1:]), min_size=1, max_size=2)):
        inner = description
        try:
            for key in path[:-1]:
                inner = inner[key]
            if data.draw(st.booleans()):
                inner[path[-1]] = data.draw(VALUES)
            else:
                del inner[path[-1]]
        except (LookupError, TypeError):
            continue  # the first change took away what the second one is of
    (copy / "model.json").write_text(json.dumps(description), encoding="utf-8")
    loaded_or_refused(copy)


@FUZZED
@given(changes=CHANGES)
def test_whatever_bytes_change_a_vectorizer_is_refused_or_counts(tmp_path, changes):
    file = tmp_path / "vectorizer"
    TfidfVectorizer(ngram_range=(1, 2)).fit(["oui non", "non été"]).save(file)
    file.write_bytes(changed(file.read_bytes(), changes))
    try:
        vectorizer = TfidfVectorizer.load(file)
    except (ModelError, InputError):
        return
    try:
        vectorizer.transform(["oui non", ""])
    except (StancekitError, ValueError, TypeError, LookupError) as error:
        raise AssertionError(error) from error
