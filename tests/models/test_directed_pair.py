"""Directed pairs: what is predicted for (q, p) is what is predicted for (p, q), the other way round."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.config.decision import Tune
from stancekit.config.features import Block
from stancekit.config.model import Model, ModelKind
from stancekit.config.schema import Task
from stancekit.corpus.examples import as_columns
from stancekit.models.classifier import StanceClassifier
from stancekit.models.instances import count_instances, merge_instances
from stancekit.models.persistence import load, save_model
from stancekit.models.stance_model import fit_model

REVERSE = {"positive_pq": "positive_qp", "negative_pq": "negative_qp"}
TASK = Task(kind="directed_pair", labels=("neutral", "positive_pq", "positive_qp", "negative_pq", "negative_qp"),
            reverse=REVERSE)  # fmt: skip
BLOCKS = [Block(field="masked", ngrams=(1, 3)), Block(field="between"), Block(field="pair", analyzer="indicator")]
BOTH_WAYS = {**REVERSE, **{other: label for label, other in REVERSE.items()}}
NAMES = ("Ann", "Bob", "Carl", "Dora")
USUAL = Model()
SVC, NB_SVM = Model(kind="linear_svc"), Model(kind="nb_svm", calibration="isotonic")
VOTE = Model(kind="vote", of=(SVC, USUAL, NB_SVM), weights=(1.0, 2.0, 0.7))
TUNED = Tune(tune="macro_f1")
LINEAR = [Model(kind=kind) for kind in get_args(ModelKind) if kind != "vote"]
CALIBRATED = [Model(kind="ridge", calibration=method) for method in ("platt", "isotonic")]


def swapped(row):
    other = {"actor": "target", "target": "actor"}
    return {other.get(name.split("_")[0], name.split("_")[0]) + name[len(name.split("_")[0]) :]: value
            for name, value in row.items()}  # fmt: skip


def corpus(n=120, seed=0):
    """The verb tells the feeling, the order of the names its direction; the annotator's p comes first mostly."""
    random = np.random.default_rng(seed)
    rows, labels = [], []
    for _ in range(n):
        first, second = random.choice(NAMES, size=2, replace=False)
        verb, feeling = [("praises", "positive"), ("blames", "negative"), ("meets", None)][random.integers(3)]
        text = f"{first} {verb} {second}."
        row = {"text": text, "actor": str(first), "actor_start": 0, "actor_end": len(first), "target": str(second),
               "target_start": text.index(f" {second}.") + 1, "target_end": len(text) - 1}  # fmt: skip
        label = f"{feeling}_pq" if feeling else "neutral"
        if random.random() < 0.2:
            row, label = swapped(row), BOTH_WAYS.get(label, label)
        rows.append(row)
        labels.append(label)
    return rows, labels


def fitted(spec=USUAL, conditioning="none", decision="argmax"):
    rows, labels = corpus()
    gold, folds = np.array(labels)[:, None] == np.array(TASK.labels), (np.arange(len(rows)) % 3).astype(np.int32)
    parts = TASK, BLOCKS, spec
    return fit_model(as_columns(rows), gold, *parts, conditioning=conditioning, decision=decision, folds=folds)


@pytest.fixture(scope="module")
def model():
    return fitted()


def assert_equivariant(model, rows):
    """Scores change places with their labels, to the last bit."""
    scores, mirrored = model.decision_function(rows), model.decision_function([swapped(row) for row in rows])
    order = [model.labels.index(BOTH_WAYS.get(label, label)) for label in model.labels]
    assert mirrored.tobytes() == np.ascontiguousarray(scores[:, order]).tobytes()


@pytest.mark.parametrize("decision", ["argmax", TUNED], ids=["argmax", "tuned"])
@pytest.mark.parametrize("spec", [*LINEAR, *CALIBRATED, VOTE], ids=lambda spec: f"{spec.kind}-{spec.calibration}")
@pytest.mark.parametrize("conditioning", ["none", "token", "per_target"])
def test_every_kind_of_model_is_equivariant(spec, conditioning, decision):
    model = fitted(spec, conditioning, decision)
    rows, labels = corpus(40, seed=1)
    assert_equivariant(model, rows)
    said, reversed_ = model.predict(rows), model.predict([swapped(row) for row in rows])
    assert reversed_ == [BOTH_WAYS.get(label, label) for label in said]
    assert np.mean([a == b for a, b in zip(said, labels, strict=True)]) > 0.9


def test_a_tuned_decision_turns_with_the_pair_where_it_shifts_something():
    """Half of what is felt goes unnoticed by the annotator, and by two thirds the one who feels is named first."""
    rows, labels = corpus()
    labels = ["neutral" if i % 2 else label for i, label in enumerate(labels)]
    gold, folds = np.array(labels)[:, None] == np.array(TASK.labels), (np.arange(len(rows)) // 2 % 3).astype(np.int32)
    plain, model = (
        fit_model(as_columns(rows), gold, TASK, BLOCKS, VOTE, conditioning="token", decision=decision, folds=folds)
        for decision in ("argmax", TUNED)
    )
    offsets = dict(zip(model.labels, model.rule.offsets.tolist(), strict=True))
    assert all(offsets[label] == offsets[other] for label, other in BOTH_WAYS.items())
    said, reversed_ = model.predict(rows), model.predict([swapped(row) for row in rows])
    assert said != plain.predict(rows)
    assert reversed_ == [BOTH_WAYS.get(label, label) for label in said]
    assert_equivariant(model, rows)


words = st.lists(st.sampled_from([*NAMES, "praises", "blames", "meets", "Eve", "—"]), min_size=2, max_size=8)
spans = st.one_of(st.none(), st.tuples(st.integers(0, 3), st.integers(4, 7)))
names = st.one_of(st.none(), st.sampled_from([*NAMES, "Eve"]))


@given(st.lists(st.tuples(words, names, names, spans, spans), min_size=1, max_size=4))
def test_any_input_is_predicted_the_other_way_round_when_its_entities_change_places(model, inputs):
    rows = []
    for said, actor, target, first, second in inputs:
        row = {"text": " ".join(said) + " ........", "actor": actor, "target": target}
        for role, span in (("actor", first), ("target", second)):
            row |= {} if span is None else {f"{role}_start": span[0], f"{role}_end": span[1]}
        rows.append(row)
    assert_equivariant(model, rows)


def test_a_direction_that_was_never_annotated_is_predicted_nevertheless():
    """All training rows name first who feels; asked the other way round, the model knows the reverse."""
    rows, labels = zip(*[pair for pair in zip(*corpus(), strict=True) if pair[0]["actor_start"] == 0], strict=True)
    assert "negative_qp" not in labels
    gold = np.array(labels)[:, None] == np.array(TASK.labels)
    model = fit_model(as_columns(list(rows)), gold, TASK, BLOCKS, Model())
    assert model.predict([swapped(row) for row in rows]) == [BOTH_WAYS.get(label, label) for label in labels]


def test_a_name_known_from_one_role_is_found_in_both():
    rows, labels = corpus()
    gold = np.array(labels)[:, None] == np.array(TASK.labels)
    # Eve is marked as an actor alone, by a word that is not her name.
    rows[0] = {"text": "Bob meets Her Excellency.", "actor": "Eve", "actor_start": 10, "actor_end": 24,
               "target": "Bob", "target_start": 0, "target_end": 3}  # fmt: skip
    gold[0] = np.array(TASK.labels) == "neutral"
    model = fit_model(as_columns(rows), gold, TASK, BLOCKS, Model())
    text = "Her Excellency blames Carl."
    assert model.predict([{"text": text, "actor": "Eve", "target": "Carl"}]) == ["negative_pq"]
    assert model.predict([{"text": text, "actor": "Carl", "target": "Eve"}]) == ["negative_qp"]
    assert set(model.gazetteer.actor_names) == set(model.gazetteer.target_names) == {*NAMES, "Eve"}


def test_probabilities_change_places_with_their_labels(model):
    rows, _ = corpus(5, seed=2)
    for one, other in zip(model.predict_proba(rows), model.predict_proba([swapped(r) for r in rows]), strict=True):
        assert other == pytest.approx({label: one[BOTH_WAYS.get(label, label)] for label in one}, rel=1e-14)


def test_a_loaded_model_scores_both_ways_round_too(model, tmp_path):
    save_model(model, tmp_path)
    rows, _ = corpus(10, seed=3)
    loaded = load(tmp_path)
    assert loaded.task.reverse == REVERSE
    assert loaded.decision_function(rows).tobytes() == model.decision_function(rows).tobytes()


def test_the_scikit_learn_estimator_takes_directed_pairs(model):
    rows, labels = corpus()
    classifier = StanceClassifier(BLOCKS, labels=TASK.labels, reverse=REVERSE).fit(rows, labels)
    assert classifier.model_.decision_function(rows).tobytes() == model.decision_function(rows).tobytes()
    assert_equivariant(classifier.model_, rows)


def test_scores_of_an_example_are_the_mean_of_its_own_and_its_mirrors_mapped_back():
    own, mirror = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]]
    merged = merge_instances(np.array(own + mirror), (0, 2, 1))
    assert merged.tolist() == [[5.5, 16.0, 11.5], [22.0, 32.5, 28.0]]
    assert merge_instances(np.array(own), None).tolist() == own


def test_both_instances_of_an_example_go_where_it_goes():
    counted = count_instances({"text": ["a", "b", "c"], "actor": list("xyz"), "target": list("uvw")},
                              [Block(field="pair", analyzer="indicator")], (0, 2, 1))  # fmt: skip
    rows = np.array([2, 0])
    assert counted.instances(rows).tolist() == [2, 0, 5, 3]
    assert counted.targets_of(counted.instances(rows)) == ["w", "u", "z", "x"]
    labels = np.eye(3, dtype=bool)[[1, 0, 2]]
    assert counted.gold(labels, rows).argmax(axis=1).tolist() == [2, 1, 1, 2]
    (counts,) = counted.of([Block(field="pair", analyzer="indicator")])
    assert sorted(counts.terms) == ["u > x", "v > y", "w > z", "x > u", "y > v", "z > w"]


def test_of_other_tasks_an_example_is_its_only_instance():
    counted = count_instances({"text": ["a", "b"]}, [Block(field="text")])
    assert counted.instances(np.array([1])).tolist() == [1]
    assert counted.gold(np.eye(2, dtype=bool), np.array([1])).tolist() == [[False, True]]
