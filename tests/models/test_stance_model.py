"""`StanceModel`: predictions in every form of input, and the same as scikit-learn's on the same features."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from datasets import Dataset
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.config.schema import Task
from stancekit.corpus.examples import as_columns
from stancekit.corpus.gazetteer import Gazetteer
from stancekit.corpus.readers import read_examples
from stancekit.errors import DataError, InputError
from stancekit.features.counts import block_analyzer
from stancekit.models.notices import ExamplesWarning
from stancekit.models.stance_model import StanceModel, fit_model, name_labels

LABELS = ("opposes", "neutral", "supports")
TASK = Task(labels=LABELS)
SETS = Task(kind="multilabel", labels=("supports_junta", "opposes_deal", "supports_vote"))
BLOCKS = (
    Block(field="masked", ngrams=(1, 2)),
    Block(field="masked", analyzer="char_wb", ngrams=(2, 4), weight=0.5),
    Block(field="pair", analyzer="indicator", idf=False, norm="none"),
)
VERBS = {"opposes": ("refuse", "rejette"), "neutral": ("évoque", "cite"), "supports": ("soutient", "approuve")}


def corpus(size=60, seed=0):
    """Return examples `X VERB Y autre_n.` with both mentions marked, and their labels."""
    random = np.random.default_rng(seed)
    rows, labels = [], []
    for _ in range(size):
        label = str(random.choice(LABELS))
        actor, target = random.choice(["France", "Mali", "Russia"]), random.choice(["deal", "junta"])
        said = f"{actor} {random.choice(VERBS[label])} {target} mot{random.integers(9)} mot{random.integers(9)}."
        start = said.index(target, len(actor))
        spans = {"actor_start": 0, "actor_end": len(actor), "target_start": start, "target_end": start + len(target)}
        rows.append({"text": said, "actor": str(actor), "target": str(target), **spans})
        labels.append(label)
    return rows, np.array(labels)


def one_hot(labels):
    return labels[:, None] == np.array(LABELS)


@pytest.fixture(scope="module")
def fitted():
    rows, labels = corpus()
    return fit_model(as_columns(rows), one_hot(labels), TASK, BLOCKS, Model(C=2.0))


def scikit_learns_features(rows, new):
    """Return features of `rows` and of `new`, fitted on `rows`, by TfidfVectorizer on hand-made views."""

    def masked(row):
        start, end = row["target_start"], row["target_end"]
        return "_ACTOR_" + row["text"][row["actor_end"] : start] + "_TARGET_" + row["text"][end:]

    views = [masked, masked, lambda row: f"{row['actor']} > {row['target']}"]
    parts = []
    for block, view in zip(BLOCKS, views, strict=True):
        norm = None if block.norm == "none" else block.norm
        vectorizer = TfidfVectorizer(analyzer=block_analyzer(block), use_idf=block.idf, norm=norm)
        own = vectorizer.fit_transform([view(row) for row in rows]) * block.weight
        parts.append((own, vectorizer.transform([view(row) for row in new]) * block.weight))
    matrices = [sparse.hstack(part, format="csr") for part in zip(*parts, strict=True)]
    for matrix in matrices:
        matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrices


@pytest.mark.usefixtures("solved_closely")
def test_the_whole_way_from_text_to_probability_is_scikit_learns():
    (rows, labels), (new, _) = corpus(), corpus(40, seed=1)
    fitted = fit_model(as_columns(rows), one_hot(labels), TASK, BLOCKS, Model(C=2.0))
    training, unseen = scikit_learns_features(rows, new)
    estimator = LogisticRegression(C=2.0, class_weight="balanced", solver="liblinear", max_iter=10_000, tol=1e-10)
    # Label codes keep the order of the task; scikit-learn would sort names.
    theirs = OneVsRestClassifier(estimator).fit(training, one_hot(labels).argmax(axis=1))
    np.testing.assert_allclose(fitted.decision_function(new), theirs.decision_function(unseen), rtol=1e-6, atol=1e-7)
    ours = np.array([[shares[label] for label in LABELS] for shares in fitted.predict_proba(new)])
    np.testing.assert_allclose(ours, theirs.predict_proba(unseen), rtol=1e-6)
    assert fitted.predict(new) == [LABELS[code] for code in theirs.predict(unseen)]


def test_the_most_probable_label_is_predicted(fitted):
    new, _ = corpus(40, seed=2)
    shares = fitted.predict_proba(new)
    assert fitted.predict(new) == [max(own, key=own.get) for own in shares]
    assert all(tuple(own) == LABELS and sum(own.values()) == pytest.approx(1.0) for own in shares)


def test_words_that_were_never_learned_say_nothing(fitted):
    with pytest.warns(ExamplesWarning, match="was not trained on"):
        blank, foreign = (
            fitted.decision_function([{"text": text, "actor": "?", "target": "?"}]) for text in ("", "ξ ξξ")
        )
    np.testing.assert_array_equal(blank, [fitted.linear.intercepts])
    np.testing.assert_allclose(foreign, blank, rtol=1e-12)


INPUTS = {
    "list of dict": list,
    "columns": as_columns,
    "Dataset": Dataset.from_list,
    "pyarrow table": pa.Table.from_pylist,
    "data frame": pd.DataFrame,
}


@pytest.mark.parametrize("kind", INPUTS.values(), ids=INPUTS.keys())
def test_every_kind_of_input_is_predicted_alike(fitted, kind):
    new, _ = corpus(20, seed=3)
    expected = fitted.decision_function(new)
    assert fitted.decision_function(kind(new)).tobytes() == expected.tobytes()
    assert fitted.predict(kind(new)) == fitted.predict(new)


def test_an_example_is_predicted_alike_alone_and_among_others(fitted):
    new, _ = corpus(10, seed=4)
    together = fitted.decision_function(new)
    for row, example in enumerate(new):
        assert fitted.decision_function(example).tobytes() == together[row : row + 1].tobytes()


def test_actor_and_target_may_be_given_once_for_all(fitted):
    texts = ["X refuse.", "X soutient."]
    named = [{"text": text, "actor": "France", "target": "deal"} for text in texts]
    assert (
        fitted.decision_function(texts, actor="France", target="deal").tolist()
        == fitted.decision_function(named).tolist()
    )
    assert fitted.predict(texts, actor="France", target="deal") == fitted.predict(named)
    assert fitted.predict_proba(texts, actor="France", target="deal") == fitted.predict_proba(named)


def test_no_examples_have_no_predictions(fitted):
    assert fitted.predict([]) == fitted.predict_proba([]) == []
    assert fitted.decision_function([]).shape == (0, 3)


def with_gazetteer(model):
    gazetteer = Gazetteer(actors={"France": ("Paris",)}, targets={"deal": ("l’accord",)})
    return StanceModel(model.task, model.spec, model.features, model.linear, gazetteer)


def test_a_mention_without_span_is_looked_up_by_name(fitted):
    model = with_gazetteer(fitted)
    text = "Paris refuse l’accord."
    marked = {"actor_start": 0, "actor_end": 5, "target_start": 13, "target_end": 21}
    names = {"text": text, "actor": "France", "target": "deal"}
    found = model.decision_function([names])
    assert found.tobytes() == model.decision_function([names | marked]).tobytes()
    nowhere = model.decision_function([names | dict.fromkeys(marked)])
    assert found.tobytes() != nowhere.tobytes()
    assert nowhere.tobytes() == fitted.decision_function([names]).tobytes()


def test_a_file_without_spans_has_its_mentions_looked_up_as_a_list_of_dicts_has(fitted, tmp_path):
    model = with_gazetteer(fitted)
    (tmp_path / "new.csv").write_text("text,actor,target\nParis refuse l’accord.,France,deal\n", encoding="utf-8")
    row = {"text": "Paris refuse l’accord.", "actor": "France", "target": "deal"}
    read = model.decision_function(read_examples(tmp_path / "new.csv"))
    np.testing.assert_array_equal(read, model.decision_function([row]))


def label_sets():
    texts = ["oui à la junte", "non à l'accord", "oui au vote", "non à l'accord et oui à la junte", "rien"]
    gold = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 0, 0]]
    return {"text": texts}, np.array(gold, dtype=bool)


def test_a_multilabel_model_predicts_every_label_that_is_more_likely_than_not():
    columns, gold = label_sets()
    model = fit_model(columns, gold, SETS, [Block(field="text")], Model(C=100.0))
    assert model.predict(columns) == [
        ["supports_junta"],
        ["opposes_deal"],
        ["supports_vote"],
        ["supports_junta", "opposes_deal"],
        [],
    ]
    for chosen, shares in zip(model.predict(columns), model.predict_proba(columns), strict=True):
        assert chosen == [label for label in SETS.labels if shares[label] > 0.5]


@pytest.mark.usefixtures("solved_closely")
def test_multilabel_probabilities_are_those_of_scikit_learn():
    columns, gold = label_sets()
    model = fit_model(columns, gold, SETS, [Block(field="text")], Model(C=10.0))
    vectorizer = TfidfVectorizer(analyzer=block_analyzer(Block(field="text")))
    estimator = LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear", max_iter=10_000, tol=1e-10)
    theirs = OneVsRestClassifier(estimator).fit(vectorizer.fit_transform(columns["text"]), gold.astype(int))
    expected = theirs.predict_proba(vectorizer.transform(columns["text"]))
    ours = [list(shares.values()) for shares in model.predict_proba(columns)]
    np.testing.assert_allclose(ours, expected, rtol=1e-6)


def test_a_model_without_probabilities_says_so():
    rows, labels = corpus()
    model = fit_model(as_columns(rows), one_hot(labels), TASK, BLOCKS, Model(kind="linear_svc"))
    assert set(model.predict(rows)) == set(LABELS)
    with pytest.raises(InputError, match="a linear_svc has no probabilities"):
        model.predict_proba(rows)


def test_what_is_no_example_is_refused(fitted):
    with pytest.raises(DataError, match="have no 'text'"):
        fitted.predict([{"txt": "a"}])
    with pytest.raises(DataError, match="example 0: 'text' is NoneType"):
        fitted.predict_proba([{"text": None}])


def test_labels_are_named_in_the_order_of_the_task():
    chosen = np.array([[False, True, True], [True, False, False], [False, False, False]])
    assert name_labels(chosen, SETS) == [["opposes_deal", "supports_vote"], ["supports_junta"], []]
    assert name_labels(chosen[:2], TASK) == ["neutral", "opposes"]
