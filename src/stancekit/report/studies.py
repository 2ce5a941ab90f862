"""The studies of a run in tables, for the page and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stancekit.report.words import Words, spaced
from stancekit.report.words.fr_facts import STUDIES

Cell = Mapping[str, float | None]
Rows = list[tuple[str, ...]]

KNOWN = ("learning_curve", "ablation", "leave_one_target_out", "leave_one_actor_out")
_ENGLISH = Words("en")


@dataclass(frozen=True)
class StudyTable:
    """One study, as it is shown.

    Attributes
    ----------
    name : str
        Its key in the config.
    title : str
        What it is about, in words.
    says : str
        What it found, in a sentence, or why it was not made.
    headings : tuple of str
    rows : tuple of tuples of str
        None if it was not made.
    notes : tuple of str
        What must be known to read the rows.
    lang : str
        The language of `says`: English, where a run of an earlier version doesn't have what it takes to translate it.
    """

    name: str
    title: str
    says: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    lang: str = "en"

    @property
    def is_made(self) -> bool:
        """Whether there is something to show."""
        return bool(self.rows)


def study_tables(studies: Mapping[str, Any] | None, level: float, say: Words = _ENGLISH) -> list[StudyTable]:
    """Return a table for each study that metrics.json has.

    Parameters
    ----------
    studies : mapping or None
        As metrics.json has them.
    level : float
        Of the intervals.
    say : Words
    """
    found = []
    for name, study in (studies or {}).items():
        if name not in KNOWN:
            continue
        title, (told, lang) = say.name("study", name), _told(name, study, say)
        if "refused" in study:
            found.append(StudyTable(name, title, say("study.refused", why=told), lang=lang))
            continue
        headings, rows = _TABLES[name](study, say("interval", level=f"{level * 100:g}"), say)
        found.append(StudyTable(name, title, told, headings, tuple(rows), tuple(_notes(study, say)), lang))
    return found


def _told(name: str, study: Mapping[str, Any], say: Words) -> tuple[str, str]:
    """Return what a study found, or why it was not made, and the language that this is in."""
    english = str(study["refused"] if "refused" in study else study["says"])
    if say.language == "en":
        return english, "en"
    try:
        found = _refused(study["why"], say) if "refused" in study else _FOUND[name](study, say)
    except (KeyError, TypeError):
        return english, "en"
    return found, say.language


def _refused(why: Mapping[str, Any], say: Words) -> str:
    values = dict(why)
    if "by" in values:
        values["groups"] = say.groups(values["groups"], values["by"])
    return spaced(STUDIES["refused"][values.pop("code")]).format(**values)


def _curve_found(study: Mapping[str, Any], say: Words) -> str:
    code, gain, step = study["found"]["code"], study["last_gain"], ""
    unit = say.name("units", study["by"] if study["by"] in ("id", "article", "sentence") else "group")
    if gain is not None:
        before, after = (say.whole(round(row["groups"])) for row in study["rows"][-2:])
        step = say("study.step", gain=say.estimate(gain, signed=True), before=before, after=after, unit=unit)
    return spaced(STUDIES["learning_curve"][code]).format(unit=unit, step=step)


def _ablation_found(study: Mapping[str, Any], say: Words) -> str:
    found = dict(study["found"])
    most = next((row for row in study["rows"] if row["name"] == found.get("most")), None)
    if most is not None:
        found["difference"] = say.estimate(most["without"]["difference"], signed=True)
        found["most"] = _part_name(most["name"], say)
    return spaced(STUDIES["ablation"][found.pop("code")]).format(**found)


def _left_out_found(study: Mapping[str, Any], say: Words) -> str:
    pooled = study["pooled"]
    return spaced(STUDIES["left_out"]["pooled"]).format(
        what=say.name("what", study["column"]),
        metric=say.name("metric", study["metric"]),
        unseen=say.estimate(pooled["unseen"]),
        seen=say.estimate(pooled["seen"]),
        examples=say.count(pooled["n"], "example"),
        difference=say.estimate(pooled["difference"], signed=True),
    )


_FOUND: Mapping[str, Callable[[Mapping[str, Any], Words], str]] = {
    "learning_curve": _curve_found,
    "ablation": _ablation_found,
    "leave_one_target_out": _left_out_found,
    "leave_one_actor_out": _left_out_found,
}


def _curve(study: Mapping[str, Any], interval: str, say: Words) -> tuple[tuple[str, ...], Rows]:
    controls = list(study["rows"][0]["baselines"])
    unit = say.name("units", study["by"] if study["by"] in ("id", "article", "sentence") else "group")
    metric = say.name("metric", study["metric"])
    named = (say.name("baseline", name) for name in controls)
    headings = (say("study.share"), unit, say("study.examples"), metric, interval, *named)
    rows = []
    for row in study["rows"]:
        beside = (say.number(row["baselines"][name]) for name in controls)
        size = (say.percent(row["share"]), say.whole(round(row["groups"])), say.whole(round(row["examples"])))
        rows.append((*size, *_pair(row["score"], say), *beside))
    return headings, rows


def _ablation(study: Mapping[str, Any], interval: str, say: Words) -> tuple[tuple[str, ...], Rows]:
    metric, difference = say.name("metric", study["metric"]), say("study.difference")
    without = say("study.without", metric=metric)
    headings = (say("study.part"), without, difference, interval, say("study.alone"), difference, interval)
    whole = _pair(study["whole"], say)
    rows: Rows = [(say("study.all_parts"), whole[0], "", whole[1], "", "", "")]
    for row in study["rows"]:
        cells: list[str] = []
        for way in ("without", "alone"):
            own = row[way] or {"score": None, "difference": None}
            score = "" if own["score"] is None else say.number(own["score"]["value"])
            cells += [score, *_pair(own["difference"], say, signed=True)]
        rows.append((_part_name(row["name"], say), *cells))
    return headings, rows


def _left_out(study: Mapping[str, Any], interval: str, say: Words) -> tuple[tuple[str, ...], Rows]:
    column, metric = study["column"], say.name("metric", study["metric"])
    headings = (
        say.name("what", column),
        say("study.examples"),
        say("study.trained_with"),
        say("study.seen", metric=metric),
        say("study.unseen"),
        say("study.difference"),
        interval,
    )
    pooled = study["pooled"]
    rows = [(say(f"study.all.{column}"), say.whole(pooled["n"]), "", *_change(pooled, say))]
    rows += [
        (row["value"], say.whole(row["n"]), say.whole(round(row["trained_with"])), *_change(row, say))
        for row in study["rows"]
    ]
    return headings, rows


def _change(row: Mapping[str, Any], say: Words) -> tuple[str, ...]:
    scores = ("" if row[key] is None else say.number(row[key]["value"]) for key in ("seen", "unseen"))
    return (*scores, *_pair(row["difference"], say, signed=True))


_TABLES: Mapping[str, Callable[[Mapping[str, Any], str, Words], tuple[tuple[str, ...], Rows]]] = {
    "learning_curve": _curve,
    "ablation": _ablation,
    "leave_one_target_out": _left_out,
    "leave_one_actor_out": _left_out,
}


def _notes(study: Mapping[str, Any], say: Words) -> list[str]:
    notes = []
    if study.get("others"):
        others = say.count(study["others"], study["column"])
        notes.append(say("study.others", others=others, least=study["at_least"]))
    for row in study["rows"]:
        name = _row_name(row, say)
        if row.get("lacking"):
            fits = ", ".join(
                say("study.in_fits", label=label, fits=say.count(n, "fit")) for label, n in row["lacking"].items()
            )
            notes.append(say("study.lacking", name=name, fits=fits))
        for own in (row, row.get("without") or {}, row.get("alone") or {}):
            if own.get("refused"):
                notes.append(say("study.not_fitted", name=name, why=own["refused"]))
            if own.get("unconverged"):
                notes.append(say("study.unconverged", name=name, fits=say.count(own["unconverged"], "fit")))
    return notes


def _row_name(row: Mapping[str, Any], say: Words) -> str:
    name = row.get("name") or row.get("value")
    return say.percent(row["share"]) if name is None else _part_name(str(name), say)


def _part_name(name: str, say: Words) -> str:
    """Return the name of a part of the features: those of blocks are made of the config's own words."""
    return say("study.conditioning") if name == "conditioning on the target" else name


def _pair(cell: Cell | None, say: Words, *, signed: bool = False) -> tuple[str, str]:
    if cell is None:
        return "", ""
    return say.number(cell["value"], signed=signed), say.range(cell["low"], cell["high"], signed=signed)


def first_rows(table: StudyTable, most: int) -> tuple[Sequence[tuple[str, ...]], int]:
    """Return the rows that are shown, and how many are not."""
    return table.rows[:most], max(0, len(table.rows) - most)
