from __future__ import annotations

from typing import Any

import pytest

from stancekit.corpus.checks import Finding, check_examples


def found(code: str, train: Any, test: Any = None, labels: Any = None) -> list[Finding]:
    return [own for own in check_examples(train, test, task_labels=labels) if own.code == code]


def labelled(labels: list[Any], **more: list[Any]) -> dict[str, list[Any]]:
    return {"text": [f"texte {number}" for number in range(len(labels))], "label": labels, **more}


# SK101


def test_different_labels_of_one_case_are_a_contradiction() -> None:
    train = {"id": list("abcd"), "text": ["x"] * 4, "target": ["m", "m", "n", "m"]}
    (torn,) = found("SK101", train | {"label": ["supports", "opposes", "opposes", "supports"]})
    assert (torn.severity, torn.count, list(torn.rows)) == ("warning", 3, ["a", "b", "d"])
    assert torn.examples == ("a supports | b opposes | d supports",)


def test_copies_that_agree_and_other_targets_or_places_contradict_nothing() -> None:
    same = {"text": ["x", "x"], "label": ["supports", "supports"]}
    assert found("SK101", same) == []
    differing = {"text": ["x", "x"], "label": ["supports", "opposes"]}
    assert found("SK101", differing | {"target": ["m", "n"]}) == []
    assert found("SK101", differing | {"target": ["m", "m"], "target_start": [0, 9], "target_end": [1, 10]}) == []
    assert found("SK101", differing | {"label": ["supports", None]}) == []


def test_annotators_who_differ_contradict_each_other() -> None:
    differing = {"text": ["x", "x"], "label": ["supports", "opposes"], "annotator": ["ann", "bob"]}
    assert [own.count for own in found("SK101", differing)] == [2]


def test_sets_of_labels_contradict_each_other_whatever_their_order() -> None:
    assert found("SK101", {"text": ["x", "x"], "labels": [["a", "b"], ["b", "a"]]}) == []
    (torn,) = found("SK101", {"text": ["x", "x"], "labels": [["a", "b"], []]})
    assert torn.examples == ("1 a|b | 2 no label",)


# SK102


@pytest.mark.parametrize(
    "pair",
    [
        ("supports", "Supports"),
        ("supports", "support"),
        ("pro_eu", "pro-EU"),
        ("opposé", "oppose"),
        ("opposé", "oppose\u0301"),
        ("opposes", "oposes"),
        ("neutral", "neutrel"),
        ("favour", "favor"),
        ("neutra", "neutral"),
        ("kein Thema", "keinThema"),
        ("за войну", "ЗА-ВОЙНУ"),
    ],
)
def test_labels_that_are_one_under_two_spellings(pair: tuple[str, str]) -> None:
    (alike,) = found("SK102", labelled([pair[0], "zzz", pair[1], pair[0]]))
    assert (alike.severity, alike.count, list(alike.rows)) == ("warning", 2, ["1", "3", "4"])
    assert f"{pair[0]!r} (2)" in alike.examples[0]
    assert f"{pair[1]!r} (1)" in alike.examples[0]


@pytest.mark.parametrize(
    "pair",
    [
        ("supports", "opposes"),
        ("-1", "1"),
        ("+1", "−1"),
        ("1.0", "10"),
        ("-1.0", "1.0"),
        ("pro+", "pro"),
        ("class_1", "class_2"),
        ("class_a", "class_b"),
        ("opposes_un", "opposes_us"),
        ("supports_iran", "supports_iraq"),
        ("national", "rational"),
        ("political", "apolitical"),
        ("US", "U"),
        ("की", "का"),
        ("+", "-"),
        ("for", "fort"),
    ],
)
def test_labels_that_are_two(pair: tuple[str, str]) -> None:
    assert found("SK102", labelled(list(pair))) == []


def test_actors_and_targets_under_two_spellings_are_a_note_and_one_letter_is_not_enough() -> None:
    train = {"text": list("wxyz"), "actor": ["Burkina_Faso", "burkina faso", "Mali", None], "target": ["Austria"] * 4}
    (alike,) = found("SK102", train)
    assert (alike.severity, alike.count, list(alike.rows)) == ("note", 2, ["1", "2"])
    assert "2 actors of train" in alike.message
    assert found("SK102", {"text": ["x", "y"], "target": ["Gambia country", "Gambie country"]}) == []


def test_labels_inside_sets_are_compared() -> None:
    (alike,) = found("SK102", {"text": ["x", "y"], "labels": [["opposes", "neutral"], ["Opposes"]]})
    assert (alike.count, list(alike.rows)) == (2, ["1", "2"])


def test_thousands_of_labels_are_not_compared_letter_by_letter() -> None:
    assert found("SK102", labelled([f"comment{chr(0x4E00 + number)}" for number in range(5000)])) == []


# SK103


def test_a_label_of_nine_examples_is_tiny_and_one_of_ten_is_not() -> None:
    (tiny,) = found("SK103", labelled(["a"] * 10 + ["b"] * 9))
    assert (tiny.count, list(tiny.rows)) == (1, [str(number) for number in range(11, 20)])
    assert tiny.message == "1 of 2 labels have few train examples: b 9"


def test_a_label_of_the_task_without_an_example_is_tiny() -> None:
    (tiny,) = found("SK103", labelled(["a"] * 10), labels=["a", "b"])
    assert (tiny.count, list(tiny.rows), tiny.message.endswith("b 0")) == (1, [], True)


def test_a_label_of_two_articles_is_tiny_where_there_are_more() -> None:
    labels = ["a"] * 12 + ["b"] * 12
    (tiny,) = found("SK103", labelled(labels, article=list("xyz" * 4) + list("xy" * 6)))
    assert tiny.message.endswith(": b 12, in 2 articles")
    assert found("SK103", labelled(labels, article=list("xyz" * 8))) == []
    assert found("SK103", labelled(labels, article=list("xy" * 12))) == [], "two articles are all there are"


def test_in_a_label_set_every_label_counts() -> None:
    train = {"text": list("abcdefghij"), "labels": [["a", "b"]] * 9 + [["a"]]}
    (tiny,) = found("SK103", train)
    assert tiny.message.endswith(": b 9")


def test_a_column_of_free_text_taken_for_labels_gives_a_short_message() -> None:
    (tiny,) = found("SK103", labelled([f"remark {number:04}" for number in range(2000)]))
    assert tiny.count == 2000
    assert tiny.message.endswith("remark 0009 1 and 1,990 more")


# SK104


def test_a_target_with_one_stance_only_is_reported_from_five_examples_on() -> None:
    others = ["supports", "opposes"] * 5
    train = labelled(["opposes"] * 5 + others, target=["vote"] * 5 + ["junta"] * 10)
    (single,) = found("SK104", train)
    assert (single.severity, single.count, list(single.rows)) == ("warning", 1, list("12345"))
    assert single.examples == ("vote: 5 x opposes",)
    assert found("SK104", labelled(["opposes"] * 4 + others, target=["vote"] * 4 + ["junta"] * 10)) == []
    mixed = ["opposes"] * 4 + ["neutral"]
    assert found("SK104", labelled(mixed + others, target=["vote"] * 5 + ["junta"] * 10)) == []


def test_a_single_stance_that_nearly_every_example_has_says_nothing() -> None:
    """Nine in ten of the others are neutral: five of a target are so by chance more often than not."""
    labels = ["neutral"] * 5 + (["neutral"] * 9 + ["opposes"]) * 3
    train = labelled(labels, target=["vote"] * 5 + ["junta"] * 30)
    assert found("SK104", train) == []
    rare = labelled(["opposes"] * 5 + labels[5:], target=train["target"])
    assert [own.count for own in found("SK104", rare)] == [1]


def test_few_such_examples_are_a_note() -> None:
    train = labelled(["opposes"] * 5 + ["supports", "opposes"] * 23, target=["vote"] * 5 + ["junta"] * 46)
    assert [own.severity for own in found("SK104", train)] == ["note"], "5 of 51 are less than a tenth"


def test_the_only_target_with_the_only_stance_is_reported() -> None:
    assert [own.count for own in found("SK104", labelled(["a"] * 5, target=["vote"] * 5))] == [1]


# SK105


def test_shares_that_moved_by_ten_points_beyond_chance_are_drift() -> None:
    train, test = labelled(["a"] * 500 + ["b"] * 500), labelled(["a"] * 350 + ["b"] * 650)
    (drift,) = found("SK105", train, test)
    assert (drift.severity, drift.part, drift.count, list(drift.rows)) == ("warning", "test", 2, [])
    assert drift.message == (
        "labels are differently frequent: a 50% in training, 35% in test; b 50% in training, 65% in test"
    )


def test_shares_that_moved_less_or_by_chance_are_none() -> None:
    train = labelled(["a"] * 500 + ["b"] * 500)
    assert found("SK105", train, labelled(["a"] * 410 + ["b"] * 590)) == [], "nine points"
    assert found("SK105", train, labelled(["a"] * 7 + ["b"] * 13)) == [], "fifteen points of twenty examples"
    assert found("SK105", train, {"text": ["x"]}) == []
    assert found("SK105", labelled([None]), labelled(["a"])) == []
    assert found("SK105", labelled(["a"]), labelled(["a"])) == []


def test_empty_sets_count_as_examples_without_the_label() -> None:
    train = {"text": ["x"] * 200, "labels": [["a"]] * 180 + [[]] * 20}
    test = {"text": ["y"] * 200, "labels": [["a"]] * 20 + [[]] * 180}
    (drift,) = found("SK105", train, test)
    assert drift.message == "labels are differently frequent: a 90% in training, 10% in test"


def test_a_label_that_only_one_part_has_can_be_drift() -> None:
    (drift,) = found("SK105", labelled(["a"] * 100), labelled(["a"] * 50 + ["b"] * 50))
    assert drift.count == 2


# SK106


def test_names_that_training_lacks_are_a_note() -> None:
    train = {"text": ["x", "y"], "actor": ["France", "Mali"], "target": ["vote", None]}
    test = {"id": list("abc"), "text": list("uvw"), "actor": ["Mali", "Chad", "Chad"], "target": ["vote", None, "vote"]}
    (unseen,) = found("SK106", train, test)
    assert (unseen.severity, unseen.part, unseen.count, list(unseen.rows)) == ("note", "test", 1, ["b", "c"])
    assert unseen.message.endswith("are not in training: Chad")
    assert found("SK106", train, {name: values for name, values in test.items() if name != "actor"}) == []
    assert found("SK106", {"text": ["x"]}, test) == [], "training without names has none to know"


def test_a_name_as_long_as_an_article_does_not_fill_the_message() -> None:
    (unseen,) = found("SK106", {"text": ["x"], "actor": ["a"]}, {"text": ["y"], "actor": ["b\n" * 5000]})
    assert len(unseen.message) < 200


# Shapes of data


def test_data_without_any_label_has_no_findings_about_labels() -> None:
    text = {"text": ["Paris refuse.", "Moscou salue un vote."]}
    assert check_examples(text) == []
    assert check_examples(text | {"label": [None, None], "actor": [None, None]}) == []


def test_a_skipped_code_is_not_looked_for() -> None:
    train = labelled(["a"] * 9)
    assert [own.code for own in check_examples(train, skip=("SK103", "SK002"))] == []
    assert [own.code for own in check_examples(train, skip=("SK002",))] == ["SK103"]


def test_findings_come_by_severity_and_then_by_code() -> None:
    test = {"text": ["Paris refuse.", "12"], "label": ["a", "b"], "target": ["m", "n"]}
    train = {"text": ["Paris refuse.", "12", "12"], "label": ["a", "b", "a"], "target": ["m", "o", "o"]}
    told = [(own.severity, own.code) for own in check_examples(train, test)]
    order = {"error": 0, "warning": 1, "note": 2}
    assert told == sorted(told, key=lambda own: (order[own[0]], own[1]))
    assert [own[0] for own in told[:2]] == ["error", "warning"]
    assert told[-1] == ("note", "SK106")
