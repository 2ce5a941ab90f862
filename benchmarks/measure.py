"""Measuring two sides in turn, each in a fresh process, and what is said of the pairs.

This module and all that a runner imports stay small: on Linux the peak memory of a process includes that of the one
that started it.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks import peers

HERE = Path(__file__).parent
SIDES = HERE / "sides"
OURS = "stancekit"
_MODULE = {
    OURS: "with_stancekit.py",
    "scikit-learn": "with_scikit_learn.py",
    "skll": "with_skll.py",
    "fasttext-numpy2": "with_fasttext.py",
    "liblinear-official": "with_liblinear.py",
}


@dataclass(frozen=True)
class Side:
    """One of two that do the same work.

    Attributes
    ----------
    who : str
        stancekit, or the name of a peer's package.
    task : str
        Which of the tasks of its module; "train" is the command `stancekit train`.
    request : mapping of str to object
    whole_process : bool
        Whether the clock runs from the start of the process to its end.
    """

    who: str
    task: str
    request: Mapping[str, Any]
    whole_process: bool = False


@dataclass(frozen=True)
class Goal:
    """What a ratio is to be; `at` least or at most `value`."""

    at: Literal["least", "most"]
    value: float
    of: Literal["theirs / ours", "ours / theirs"] = "theirs / ours"

    def reached(self, ratio: float) -> bool:
        """Say if a ratio is what it is to be."""
        return ratio >= self.value if self.at == "least" else ratio <= self.value

    def __str__(self) -> str:
        sign = "≥" if self.at == "least" else "≤"
        return f"{sign} {self.value:g} ×"


Agreement = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Comparison:
    """Work that two sides do.

    Attributes
    ----------
    title : str
    corpus : str
        What is worked on, in words.
    ours, theirs : Side
    pairs : int
    goal : Goal or None
    agree : callable
        What the two answers have in common, by name; a value that is False means that a goal isn't reached.
    """

    title: str
    corpus: str
    ours: Side
    theirs: Side
    pairs: int
    goal: Goal | None = None
    agree: Agreement | None = None


def compare(own: Comparison, python_of: Callable[[str], str]) -> dict[str, Any]:
    """Measure pairs, ours and theirs in turn, and return what results.json says of them.

    Parameters
    ----------
    own : Comparison
    python_of : callable
        Returns the interpreter of a peer.
    """
    row: dict[str, Any] = {"title": own.title, "corpus": own.corpus, "peer": own.theirs.who}
    if own.goal is not None:
        row["goal"] = {"at": own.goal.at, "value": own.goal.value, "of": own.goal.of}
    try:
        python = python_of(own.theirs.who)
    except peers.NotInstalledError as error:
        return row | {"not_installed": str(error)}
    pairs = []
    for number in range(own.pairs):
        # Who goes first alternates: the load of a shared machine drifts.
        order = (own.ours, own.theirs) if number % 2 == 0 else (own.theirs, own.ours)
        found = {side.who: run(side, sys.executable if side.who == OURS else python) for side in order}
        pairs.append((found[OURS], found[own.theirs.who]))
        print(f"  {own.title}: {pairs[-1][0]['seconds']:.3f} s, {own.theirs.who} {pairs[-1][1]['seconds']:.3f} s")
    row |= summarised([(a["seconds"], b["seconds"]) for a, b in pairs], own.goal)
    row["peak_mb"] = {
        "ours": max(a["peak_mb"] for a, _ in pairs),
        "theirs": max(b["peak_mb"] for _, b in pairs),
    }
    row["agreement"] = own.agree(*pairs[-1]) if own.agree is not None else {}
    if "reached" in row:
        row["reached"] = row["reached"] and all(value is not False for value in row["agreement"].values())
    return row


def summarised(seconds: Sequence[tuple[float, float]], goal: Goal | None) -> dict[str, Any]:
    """Return medians of seconds, the ratio of the medians, and the lowest and highest ratio of a pair.

    Examples
    --------
    >>> found = summarised([(1.0, 4.0), (2.0, 4.0), (4.0, 12.0)], Goal("least", 2.5))
    >>> found["ratio"], found["lowest"], found["highest"], found["reached"]
    (2.0, 2.0, 4.0, False)
    """
    inverse = goal is not None and goal.of == "ours / theirs"
    ours, theirs = statistics.median(a for a, _ in seconds), statistics.median(b for _, b in seconds)
    ratios = [a / b if inverse else b / a for a, b in seconds]
    ratio = ours / theirs if inverse else theirs / ours
    row = {
        "seconds": {"ours": [round(a, 5) for a, _ in seconds], "theirs": [round(b, 5) for _, b in seconds]},
        "median_seconds": {"ours": round(ours, 5), "theirs": round(theirs, 5)},
        "ratio": round(ratio, 3),
        "lowest": round(min(ratios), 3),
        "highest": round(max(ratios), 3),
    }
    return row if goal is None else row | {"reached": goal.reached(ratio)}


def run(side: Side, python: str) -> dict[str, Any]:
    """Run a side in a fresh process; return its answer with `seconds` and `peak_mb`.

    Peak memory is that of the process, or of the largest one it waited for.
    """
    with tempfile.TemporaryDirectory() as folder:
        request, answer = Path(folder) / "request.json", Path(folder) / "answer.json"
        request.write_text(json.dumps(dict(side.request)), encoding="utf-8")
        if side.task == "train":
            # A run that is there already isn't made again.
            shutil.rmtree(side.request["runs"], ignore_errors=True)
            command = [python, "-m", "stancekit", "train", *side.request["arguments"]]
        else:
            command = [python, "-W", "ignore", str(SIDES / _MODULE[side.who]), side.task, str(request), str(answer)]
        said = Path(folder) / "said.txt"
        begin = time.perf_counter()
        with said.open("wb") as file:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
            _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise RuntimeError(f"{side.who}, {side.task}: {said.read_text(encoding='utf-8', errors='replace')[-2000:]}")
        answered: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {}
    unit = 2**20 if sys.platform == "darwin" else 2**10
    answered["peak_mb"] = round(used.ru_maxrss / unit)
    if side.whole_process:
        answered["seconds"] = seconds
    return answered
