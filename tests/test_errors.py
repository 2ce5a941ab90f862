"""What an error says, and which exit code it means."""

import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.errors import (
    ConfigError,
    DataError,
    InputError,
    ModelError,
    Problem,
    RefusedError,
    StancekitError,
    closest,
)

NAMES = st.text(alphabet="abcdefgh_", min_size=1, max_size=8)


def test_a_problem_without_a_place_is_its_message():
    assert str(Problem("the article is empty")) == "the article is empty"


def test_a_problem_begins_with_its_place():
    assert str(Problem("the article is empty", "a.txt:1:1")) == "a.txt:1:1: the article is empty"


def test_a_problem_proposes_the_closest_of_what_is_allowed_and_lists_the_rest():
    said = str(Problem("unknown key 'modle'", "a.yaml:3:1", ("data", "model"), "modle"))
    assert said == "a.yaml:3:1: unknown key 'modle'; did you mean 'model'? Allowed: data, model"


def test_a_problem_proposes_nothing_when_nothing_is_close():
    said = str(Problem("unknown key 'zzzz'", allowed=("data", "model"), given="zzzz"))
    assert said == "unknown key 'zzzz'; Allowed: data, model"


def test_a_problem_ends_with_the_next_step():
    said = str(Problem("unknown key 'x'", allowed=("data", "model"), given="x", hint="Run: stancekit schema"))
    assert said == "unknown key 'x'; Allowed: data, model. Run: stancekit schema"


def test_the_excerpt_stands_on_lines_of_its_own():
    head, *below = str(Problem("wrong", "a.yaml:3:1", hint="Mend it", excerpt="  3 | x: 1\n    | ^")).split("\n")
    assert head == "a.yaml:3:1: wrong; Mend it"
    assert below == ["  3 | x: 1", "    | ^"]


def test_a_long_list_of_what_is_allowed_is_cut_and_the_rest_counted():
    said = str(Problem("unknown", allowed=[f"key{i}" for i in range(1, 16)]))
    assert "key12 and 3 more" in said
    assert "key13" not in said


def test_a_list_that_just_fits_is_shown_whole():
    said = str(Problem("unknown", allowed=[f"key{i}" for i in range(1, 13)]))
    assert said.endswith("key11, key12")


def test_a_name_beyond_the_listed_ones_can_still_be_proposed():
    allowed = [f"key{i}" for i in range(1, 15)] + ["weight"]
    assert "did you mean 'weight'?" in str(Problem("unknown", allowed=allowed, given="wieght"))


def test_a_problem_cannot_be_changed():
    problem = Problem("wrong")
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.message = "right"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "allowed", "meant"),
    [
        ("macro_f", ["accuracy", "macro_f1"], "macro_f1"),
        ("c", ["kind", "C"], "C"),
        ("MODEL", ["data", "model"], "model"),
        ("labels", ["label", "labels"], "labels"),
        ("suports", ["opposes", "neutral", "supports"], "supports"),
        ("zzz", ["accuracy", "macro_f1"], None),
        ("", ["accuracy"], None),
        ("accuracy", [], None),
    ],
)
def test_the_closest_name_is_found_in_any_case_and_only_if_it_is_close(given, allowed, meant):
    assert closest(given, allowed) == meant


@given(given=st.text(max_size=12), allowed=st.lists(st.text(max_size=8), max_size=6))
def test_the_closest_name_is_one_of_those_allowed(given, allowed):
    assert closest(given, allowed) in [None, *allowed]


@given(allowed=st.lists(NAMES, min_size=1, max_size=6, unique=True), data=st.data())
def test_a_name_that_is_allowed_is_closest_to_itself(allowed, data):
    name = data.draw(st.sampled_from(allowed))
    assert closest(name, allowed) == name


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [(InputError, 2), (ConfigError, 2), (DataError, 2), (StancekitError, 1), (RefusedError, 1), (ModelError, 1)],
)
def test_bad_input_exits_with_2_and_a_refusal_with_1(kind, exit_code):
    assert kind("wrong").exit_code == exit_code


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (InputError, StancekitError),
        (ConfigError, InputError),
        (DataError, InputError),
        (RefusedError, StancekitError),
        (ModelError, RefusedError),
    ],
)
def test_an_error_can_be_caught_as_its_parent(kind, parent):
    with pytest.raises(parent, match="wrong"):
        raise kind("wrong")


def test_an_error_is_made_of_words_of_one_problem_or_of_many():
    first, second = Problem("one", "a.yaml:1:1"), Problem("two", "a.yaml:2:1")
    assert ConfigError("one").problems == (Problem("one"),)
    assert ConfigError(first).problems == (first,)
    assert ConfigError(problem for problem in (first, second)).problems == (first, second)


def test_an_error_says_all_of_its_problems_in_order():
    error = ConfigError([Problem("one", "a.yaml:1:1"), Problem("two", "a.yaml:2:1")])
    assert str(error) == "a.yaml:1:1: one\na.yaml:2:1: two"


def test_an_error_reaches_another_process_with_its_problems():
    error = ConfigError([Problem("one", "a.yaml:1:1", hint="Mend it"), Problem("two")])
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is ConfigError
    assert again.problems == error.problems
    assert str(again) == str(error)
