"""What is said of examples that name somebody a model doesn't know."""

from __future__ import annotations

import warnings

import pytest

from stancekit import StanceClassifier
from stancekit.models.notices import ExamplesWarning, unread_columns

ROWS = [
    {"text": "Paris refuse.", "actor": "France", "target": "deal"},
    {"text": "Moscou soutient.", "actor": "Russia", "target": "deal"},
]
METHODS = ["predict", "predict_proba", "decision_function", "explain"]


@pytest.fixture(scope="module")
def model():
    return StanceClassifier(blocks=[{"field": "text"}]).fit(ROWS, ["opposes", "supports"]).model_


@pytest.mark.parametrize("method", METHODS)
def test_unknown_names_are_said_once_for_each_call_and_at_its_line(model, method):
    rows = [{"text": "Oui.", "actor": name, "target": "deal"} for name in ("Mali", "Niger", "Mali", "France")]
    with pytest.warns(ExamplesWarning) as said:
        getattr(model, method)(rows, target="vote")
    assert [str(own.message) for own in said] == [
        "3 of 4 examples with an actor that the model was not trained on: Mali, Niger"
    ]
    assert said[0].filename == __file__


def test_of_many_names_a_few_are_said(model):
    with pytest.warns(ExamplesWarning, match=r"9 of 9 examples with a target .*: t0, t1, t2, t3, t4 and 4 more$"):
        model.predict([{"text": "Oui.", "target": f"t{number}"} for number in range(9)])


def test_what_a_name_would_do_to_a_terminal_is_not_said(model):
    with pytest.warns(ExamplesWarning, match=r"trained on: Mali \[31m$"):
        model.predict(["Oui."], actor="Mali\x1b[31m")


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_said_of_known_names_and_of_none(model, method):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        getattr(model, method)([*ROWS, {"text": "Oui."}, {"text": "Non.", "actor": None}])


def test_a_role_of_which_the_model_knows_nobody_is_not_asked_for():
    texts = StanceClassifier(blocks=[{"field": "text"}]).fit(["oui", "non"], ["pro", "con"]).model_
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert texts.predict([{"text": "oui", "actor": "Mali"}]) == ["pro"]


def test_a_column_that_is_written_otherwise_is_said_not_to_be_read(model):
    with pytest.warns(ExamplesWarning, match="the column 'Actor' isn't read: is it 'actor'"):
        model.predict([{"text": "Oui.", "Actor": "France"}])


def test_a_column_is_taken_for_another_only_if_it_is_missing_and_nearly_called_so():
    assert unread_columns(["text", "actors", "Target ", "actor-start"]) == {
        "actors": "actor",
        "Target ": "target",
        "actor-start": "actor_start",
    }
    assert unread_columns(["text", "actor", "actors", "factor", "budget", "targeted", "start"]) == {}


def test_the_estimator_says_nothing_of_targets_that_were_held_out():
    classifier = StanceClassifier(blocks=[{"field": "text"}]).fit(ROWS, ["opposes", "supports"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classifier.predict_proba([{"text": "Oui.", "actor": "Mali", "target": "vote"}])
