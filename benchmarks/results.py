"""results.json, and the table of it in the documentation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
DOCS = HERE.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- the table of benchmarks/results.json -->", "<!-- end of the table -->"
FORMAT = 1
HEADER = "| work | goal | measured | lowest–highest | stancekit | peer | peak MB | |"


def read_results(file: Path) -> dict[str, Any]:
    """Return what was measured before, or nothing."""
    if file.exists():
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if found.get("format") == FORMAT:
            return found
    return {"format": FORMAT, "works": {}}


def write_results(results: dict[str, Any], file: Path) -> None:
    """Write results.json."""
    file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_table(results: dict[str, Any], file: Path) -> None:
    """Put the table between its two marks."""
    put_between(BEGIN, END, table(results), file)


def put_between(begin: str, end: str, text: str, file: Path) -> None:
    """Replace what stands between two marks of a page.

    Raises
    ------
    ValueError
        If the page has no such marks; it stays as it is.
    """
    before, _, rest = file.read_text(encoding="utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"{file} has no {begin} … {end}")
    file.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def table(results: dict[str, Any]) -> str:
    """Return the table: a line for each row of each work, then what must be said of it."""
    lines = ["", HEADER, "|---" * (HEADER.count("|") - 1) + "|"]
    for work in results["works"].values():
        lines += [f"| {' | '.join(_cells(row))} |" for row in work["rows"]]
    versions = ", ".join(f"{name} {version}" for name, version in (results["versions"] | results["peers"]).items())
    loads = ", ".join(
        f"{name} {work['load_average_before'][0]:g}" for name, work in results["works"].items() if _has_load(work)
    )
    dates = sorted({work["date"] for work in results["works"].values()})
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    said = f"Python {results['python']}, {results['cores']} cores, {when}; {versions}."
    return "\n".join([*lines, "", said, f"Load average of the last minute before each work: {loads}.", ""])


def _has_load(work: dict[str, Any]) -> bool:
    return bool(work.get("load_average_before"))


def _cells(row: dict[str, Any]) -> list[str]:
    title = f"{row['title']} ({row['corpus']})"
    if "not_installed" in row:
        return [title, "", f"{row['peer']} can't be installed: {row['not_installed']}", "", "", "", "", "not measured"]
    if "exponent" in row:
        return _growth_cells(title, row)
    if "overhead" in row:
        rounds = len(row["seconds"]["sweep"])
        span = f"{row['lowest']:.0%}–{row['highest']:.0%}, {rounds} rounds" if rounds > 1 else "1 round"
        peak = f"{row['peak_mb']['ours']:,}"
        goal = f"≤ {row['goal_overhead']:.0%}"
        return [title, goal, f"{row['overhead']:.0%}", span, "", "", peak, _verdict(row)]
    seconds = [_seconds(row["median_seconds"][who]) for who in ("ours", "theirs")]
    peaks = f"{row['peak_mb']['ours']:,} / {row['peak_mb']['theirs']:,}"
    pairs = len(row["seconds"]["ours"])
    span = f"{row['lowest']:.3g}–{row['highest']:.3g}, {pairs} pairs" if pairs > 1 else "1 pair"
    goal = row.get("goal")
    return [title, _goal(goal), _ratio(row, goal), span, *seconds, peaks, _verdict(row)]


def _growth_cells(title: str, row: dict[str, Any]) -> list[str]:
    largest = list(row["peak_mb"])[-1]
    seconds = ", ".join(_seconds(sorted(own)[len(own) // 2]) for own in row["seconds"].values())
    goal = f"exponent ≤ {row['goal_exponent']:g}, < {row['goal_mb']:,} MB"
    return [
        title,
        goal,
        f"exponent {row['exponent']:.2f}",
        "",
        seconds,
        "",
        f"{row['peak_mb'][largest]:,}",
        _verdict(row),
    ]


def _goal(goal: dict[str, Any] | None) -> str:
    if goal is None:
        return ""
    if goal["of"] == "ours / theirs":
        return f"≤ {goal['value']:g} × its time"
    return "no slower" if goal["value"] == 1 else f"≥ {goal['value']:g} × as fast"


def _ratio(row: dict[str, Any], goal: dict[str, Any] | None) -> str:
    unit = "× its time" if goal and goal["of"] == "ours / theirs" else "× as fast"
    return f"{row['ratio']:.3g} {unit}"


def _verdict(row: dict[str, Any]) -> str:
    words = [] if "reached" not in row else ["reached" if row["reached"] else "**not reached**"]
    agreement = row.get("agreement", {})
    words += [f"not: {name.replace('_', ' ')}" for name, value in agreement.items() if value is False]
    if "largest_difference_of_fold_scores" in agreement:
        words.append(f"fold scores within {agreement['largest_difference_of_fold_scores']:.4f}")
    if isinstance(agreement.get("macro_f1"), dict):
        ours, theirs = (_mean(agreement["macro_f1"][who]) for who in ("ours", "theirs"))
        words.append(f"macro-F1 {ours:.4f} / {theirs:.4f}")
    return "; ".join(words)


def _mean(value: Any) -> float:
    return sum(value) / len(value) if isinstance(value, list) else float(value)


def _seconds(value: float) -> str:
    return f"{value * 1000:.2g} ms" if value < 0.1 else f"{value:.3g} s"
