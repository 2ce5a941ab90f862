"""The studies of a run in tables, for the page and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stancekit.evaluation.verdict import count_of

Cell = Mapping[str, float | None]

TITLES: Mapping[str, str] = {
    "learning_curve": "Learning curve",
    "ablation": "What each block of features brings",
    "leave_one_target_out": "Targets never seen in training",
    "leave_one_actor_out": "Actors never seen in training",
}


@dataclass(frozen=True)
class StudyTable:
    """One study, as it is shown.

    Attributes
    ----------
    name : str
        Its key in the config.
    says : str
        What it found, in a sentence, or why it was not made.
    headings : tuple of str
    rows : tuple of tuples of str
        None if it was not made.
    notes : tuple of str
        What must be known to read the rows.
    """

    name: str
    says: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the study is about, in words."""
        return TITLES[self.name]

    @property
    def is_made(self) -> bool:
        """Whether there is something to show."""
        return bool(self.rows)


def study_tables(studies: Mapping[str, Any] | None, level: float) -> list[StudyTable]:
    """Return a table for each study that metrics.json has.

    Parameters
    ----------
    studies : mapping or None
        As metrics.json has them.
    level : float
        Of the intervals.
    """
    found = []
    for name, study in (studies or {}).items():
        if name not in TITLES:
            continue
        if "refused" in study:
            found.append(StudyTable(name, f"Not made: {study['refused']}."))
            continue
        interval = f"{level * 100:g} % interval"
        headings, rows = _TABLES[name](study, interval)
        found.append(StudyTable(name, study["says"], headings, tuple(rows), tuple(_notes(study))))
    return found


def _curve(study: Mapping[str, Any], interval: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    controls = list(study["rows"][0]["baselines"])
    unit = {"id": "of the examples", "article": "articles", "sentence": "sentences"}.get(study["by"], "groups")
    headings = ("share", unit, "examples", study["metric"], interval, *(name.replace("_", " ") for name in controls))
    rows = []
    for row in study["rows"]:
        beside = (number(row["baselines"][name]) for name in controls)
        size = (f"{row['share']:.0%}", f"{row['groups']:.0f}", f"{row['examples']:.0f}")
        rows.append((*size, *_pair(row["score"]), *beside))
    return headings, rows


def _ablation(study: Mapping[str, Any], interval: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    headings = ("part", f"{study['metric']} without it", "difference", interval, "it alone", "difference", interval)
    rows: list[tuple[str, ...]] = [
        ("all of them", number(study["whole"]["value"]), "", _pair(study["whole"])[1], "", "", "")
    ]
    for row in study["rows"]:
        cells: list[str] = []
        for way in ("without", "alone"):
            own = row[way] or {"score": None, "difference": None}
            score = "" if own["score"] is None else number(own["score"]["value"])
            cells += [score, *_pair(own["difference"], signed=True)]
        rows.append((row["name"], *cells))
    return headings, rows


def _left_out(study: Mapping[str, Any], interval: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    column = study["column"]
    headings = (
        column,
        "examples",
        "of it in training",
        f"{study['metric']}, seen",
        "never seen",
        "difference",
        interval,
    )
    pooled = study["pooled"]
    rows = [(f"all of these {column}s", str(pooled["n"]), "", *_change(pooled))]
    rows += [(row["value"], str(row["n"]), f"{row['trained_with']:.0f}", *_change(row)) for row in study["rows"]]
    return headings, rows


def _change(row: Mapping[str, Any]) -> tuple[str, ...]:
    scores = ("" if row[key] is None else number(row[key]["value"]) for key in ("seen", "unseen"))
    return (*scores, *_pair(row["difference"], signed=True))


_TABLES: Mapping[str, Callable[[Mapping[str, Any], str], tuple[tuple[str, ...], list[tuple[str, ...]]]]] = {
    "learning_curve": _curve,
    "ablation": _ablation,
    "leave_one_target_out": _left_out,
    "leave_one_actor_out": _left_out,
}


def _notes(study: Mapping[str, Any]) -> list[str]:
    notes = []
    if study.get("others"):
        fewer = f"{count_of(study['others'], study['column'])} with fewer than {study['at_least']} scored examples"
        notes.append(f"Not left out: {fewer}.")
    for row in study["rows"]:
        name = _row_name(row)
        if row.get("lacking"):
            fits = ", ".join(f"{label} in {count_of(n, 'fit')}" for label, n in row["lacking"].items())
            notes.append(f"{name}: a label without training examples is never predicted: {fits}.")
        for own in (row, row.get("without") or {}, row.get("alone") or {}):
            if own.get("refused"):
                notes.append(f"{name}: not fitted: {own['refused']}.")
            if own.get("unconverged"):
                notes.append(f"{name}: in {count_of(own['unconverged'], 'fit')} a solver stopped before it converged.")
    return notes


def _row_name(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or row.get("value") or f"{row['share']:.0%}")


def number(value: float | None) -> str:
    """Return a score as it is shown."""
    return "n/a" if value is None else f"{value:.3f}"


def _pair(cell: Cell | None, *, signed: bool = False) -> tuple[str, str]:
    if cell is None:
        return "", ""
    value, low, high = ("n/a" if own is None else f"{own:+.3f}" if signed else f"{own:.3f}" for own in cell.values())
    return value, "" if cell["low"] is None else f"{low} to {high}"


def first_rows(table: StudyTable, most: int) -> tuple[Sequence[tuple[str, ...]], int]:
    """Return the rows that are shown, and how many are not."""
    return table.rows[:most], max(0, len(table.rows) - most)
