"""The plain files of a run folder: config, metrics, predictions, folds, confusion, log."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.dump import dump_config
from stancekit.config.schema import Config
from stancekit.corpus.examples import Columns
from stancekit.experiment.check import Checked
from stancekit.experiment.doubted import HEADING as DOUBTS_HEADING
from stancekit.experiment.doubted import Doubted, doubt_rows
from stancekit.experiment.store import METRICS, write_json
from stancekit.models.stance_model import StanceModel, name_labels


@dataclass(frozen=True)
class Scored:
    """Predictions for labelled examples, and their scores.

    Attributes
    ----------
    where : str
        In words: cross-validation, or the test set.
    scores : dict
        SCORES of metrics.json.
    columns : mapping of lists
        The examples.
    gold : ndarray of bool of shape (n_examples, n_labels)
    predicted : ndarray of bool of shape (n_repeats, n_examples, n_labels)
    probabilities : ndarray of float of shape (n_repeats, n_examples, n_labels) or None
    folds : ndarray of int of shape (n_repeats, n_examples) or None
        None for a test set.
    doubted : Doubted or None
        None for a test set.
    """

    where: str
    scores: Mapping[str, Any]
    columns: Columns
    gold: NDArray[np.bool_]
    predicted: NDArray[np.bool_]
    probabilities: NDArray[np.float64] | None
    folds: NDArray[np.int32] | None
    doubted: Doubted | None = None


@dataclass(frozen=True)
class Results:
    """All that a run found out, for those who write it down."""

    config: Config
    run_id: str
    metrics: Mapping[str, Any]
    model: StanceModel
    cv: Scored | None
    test: Scored | None
    checked: Checked
    log: Sequence[str]

    @property
    def parts(self) -> list[Scored]:
        """What was scored: cross-validation, then the test set."""
        return [part for part in (self.cv, self.test) if part is not None]


def write_files(results: Results, folder: Path, final: Path) -> None:
    """Write the plain files into `folder`, which will become `final`."""
    (folder / "config.yaml").write_text(dump_config(results.config, final), encoding="utf-8")
    write_json(folder / METRICS, results.metrics)
    write_json(folder / "findings.json", _findings(results))
    write_predictions(folder / "predictions.csv", results.parts, results.config)
    _write_csv(folder / "folds.csv", ["id", "repeat", "fold"], _fold_rows(results.cv))
    for part in results.parts:
        if part.doubted is not None:
            doubts = doubt_rows(part.doubted, part.columns, part.gold, results.config.task, results.config.report.texts)
            _write_csv(folder / "doubts.csv", DOUBTS_HEADING, doubts)
        name = "confusion.csv" if part is results.parts[0] else "confusion_test.csv"
        _write_csv(folder / name, *_confusion_table(part.scores["confusion"]))
    (folder / "log.txt").write_text("".join(f"{line}\n" for line in results.log), encoding="utf-8")


def _findings(results: Results) -> dict[str, Any]:
    """Return findings.json; its examples quote texts, which the config may not want to be passed on."""
    found = results.checked.as_dict()
    if results.config.report.texts != "full":
        found["findings"] = [{**own, "examples": []} for own in found["findings"]]
    return found


def write_predictions(path: Path, parts: Sequence[Scored], config: Config) -> None:
    """Write predictions.csv: a row for each prediction of each part."""
    heading = ["id", "article", "actor", "target", "gold", "predicted", "fold", "repeat"]
    heading += [f"p_{name}" for name in config.task.labels]
    _write_csv(path, heading, (row for part in parts for row in _prediction_rows(part, config)))


def joined(labels: Any) -> str:
    """Return a label, or a set of labels joined by `|`, as one cell of a table."""
    return labels if isinstance(labels, str) else "|".join(labels)


def _prediction_rows(part: Scored, config: Config) -> Iterator[list[Any]]:
    gold = [joined(label) for label in name_labels(part.gold, config.task)]
    none: Sequence[Any] = [None] * len(gold)
    names = [part.columns.get(name, none) for name in ("id", "article", "actor", "target")]
    for repeat, predicted in enumerate(part.predicted):
        said = [joined(label) for label in name_labels(predicted, config.task)]
        folds: Sequence[Any] = ["test"] * len(gold) if part.folds is None else part.folds[repeat].tolist()
        repeats = "" if part.folds is None else repeat
        shares = (
            [[""] * len(config.task.labels)] * len(gold)
            if part.probabilities is None
            else part.probabilities[repeat].tolist()
        )
        for row in range(len(gold)):
            own = [column[row] for column in names]
            yield [*own, gold[row], said[row], folds[row], repeats, *shares[row]]


def _fold_rows(cv: Scored | None) -> Iterator[list[Any]]:
    if cv is None or cv.folds is None:
        return
    for repeat, folds in enumerate(cv.folds.tolist()):
        for id, fold in zip(cv.columns["id"], folds, strict=True):
            yield [id, repeat, fold]


def _confusion_table(confusion: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
    labels, matrix = confusion["labels"], confusion["matrix"]
    if np.ndim(matrix) == 2:
        return ["gold", *labels], [[label, *row] for label, row in zip(labels, matrix, strict=True)]
    heading = ["label", "true_negative", "false_positive", "false_negative", "true_positive"]
    return heading, [[label, *cells[0], *cells[1]] for label, cells in zip(labels, matrix, strict=True)]


def _write_csv(path: Path, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)
