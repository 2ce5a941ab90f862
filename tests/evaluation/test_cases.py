"""Hard cases: which examples are of which, by rules, and by the data's own columns."""

from __future__ import annotations

import numpy as np
import pytest

from stancekit.evaluation.cases import CASES, case_rows


def cases(columns, gold=None):
    n = len(next(iter(columns.values())))
    rows = case_rows(columns, np.ones((n, 1), dtype=bool) if gold is None else np.array(gold)[:, None] == ["a", "b"])
    return {name: own.tolist() for name, own in rows.items()}


def of_text(text, **more):
    return set(cases({"text": [text], **{name: [value] for name, value in more.items()}}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Paris soutient l'accord.", {"other"}),
        ("Paris ne soutient pas l'accord.", {"negated"}),
        ("Aucun ministre n’approuve la junte.", {"negated"}),
        ("Paris doesn't support the deal.", {"negated"}),
        ("Paris never supported the deal.", {"negated"}),
        ("La junte ne cesse de négocier.", {"other"}),
        ("Paris qualifie l'accord d'« erreur ».", {"quoted"}),
        ('Paris called the deal "a mistake".', {"quoted"}),
        ("Selon Paris, l'accord menace la région.", {"quoted"}),
        ("The minister said that the deal was dead.", {"quoted"}),
        ("« Nous ne partirons pas », assure le ministre.", {"negated", "quoted"}),
        (" ".join(["mot"] * 40), {"other"}),
        (" ".join(["mot"] * 41), {"long"}),
        ("", {"other"}),
    ],
)
def test_words_tell_negations_quotations_and_long_sentences(text, expected):
    assert of_text(text) == expected


def test_a_speaker_that_the_data_names_speaks():
    assert of_text("Paris soutient l'accord.", speaker="le ministre") == {"quoted"}


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ({"actor": "France", "actor_start": 0, "target": "deal", "target_start": 15}, {"other"}),
        ({"actor": "France", "actor_start": 0, "target": "deal", "target_start": -1}, {"no_mention"}),
        ({"actor": "France", "actor_start": None, "target": "deal", "target_start": 15}, {"no_mention"}),
        ({"target": "deal"}, {"no_mention"}),
        ({"actor": None, "actor_start": -1, "target": None, "target_start": -1}, {"other"}),
    ],
)
def test_a_name_that_is_not_in_the_sentence_is_no_mention_and_no_name_is_not_missing(spans, expected):
    assert of_text("Paris soutient l'accord.", **spans) == expected


def test_a_sentence_of_several_pairs_and_one_whose_pairs_have_several_labels():
    columns = {
        "article": ["x", "x", "x", "x", "y", "x", "x"],
        "text": ["one", "one", "two", "two", "one", "three", "three"],
        "actor": ["F", "M", "F", "M", "R", "F", "F"],
        "actor_start": [0] * 7,
    }
    found = cases(columns, ["a", "b", "a", "a", "b", "a", "b"])
    # The text of the other article is another sentence; twice the same pair is one pair.
    assert found == {"several_pairs": [0, 1, 2, 3], "mixed": [0, 1], "other": [4, 5, 6]}


def test_cases_that_the_data_names_come_behind_ours_the_most_frequent_first():
    columns = {
        "text": ["Paris ne soutient rien.", "Oui.", "Oui.", "Oui.", "Oui."],
        "case": [None, "irony", "metonymy", "metonymy", None],
    }
    found = cases(columns)
    assert found == {"negated": [0], "metonymy": [2, 3], "irony": [1], "other": [4]}
    assert list(found) == ["negated", "metonymy", "irony", "other"]


def test_a_row_can_name_several_cases_and_one_of_ours():
    columns = {"text": ["Oui."] * 3, "hard_cases": [["irony", "negated"], [], ["irony"]]}
    assert cases(columns) == {"negated": [0], "irony": [0, 2], "other": [1]}


def test_a_case_that_the_data_calls_other_is_added_to_ours():
    columns = {"text": ["Oui.", "Non, il ne vient pas."], "case": [None, "other"]}
    assert cases(columns) == {"negated": [1], "other": [0, 1]}


def test_without_texts_and_cases_there_are_none():
    assert cases({"actor": ["France"]}) == {}
    assert cases({"case": ["irony", None]}) == {"irony": [0], "other": [1]}


def test_every_example_is_of_some_case_and_only_the_others_of_other():
    random = np.random.default_rng(0)
    texts = ["Oui.", "Il ne vient pas.", "« Oui », dit-il.", "mot " * 50]
    columns = {
        "text": random.choice(texts, 200).tolist(),
        "actor": random.choice(["France", "Mali"], 200).tolist(),
        "actor_start": random.choice([0, -1], 200).tolist(),
    }
    found = cases(columns, random.choice(["a", "b"], 200))
    named = set().union(*(rows for name, rows in found.items() if name != "other"))
    assert set(found) <= {*CASES, "other"}
    assert named | set(found.get("other", ())) == set(range(200))
    assert not named & set(found.get("other", ()))
