from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import stancekit
from stancekit.errors import DataError, InputError

GOLD = {f"a{i}/{x}": label for i in range(3) for x, label in (("x", "yes"), ("y", "no"))}
WRONG = dict.fromkeys(GOLD, "no")

Write = Callable[..., Path]


@pytest.fixture
def run(write_run: Write) -> Path:
    return write_run("000000000001", GOLD, WRONG)


@pytest.fixture
def both(write_run: Write) -> Path:
    """A run with six examples of cross-validation and two of a test set."""
    return write_run("000000000002", GOLD, WRONG, test=({"t/x": "yes", "t/y": "no"}, {"t/x": "no", "t/y": "no"}))


def csv_file(tmp_path: Path, rows: dict[str, str], name: str = "theirs.csv", heading: str = "id,label") -> Path:
    path = tmp_path / name
    path.write_text("\n".join([heading, *(f"{id},{label}" for id, label in rows.items())]) + "\n", encoding="utf-8")
    return path


def test_predictions_made_elsewhere_stand_beside_a_run(run: Path, tmp_path: Path) -> None:
    reordered = dict(reversed(GOLD.items()))
    comparison = stancekit.compare([run, csv_file(tmp_path, reordered)])
    assert comparison.names == ("hand", "theirs")
    own, theirs = comparison.metrics["cv accuracy"]
    assert (own, theirs["value"]) == ({"value": 0.5, "low": 0.1, "high": 0.9}, 1.0)
    (pair,) = comparison.parts["cv"].pairs
    assert pair.differences["accuracy"].value == 0.5
    assert [change.id for change in pair.changes.became_right] == ["a0/x", "a1/x", "a2/x"]
    assert (pair.mcnemar.first_only, pair.mcnemar.second_only, pair.mcnemar.p_value) == (0, 3, 0.25)


def test_every_format_of_tables_is_read(run: Path, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    tsv = tmp_path / "t.tsv"
    tsv.write_text("id\tpredicted\n" + "".join(f"{id}\t{label}\n" for id, label in GOLD.items()), encoding="utf-8")
    jsonl = tmp_path / "j.jsonl"
    jsonl.write_text("".join(json.dumps({"id": id, "label": label}) + "\n" for id, label in GOLD.items()))
    parquet = tmp_path / "p.parquet"
    pq.write_table(pa.table({"id": list(GOLD), "label": list(GOLD.values())}), parquet)
    comparison = stancekit.compare([run, tsv, jsonl, parquet])
    assert [cell["value"] for cell in comparison.metrics["cv accuracy"]] == [0.5, 1.0, 1.0, 1.0]


@pytest.mark.parametrize("rows", [False, True])
def test_a_table_in_memory_is_as_good_as_a_file(run: Path, rows: bool) -> None:
    table = {"id": list(GOLD), "label": list(GOLD.values())}
    given = [{"id": id, "label": label} for id, label in GOLD.items()] if rows else table
    assert stancekit.compare([run, given]).metrics["cv accuracy"][1]["value"] == 1.0


def test_numbers_are_taken_for_the_ids_and_labels_that_they_spell(write_run: Write) -> None:
    run = write_run("000000000003", {"1": "0", "2": "1"}, {"1": "0", "2": "0"}, labels="['0', '1']", by="id")
    comparison = stancekit.compare([run, {"id": [1, 2], "label": [0, 1]}])
    assert comparison.metrics["cv accuracy"][1]["value"] == 1.0


def test_ids_tell_which_part_is_meant(both: Path, tmp_path: Path) -> None:
    comparison = stancekit.compare([both, csv_file(tmp_path, {"t/x": "yes", "t/y": "yes"})])
    assert comparison.metrics["cv accuracy"][1] is None
    assert comparison.metrics["test accuracy"][1]["value"] == 0.5
    assert comparison.parts["cv"].pairs == ()
    assert len(comparison.parts["test"].pairs) == 1


def test_predictions_may_be_for_both_parts(both: Path, tmp_path: Path) -> None:
    theirs = csv_file(tmp_path, GOLD | {"t/x": "yes", "t/y": "yes"})
    comparison = stancekit.compare([both, theirs])
    assert comparison.metrics["cv accuracy"][1]["value"] == 1.0
    assert comparison.metrics["test accuracy"][1]["value"] == 0.5


def test_where_ids_are_those_of_both_parts_the_fold_tells(write_run: Write, tmp_path: Path) -> None:
    gold = {"1": "yes", "2": "no"}
    run = write_run("000000000004", gold, gold, test=(gold, gold), by="id")
    with pytest.raises(DataError, match="Add a column 'fold'"):
        stancekit.compare([run, csv_file(tmp_path, gold)])
    path = tmp_path / "folds.csv"
    path.write_text("id,label,fold\n1,yes,test\n2,yes,test\n", encoding="utf-8")
    comparison = stancekit.compare([run, path])
    assert [comparison.metrics[f"{part} accuracy"][1] is None for part in ("cv", "test")] == [True, False]


def test_a_fold_that_the_run_does_not_have_is_refused(run: Path, tmp_path: Path) -> None:
    path = csv_file(tmp_path, {id: f"{label},test" for id, label in GOLD.items()}, heading="id,label,fold")
    with pytest.raises(DataError, match=r"theirs.csv:2: the run has no test set"):
        stancekit.compare([run, path])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"a9/x": "yes"}, [":8: the run has no example 'a9/x'", "Did you mean 'a"]),
        ({"a0/x": "yess"}, [":2: 'yess' is none of the run's labels", "did you mean 'yes'?", "Allowed: no, yes"]),
        ({"a0/x": ""}, [":2: there is no 'label'"]),
        ({"": "yes"}, [":8: there is no id"]),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(run: Path, tmp_path: Path, rows, said) -> None:
    path = csv_file(tmp_path, GOLD | rows)
    with pytest.raises(DataError) as caught:
        stancekit.compare([run, path])
    assert [part for part in said if part not in str(caught.value)] == []
    assert str(caught.value).startswith(str(path))


def test_an_id_given_twice_is_refused_naming_both_lines(run: Path, tmp_path: Path) -> None:
    path = csv_file(tmp_path, GOLD)
    path.write_text(path.read_text(encoding="utf-8") + "a1/x,yes\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"theirs.csv:8: the id 'a1/x' is there twice, first in line 4"):
        stancekit.compare([run, path])


def test_examples_without_a_prediction_are_counted_and_named(run: Path, tmp_path: Path) -> None:
    fewer = {id: label for id, label in GOLD.items() if not id.startswith("a2")}
    with pytest.raises(DataError, match=r"2 of 6 examples of the run are not predicted: a2/x, a2/y;"):
        stancekit.compare([run, csv_file(tmp_path, fewer)])


def test_of_many_mistakes_some_are_shown_and_the_others_counted(run: Path, tmp_path: Path) -> None:
    many = {f"b{i}": "yes" for i in range(20)}
    with pytest.raises(DataError) as caught:
        stancekit.compare([run, csv_file(tmp_path, many)])
    assert len(caught.value.problems) == 6
    assert "15 more mistakes in theirs" in str(caught.value)


@pytest.mark.parametrize(("heading", "missing"), [("ids,label", "'id'"), ("id,lable", "'label'")])
def test_a_missing_column_is_named_with_the_closest(run: Path, tmp_path: Path, heading: str, missing: str) -> None:
    with pytest.raises(DataError, match=f"there is no column {missing}; did you mean"):
        stancekit.compare([run, csv_file(tmp_path, GOLD, heading=heading)])


def test_a_file_that_is_not_there_is_no_missing_run(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        stancekit.compare([run, tmp_path / "nope.csv"])
    assert "run" not in str(caught.value).replace(str(tmp_path), "")


def test_predictions_alone_are_no_comparison(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of these is a run"):
        stancekit.compare([csv_file(tmp_path, GOLD), csv_file(tmp_path, GOLD, "b.csv")])


@pytest.mark.parametrize("share", ["1.5", "-0.1", "much", "nan", ""])
def test_what_is_no_probability_is_refused(run: Path, tmp_path: Path, share: str) -> None:
    path = tmp_path / "shares.csv"
    rows = [f"{id},{label},0.5,{share if id == 'a1/x' else 0.5}" for id, label in GOLD.items()]
    path.write_text("\n".join(["id,label,p_no,p_yes", *rows]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"shares.csv:4: 'p_yes' is .*, not a probability from 0 to 1"):
        stancekit.compare([run, path])


def test_probabilities_of_some_labels_only_are_refused(run: Path, tmp_path: Path) -> None:
    path = csv_file(tmp_path, {id: f"{label},0.5" for id, label in GOLD.items()}, heading="id,label,p_no")
    with pytest.raises(DataError, match="no column 'p_yes'"):
        stancekit.compare([run, path])


def test_sets_of_labels_are_read_from_lists_and_from_text() -> None:
    from stancekit.experiment.aligned import Examples, Grouping
    from stancekit.experiment.outside import open_outside, place_outside

    gold = np.array([[True, False], [True, True], [False, False]])
    examples = Examples("cv", ("1", "2", "3"), ("x", "y"), gold, Grouping(np.arange(3), "id"))
    for labels in (["x", "y|x", None], [["x"], ["x", "y"], []]):
        outside = open_outside({"id": ["1", "2", "3"], "labels": labels})
        assert (place_outside(outside, [examples], "multilabel")["cv"].predicted[0] == gold).all()
