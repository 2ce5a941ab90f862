"""The rows of the page of all runs: what each run scored, beside what, and how it differs from the others."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from stancekit.config.metrics import direction
from stancekit.config.model import name_model
from stancekit.config.report import Language
from stancekit.errors import Problem, RefusedError, StancekitError
from stancekit.experiment.compare import differing_keys
from stancekit.experiment.run import Run
from stancekit.report.differing import short_keys
from stancekit.report.sections.verdict import beside, estimate, rival_values

Estimate = Mapping[str, float | None]
PartName = Literal["cv", "test"]


@dataclass(frozen=True)
class Damaged:
    """A run folder that can't be read, and why."""

    path: Path
    error: StancekitError


@dataclass(frozen=True)
class Rival:
    """The best baseline of a run, and by how much the model's score is higher; `ahead` where all of the interval is."""

    name: str
    value: float
    difference: Estimate
    standing: Literal["ahead", "level", "behind"]


@dataclass(frozen=True)
class RunRow:
    """A run, as the page of all runs shows it.

    Attributes
    ----------
    run : Run
    href : str or None
        Its report, relative to the page; None where there is none.
    model : str
    part : {"cv", "test"}
        Where it was scored: in cross-validation, if it was.
    n, groups : int
    score : mapping
        The primary metric with its interval.
    on_test : mapping or None
        Likewise on the test set, where `part` is cross-validation and there is one.
    rival : Rival or None
    unusual : dict of str to object
        Config keys that most runs of the experiment have another value of.
    finished : datetime or None
        In UTC; runs of earlier versions don't tell.
    """

    run: Run
    href: str | None
    model: str
    part: PartName
    n: int
    groups: int
    score: Estimate
    on_test: Estimate | None
    rival: Rival | None
    unusual: Mapping[str, Any]
    finished: datetime | None

    @property
    def metric(self) -> str:
        """The primary metric."""
        return str(self.run.metrics["primary"])

    @property
    def series(self) -> tuple[str, str, str]:
        """What runs have in common whose scores can be drawn as one line: experiment, metric and part."""
        return self.run.name, self.metric, self.part


def run_rows(runs: Sequence[Run], folder: Path) -> tuple[list[RunRow], list[Damaged]]:
    """Return a row for each run, and those whose metrics lack what a row is made of.

    Parameters
    ----------
    runs : sequence of Run
    folder : Path
        Where the page will be; the runs are below it.
    """
    unusual = _unusual_keys(runs)
    rows, damaged = [], []
    for run, own in zip(runs, unusual, strict=True):
        try:
            rows.append(_row(run, folder, own))
        except (KeyError, TypeError, ValueError, AttributeError):
            said = Problem("the run's metrics are damaged: a score of theirs is not what it should be", str(run.path))
            damaged.append(Damaged(run.path, RefusedError(said)))
    return rows, damaged


def _row(run: Run, folder: Path, unusual: Mapping[str, Any]) -> RunRow:
    primary = run.metrics["primary"]
    part: PartName = "cv" if run.metrics["cv"] is not None else "test"
    scores, test = run.metrics[part], run.metrics["test"]
    model, search = name_model(run.chosen.model), run.metrics["search"]
    return RunRow(
        run=run,
        href=quote(run.report.relative_to(folder).as_posix()) if run.report.is_file() else None,
        model=f"{model} (best of {len(search['tried'])})" if search else model,
        part=part,
        n=int(scores["n"]),
        groups=int(scores["groups"]),
        score=estimate(scores["metrics"][primary]),
        on_test=estimate(test["metrics"][primary]) if part == "cv" and test is not None else None,
        rival=best_rival(scores, primary),
        unusual=unusual,
        finished=_finished(run),
    )


def best_rival(scores: Mapping[str, Any], metric: str) -> Rival | None:
    """Return the best baseline of a part, beside the model; None where there is none or the model has no score.

    Parameters
    ----------
    scores : mapping
        SCORES of metrics.json.
    metric : str

    Examples
    --------
    >>> known = {"value": 0.4, "difference": {"value": 0.2, "low": 0.1, "high": 0.3}}
    >>> scores = {"metrics": {"f1": {"value": 0.6}}, "baselines": {"majority": {"f1": 0.4}, "names_only": None}}
    >>> best_rival({**scores, "beside": {"majority": {"f1": known}}}, "f1").standing
    'ahead'
    """
    own, rivals, sign = scores["metrics"][metric]["value"], rival_values(scores, metric), direction(metric)
    if not rivals or own is None:
        return None
    name = max(rivals, key=lambda rival: sign * rivals[rival])
    cell = beside(scores)[name][metric]
    apart = estimate(cell["difference"] if isinstance(cell, Mapping) else own - rivals[name])
    ends = [sign * end for end in (apart["low"], apart["high"]) if end is not None]
    standing: Literal["ahead", "level", "behind"] = "level"
    if ends:
        standing = "ahead" if min(ends) > 0.0 else "behind" if max(ends) < 0.0 else "level"
    return Rival(name, rivals[name], apart, standing)


def _unusual_keys(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Return for each run the keys whose value more than half of its experiment's runs don't share."""
    experiments: dict[str, list[int]] = {}
    for at, run in enumerate(runs):
        experiments.setdefault(run.name, []).append(at)
    found: list[dict[str, Any]] = [{} for _ in runs]
    for members in experiments.values():
        for key, values in short_keys(differing_keys([runs[at] for at in members])).items():
            told = [json.dumps(value) for value in values]
            usual, times = Counter(told).most_common(1)[0]
            for at, own, value in zip(members, told, values, strict=True):
                if own != usual or 2 * times <= len(members):
                    found[at][key] = value
    return found


def _finished(run: Run) -> datetime | None:
    try:
        environment = json.loads((run.path / "environment.json").read_text(encoding="utf-8"))
        return datetime.fromisoformat(environment["finished"]).astimezone(UTC)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None  # it says when, no more; a run is whole without


def series_of(rows: Sequence[RunRow]) -> dict[tuple[str, str, str], list[RunRow]]:
    """Return the dated rows that have a score, by experiment, metric and part, the oldest first."""
    lines: dict[tuple[str, str, str], list[RunRow]] = {}
    dated = [(row.finished, row) for row in rows if row.finished is not None and row.score["value"] is not None]
    for _, row in sorted(dated, key=lambda own: (own[0], own[1].run.id)):
        lines.setdefault(row.series, []).append(row)
    return lines


def language_of(runs: Sequence[Run]) -> Language:
    """Return the language that all runs want their pages in; English where they differ, or there is none."""
    wanted = {run.config.report.language for run in runs}
    return wanted.pop() if len(wanted) == 1 else "en"


def read_runs(paths: Sequence[Path]) -> tuple[list[Run], list[Damaged]]:
    """Return the runs in folders, and those that can't be read."""
    runs: list[Run] = []
    damaged: list[Damaged] = []
    for path in paths:
        try:
            run = Run(path)
            _ = run.config, run.chosen
            runs.append(run)
        except StancekitError as error:
            damaged.append(Damaged(path, error))
    return runs, damaged
