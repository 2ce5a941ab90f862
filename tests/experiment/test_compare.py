from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit.errors import InputError, RefusedError
from stancekit.experiment.compare import MOST_IN_PAIRS

Rows = Sequence[dict[str, Any]]
Write = Callable[..., Path]

GOLD = {f"a{i}/{x}": label for i in range(6) for x, label in (("x", "yes"), ("y", "no"))}
NO = dict.fromkeys(GOLD, "no")
YES = dict.fromkeys(GOLD, "yes")


def test_only_the_key_that_differs_is_shown(config_file: Path, tmp_path: Path) -> None:
    a = stancekit.train(config_file, output=tmp_path / "out")
    b = stancekit.train(config_file, ["model.C=3"], output=tmp_path / "out")
    comparison = stancekit.compare([a, b.path])
    assert comparison.differing == {"model.C": [1.0, 3.0]}
    assert comparison.metrics["cv macro_f1"] == [
        a.metrics["cv"]["metrics"]["macro_f1"],
        b.metrics["cv"]["metrics"]["macro_f1"],
    ]


def test_how_a_page_is_shown_is_no_difference(config_file: Path, tmp_path: Path) -> None:
    a = stancekit.train(config_file, output=tmp_path / "out")
    b = stancekit.train(config_file, ["seed=7", "report.language=fr", "report.texts=none"], output=tmp_path / "out")
    assert list(stancekit.compare([a, b]).differing) == ["seed"]


def test_a_block_more_shows_as_its_own_keys(config_file: Path, tmp_path: Path) -> None:
    a = stancekit.train(config_file, output=tmp_path / "out")
    more = "features.blocks=[{field: masked, ngrams: [1, 2]}, {field: between}]"
    b = stancekit.train(config_file, [more], output=tmp_path / "out")
    differing = stancekit.compare([a, b]).differing
    assert differing["features.blocks.1.field"] == [None, "between"]
    assert "features.blocks.0.field" not in differing


def test_runs_on_other_examples_are_refused_and_some_are_named(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    a = stancekit.train(config_file, output=tmp_path / "out")
    fewer = write_jsonl("fewer.jsonl", corpus_rows[3:])
    b = stancekit.train(config_file, [f"data.train={fewer}"], output=tmp_path / "out")
    with pytest.raises(RefusedError, match=r"3 only in .*a00-neutral"):
        stancekit.compare([a, b])


def test_runs_with_other_gold_labels_are_refused(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    a = stancekit.train(config_file, output=tmp_path / "out")
    relabelled = write_jsonl("relabelled.jsonl", [corpus_rows[0] | {"label": "neutral"}, *corpus_rows[1:]])
    b = stancekit.train(config_file, [f"data.train={relabelled}"], output=tmp_path / "out")
    with pytest.raises(RefusedError, match=f"1 labelled otherwise \\({corpus_rows[0]['id']}\\)"):
        stancekit.compare([a, b])


def test_one_run_is_no_comparison(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    with pytest.raises(InputError, match="one run"):
        stancekit.compare([run])


def test_runs_with_other_labels_are_refused_and_they_are_named(write_run: Write) -> None:
    a = write_run("00000000000a", GOLD, NO)
    b = write_run("00000000000b", GOLD, NO, labels="[no, yes, maybe]")
    with pytest.raises(RefusedError, match="only 00000000000b has maybe"):
        stancekit.compare([a, b])


def test_the_order_of_labels_does_not_matter(write_run: Write) -> None:
    a = write_run("00000000000a", GOLD, NO)
    b = write_run("00000000000b", GOLD, YES, labels="[yes, no]")
    (pair,) = stancekit.compare([a, b]).parts["cv"].pairs
    assert pair.differences["accuracy"].value == 0.0
    assert len(pair.changes.became_right) == len(pair.changes.became_wrong) == 6


def test_a_difference_is_the_second_minus_the_first_with_its_test(write_run: Write) -> None:
    run_a, run_b = write_run("00000000000a", GOLD, NO), write_run("00000000000b", GOLD, GOLD)
    part = stancekit.compare([run_a, run_b]).parts["cv"]
    assert (part.n, part.groups, part.by, part.tested) == (12, 6, "article", ("accuracy",))
    (pair,) = part.pairs
    difference = pair.differences["accuracy"]
    assert difference.value == 0.5
    # Of the 2**6 ways to swap six articles, two set the runs as far apart: none swapped, and all.
    assert difference.p_value == pair.adjusted["accuracy"] == 2 / 64
    assert (pair.mcnemar.first_only, pair.mcnemar.second_only) == (0, 6)
    assert pair.mcnemar.p_value == pytest.approx(2 * 0.5**6)
    assert pair.said.startswith("00000000000b scores higher than 00000000000a in accuracy: +0.500")


def test_several_runs_are_compared_each_with_each_and_adjusted_by_holm(write_run: Write) -> None:
    one_wrong = GOLD | {"a0/x": "no"}
    runs = [write_run(f"00000000000{i}", GOLD, own) for i, own in enumerate((NO, GOLD, one_wrong))]
    pairs = stancekit.compare(runs).parts["cv"].pairs
    assert [(pair.first, pair.second) for pair in pairs] == [(0, 1), (0, 2), (1, 2)]
    # All six articles differ, then five of six, then one; every swap of one article is as far: p = 1.
    assert [pair.differences["accuracy"].p_value for pair in pairs] == [2 / 64, 2 / 32, 1.0]
    assert [pair.adjusted["accuracy"] for pair in pairs] == [6 / 64, 4 / 32, 1.0]
    assert "(Holm, 3 pairs)" in pairs[0].said


@pytest.mark.parametrize("against", ["00000000000b", "path"])
def test_others_are_compared_with_one_only_if_it_is_named(write_run: Write, against: str) -> None:
    runs = [write_run(f"00000000000{i}", GOLD, own) for i, own in zip("abc", (NO, GOLD, YES), strict=True)]
    wanted = runs[1] if against == "path" else against
    pairs = stancekit.compare(runs, against=wanted).parts["cv"].pairs
    assert [(pair.first, pair.second) for pair in pairs] == [(1, 0), (1, 2)]
    assert pairs[0].differences["accuracy"].value == -0.5


def test_what_to_compare_with_must_be_among_the_runs(write_run: Write) -> None:
    runs = [write_run(f"00000000000{i}", GOLD, NO) for i in "ab"]
    with pytest.raises(InputError, match="did you mean '00000000000a'"):
        stancekit.compare(runs, against="0000000000a")


def test_many_runs_are_compared_with_the_first_only_and_it_is_said(write_run: Write) -> None:
    runs = [write_run(f"00000000000{i}", GOLD, NO) for i in range(MOST_IN_PAIRS + 1)]
    part = stancekit.compare(runs).parts["cv"]
    assert [(pair.first, pair.second) for pair in part.pairs] == [(0, i) for i in range(1, MOST_IN_PAIRS + 1)]
    assert "More than 6 are compared: each with 000000000000 only." in part.notes
    assert len(stancekit.compare(runs[:-1]).parts["cv"].pairs) == MOST_IN_PAIRS * (MOST_IN_PAIRS - 1) / 2


def test_repeats_are_averaged_and_the_first_is_that_of_mcnemar(write_run: Write) -> None:
    a = write_run("00000000000a", GOLD, NO, NO)
    b = write_run("00000000000b", GOLD, NO, GOLD)
    part = stancekit.compare([a, b]).parts["cv"]
    (pair,) = part.pairs
    assert pair.differences["accuracy"].value == 0.25
    assert (pair.mcnemar.first_only, pair.mcnemar.second_only) == (0, 0)
    assert any("first repeat" in note for note in part.notes)


def test_runs_with_other_numbers_of_repeats_can_be_compared(write_run: Write) -> None:
    a = write_run("00000000000a", GOLD, NO, NO, GOLD)
    b = write_run("00000000000b", GOLD, NO, GOLD)
    (pair,) = stancekit.compare([a, b]).parts["cv"].pairs
    assert pair.differences["accuracy"].value == pytest.approx(0.75 - 2 / 3)


def test_rows_in_another_order_are_the_same_examples(write_run: Write) -> None:
    said = GOLD | {"a0/x": "no"}
    a = write_run("00000000000a", GOLD, said)
    b = write_run("00000000000b", dict(reversed(GOLD.items())), said)
    (pair,) = stancekit.compare([a, b]).parts["cv"].pairs
    assert "predict the same for every example" in pair.said


def test_the_test_set_is_compared_by_itself(write_run: Write) -> None:
    gold = {"t1/x": "yes", "t2/x": "no"}
    runs = [write_run(f"00000000000{i}", GOLD, NO, test=(gold, said)) for i, said in (("a", gold), ("b", NO | gold))]
    comparison = stancekit.compare(runs)
    assert list(comparison.parts) == ["cv", "test"]
    assert (comparison.parts["test"].n, comparison.parts["test"].groups) == (2, 2)


def test_groups_that_predictions_lack_come_from_the_data(config_file: Path, tmp_path: Path, corpus_rows: Rows) -> None:
    by = ["evaluation.intervals.by=text"]
    a = stancekit.train(config_file, by, output=tmp_path / "out")
    b = stancekit.train(config_file, [*by, "model.C=0.01"], output=tmp_path / "out")
    part = stancekit.compare([a, b]).parts["cv"]
    assert (part.by, part.groups) == ("text", len({row["text"] for row in corpus_rows}))
    assert not any("read again" in note for note in part.notes)


def test_where_the_data_is_gone_articles_stand_for_the_groups_and_it_is_said(write_run: Write) -> None:
    runs = [write_run(f"00000000000{i}", GOLD, NO, by="sentence") for i in "ab"]
    part = stancekit.compare(runs).parts["cv"]
    assert (part.by, part.groups) == ("article", 6)
    assert any("resampled by 'article' instead" in note and "'sentence'" in note for note in part.notes)


def test_data_that_changed_since_is_not_taken_for_the_runs_own(
    config_file: Path, tmp_path: Path, corpus_rows: Rows, write_jsonl: Callable[[str, Rows], Path]
) -> None:
    run = stancekit.train(config_file, ["evaluation.intervals.by=text"], output=tmp_path / "out")
    write_jsonl("examples.jsonl", [row | {"label": "neutral"} for row in corpus_rows])
    part = stancekit.compare([run, run]).parts["cv"]
    assert part.by == "article"


def test_without_articles_examples_stand_for_themselves(write_run: Write) -> None:
    gold = {f"/{i}": label for i, label in enumerate(("yes", "no", "no"))}
    runs = [write_run(f"00000000000{i}", gold, gold, by="sentence") for i in "ab"]
    part = stancekit.compare(runs).parts["cv"]
    assert (part.by, part.groups) == ("id", 3)


def test_one_group_gives_no_interval_and_no_test(write_run: Write) -> None:
    gold = {"a/1": "yes", "a/2": "no"}
    runs = [write_run(f"00000000000{i}", gold, said) for i, said in (("a", gold), ("b", dict.fromkeys(gold, "no")))]
    (pair,) = stancekit.compare(runs).parts["cv"].pairs
    assert (pair.differences["accuracy"].low, pair.adjusted["accuracy"]) == (None, None)
    assert "one group leaves nothing to resample" in pair.said


def test_a_metric_that_predictions_do_not_tell_is_shown_but_not_tested(config_file: Path, tmp_path: Path) -> None:
    metrics = "evaluation.metrics=[macro_f1, mean_average_precision]"
    a = stancekit.train(config_file, [metrics, "model={kind: linear_svc}"], output=tmp_path / "out")
    b = stancekit.train(config_file, [metrics, "model={kind: ridge}"], output=tmp_path / "out")
    comparison = stancekit.compare([a, b])
    part = comparison.parts["cv"]
    assert part.tested == ("macro_f1",)
    assert comparison.metrics["cv mean_average_precision"][0] == a.metrics["cv"]["metrics"]["mean_average_precision"]
    assert any("Not tested" in note and "mean_average_precision" in note for note in part.notes)


def test_a_score_that_predictions_do_not_give_is_not_tested(write_run: Write) -> None:
    run, other = (write_run(f"00000000000{i}", GOLD, NO) for i in "ab")
    metrics = (run / "metrics.json").read_text(encoding="utf-8")
    (run / "metrics.json").write_text(metrics.replace('"value": 0.5', '"value": 0.51'), encoding="utf-8")
    part = stancekit.compare([run, other]).parts["cv"]
    assert part.tested == ()
    assert part.pairs[0].said.endswith("can't be compared in accuracy, which predictions alone don't tell.")


def test_a_metric_that_one_run_did_not_measure_is_measured_now(config_file: Path, tmp_path: Path) -> None:
    a = stancekit.train(config_file, ["evaluation.metrics=[macro_f1, accuracy]"], output=tmp_path / "out")
    b = stancekit.train(config_file, ["evaluation.metrics=[macro_f1]", "model.C=5"], output=tmp_path / "out")
    c = stancekit.train(config_file, ["evaluation.metrics=[macro_f1, accuracy]", "model.C=5"], output=tmp_path / "out")
    comparison = stancekit.compare([a, b])
    assert comparison.metrics["cv accuracy"] == [run.metrics["cv"]["metrics"]["accuracy"] for run in (a, c)]


def test_sets_of_labels_are_compared_without_mcnemar(tmp_path: Path, repository: Path) -> None:
    quick = ["evaluation.folds.repeats=1", "evaluation.intervals.resamples=100", "evaluation.baselines=[majority]"]
    config = repository / "configs" / "mali_labels.yaml"
    a = stancekit.train(config, quick, output=tmp_path)
    b = stancekit.train(config, [*quick, "model.C=5"], output=tmp_path)
    part = stancekit.compare([a, b]).parts["cv"]
    (pair,) = part.pairs
    assert pair.mcnemar is None
    own = [run.metrics["cv"]["metrics"]["macro_f1"]["value"] for run in (a, b)]
    assert pair.differences["macro_f1"].value == pytest.approx(own[1] - own[0])
    assert part.by == "sentence"


def test_the_metric_of_a_plug_in_is_tested_where_its_code_is_there(
    config_file: Path, tmp_path: Path, monkeypatch
) -> None:
    from stancekit import plugins
    from stancekit.plugins import load_code

    for name, value in (("_registry", {}), ("_loaded", {}), ("_installed", False)):
        monkeypatch.setattr(plugins, name, value)
    code = tmp_path / "own.py"
    code.write_text(
        "from stancekit.plugins import metric\n\n@metric('hits')\ndef hits(gold, predicted):\n"
        "    return float((gold & predicted).sum() / len(gold))\n",
        encoding="utf-8",
    )
    load_code([code])
    own = "evaluation.metrics=[accuracy, hits]"
    runs = [stancekit.train(config_file, [own, f"model.C={c}"], output=tmp_path / "out") for c in (1, 0.001)]
    tested = stancekit.compare(runs).parts["cv"]
    assert tested.tested == ("accuracy", "hits")
    differences = tested.pairs[0].differences
    assert differences["hits"].value == pytest.approx(differences["accuracy"].value)
    for name, value in (("_registry", {}), ("_loaded", {}), ("_installed", False)):
        monkeypatch.setattr(plugins, name, value)
    assert stancekit.compare([run.path for run in runs]).parts["cv"].tested == ("accuracy",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("a0/x,a0,,,yes,no,0,0", "a0/x,a0,,,yes,perhaps,0,0", "'perhaps' is none of the run's own"),
        ("a0/x,a0,,,yes,no,0,0", "a0/y,a0,,,yes,no,0,0", "occurs twice"),
        ("a0/x,a0,,,yes,no,1,1\n", "", "a repeat of cross-validation lacks examples"),
    ],
)
def test_damaged_predictions_are_refused_and_named(write_run: Write, old: str, new: str, said: str) -> None:
    run = write_run("00000000000a", GOLD, NO, NO)
    path = run / "predictions.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RefusedError, match=said):
        stancekit.compare([run, run])


def test_names_are_short_where_they_can_be(write_run: Write) -> None:
    def names(*named: tuple[str, str]) -> tuple[str, ...]:
        return stancekit.compare([write_run(id, GOLD, NO, name=name) for name, id in named]).names

    assert names(("one", "000000000001"), ("two", "000000000002")) == ("one", "two")
    assert names(("three", "000000000003"), ("three", "000000000004")) == ("000000000003", "000000000004")
    assert names(("x", "5"), ("x", "6"), ("y", "7")) == ("x 5", "x 6", "y")


def test_the_same_run_twice_has_two_names(write_run: Write) -> None:
    run = write_run("000000000001", GOLD, NO)
    assert stancekit.compare([run, run]).names == ("000000000001 (1)", "000000000001 (2)")


def test_a_comparison_is_plain_values_for_json(write_run: Write) -> None:
    runs = [write_run(f"00000000000{i}", GOLD, own) for i, own in (("a", NO), ("b", GOLD))]
    table = {"id": list(GOLD), "label": list(GOLD.values())}
    comparison = stancekit.compare([*runs, table])
    values = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert values["names"] == ["00000000000a", "00000000000b", "predictions"]
    assert [run["run_id"] for run in values["runs"]] == ["00000000000a", "00000000000b"]
    assert values["predictions"] == [{"name": "predictions", "path": None}]
    first, *_ = values["parts"]["cv"]["pairs"]
    assert first["differences"]["accuracy"]["value"] == 0.5
    assert first["differences"]["accuracy"]["p_adjusted"] == 6 / 64
    assert first["changes"]["became_right"][0] == {"id": "a0/x", "gold": "yes", "first": "no", "second": "yes"}
