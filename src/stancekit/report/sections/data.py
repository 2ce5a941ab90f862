"""What was learned from what: the data statement, and what the checks found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stancekit.corpus.checks import Finding
from stancekit.errors import printable
from stancekit.experiment.files import Results
from stancekit.report.words import Words, spaced
from stancekit.report.words.fr_facts import CHECKS

ROWS_SHOWN = 5
"""Of the examples that a finding is about; findings.json has all of them."""

NUMBERS = ("examples", "texts", "articles", "actors", "targets")


def data(results: Results, say: Words) -> dict[str, Any]:
    """Return the numbers of the training and the test examples, side by side."""
    known = results.metrics.get("data") or {}
    counted = results.checked.examples
    parts = {name: known.get(name) or {"examples": counted[name]} for name in ("train", "test") if counted.get(name)}
    scored = "both" if len(results.parts) == 2 else "cv" if results.cv is not None else "test"
    rows = [
        {"name": say(f"data.{key}"), "values": [say.whole(part[key]) for part in parts.values()]}
        for key in NUMBERS
        if all(key in part for part in parts.values()) and any(part[key] for part in parts.values())
    ]
    for key, describe in (("languages", _languages), ("dates", _dates)):
        values = [describe(part, say) for part in parts.values()]
        if any(values):
            rows.append({"name": say(f"data.{key}"), "values": [value or say("data.unknown") for value in values]})
    return {
        "how": say(f"data.how.{scored}"),
        "columns": [say(f"data.{name}") for name in parts],
        "rows": rows,
        "labels": _labels(results, parts, say),
    }


def _languages(part: Mapping[str, Any], say: Words) -> str:
    known, all_of_them = part.get("languages") or {}, part["examples"]
    if len(known) == 1 and sum(known.values()) == all_of_them:
        return str(next(iter(known)))
    return ", ".join(f"{language} {say.percent(n / all_of_them)}" for language, n in known.items())


def _dates(part: Mapping[str, Any], say: Words) -> str:
    first, last = part.get("first_date"), part.get("last_date")
    if not first:
        return ""
    return str(first) if first == last else say("data.dates_range", first=first, last=last)


def _labels(results: Results, parts: Mapping[str, Mapping[str, Any]], say: Words) -> list[dict[str, Any]]:
    if not all("labels" in part for part in parts.values()):
        return []
    rows = []
    for label in results.config.task.labels:
        shares = [(part["labels"].get(label, 0), part["examples"]) for part in parts.values()]
        cells = [{"n": say.whole(n), "share": n / total, "percent": say.percent(n / total)} for n, total in shares]
        rows.append({"label": label, "cells": cells})
    return rows


def findings(results: Results, say: Words) -> list[dict[str, Any]]:
    """Return the findings as rows of a list."""
    return [_finding(own, say) for own in results.checked.findings]


def _finding(own: Finding, say: Words) -> dict[str, Any]:
    shown = ", ".join(printable(row) for row in own.rows[:ROWS_SHOWN])
    left = len(own.rows) - ROWS_SHOWN
    told = None if say.language == "en" else _in_french(own, say)
    title, message, why = told or (own.kind.title, own.message, f"{own.kind.why} {own.kind.help}")
    return {
        "severity": own.severity,
        "severity_name": say(f"severity.{own.severity}"),
        "code": own.code,
        "title": title,
        "part": say(f"checks.part.{own.part}"),
        "message": message,
        "rows": say("checks.more_rows", rows=shown, n=say.whole(left)) if left > 0 else shown,
        "help": why,
        "lang": "en" if told is None else say.language,
    }


def _in_french(own: Finding, say: Words) -> tuple[str, str, str] | None:
    """Return title, message and advice; None of a finding of an earlier version, which lacks values."""
    words, known = CHECKS[own.code], dict(own.values)
    values: dict[str, str] = {"n": say.whole(own.count), "of_part": say(f"checks.of_part.{own.part}")}
    try:
        if "total" in known:
            values["share"] = say.share(own.count, known["total"])
            values["share_of_rows"] = say.share(known["rows"], known["total"])
        for key in known.keys() & {"names", "words"}:
            values[key] = ", ".join(known.pop(key))
        if "few" in known:
            values["few"] = " ; ".join(_few(cell, say) for cell in known.pop("few"))
        if "moved" in known:
            values["moved"] = " ; ".join(
                say(
                    "checks.moved",
                    label=cell["label"],
                    train=say.percent(cell["train"]),
                    test=say.percent(cell["test"]),
                )
                for cell in known.pop("moved")
            )
        if "what" in known:
            values["whats"] = say(f"checks.whats.{known.pop('what')}")
        values |= {key: say.whole(value) if isinstance(value, int) else str(value) for key, value in known.items()}
        message = spaced(words.said).format(**values)
    except (KeyError, TypeError, AttributeError):
        return None
    return spaced(words.title), message, spaced(f"{words.why} {words.help}")


def _few(cell: Mapping[str, Any], say: Words) -> str:
    articles = cell["articles"]
    within = "" if articles is None else say("checks.within", articles=say.count(articles, "article"))
    return f"{cell['label']} {say.whole(cell['n'])}{within}"
