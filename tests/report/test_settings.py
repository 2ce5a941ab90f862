"""What a search found, in words and tables, worked out by hand."""

from __future__ import annotations

from typing import Any

from stancekit.report.settings import search_in_words, settings_tried


def tried(
    changes: dict[str, Any], score: float | None, folds: list[float | None], unconverged: int = 0
) -> dict[str, Any]:
    return {"changes": changes, "score": score, "folds": folds, "unconverged": unconverged}


SEARCH: dict[str, Any] = {
    "metric": "macro_f1",
    "n": 2,
    "nested": True,
    "best": {"model.kind": "ridge", "model.C": 3},
    "tried": [
        tried({"model.kind": "complement_nb"}, None, [None, None]),
        tried({"model.kind": "ridge", "model.C": 1}, 0.5, [0.75, 0.25], 2),
        tried({"model.kind": "ridge", "model.C": 3}, 0.7, [None, 0.7]),
        tried({"model.kind": "ridge", "model.C": 9}, 0.7, [0.6, 0.8]),
    ],
    "by_fold": [
        {"repeat": 0, "fold": 0, "best": {"model.kind": "ridge", "model.C": 1}},
        {"repeat": 0, "fold": 1, "best": {"model.kind": "ridge", "model.C": 3}},
        {"repeat": 0, "fold": 2, "best": {"model.kind": "ridge", "model.C": 3}},
    ],
}


def test_the_chosen_setting_is_first_even_of_equals_and_what_has_no_score_last() -> None:
    shown = settings_tried(SEARCH)
    assert shown["keys"] == ["model.kind", "model.C"]
    assert [row["values"] for row in shown["rows"]] == [["ridge", own] for own in "391"] + [["complement_nb", "–"]]
    assert [row["best"] for row in shown["rows"]] == [True, False, False, False]


def test_folds_give_a_range_of_those_scores_that_are_defined() -> None:
    ranges = [(row["lowest"], row["highest"], row["unconverged"]) for row in settings_tried(SEARCH)["rows"]]
    assert ranges == [(0.7, 0.7, 0), (0.6, 0.8, 0), (0.25, 0.75, 2), (None, None, 0)]


def test_folds_are_named_beneath_what_they_chose() -> None:
    first, second = "model.kind = ridge, model.C = 3", "model.kind = ridge, model.C = 1"
    assert settings_tried(SEARCH)["chosen"] == [(first, 2, "2, 3"), (second, 1, "1")]
    again = [own | {"repeat": 1} for own in SEARCH["by_fold"][:1]]
    repeated = settings_tried(SEARCH | {"by_fold": [*SEARCH["by_fold"], *again]})["chosen"]
    assert repeated == [(second, 2, "1.1, 2.1"), (first, 2, "1.2, 1.3")]
    assert settings_tried(SEARCH | {"nested": False})["chosen"] == []


def test_a_line_says_how_many_were_tried_and_which_was_best() -> None:
    assert search_in_words(SEARCH) == "4 settings: best model.kind = ridge, model.C = 3 (macro_f1 0.700 in 2 folds)"
    alone = SEARCH | {"tried": [tried({"model.C": 3}, None, [])], "best": {"model.C": 3}}
    assert search_in_words(alone) == "1 setting: best model.C = 3 (macro_f1 not defined in 2 folds)"
