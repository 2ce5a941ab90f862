"""Classifiers side by side on the same examples: scores, tested differences, and the config keys that differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from stancekit.config.metrics import ANY_METRIC, is_plugged
from stancekit.config.schema import Config
from stancekit.errors import InputError, Problem, printable
from stancekit.evaluation.intervals import average
from stancekit.evaluation.scores import FEW_GROUPS, score_predictions
from stancekit.evaluation.verdict import count_groups
from stancekit.experiment.aligned import (
    PARTS,
    Examples,
    Note,
    Opened,
    PartName,
    Said,
    read_part,
    read_said,
    refuse_other_examples,
    refuse_other_labels,
)
from stancekit.experiment.display import Kind, Shown
from stancekit.experiment.outside import Outside, is_outside, open_outside, place_outside
from stancekit.experiment.pairs import Pair, compare_pairs
from stancekit.experiment.run import Run
from stancekit.models.tallies import metric_of

Cell = dict[str, float | None] | None
Entry = Run | Outside

MOST_IN_PAIRS = 6
"""So many are compared each with each; more of them only with one."""


@dataclass(frozen=True)
class Part:
    """What was compared in cross-validation, or on the test set.

    Attributes
    ----------
    name : {"cv", "test"}
    n, groups : int
        Examples, and the groups that intervals and tests resample.
    by : str
        The column of the groups.
    tested : tuple of str
        The metrics that can be computed from predictions.
    pairs : tuple of Pair
    told : tuple of Note
        What to know before reading them.
    """

    name: PartName
    n: int
    groups: int
    by: str
    tested: tuple[str, ...]
    pairs: tuple[Pair, ...]
    told: tuple[Note, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know before reading them, in English."""
        return tuple(note.said for note in self.told)


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """Classifiers on the same examples, aligned.

    Attributes
    ----------
    entries : tuple of (Run or Outside)
        As given: runs, and predictions made elsewhere.
    names : tuple of str
        A name for each, no two alike.
    metrics : dict of str to list
        `cv macro_f1`, `test accuracy` …: `{"value", "low", "high"}` for each entry, None where it has none.
    differing : dict of str to list
        Dotted config key: its value in each run; of searched keys, the one chosen.
    parts : dict of str to Part
        By `cv` and `test`: differences, tests and changed examples.
    primary : str
        The metric of the sentences, which is that of the first run.
    level : float
        Of the intervals of differences.
    """

    _kind: ClassVar[Kind] = "comparison"

    entries: tuple[Entry, ...]
    names: tuple[str, ...]
    metrics: dict[str, list[Cell]]
    differing: dict[str, list[Any]]
    parts: dict[str, Part]
    primary: str
    level: float

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs among the entries."""
        return tuple(entry for entry in self.entries if isinstance(entry, Run))

    def __repr__(self) -> str:
        return printable(f"<Comparison of {', '.join(self.names)}: {', '.join(self.metrics)}>")

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values, for JSON."""
        runs = [{"name": run.name, "run_id": run.id, "path": str(run.path)} for run in self.runs]
        outside = [
            {"name": entry.name, "path": None if entry.path is None else str(entry.path)}
            for entry in self.entries
            if isinstance(entry, Outside)
        ]
        parts = {
            name: {
                "n": part.n,
                "groups": part.groups,
                "by": part.by,
                "notes": list(part.notes),
                "pairs": [pair.to_dict(self.names) for pair in part.pairs],
            }
            for name, part in self.parts.items()
        }
        return {
            "runs": runs,
            "predictions": outside,
            "names": list(self.names),
            "primary": self.primary,
            "level": self.level,
            "metrics": self.metrics,
            "differing": self.differing,
            "parts": parts,
        }


def compare(runs: Sequence[Run | str | Path | Any], *, against: Run | str | Path | None = None) -> Comparison:
    """Compare classifiers that were scored on the same examples, with a paired test of every difference.

    Parameters
    ----------
    runs : sequence
        Two or more: runs, their folders, files of predictions made elsewhere (CSV, TSV, JSONL or Parquet with `id`,
        `label` and perhaps `p_<label>` and `fold`), or such tables in memory. At least one is a run: gold labels
        come from the first.
    against : Run, str or Path, optional
        One of `runs`, or its id or name: only it is compared with every other. Each is with each if not given, or
        with the first if there are more than six.

    Raises
    ------
    InputError
        For fewer than two, none that is a run, or predictions whose ids or labels are not those of the run.
    RefusedError
        If runs were scored on different examples, gold labels or label sets; the message names some.

    Examples
    --------
    >>> import stancekit
    >>> stancekit.compare(["experiments/mali/3f2a9c41d07b", "experiments/mali/90c1d2e3f4a5"])  # doctest: +SKIP
    >>> stancekit.compare(["experiments/mali/3f2a9c41d07b", "annotator_b.csv"])  # doctest: +SKIP
    """
    if len(runs) < 2:
        raise InputError(Problem("one run can't be compared", hint="Give two or more: stancekit compare RUN RUN"))
    entries = tuple(_open(given) for given in runs)
    opened = {place: Opened.of(entry) for place, entry in enumerate(entries) if isinstance(entry, Run)}
    if not opened:
        hint = "Gold labels come from a run: name one beside the predictions"
        raise InputError(Problem("none of these is a run", hint=hint))
    first, *others = opened.values()
    for other in others:
        refuse_other_labels(first.run, other.run)
        refuse_other_examples(first, other)
    names = _distinct_names(entries)
    anchor = None if against is None else _find(against, runs, entries, names)
    parts, metrics = _compare_parts(entries, opened, names, anchor)
    evaluation = first.run.config.evaluation
    return Comparison(
        entries,
        names,
        metrics,
        differing_keys([own.run for own in opened.values()]),
        parts,
        str(evaluation.primary),
        evaluation.intervals.level,
    )


def _open(given: Any) -> Entry:
    if isinstance(given, Run):
        return given
    return open_outside(given) if is_outside(given) else Run(given)


def _distinct_names(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return a name for each: that of the experiment or file, or the id of a run whose name others have, too."""
    names = [entry.name for entry in entries]
    experiments = {entry.name for entry in entries if isinstance(entry, Run)}
    longer = []
    for entry, name in zip(entries, names, strict=True):
        if isinstance(entry, Run) and names.count(name) > 1:
            longer.append(entry.id if len(experiments) == 1 else f"{name} {entry.id}")
        else:
            longer.append(name)
    return tuple(
        f"{name} ({longer[: i + 1].count(name)})" if longer.count(name) > 1 else name for i, name in enumerate(longer)
    )


def _find(against: Run | str | Path, given: Sequence[Any], entries: Sequence[Entry], names: Sequence[str]) -> int:
    """Return the place of the one that others are compared with."""
    wanted = str(against.path if isinstance(against, Run) else against)
    for place, (entry, own, name) in enumerate(zip(entries, given, names, strict=True)):
        path = None if entry.path is None else entry.path.resolve()
        if against is own or path == Path(wanted).resolve() or wanted in (name, entry.name, getattr(entry, "id", None)):
            return place
    said = f"{wanted!r} is none of what is compared"
    raise InputError(Problem(said, where="--against", allowed=names, given=wanted))


def _compare_parts(
    entries: Sequence[Entry], opened: Mapping[int, Opened], names: Sequence[str], anchor: int | None
) -> tuple[dict[str, Part], dict[str, list[Cell]]]:
    first = next(iter(opened.values()))
    config = first.run.config
    found = [examples for part in PARTS if (examples := read_part(first, part)) is not None]
    placed = {
        place: place_outside(entry, found, config.task.kind)
        for place, entry in enumerate(entries)
        if isinstance(entry, Outside)
    }
    parts: dict[str, Part] = {}
    metrics: dict[str, list[Cell]] = {}
    for examples in found:
        said = {place: read_said(own, examples) for place, own in opened.items()}
        said |= {place: own[examples.part] for place, own in placed.items() if examples.part in own}
        said = dict(sorted(said.items()))
        stored = {place: own.run.metrics[examples.part]["metrics"] for place, own in opened.items()}
        tested = _recomputable(examples, said, stored, config.task.neutral_number)
        own = _cells(examples, said, stored, tested, config, len(entries))
        metrics |= {f"{examples.part} {name}": cells for name, cells in own.items()}
        pairs = compare_pairs(_pairs(list(said), anchor), examples, said, tested, config, names)
        notes = _notes(
            examples, said, [name for name in own if name not in tested], [own.run for own in opened.values()]
        )
        if anchor is None and len(said) > MOST_IN_PAIRS:
            one = names[min(said)]
            message = f"More than {MOST_IN_PAIRS} are compared: each with {one} only."
            notes.append(Note(message, "many", {"most": MOST_IN_PAIRS, "one": one}))
        groups = int(examples.grouping.codes.max()) + 1
        by = examples.grouping.by
        parts[examples.part] = Part(examples.part, len(examples.ids), groups, by, tuple(tested), pairs, tuple(notes))
    return parts, metrics


def _pairs(places: Sequence[int], anchor: int | None) -> list[tuple[int, int]]:
    if anchor is None and len(places) <= MOST_IN_PAIRS:
        return list(combinations(places, 2))
    one = places[0] if anchor is None else anchor
    return [(one, place) for place in places if place != one] if one in places else []


def _recomputable(
    examples: Examples,
    said: Mapping[int, Said],
    stored: Mapping[int, Mapping[str, Mapping[str, float | None]]],
    neutral: int | None,
) -> list[str]:
    """Return the metrics of which predictions give the very values that the runs have.

    Others need what predictions.csv doesn't hold: decision values, or the code of a plug-in.
    """
    names = dict.fromkeys(name for metrics in stored.values() for name in metrics)
    known = [name for name in names if not is_plugged(name) or name in ANY_METRIC.names()]
    return [
        name
        for name in known
        if all(
            _alike(metrics[name]["value"], _value(examples, said[place], name, neutral))
            for place, metrics in stored.items()
            if name in metrics
        )
    ]


def _value(examples: Examples, said: Said, name: str, neutral: int | None) -> float:
    tallies = examples.predictions(said, [name]).tallies(metrics=[name])
    return float(average([metric_of(name, neutral)(tally.summed()) for tally in tallies]))


def _alike(stored: float | None, computed: float) -> bool:
    return bool(np.isclose(np.nan if stored is None else stored, computed, rtol=0.0, atol=1e-9, equal_nan=True))


def _cells(
    examples: Examples,
    said: Mapping[int, Said],
    stored: Mapping[int, Mapping[str, dict[str, float | None]]],
    tested: Sequence[str],
    config: Config,
    count: int,
) -> dict[str, list[Cell]]:
    """Return every entry's scores: those that a run wrote down, and new ones where it didn't."""
    names = list(dict.fromkeys(name for metrics in stored.values() for name in metrics))
    aligned: dict[str, list[Cell]] = {name: [None] * count for name in names}
    evaluation = config.evaluation.model_copy(update={"metrics": tuple(tested)})
    measured = config.model_copy(update={"evaluation": evaluation})
    for place, own in said.items():
        cells: dict[str, Any] = dict(stored.get(place, {}))
        if not set(tested) <= cells.keys():
            fresh = score_predictions(examples.predictions(own, tested), {}, measured, {})["metrics"]
            cells = fresh | cells
        for name in names:
            aligned[name][place] = cells.get(name)
    return aligned


def _notes(examples: Examples, said: Mapping[int, Said], untested: Sequence[str], runs: Sequence[Run]) -> list[Note]:
    notes = [] if examples.grouping.note is None else [examples.grouping.note]
    by, groups = examples.grouping.by, int(examples.grouping.codes.max()) + 1
    named = {str(run.config.evaluation.intervals.by) for run in runs}
    if len(named) > 1:
        columns = ", ".join(sorted(named))
        said_so = f"The runs resample by different columns ({columns}): {by!r} counts here."
        notes.append(Note(said_so, "different_columns", {"columns": columns, "by": by}))
    if 1 < groups < FEW_GROUPS:
        few = f"{count_groups(groups, by)} are few: intervals and tests are rough."
        notes.append(Note(few, "few_groups", {"groups": groups, "by": by}))
    if untested:
        missing = f"Not tested, since predictions alone don't tell them: {', '.join(untested)}."
        notes.append(Note(missing, "not_tested", {"metrics": list(untested)}))
    if max(len(own.predicted) for own in said.values()) > 1:
        first = "McNemar's test and the changed examples are those of the first repeat of cross-validation."
        notes.append(Note(first, "first_repeat"))
    return notes


def differing_keys(runs: Sequence[Run]) -> dict[str, list[Any]]:
    """Return the dotted config keys in which runs differ, with the value of each run."""
    # What a search chose stands for what its config says: that is the model which was scored and saved.
    # How the page is shown has no part in what is compared.
    flat = [_flatten(run.config.model_dump(mode="json", exclude={"report"}) | run.chosen.values()) for run in runs]
    keys = dict.fromkeys(key for values in flat for key in values)
    rows = {key: [values.get(key) for values in flat] for key in keys}
    return {key: values for key, values in rows.items() if len({json.dumps(value) for value in values}) > 1}


def _flatten(value: Any, path: str = "") -> dict[str, Any]:
    """Return nested mappings, and lists of mappings, as {dotted path: value}."""
    if isinstance(value, dict) and value:
        items: list[tuple[Any, Any]] = list(value.items())
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        items = list(enumerate(value))
    else:
        return {path: value}
    return {
        key: inner
        for name, item in items
        for key, inner in _flatten(item, f"{path}.{name}" if path else str(name)).items()
    }
