"""Runs side by side: their metrics, and only those config keys in which they differ."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancekit.errors import InputError, Problem, RefusedError
from stancekit.experiment.run import Run

Cell = dict[str, float | None] | None


@dataclass(frozen=True)
class Comparison:
    """Runs on the same examples, aligned.

    Attributes
    ----------
    runs : tuple of Run
    metrics : dict of str to list
        `cv macro_f1`, `test accuracy` …: `{"value", "low", "high"}` for each run, None where a run has none.
    differing : dict of str to list
        Dotted config key: its value in each run; of searched keys, the one chosen.
    """

    runs: tuple[Run, ...]
    metrics: dict[str, list[Cell]]
    differing: dict[str, list[Any]]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values, for JSON."""
        runs = [{"name": run.name, "run_id": run.id, "path": str(run.path)} for run in self.runs]
        return {"runs": runs, "metrics": self.metrics, "differing": self.differing}


def compare(runs: Sequence[Run | str | Path]) -> Comparison:
    """Compare runs that were scored on the same examples.

    Parameters
    ----------
    runs : sequence of Run, str or Path
        Two or more.

    Raises
    ------
    InputError
        For fewer than two runs.
    RefusedError
        If they were scored on different examples or gold labels; the message names some.

    Examples
    --------
    >>> import stancekit
    >>> stancekit.compare(["experiments/mali/3f2a9c41d07b", "experiments/mali/90c1d2e3f4a5"])  # doctest: +SKIP
    """
    if len(runs) < 2:
        raise InputError(Problem("one run can't be compared", hint="Give two or more: stancekit compare RUN RUN"))
    opened = tuple(run if isinstance(run, Run) else Run(run) for run in runs)
    for other in opened[1:]:
        _refuse_other_examples(opened[0], other)
    return Comparison(opened, _align_metrics(opened), _differing_keys(opened))


def _refuse_other_examples(first: Run, other: Run) -> None:
    a, b = _gold(first), _gold(other)
    if a == b:
        return
    only_a, only_b = sorted(set(a) - set(b)), sorted(set(b) - set(a))
    relabelled = sorted(id for id in set(a) & set(b) if a[id] != b[id])
    parts = [
        f"{len(ids)} {what} ({', '.join(ids[:3])}{', …' if len(ids) > 3 else ''})"
        for ids, what in (
            (only_a, f"only in {first.id}"),
            (only_b, f"only in {other.id}"),
            (relabelled, "labelled otherwise"),
        )
        if ids
    ]
    hint = (
        "Scores on different examples can't be told apart from scores of different models; train both on the same data"
    )
    raise RefusedError(
        Problem(f"{first.id} and {other.id} were not scored on the same examples: {'; '.join(parts)}", hint=hint)
    )


def _gold(run: Run) -> dict[str, str]:
    """Return gold labels by example; a test example is another one than that of cross-validation."""
    return {
        ("test " if row["fold"] == "test" else "") + row["id"]: "|".join(sorted(row["gold"].split("|")))
        for row in run.predictions()
    }


def _align_metrics(runs: Sequence[Run]) -> dict[str, list[Cell]]:
    aligned: dict[str, list[Cell]] = {}
    for part in ("cv", "test"):
        own = [(run.metrics[part] or {}).get("metrics", {}) for run in runs]
        for name in dict.fromkeys(name for metrics in own for name in metrics):
            aligned[f"{part} {name}"] = [metrics.get(name) for metrics in own]
    return aligned


def _differing_keys(runs: Sequence[Run]) -> dict[str, list[Any]]:
    # What a search chose stands for what its config says: that is the model which was scored and saved.
    flat = [_flatten(run.config.model_dump(mode="json") | run.chosen.values()) for run in runs]
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
