"""`stancekit predict --by`: labelled rows added up, as a table, JSON, a file and a figure."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancekit.corpus.row_files import Kind
from stancekit.errors import InputError, Problem
from stancekit.evaluation.aggregate import FEWEST_ARTICLES, aggregate, stance_scale
from stancekit.evaluation.quantification import FEWEST_ROWS
from stancekit.models.labelling import Row
from stancekit.models.stance_model import StanceModel

if TYPE_CHECKING:
    from stancekit.cli.predict import Wanted

_NEEDED = ("article", "actor", "target", "speaker", "date", "label")
BIASED = (
    "These are shares of predicted labels: the classifier's errors are in them and don't average out, however many"
    " articles there are. Intervals (95 %) say how far other articles might differ, and nothing about those errors."
)


def aggregate_rows(model: StanceModel, path: Path, batches: Iterator[list[Row]], wanted: Wanted) -> Callable[[], None]:
    """Add up labelled rows, write what is to be written, and return what prints the rest."""
    confusion = confusion_of(model, path) if wanted.adjust else None
    columns: dict[str, list[Any]] = {name: [] for name in _NEEDED}
    for rows in batches:
        for name, values in columns.items():
            values += [row[name] for row in rows]
    scale = stance_scale(model.task)
    cells = aggregate(columns, wanted.by, model.labels, scale=scale, confusion=confusion)
    notes = notes_on(cells, scale, adjusted=wanted.adjust)
    if wanted.figure is not None:
        from stancekit.report.aggregates import save_aggregates

        save_aggregates(wanted.figure, cells, wanted.by, model.labels, scale)
        print(f"figure: {wanted.figure}", file=sys.stderr)
    if wanted.output is not None:
        fields = _columns(model, wanted.by, adjusted=wanted.adjust)
        with wanted.rows_file(fields) as write:
            write([_flat(cell, model) for cell in cells])
        wanted.say_written(len(cells))

    def show() -> None:
        if wanted.as_json:
            said = {"by": wanted.by, "labels": model.labels, "scale": scale, "rows": cells, "notes": notes}
            print(json.dumps(said, ensure_ascii=False))
        elif wanted.output is None:
            from rich.console import Console

            from stancekit.report.aggregates import aggregates_table
            from stancekit.report.terminal import print_to

            print_to(Console(highlight=False), aggregates_table(cells, wanted.by, model.labels, notes))
        else:
            print("\n".join(notes), file=sys.stderr)

    return show


def confusion_of(model: StanceModel, path: Path) -> NDArray[np.float64]:
    """Return the confusion matrix of the model's run: of cross-validation, else of its test set.

    Raises
    ------
    InputError
        If the model is in no run, or predicts sets of labels.
    """
    if model.task.kind == "multilabel":
        raise InputError(Problem("counts of label sets are not adjusted", hint="Leave --adjust out"))
    metrics = model.metrics
    scores = metrics and (metrics.get("cv") or metrics.get("test"))
    if not scores:
        hint = "Give the folder of the run, or leave --adjust out"
        raise InputError(Problem("this model has no confusion matrix to adjust counts by", where=str(path), hint=hint))
    return np.array(scores["confusion"]["matrix"], dtype=np.float64)


def notes_on(cells: Sequence[Mapping[str, Any]], scale: Mapping[str, float] | None, *, adjusted: bool) -> list[str]:
    """Return what has to be said beside aggregates."""
    notes = [BIASED]
    few = sum(cell["articles"] < FEWEST_ARTICLES for cell in cells)
    if few:
        notes.append(
            f"No interval (n/a) where there are fewer than {FEWEST_ARTICLES} articles, in {few} of {len(cells)} rows."
        )
    if scale is not None:
        numbers = ", ".join(f"{label} {number:g}" for label, number in scale.items())
        notes.append(f"The mean stance counts {numbers}.")
    if adjusted:
        notes.append(
            "Adjusted shares are corrected by the confusion matrix of the model's run (adjusted count). They hold only"
            " where the classifier errs as it did there, on texts of the same kind, and have no interval. They are"
            f" not given for fewer than {FEWEST_ROWS} examples, or where it hardly tells labels apart."
        )
    return notes


def _columns(model: StanceModel, by: Sequence[str], *, adjusted: bool) -> dict[str, Kind]:
    columns: dict[str, Kind] = {**dict.fromkeys(by, "text"), "n": "whole", "articles": "whole"}
    for label in model.labels:
        columns |= {f"{part}_{label}": "decimal" for part in ("share", "low", "high")}
    if stance_scale(model.task) is not None:
        columns |= dict.fromkeys(("stance", "stance_low", "stance_high"), "decimal")
    return {**columns, **({f"adjusted_{label}": "decimal" for label in model.labels} if adjusted else {})}


def _flat(cell: Mapping[str, Any], model: StanceModel) -> dict[str, Any]:
    flat = dict(cell)
    for label, share in cell["shares"].items():
        flat |= {f"share_{label}": share["value"], f"low_{label}": share["low"], f"high_{label}": share["high"]}
    if cell["stance"] is not None:
        stance = cell["stance"]
        flat |= {"stance": stance["value"], "stance_low": stance["low"], "stance_high": stance["high"]}
    adjusted = cell["adjusted"] or dict.fromkeys(model.labels)
    return flat | {f"adjusted_{label}": share for label, share in adjusted.items()}
