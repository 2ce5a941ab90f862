"""Several annotators of the same items: a row for each label that one of them gave.

An item is a sentence with its actor and target. Its rows are no independent examples: folds keep them together, and
resampling draws them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Folds
from stancekit.config.task import TaskKind
from stancekit.corpus.copies import cases
from stancekit.corpus.examples import Columns
from stancekit.corpus.folds import GROUPED_SCHEMES, group_codes
from stancekit.errors import DataError, Problem

ALL, MAJORITY = "all", "majority"


def item_codes(examples: Columns) -> NDArray[np.intp]:
    """Return the item of every example, counted from 0.

    Examples of one item have the same article, sentence, text, actor and target, and are labelled by two annotators or
    more, once by each: what one of them labels again, as where a sentence names a target twice, is the next item. Where
    a mention begins doesn't count, on which annotators may differ. Every other example is an item by itself.

    Examples
    --------
    >>> item_codes({"text": ["a", "b", "a"], "annotator": ["ann", "ann", "bob"]}).tolist()
    [0, 1, 0]
    >>> item_codes({"text": ["a", "b", "a"], "annotator": ["ann", "ann", "ann"]}).tolist()
    [0, 1, 2]
    """
    count = len(examples["text"])
    who = examples.get("annotator") or [None] * count
    if len({name for name in who if name is not None}) < 2:
        return np.arange(count)
    places = (examples.get(name) or [None] * count for name in ("article", "sentence"))
    before: dict[Any, int] = {}
    keys: list[Any] = []
    for row, (name, *case) in enumerate(zip(who, cases(examples), *places, strict=True)):
        own = (name, *case)
        before[own] = before.get(own, 0) + 1
        keys.append(row if name is None else (before[own], *case))
    codes: dict[Any, int] = {}
    return np.fromiter((codes.setdefault(key, len(codes)) for key in keys), dtype=np.intp, count=count)


def fold_units(examples: Columns, plan: Folds) -> tuple[NDArray[np.intp], Folds]:
    """Return what stays in one fold, as a code for every example, and the plan by which these are cut.

    A scheme that takes every example for itself keeps the annotators of one item together all the same, or the item
    would be trained on where it is held out.
    """
    if plan.scheme in GROUPED_SCHEMES and plan.by != "id":
        return group_codes(examples, plan.by)[0], plan
    items = item_codes(examples)
    if plan.scheme in GROUPED_SCHEMES or len(np.unique(items)) == len(items):
        return items, plan
    scheme = "stratified_group" if plan.scheme == "stratified" else "group"
    return items, plan.model_copy(update={"scheme": scheme, "by": "item"})


def choose_annotators(
    examples: Columns, wanted: str, kind: TaskKind, part: str = "training"
) -> tuple[Mapping[str, Sequence[Any]], list[str]]:
    """Return the examples as some annotators label them, and what was done, in lines for the log.

    Parameters
    ----------
    examples : mapping of lists
    wanted : str
        `all` of them, their `majority`, or the name of one.
    kind : str
        Of the task.
    part : str
        What the examples are, for messages.

    Raises
    ------
    DataError
        If the one who is wanted labelled nothing, or no item has a majority.

    Examples
    --------
    >>> examples = {"text": ["a"] * 3, "annotator": ["ann", "bob", "cyd"], "label": ["pro", "con", "con"]}
    >>> choose_annotators(examples, "majority", "stance")[0]["label"]
    ['con']
    """
    who = examples.get("annotator") or [None] * len(examples["text"])
    names = sorted({name for name in who if name is not None})
    if wanted in (ALL, MAJORITY):
        items = item_codes(examples)
        if len(np.unique(items)) == len(items):
            return examples, []
        shared = int((np.bincount(items) > 1).sum())
        said = f"{shared} of {int(items.max()) + 1} items were labelled by several of {len(names)} annotators"
        if wanted == ALL:
            return examples, [f"{said}; each label counts (data.annotators: all)"]
        chosen, undecided = _by_majority(examples, items, kind)
        return chosen, [f"{said}; the majority decides, {undecided} without one are left out"]
    if not names and part != "training":
        return examples, []
    rows = [row for row, name in enumerate(who) if name == wanted]
    if not rows:
        said = f"no {part} example was labelled by {wanted!r} (data.annotators)"
        raise DataError(Problem(said, allowed=(ALL, MAJORITY, *names), given=wanted))
    return _rows(examples, rows), [f"{len(rows)} of {len(who)} {part} examples were labelled by {wanted!r}"]


def _by_majority(examples: Columns, items: NDArray[np.intp], kind: TaskKind) -> tuple[Mapping[str, Sequence[Any]], int]:
    """Return an example for each item with the label that most annotators gave, and how many items have none such."""
    who = examples.get("annotator") or [None] * len(items)
    of_item: dict[int, list[int]] = {}
    for row, item in enumerate(items.tolist()):
        of_item.setdefault(item, []).append(row)
    column = "labels" if kind == "multilabel" else "label"
    kept: list[int] = []
    decided: list[Any] = []
    for rows in of_item.values():
        given = [examples[column][row] for row in rows]
        label = _in_most_sets(given) if kind == "multilabel" else _most_frequent(given)
        if label is not None:
            kept.append(rows[0])
            decided.append(label)
    if not kept:
        raise DataError(Problem("no item has a majority of annotators (data.annotators: majority)"))
    several = {rows[0] for rows in of_item.values() if len(rows) > 1}
    names = [None if row in several else who[row] for row in kept]
    return {**_rows(examples, kept), column: decided, "annotator": names}, len(of_item) - len(kept)


def _most_frequent(given: Sequence[str]) -> str | None:
    counts = {label: given.count(label) for label in dict.fromkeys(given)}
    best = [label for label, count in counts.items() if count == max(counts.values())]
    return best[0] if len(best) == 1 else None


def _in_most_sets(given: Sequence[Sequence[str]]) -> list[str]:
    known = dict.fromkeys(label for own in given for label in own)
    return [label for label in known if 2 * sum(label in own for own in given) > len(given)]


def _rows(examples: Columns, rows: Sequence[int]) -> dict[str, list[Any]]:
    return {name: [values[row] for row in rows] for name, values in examples.items()}
