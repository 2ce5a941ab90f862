from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, t

from stancekit.config.schema import Task
from stancekit.errors import InputError
from stancekit.evaluation.aggregate import aggregate, parse_keys, stance_scale

LABELS = ["no", "mid", "yes"]
SCALE = {"no": -1.0, "mid": 0.0, "yes": 1.0}


def of_articles(*articles: str) -> dict[str, list[str]]:
    """Columns of articles, given as their labels: n, m or y for each example."""
    full = {"n": "no", "m": "mid", "y": "yes"}
    pairs = [(f"a{i}", full[label]) for i, own in enumerate(articles) for label in own]
    return {"article": [article for article, _ in pairs], "label": [label for _, label in pairs]}


def test_shares_and_the_mean_are_those_of_examples_by_hand() -> None:
    columns = of_articles("nny", "ym") | {"actor": ["A", "B", "A", "A", "B"]}
    a, b = aggregate(columns, ["actor"], LABELS, scale=SCALE)
    assert (a["actor"], a["n"], a["articles"]) == ("A", 3, 2)
    assert [a["shares"][label]["value"] for label in LABELS] == pytest.approx([1 / 3, 0, 2 / 3])
    assert a["stance"]["value"] == pytest.approx((-1 + 1 + 1) / 3)
    assert b["stance"]["value"] == pytest.approx((-1 + 0) / 2)


def test_an_interval_leaves_out_each_article_in_turn() -> None:
    columns = of_articles("nny", "ym", "yyyy", "n", "nm", "y")
    (row,) = aggregate(columns, ["actor"], LABELS, scale=SCALE)
    yes, n = np.array([1, 1, 4, 0, 0, 1]), np.array([3, 2, 4, 1, 2, 1])
    value = yes.sum() / n.sum()
    left_out = [(yes.sum() - a) / (n.sum() - b) for a, b in zip(yes, n, strict=True)]
    error = np.sqrt(5 / 6 * np.sum((np.array(left_out) - np.mean(left_out)) ** 2))
    reach = t.ppf(0.975, 5) * error / (value * (1 - value))
    logit = np.log(value / (1 - value))
    ends = [1 / (1 + np.exp(-(logit + side * reach))) for side in (-1, 1)]
    assert [row["shares"]["yes"][end] for end in ("low", "high")] == pytest.approx(ends)
    assert -1 < row["stance"]["low"] < row["stance"]["value"] < row["stance"]["high"] < 1


def test_examples_of_one_article_are_no_evidence_of_their_own() -> None:
    few = aggregate(of_articles("n", "y", "n", "y", "y", "m"), ["actor"], LABELS)
    many = aggregate(of_articles("n" * 9, "y" * 9, "n" * 9, "y" * 9, "y" * 9, "m" * 9), ["actor"], LABELS)
    assert many[0]["shares"] == {label: pytest.approx(own) for label, own in few[0]["shares"].items()}


def test_few_articles_have_no_interval() -> None:
    (four,), (five,) = (aggregate(of_articles(*"nyny"[:4], *more), ["actor"], LABELS) for more in ("", "y"))
    assert four["shares"]["yes"] == {"value": 0.5, "low": None, "high": None}
    assert five["shares"]["yes"]["low"] is not None


def test_articles_that_all_agree_may_have_missed_others() -> None:
    (row,) = aggregate(of_articles(*"nnnnnnnnnn"), ["actor"], LABELS, scale=SCALE)
    exact = beta.ppf(0.975, 1, 10)
    assert row["shares"]["yes"] == {"value": 0.0, "low": 0.0, "high": pytest.approx(exact)}
    assert row["shares"]["no"] == {"value": 1.0, "low": pytest.approx(1 - exact), "high": 1.0}
    assert row["stance"] == {"value": -1.0, "low": -1.0, "high": pytest.approx(-1 + 2 * exact)}


def test_months_and_years_come_from_dates_and_what_has_none_comes_last() -> None:
    dates = ["2021-11-30", "2021-11", "2021", None, "in May 2021", "2022-13-01", "2020-01-05T10:00", "20211130"]
    columns = {"label": ["no"] * len(dates), "date": dates}
    by_month = [(row["month"], row["n"]) for row in aggregate(columns, ["month"], LABELS)]
    assert by_month == [("2020-01", 1), ("2021-11", 2), (None, 5)]
    by_year = [(row["year"], row["n"]) for row in aggregate(columns, ["year"], LABELS)]
    assert by_year == [("2020", 1), ("2021", 3), (None, 4)]


def test_rows_are_in_the_order_of_the_keys_and_labels_in_that_of_the_model() -> None:
    columns = {"label": ["yes"] * 4, "actor": ["b", "a", None, "a"], "target": ["x", "y", "x", "x"]}
    rows = aggregate(columns, ["actor", "target"], LABELS)
    assert [(row["actor"], row["target"]) for row in rows] == [("a", "x"), ("a", "y"), ("b", "x"), (None, "x")]
    assert list(rows[0]["shares"]) == LABELS


def test_a_row_without_an_article_is_one_by_itself() -> None:
    (row,) = aggregate({"label": ["no", "yes", "yes"], "article": ["a", None, None]}, ["actor"], LABELS)
    assert row["articles"] == 3


def test_of_sets_each_label_has_its_share_and_there_is_no_mean() -> None:
    columns = {"label": [["no", "yes"], [], ["yes"], ["yes"]], "article": ["a", "a", "b", "b"]}
    (row,) = aggregate(columns, ["actor"], LABELS)
    assert [own["value"] for own in row["shares"].values()] == [0.25, 0.0, 0.75]
    assert row["stance"] is None


def test_counts_are_adjusted_only_where_there_are_enough() -> None:
    confusion = np.array([[8.0, 1.0, 1.0], [1.0, 8.0, 1.0], [1.0, 1.0, 8.0]])
    columns = of_articles(*["nnnmy"] * 6)
    (row,) = aggregate(columns, ["actor"], LABELS, confusion=confusion)
    # 0.6 = 0.1 + 0.7 p, and 0.2 likewise.
    expected = {"no": pytest.approx(5 / 7), "mid": pytest.approx(1 / 7), "yes": pytest.approx(1 / 7)}
    assert row["adjusted"] == expected
    (fewer,) = aggregate(of_articles(*["nnnmy"] * 5), ["actor"], LABELS, confusion=confusion)
    assert (fewer["n"], fewer["adjusted"]) == (25, None)


def test_a_scale_needs_a_label_in_the_middle() -> None:
    assert stance_scale(Task(labels=("a", "b", "c", "d", "e"))) == {"a": -1, "b": -0.5, "c": 0, "d": 0.5, "e": 1}
    assert stance_scale(Task(labels=("a", "b", "c", "d"))) is None
    assert stance_scale(Task(kind="multilabel", labels=("a", "b", "c"))) is None


def test_labels_whose_neutral_one_is_not_in_the_middle_are_no_scale() -> None:
    assert stance_scale(Task(labels=("against", "for", "none"), neutral="none")) is None
    assert stance_scale(Task(labels=("against", "none", "for"), neutral="none")) == {"against": -1, "none": 0, "for": 1}


@pytest.mark.parametrize(
    ("given", "said"), [("actor,targt", "did you mean 'target'"), ("actor,actor", "twice"), ("", "can't add up by ''")]
)
def test_keys_that_cannot_be_are_refused(given: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_keys(given)


def test_keys_may_have_spaces_between_them() -> None:
    assert parse_keys("actor, month") == ("actor", "month")
