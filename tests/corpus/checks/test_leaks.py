from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stancekit.config.schema import FoldScheme
from stancekit.corpus.checks import Finding, check_examples
from stancekit.corpus.readers import read_examples

LEAKS = ("SK001", "SK002", "SK003", "SK004", "SK005", "SK006")
SENTENCE = "La France refuse de quitter le Mali avant la fin de l'année"
REPRINT = "La France refuse de quitter le Niger avant la fin de l'année"
OTHER = "Moscou salue un vote que personne n'attendait plus"
"""Twelve words, thirteen pairs; one word changed leaves 11 of 15."""


def leaks(train: Any, test: Any = None, folds: Any = None, scheme: FoldScheme = "random") -> list[Finding]:
    cut = None if folds is None else np.array(folds, dtype=np.int32)
    return [own for own in check_examples(train, test, folds=cut, scheme=scheme) if own.code in LEAKS]


def told(findings: Sequence[Finding]) -> list[tuple[str, str, list[str]]]:
    return [(own.code, own.part, list(own.rows)) for own in findings]


def columns(*rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    """Rows of (id, text, actor, target)."""
    return {
        name: list(values)
        for name, values in zip(("id", "text", "actor", "target"), zip(*rows, strict=False), strict=True)
    }


def test_a_copy_is_reported_under_the_later_id_and_counted_once() -> None:
    train = columns(
        ("a", SENTENCE, "F", "m"), ("b", SENTENCE, "F", "m"), ("c", OTHER, "R", "v"), ("d", SENTENCE, "F", "m")
    )
    (copies,) = leaks(train)
    assert (copies.code, copies.severity, copies.part) == ("SK001", "warning", "train")
    assert (copies.count, list(copies.rows)) == (2, ["b", "d"])
    assert copies.message == "2 of 4 train examples repeat an earlier one (50 %)"
    assert copies.examples == ("b is a", "d is a")


@pytest.mark.parametrize("changed", [{"actor": ["F", "G"]}, {"target": ["m", "n"]}, {"annotator": ["ann", "bob"]}])
def test_the_same_text_of_another_actor_target_or_annotator_is_no_copy(changed: dict[str, list[str]]) -> None:
    assert leaks({"text": [SENTENCE] * 2, "actor": ["F", "F"], "target": ["m", "m"]} | changed) == []


def test_a_target_mentioned_at_another_place_is_no_copy() -> None:
    spans = {"target_start": [3, 30], "target_end": [9, 34]}
    assert leaks({"text": [SENTENCE] * 2, "target": ["m", "m"], **spans}) == []


def test_examples_without_ids_are_numbered_from_one() -> None:
    assert told(leaks({"text": [OTHER, SENTENCE, SENTENCE]})) == [("SK001", "train", ["3"])]


def test_a_reprint_is_nearly_the_same_and_a_copy_is_not_counted_as_one() -> None:
    train = columns(("a", SENTENCE, "F", "m"), ("b", REPRINT, "F", "m"), ("c", OTHER, "R", "v"))
    (near,) = leaks(train)
    assert (near.code, near.severity, near.count, list(near.rows)) == ("SK002", "warning", 2, ["a", "b"])
    assert len(near.examples) == 1, "a pair is shown once, not from both sides"
    assert leaks(columns(("a", SENTENCE, "F", "m"), ("b", OTHER, "R", "v"))) == []


def test_a_reprint_in_the_other_part_is_none_in_this_one() -> None:
    train, test = columns(("a", SENTENCE, "F", "m")), columns(("t", REPRINT, "F", "m"))
    assert told(leaks(train, test)) == [("SK004", "test", ["t"])]


def test_a_test_example_that_training_has_is_an_error_from_one_in_a_hundred() -> None:
    train = columns(("a", SENTENCE, "F", "m"))
    fillers = [(f"f{number}", f"texte {number} sans rien de commun {number * 7}", "R", "v") for number in range(100)]
    (grave,) = [own for own in leaks(train, columns(("t", SENTENCE, "F", "m"), *fillers[:99])) if own.code == "SK003"]
    assert (grave.severity, grave.part, grave.count, list(grave.rows)) == ("error", "test", 1, ["t"])
    (slight,) = [own for own in leaks(train, columns(("t", SENTENCE, "F", "m"), *fillers)) if own.code == "SK003"]
    assert slight.severity == "warning"


def test_a_test_text_with_another_target_is_nearly_seen_and_no_copy() -> None:
    train = columns(("a", SENTENCE, "F", "m"))
    test = columns(
        ("t", SENTENCE, "F", "n"), ("u", REPRINT, "F", "m"), ("v", SENTENCE, "F", "m"), ("w", OTHER, "F", "m")
    )
    found = {own.code: own for own in leaks(train, test)}
    assert list(found["SK003"].rows) == ["v"]
    assert list(found["SK004"].rows) == ["t", "u"]
    assert set(found) == {"SK002", "SK003", "SK004"}, "t, u and v are near each other too"
    assert list(found["SK002"].rows) == ["t", "u", "v"]


def test_a_text_torn_by_folds_is_an_error_and_one_kept_together_is_nothing() -> None:
    train = columns(
        ("a", SENTENCE, "F", "m"), ("b", SENTENCE, "F", "n"), ("c", OTHER, "R", "v"), ("d", "Oui", "R", "v")
    )
    (torn,) = leaks(train, folds=[[0, 1, 0, 1]])
    assert (torn.code, torn.severity, torn.count, list(torn.rows)) == ("SK005", "error", 2, ["a", "b"])
    assert leaks(train, folds=[[0, 0, 1, 1]]) == []


def test_a_text_torn_in_one_repeat_only_is_torn() -> None:
    train = columns(("a", SENTENCE, "F", "m"), ("b", SENTENCE, "F", "n"))
    assert told(leaks(train, folds=[[0, 0], [1, 1], [1, 0]])) == [("SK005", "train", ["a", "b"])]


def test_one_torn_text_among_many_is_a_warning() -> None:
    fillers = [(f"f{number}", f"texte {number} sans rien {number * 7} de commun", "R", "v") for number in range(199)]
    train = columns(("a", SENTENCE, "F", "m"), ("b", SENTENCE, "F", "n"), *fillers)
    (torn,) = [own for own in leaks(train, folds=[[0, 1] * 100 + [0]]) if own.code == "SK005"]
    assert (torn.severity, torn.count) == ("warning", 2)


@pytest.mark.parametrize("scheme", ["random", "stratified", "group", "stratified_group"])
def test_in_folds_that_are_drawn_both_halves_of_a_torn_text_were_trained_on(scheme: FoldScheme) -> None:
    train = columns(("a", SENTENCE, "F", "m"), ("b", SENTENCE, "F", "n"))
    (torn,) = leaks(train, folds=[[0, 1]], scheme=scheme)
    assert (torn.severity, list(torn.rows)) == ("error", ["a", "b"])


@pytest.mark.parametrize("scheme", ["leave_one_out", "predefined"])
def test_folds_that_were_chosen_give_a_warning(scheme: FoldScheme) -> None:
    train = columns(("a", SENTENCE, "F", "m"), ("b", SENTENCE, "F", "n"))
    (torn,) = leaks(train, folds=[[0, 1]], scheme=scheme)
    assert (torn.severity, list(torn.rows)) == ("warning", ["a", "b"])


def test_by_time_only_the_later_of_two_was_trained_on_its_text() -> None:
    """Periods -1, 0, 1, 2: the first is never held out, and 2 is later than 0, which isn't trained on later ones."""
    train = columns(
        ("a", SENTENCE, "F", "m"), ("b", OTHER, "R", "v"), ("c", SENTENCE, "F", "n"), ("d", OTHER, "R", "w")
    )
    (torn,) = leaks(train, folds=[[0, -1, 2, 1]], scheme="time")
    assert (torn.code, torn.severity, list(torn.rows)) == ("SK005", "warning", ["c", "d"])
    assert leaks(train, folds=[[-1, -1, -1, -1]], scheme="time") == []
    assert leaks(train, folds=[[1, 0, 1, 0]], scheme="time") == []


def test_an_example_that_is_never_held_out_is_trained_on_but_not_torn() -> None:
    train = columns(("a", SENTENCE, "F", "m"), ("b", SENTENCE, "F", "n"))
    assert told(leaks(train, folds=[[-1, 0]], scheme="predefined")) == [("SK005", "train", ["b"])]


def test_nearly_the_same_text_in_another_fold_is_a_warning() -> None:
    train = columns(("a", SENTENCE, "F", "m"), ("b", REPRINT, "F", "m"), ("c", OTHER, "R", "v"), ("d", OTHER, "R", "w"))
    near, torn = leaks(train, folds=[[0, 1, 0, 0]])
    assert (near.code, list(near.rows)) == ("SK002", ["a", "b"])
    assert (torn.code, torn.severity, torn.count, list(torn.rows)) == ("SK006", "warning", 2, ["a", "b"])
    assert [own.code for own in leaks(train, folds=[[0, 0, 1, 1]])] == ["SK002"]


def test_by_time_nearly_the_same_text_counts_for_the_later_only() -> None:
    train = columns(("a", REPRINT, "F", "m"), ("b", SENTENCE, "F", "m"))
    found = leaks(train, folds=[[1, 0]], scheme="time")
    assert [(own.code, list(own.rows)) for own in found] == [("SK002", ["a", "b"]), ("SK006", ["a"])]


def test_a_reprint_in_the_test_set_tears_no_fold() -> None:
    train = columns(("a", SENTENCE, "F", "m"), ("b", OTHER, "R", "v"))
    assert told(leaks(train, columns(("t", REPRINT, "F", "m")), folds=[[0, 1]])) == [("SK004", "test", ["t"])]


def test_an_empty_part_has_nothing_to_find() -> None:
    assert leaks({"text": []}) == []
    assert leaks({"text": []}, {"text": []}, folds=np.empty((1, 0))) == []


def test_half_of_many_rows_being_one_text_is_counted_without_comparing_all_pairs() -> None:
    size = 20_000
    train = {"text": [SENTENCE] * size + [f"texte {number}" for number in range(size)]}
    found = {own.code: own.count for own in leaks(train, folds=[np.arange(2 * size) % 5])}
    assert (found["SK001"], found["SK005"]) == (size - 1, size)


def test_dse_has_as_many_copies_as_were_counted_before() -> None:
    folder = os.environ.get("STANCEKIT_DATA")
    if folder is None:
        pytest.skip("STANCEKIT_DATA is not set")
    train, test = (
        read_examples(Path(folder, "dse", f"{part}.txt"), format="dse").to_dict() for part in ("train", "valid")
    )
    found = {(own.code, own.part): own for own in leaks(train, test)}
    assert found["SK001", "train"].count == 1611
    assert found["SK003", "test"].count == 392
    assert found["SK003", "test"].severity == "error"
    distinct = len(set(zip(train["text"], train["actor"], train["target"], strict=True)))
    assert len(train["text"]) - distinct == 1611
