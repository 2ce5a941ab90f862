"""What was learned from what: the data statement, and what the checks found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stancekit.experiment.files import Results
from stancekit.report.findings import listed
from stancekit.report.words import Words

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
    """Return the findings as rows of a table; their words are those of the checks, which are English."""
    return [
        {
            "severity": own.severity,
            "severity_name": say(f"severity.{own.severity}"),
            "code": own.code,
            "title": own.kind.title,
            "part": say(f"checks.part.{own.part}"),
            "message": own.message,
            "rows": listed(own.rows),
            "help": f"{own.kind.why} {own.kind.help}",
        }
        for own in results.checked.findings
    ]
