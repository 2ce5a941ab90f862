"""What a finished run found out, from its folder; with the texts, if the data files are still what they were."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stancekit.config.load import load_config
from stancekit.config.report import Report
from stancekit.config.schema import Config
from stancekit.corpus.checks import Finding
from stancekit.corpus.examples import Columns
from stancekit.corpus.readers import fingerprint
from stancekit.errors import InputError, Problem, RefusedError, StancekitError
from stancekit.experiment.check import Checked
from stancekit.experiment.corpora import Corpora, Corpus, read_corpora
from stancekit.experiment.files import Results, Scored, joined
from stancekit.experiment.run import Run
from stancekit.models.stance_model import StanceModel, name_labels

WHERE = {"cv": "cross-validation", "test": "the test set"}
NAMES = ("id", "article", "actor", "target")

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class _Predicted:
    """The rows of predictions.csv about one part, of each repeat in the same order."""

    rows: Rows
    repeats: int

    @property
    def first(self) -> Rows:
        """Those of the first repeat: the examples."""
        return self.rows[: len(self.rows) // self.repeats]


def read_results(
    run: Run, report: Report, code: Sequence[str | Path] = (), trust: Sequence[str] | None = None
) -> Results:
    """Read back what a run found out, to show it as `report` says.

    Parameters
    ----------
    run : Run
    report : Report
    code : sequence of (str or Path), default=()
        Files with the plug-ins of the run's model.
    trust : sequence of str, optional
        Classes in its `plugin.skops`.

    Raises
    ------
    RefusedError
        If a file of the run is damaged.
    """
    config = run.config.model_copy(update={"report": report})
    model = run.model(code, trust)
    corpora = None if report.texts == "none" and run.metrics["data"] else _unchanged(run, model)
    rows = run.predictions()
    parts = {
        "cv": _scored(run, "cv", [row for row in rows if row["fold"] != "test"], _held_out(corpora)),
        "test": _scored(run, "test", [row for row in rows if row["fold"] == "test"], corpora.test if corpora else None),
    }
    log = (run.path / "log.txt").read_text(encoding="utf-8").splitlines()
    return Results(config, run.id, run.metrics, model, parts["cv"], parts["test"], _findings(run), log)


def read_scored(run: Run, part: Literal["cv", "test"]) -> Scored:
    """Read back what a run predicted in cross-validation or for its test set, without texts.

    Raises
    ------
    InputError
        If the run wasn't scored there.
    RefusedError
        If a file of the run is damaged.
    """
    rows = [row for row in run.predictions() if (row["fold"] == "test") == (part == "test")]
    found = _scored(run, part, rows, None)
    if found is None:
        raise InputError(Problem(f"the run has no scores of {part!r}", where=str(run.path)))
    return found


def _unchanged(run: Run, model: StanceModel) -> Corpora | None:
    """Return the data of a run; None where they are no longer there, or the training data are other ones."""
    try:
        config = load_config(run.path / "config.yaml")
        if fingerprint(config.data.train) != model.about.get("training_data_sha256"):
            return None
        return read_corpora(config, lambda _: None)
    except StancekitError:
        return None


def _held_out(corpora: Corpora | None) -> Corpus | None:
    if corpora is None or corpora.folds is None:
        return None
    return corpora.train.of(np.flatnonzero((corpora.folds >= 0).all(axis=0)))


def _scored(run: Run, part: str, rows: Rows, corpus: Corpus | None) -> Scored | None:
    scores = run.metrics[part]
    if scores is None:
        return None
    repeats = int(scores["repeats"])
    if not rows or len(rows) % repeats:
        said = f"{len(rows)} rows of {WHERE[part]} are not {repeats} times as many as examples"
        raise RefusedError(Problem(said, where=str(run.path / "predictions.csv")))
    predicted = _Predicted(rows, repeats)
    shape = (repeats, len(predicted.first))
    config = run.config
    chosen = _chosen(run, [row["predicted"] for row in rows]).reshape(*shape, -1)
    gold = _chosen(run, [row["gold"] for row in predicted.first])
    probabilities = _probabilities(run, config, rows)
    return Scored(
        WHERE[part],
        scores,
        _columns(predicted.first, corpus, config),
        gold,
        chosen,
        None if probabilities is None else probabilities.reshape(*shape, -1),
        None if part == "test" else np.zeros(shape, dtype=np.int32),
    )


def _columns(rows: Rows, corpus: Corpus | None, config: Config) -> Columns:
    """Return the columns of the corpus if its examples are those of the rows; else what the rows say."""
    known: dict[str, list[Any]] = {name: [row.get(name) or None for row in rows] for name in NAMES}
    if corpus is None or len(corpus.labels) != len(rows):
        return known
    gold = [joined(label) for label in name_labels(corpus.labels, config.task)]
    same = gold == [row["gold"] for row in rows] and all(
        [None if value is None else str(value) or None for value in corpus.columns.get(name) or [None] * len(rows)]
        == known[name]
        for name in NAMES
    )
    return corpus.columns if same else known


def _chosen(run: Run, said: Sequence[str]) -> NDArray[np.bool_]:
    config = run.config
    number = {label: at for at, label in enumerate(config.task.labels)}
    chosen = np.zeros((len(said), len(number)), dtype=np.bool_)
    for row, cell in enumerate(said):
        for label in cell.split("|") if cell else ():
            if label not in number:
                said_of = f"{label!r} is no label of the run"
                raise RefusedError(Problem(said_of, where=str(run.path / "predictions.csv"), allowed=tuple(number)))
            chosen[row, number[label]] = True
    return chosen


def _probabilities(run: Run, config: Config, rows: Rows) -> NDArray[np.float64] | None:
    names = [f"p_{label}" for label in config.task.labels]
    if not rows[0].get(names[0]):
        return None
    try:
        return np.array([[float(row[name]) for name in names] for row in rows])
    except (KeyError, ValueError) as error:
        said = f"a probability can't be read: {error}"
        raise RefusedError(Problem(said, where=str(run.path / "predictions.csv"))) from error


def _findings(run: Run) -> Checked:
    path = run.path / "findings.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        keys = ("code", "severity", "part", "rows", "message", "count", "examples")
        found = [Finding(**{key: own[key] for key in keys}, values=own.get("values", {})) for own in values["findings"]]
        _ = [own.kind for own in found]
        return Checked(found, values["examples"], values["skipped"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(Problem(f"the run's findings can't be read: {error}", where=str(path))) from error
