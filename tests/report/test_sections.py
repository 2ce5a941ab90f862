from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from stancekit.report.sections import predictions as predictions_section
from stancekit.report.sections.breakdowns import breakdowns, weakest
from stancekit.report.sections.calibration import calibration, reliability_bins
from stancekit.report.sections.confusion import confusion
from stancekit.report.sections.mistakes import mistakes
from stancekit.report.sections.predictions import as_island, predictions
from stancekit.report.sections.scores import scores
from stancekit.report.sections.stance_map import SHOWN, stance_map
from stancekit.report.sections.texts import Texts
from stancekit.report.sections.verdict import verdict, warnings

if TYPE_CHECKING:
    from stancekit.models.stance_model import StanceModel

LABELS = ["opposes", "neutral", "supports"]
UNASKED = cast("StanceModel", None)
"""The model, for what doesn't need it."""


def cell(value: float | None, low: float | None = None, high: float | None = None) -> dict[str, float | None]:
    return {"value": value, "low": low, "high": high}


def metrics(value: float | None, low: float | None, high: float | None, **baselines: Any) -> dict[str, Any]:
    rivals = {name: None if own is None else {"macro_f1": own} for name, own in baselines.items()}
    return {
        "metrics": {"macro_f1": cell(value, low, high)},
        "baselines": rivals,
        "beside": {
            name: own and {key: _beside(value, said) for key, said in own.items()} for name, own in rivals.items()
        },
    }


def _beside(value: float | None, rival: Any) -> dict[str, Any]:
    """A baseline, whose difference to the model has an interval of 0.15 either way."""
    own = rival if isinstance(rival, dict) else cell(rival, None, None)
    if value is None or own["value"] is None:
        return {**own, "difference": cell(None, None, None)}
    more = value - own["value"]
    return {**own, "difference": cell(more, more - 0.15, more + 0.15)}


@pytest.mark.parametrize(
    ("rival", "said"),
    [
        (0.3, "better than every baseline, the best of which, names only, reaches 0.300."),
        (0.5, "but by how much better than the best of them, names only with 0.500, isn’t sure."),
        (0.6, "no better than the baseline names only, which reaches 0.600."),
        (None, "there is no baseline to compare it with."),
    ],
)
def test_the_verdict_says_where_the_best_baseline_stands(make_part, rival: float | None, said: str) -> None:
    part = make_part(["neutral"] * 2, [["neutral"] * 2], scores=metrics(0.6, 0.4, 0.7, majority=0.1, names_only=rival))
    if rival is None:
        part.scored.scores["baselines"].clear()
    sentence = verdict(part)["sentence"]
    assert sentence.startswith("Macro-F1 0.600 (95 % interval 0.400 to 0.700) in cross-validation of 2 examples in 2 ")
    assert sentence.endswith(said)


def test_the_weakest_groups_are_named_in_the_language_of_the_page(make_part) -> None:
    worst = [
        {"by": "target", "value": "wagner_deal", "n": 34, "score": 0.4, "low": 0.25, "high": 0.5},
        {"by": "case", "value": "negated", "n": 12, "score": 0.5, "low": None, "high": None},
    ]
    part = make_part(["neutral"], [["neutral"]], scores=metrics(0.6, 0.4, 0.7) | {"worst": worst}, language="fr")
    said = weakest(part)
    assert "parmi les groupes de 10 exemples" in said
    assert "cible wagner_deal 0,400 (0,250 à 0,500\u00a0; 34 exemples), cas négation 0,500 (12 exemples)." in said
    assert weakest(make_part(["neutral"], [["neutral"]], scores=metrics(0.6, 0.4, 0.7))) == ""


def test_a_verdict_without_interval_or_value_says_so(make_part) -> None:
    one = make_part(["neutral"], [["neutral"]], scores=metrics(0.6, None, None, majority=0.1))
    assert "(no interval: one group)" in verdict(one)["sentence"]
    none = make_part(["neutral"], [["neutral"]], scores=metrics(None, None, None))
    assert verdict(none)["sentence"] == "Macro-F1 is not defined in cross-validation of 1 example."


def test_every_warning_that_there_is_can_be_said_in_french(make_part) -> None:
    from stancekit.evaluation.verdict import warn

    base = metrics(0.6, 0.4, 0.7, names_only=0.65, target_only=0.5)
    found = set()
    for groups, articles in ((1, 1), (12, None)):
        part = make_part(["neutral"] * 2, [["neutral"] * 2], scores={**base, "groups": groups}, language="fr")
        part.scored.scores["warnings"] = warn(part.scored.scores, part.config, articles, 2, 8)
        for own in warnings(part):
            assert own["lang"] == "fr", own
            found.add(own["code"])
            if own["code"] == "not_converged":
                assert own["message"].startswith("Dans 2 apprentissages sur 8,")
            if own["code"] == "baseline_in_interval":
                assert "«\u00a0cible seule\u00a0» (0,500)" in own["message"]
                assert "(−0,050 à 0,250)" in own["message"]
                assert "ni la phrase ni l’acteur" in own["message"]
    assert found == {
        "one_article", "one_group", "few_groups", "baseline_not_beaten", "baseline_in_interval", "not_converged"
    }  # fmt: skip


def test_a_warning_that_the_page_does_not_know_is_shown_in_its_own_words(make_part) -> None:
    part = make_part(["neutral"], [["neutral"]], language="fr")
    part.scored.scores["warnings"] = [{"code": "new", "message": "Something else."}]
    assert warnings(part) == [{"code": "new", "message": "Something else.", "lang": "en"}]


def test_a_baseline_may_have_an_interval_and_may_not_apply(make_part) -> None:
    part = make_part(["neutral"], [["neutral"]], scores=metrics(0.6, 0.4, 0.7, majority=cell(0.2, 0.1, 0.3), x=None))
    rows = scores(part)["metrics"][0]["rows"]
    assert [(row["name"], row["value"], row["range"]) for row in rows] == [
        ("model", "0.600", "0.400 to 0.700"),
        ("majority", "0.200", "0.100 to 0.300"),
        ("x", "doesn’t apply", ""),
    ]
    assert rows[0]["figure"].count("whisker") == rows[1]["figure"].count("whisker") == 1


def test_annotators_stand_beside_the_model_where_several_labelled_the_same(make_part) -> None:
    people = {"annotators": 3, "items": 36, "metrics": {"macro_f1": cell(0.8, 0.7, 0.9)}, "alpha": cell(0.712)}
    own = metrics(0.6, 0.4, 0.7, majority=0.1)
    own["metrics"]["average"] = cell(0.5)
    own["beside"]["majority"]["average"] = own["baselines"]["majority"]["average"] = 0.2
    shown = scores(make_part(["neutral"], [["neutral"]], scores={**own, "ceiling": people}))
    first, second = ([(row["name"], row["value"], row["range"]) for row in of["rows"]] for of in shown["metrics"])
    assert first[:2] == [("model", "0.600", "0.400 to 0.700"), ("annotators", "0.800", "0.700 to 0.900")]
    assert second[1] == ("annotators", "n/a", "")
    assert "several of 3 labelled the same (36 examples; Krippendorff’s alpha 0.712)" in shown["intro"]
    worse = {**people, "metrics": {"macro_f1": cell(-0.4)}}
    below = scores(make_part(["neutral"], [["neutral"]], scores={**own, "ceiling": worse}))
    assert "−" in below["metrics"][0]["axis"], "the scale has room for them"
    assert "−" not in shown["metrics"][0]["axis"]
    alone = scores(make_part(["neutral"], [["neutral"]], scores={**own, "ceiling": None}))
    assert [row["name"] for row in alone["metrics"][0]["rows"]] == ["model", "majority"]
    assert "nnotators" not in alone["intro"]


def test_a_cell_of_the_matrix_says_count_and_share_and_asks_for_its_examples(make_part) -> None:
    matrix = {"labels": LABELS, "matrix": [[3, 1, 0], [0, 0, 0], [0, 2.5, 2.5]]}
    shown = confusion(make_part(["neutral"], [["neutral"]] * 2, scores={"confusion": matrix}))
    first = shown["rows"][0]["cells"]
    assert [(own["count"], own["percent"], own["right"]) for own in first[:2]] == [
        ("3.0", "75\u00a0%", True),
        ("1.0", "25\u00a0%", False),
    ]
    assert first[1]["told"] == "gold opposes, predicted neutral:"
    assert "2 repeats" in shown["intro"]


def test_a_breakdown_that_nobody_thought_of_gets_a_table(make_part) -> None:
    per_case = {
        "irony": {"n": 4, "groups": 3, "metrics": {"macro_f1": cell(0.25, 0.1, 0.4)}, "nested": {"deep": {"x": 1}}},
        "quote": {"n": 12, "groups": 5, "metrics": {"macro_f1": cell(None)}, "share": 0.125},
    }
    part = make_part(["neutral"], [["neutral"]], scores={"per_case": per_case, "per_actor": {}, "per_run": 3})
    (table,) = breakdowns(part)
    assert table["name"] == "case"
    assert [column["title"] for column in table["columns"]] == ["Examples", "Groups", "Macro-F1", "Share"]
    rows = {row["name"]: row["cells"] for row in table["rows"]}
    assert [own["text"] for own in rows["irony"]] == ["4", "3", "0.250", "n/a"]
    assert [own["sort"] for own in rows["quote"]] == [12, 5, None, 0.125]
    assert rows["irony"][2]["range"] == "0.100 to 0.400"


def test_of_very_many_rows_the_first_are_shown_and_the_rest_counted(make_part) -> None:
    many = {f"a{at}": {"n": 1} for at in range(310)}
    (table,) = breakdowns(make_part(["neutral"], [["neutral"]], scores={"per_article": many}))
    assert (len(table["rows"]), table["hidden"]) == (300, 10)


def test_the_map_has_mean_stances_of_gold_and_of_all_repeats(make_part) -> None:
    gold = ["opposes", "opposes", "neutral", "supports"]
    said = [["opposes", "neutral", "neutral", "supports"], ["opposes", "opposes", "supports", "supports"]]
    columns = {"actor": ["F", "F", "F", "R"], "target": ["t", "t", "u", "t"]}
    shown = stance_map(make_part(gold, said, columns=columns))
    assert shown is not None
    assert shown["columns"] == ["t", "u"]
    by_actor = {row["actor"]: row["cells"] for row in shown["rows"]}
    # F on t: gold (-1 -1) / 2; predicted (-1 + 0 - 1 - 1) / 4, which is -0.75 and shown as -0.8.
    assert (by_actor["F"][0]["gold"]["text"], by_actor["F"][0]["predicted"]["text"]) == ("−1.0", "−0.8")
    assert (by_actor["F"][1]["gold"]["text"], by_actor["F"][1]["predicted"]["text"]) == ("0", "+0.5")
    assert by_actor["R"][1] is None
    assert by_actor["F"][0]["n"] == 2


def test_labels_that_are_no_stances_are_named_with_their_share(make_part) -> None:
    shown = stance_map(
        make_part(
            ["a", "a", "b"],
            [["a", "b", "b"]],
            columns={"actor": ["F", "F", "F"], "target": ["t", "t", "u"]},
            overrides=["task.labels=[a, b]"],
        )
    )
    assert shown is not None
    assert not shown["diverging"]
    first = shown["rows"][0]["cells"][0]
    assert (first["gold"]["text"], first["predicted"]["text"]) == ("a 100\u00a0%", "a 50\u00a0%")


def test_a_large_map_is_limited_and_says_so(make_part) -> None:
    names = [f"actor{at:02d}" for at in range(SHOWN + 3)]
    part = make_part(["neutral"] * len(names), [["neutral"] * len(names)], columns={"actor": names, "target": names})
    shown = stance_map(part)
    assert shown is not None
    assert (len(shown["rows"]), len(shown["columns"])) == (SHOWN, SHOWN)
    assert shown["limited"] == "Only the most frequent 20 of 23 actors and 20 of 23 targets."


def test_without_actors_there_is_no_map(make_part) -> None:
    assert stance_map(make_part(["neutral"], [["neutral"]], columns={"target": ["t"]})) is None


def test_steps_of_probability_are_those_of_scikit_learn() -> None:
    drawn = np.random.default_rng(3)
    given = drawn.uniform(size=400)
    right = drawn.uniform(size=400) < given
    shares, means = calibration_curve(right, given, n_bins=10, strategy="uniform")
    bins = reliability_bins(given, right)
    np.testing.assert_allclose([own.right for own in bins], shares)
    np.testing.assert_allclose([own.given for own in bins], means)
    assert all(own.low <= own.right <= own.high for own in bins)


def test_repeats_do_not_narrow_the_intervals_of_probabilities() -> None:
    once = reliability_bins(np.array([0.7] * 10), np.array([True] * 5 + [False] * 5))
    thrice = reliability_bins(np.array([0.7] * 30), np.array([True] * 15 + [False] * 15), repeats=3)
    assert (once[0].low, once[0].high) == (thrice[0].low, thrice[0].high)


def test_the_probability_of_what_was_predicted_is_held_against_whether_it_is_right(make_part) -> None:
    shares = [[[0.8, 0.1, 0.1], [0.2, 0.2, 0.6]]]
    shown = calibration(make_part(["opposes", "neutral"], [["opposes", "supports"]], probabilities=shares))
    assert shown is not None
    assert [row[:2] for row in shown["rows"]] == [["60\u00a0%", "0\u00a0%"], ["80\u00a0%", "100\u00a0%"]]
    # (|0.8 - 1| + |0.6 - 0|) / 2
    assert "40.0 points" in shown["error"]
    assert calibration(make_part(["neutral"], [["neutral"]])) is None


def test_the_most_confident_mistakes_come_first(make_part) -> None:
    shares = [[[0.5, 0.3, 0.2], [0.9, 0.1, 0.0], [0.1, 0.1, 0.8]]]
    part = make_part(["neutral", "neutral", "supports"], [["opposes", "opposes", "supports"]], probabilities=shares)
    assert [(own.row, own.confidence) for own in mistakes(part, Texts(part, "none"), UNASKED)] == [(1, 0.9), (0, 0.5)]


def test_without_probabilities_the_steadiest_mistakes_come_first(make_part) -> None:
    said = [["opposes", "opposes"], ["opposes", "opposes"], ["neutral", "opposes"]]
    part = make_part(["neutral", "neutral"], said)
    assert [own.row for own in mistakes(part, Texts(part, "none"), UNASKED)] == [1, 0]


TEXT = "\U0001d49c Paris salue Bamako."
UNSEEN = "\U000e0001 Paris salue Bamako."


def text_columns(n: int) -> dict[str, list[Any]]:
    return {
        "text": [TEXT] * n,
        "actor": ["F"] * n,
        "target": ["t"] * n,
        "article": ["a"] * n,
        "actor_start": [2] * n,
        "actor_end": [7] * n,
        "target_start": [None] * n,
        "target_end": [None] * n,
    }


def test_a_text_stands_once_in_the_page_however_many_examples_it_has(make_part) -> None:
    part = make_part(["neutral"] * 3, [["neutral"] * 3, ["opposes"] * 3], columns=text_columns(3))
    island = predictions([part], [Texts(part, "full")])
    assert island["texts"] == [TEXT]
    row = island["parts"][0]["rows"][0]
    # id, article, actor, target, gold, times said, right, probabilities, text, spans in UTF-16, language
    assert row == ["e0", 0, 0, 0, [1], [1, 1, 0], 1, 0, 0, [3, 8, -1, -1], -1]


def test_mentions_stay_in_place_behind_a_character_that_is_made_harmless(make_part) -> None:
    part = make_part(["neutral"], [["neutral"]], columns=text_columns(1) | {"text": [UNSEEN]})
    island = predictions([part], [Texts(part, "full")])
    begin, end = island["parts"][0]["rows"][0][9][:2]
    assert island["texts"][0][begin:end] == "Paris"


def test_of_too_many_predictions_mistakes_are_kept_first(make_part, monkeypatch: pytest.MonkeyPatch) -> None:
    gold = ["neutral"] * 40
    said = ["opposes" if at % 8 == 0 else "neutral" for at in range(40)]
    columns = text_columns(40) | {"text": [f"{TEXT}{at}" for at in range(40)]}
    part = make_part(gold, [said], columns=columns)
    monkeypatch.setattr(predictions_section, "BYTES_KEPT", 1000)
    island = predictions([part], [Texts(part, "full")])["parts"][0]
    kept = [row[0] for row in island["rows"]]
    assert {f"e{at}" for at in range(0, 40, 8)} <= set(kept)
    assert 5 < island["kept"] == len(kept) < 40
    assert (island["total"], island["mistakes"]) == (40, 5)
    assert kept == sorted(kept, key=lambda own: int(own[1:]))


def test_texts_of_dropped_predictions_are_dropped_too(make_part, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = text_columns(40) | {"text": [f"{TEXT}{at}" for at in range(40)]}
    part = make_part(["neutral"] * 40, [["neutral"] * 40], columns=columns)
    monkeypatch.setattr(predictions_section, "BYTES_KEPT", 1000)
    island = predictions([part], [Texts(part, "full")])
    rows = island["parts"][0]["rows"]
    assert [island["texts"][row[8]] for row in rows] == [f"{TEXT}{row[0][1:]}" for row in rows]
    assert len(island["texts"]) == len(rows)


HOSTILE = "</script><script>alert(1)</script><!-- & \u2028\u2029\u00a0\u202f"


def test_nothing_in_an_island_ends_it_and_it_reads_back_as_it_was() -> None:
    island = as_island({"a": HOSTILE})
    assert not re.search(r"[<>&\u2028\u2029\u00a0\u202f]", island)
    assert json.loads(island) == {"a": HOSTILE}
