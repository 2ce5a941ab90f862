"""Label doubts of a run: from out-of-fold scores to `doubts.csv`, to be looked at by who labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.report import TextsShown
from stancekit.config.schema import Task, TaskKind
from stancekit.corpus.examples import Columns
from stancekit.corpus.redaction import shown_text
from stancekit.evaluation.doubts import Doubts, find_doubts
from stancekit.evaluation.verdict import count_of
from stancekit.models.stance_model import name_labels

HEADING = (
    "rank",
    "id",
    "article",
    "actor",
    "target",
    "text",
    "gold",
    "suggested",
    "p_gold",
    "p_suggested",
    "margin",
)


@dataclass(frozen=True)
class Doubted:
    """Label doubts, and what they were told by.

    Attributes
    ----------
    doubts : Doubts
    by : str
        `probabilities`; or `decision values`, where the model has no probabilities.
    """

    doubts: Doubts
    by: str

    def as_dict(self, task: Task) -> dict[str, Any]:
        """Return what metrics.json says of them."""
        return {"n": len(self.doubts.rows), "by_label": self.doubts.count_by(task.labels), "by": self.by}

    def line(self, task: Task) -> str:
        """Return them as a line of the log."""
        shown = ", ".join(f"{label} {count}" for label, count in self.doubts.count_by(task.labels).items())
        return f"{count_of(len(self.doubts.rows), 'label doubt')} by {self.by}: {shown}"


def doubt_labels(
    gold: NDArray[np.bool_], scores: NDArray[np.float64], shares: NDArray[np.float64] | None, kind: TaskKind
) -> Doubted:
    """Return the label doubts of examples that were held out.

    Parameters
    ----------
    gold : ndarray of bool of shape (n_examples, n_labels)
    scores : ndarray of float of shape (n_repeats, n_examples, n_labels)
        Decision values.
    shares : ndarray of float of that shape, or None
        Probabilities. Without any, the softmax of decision values stands for them, in a multilabel task their
        logistic function: no probabilities, but each label's threshold is measured on the same scale.
    kind : str
        Of the task.
    """
    if shares is not None:
        return Doubted(find_doubts(gold, shares.mean(axis=0), kind), "probabilities")
    from scipy.special import expit, softmax

    stand_ins = expit(scores) if kind == "multilabel" else softmax(scores, axis=-1)
    return Doubted(find_doubts(gold, stand_ins.mean(axis=0), kind), "decision values")


def doubt_rows(
    doubted: Doubted, columns: Columns, gold: NDArray[np.bool_], task: Task, mode: TextsShown = "full"
) -> Iterator[list[Any]]:
    """Yield the rows of doubts.csv; see `HEADING`."""
    doubts = doubted.doubts
    given, suggested = (_as_cells(chosen, task) for chosen in (gold[doubts.rows], doubts.suggested))
    none: Sequence[Any] = [None] * len(gold)
    names = [columns.get(name, none) for name in ("id", "article", "actor", "target")]
    texts = written_texts(columns, doubts.rows, mode)
    for number, row in enumerate(doubts.rows.tolist()):
        shares = (doubts.p_given[number], doubts.p_suggested[number], doubts.margin[number])
        about = [column[row] for column in names]
        yield [number + 1, *about, texts[number], given[number], suggested[number], *(f"{own:.4f}" for own in shares)]


def written_texts(columns: Columns, rows: NDArray[np.intp], mode: TextsShown) -> list[str]:
    """Return the texts of examples as far as the config lets the tables of a run show them."""
    none: Sequence[Any] = [None] * len(columns["text"])
    ends = [columns.get(f"{role}_{end}", none) for role in ("actor", "target") for end in ("start", "end")]

    def spans(row: int) -> list[tuple[int, int] | None]:
        first, last, start, end = (own[row] for own in ends)
        return [
            (low, high) if low is not None and high is not None and low >= 0 else None
            for low, high in ((first, last), (start, end))
        ]

    return [shown_text(columns["text"][row], spans(row), mode) for row in rows.tolist()]


def _as_cells(chosen: NDArray[np.bool_], task: Task) -> list[str]:
    return [own if isinstance(own, str) else "|".join(own) for own in name_labels(chosen, task)]
