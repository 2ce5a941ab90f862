"""Where two folders of files differ: values of JSON, rows of CSV, arrays, else bytes."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LINE_END = b"\n"
ABSENT = "absent"
"""Stands for a value, row or array that one side doesn't have."""


@dataclass(frozen=True)
class Difference:
    """One place where a file of a run is not what training again made of it.

    Attributes
    ----------
    file : str
        Relative to the run folder.
    where : str
        `cv.metrics.macro_f1.value`, `row 3, column predicted`, `array coefficients`, `byte 120`.
    run, again : object
        What stands there in the run, and what was made now.
    note : str
        How much else differs, in words.
    """

    file: str
    where: str
    run: Any
    again: Any
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; numbers that JSON doesn't have are text."""
        return {key: _finite(value) for key, value in vars(self).items()}


def files_below(folder: Path) -> list[str]:
    """Return the files in a folder and those below it, by name."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def compare_files(name: str, run: Path, again: Path) -> list[Difference]:
    """Return where two files differ, each as its ending says; nothing if they are equal byte for byte.

    Parameters
    ----------
    name : str
        Of the file, for the answer.
    run, again : Path
        What differs is said of the first beside the second.
    """
    ours, theirs = run.read_bytes(), again.read_bytes()
    if ours == theirs:
        return []
    compare = _BY_ENDING.get(Path(name).suffix)
    try:
        found = [] if compare is None else list(compare(name, ours, theirs))
    except (ValueError, RecursionError, csv.Error):
        found = []
    return found or [_first_byte(name, ours, theirs)]


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(own) for key, own in value.items()}
    if isinstance(value, list):
        return [_finite(own) for own in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _first_byte(name: str, ours: bytes, theirs: bytes) -> Difference:
    shorter = min(len(ours), len(theirs))
    at = next((i for i in range(shorter) if ours[i] != theirs[i]), shorter)
    run, again = (own[at : at + 20].decode("utf-8", "replace") if at < len(own) else ABSENT for own in (ours, theirs))
    where = f"byte {at} (line {ours[:at].count(LINE_END) + 1})"
    return Difference(name, where, run, again, f"{len(ours)} and {len(theirs)} bytes")


def _compare_json(name: str, ours: bytes, theirs: bytes) -> Iterator[Difference]:
    for where, run, again in _values_that_differ(json.loads(ours), json.loads(theirs), ""):
        yield Difference(name, where or "the whole", run, again)


def _values_that_differ(run: Any, again: Any, where: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(run, dict) and isinstance(again, dict):
        for key in dict.fromkeys((*run, *again)):
            inside = f"{where}.{key}" if where else str(key)
            yield from _values_that_differ(run.get(key, ABSENT), again.get(key, ABSENT), inside)
    elif isinstance(run, list) and isinstance(again, list):
        for number, (one, other) in enumerate(itertools.zip_longest(run, again, fillvalue=ABSENT)):
            yield from _values_that_differ(one, other, f"{where}[{number}]")
    elif type(run) is not type(again) or run != again:
        yield where, run, again


def _compare_csv(name: str, ours: bytes, theirs: bytes) -> Iterator[Difference]:
    """Yield the first cell that differs, and in how many rows there are more."""
    (header, *run), (header_now, *again) = _rows(ours), _rows(theirs)
    if header != header_now:
        yield Difference(name, "columns", ",".join(header), ",".join(header_now))
        return
    pairs = list(itertools.zip_longest(run, again))
    rows = [number for number, (one, other) in enumerate(pairs) if one != other]
    if rows:
        note = f"{len(rows)} of {max(len(run), len(again))} rows differ"
        yield Difference(name, *_first_cell(rows[0], header, *pairs[rows[0]]), note)


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def _first_cell(number: int, header: list[str], run: list[str] | None, again: list[str] | None) -> tuple[str, str, str]:
    where = f"row {number + 1}"
    if run is None or again is None:
        one, other = (ABSENT if row is None else ",".join(row) for row in (run, again))
        return where, one, other
    columns = itertools.zip_longest(header, run, again, fillvalue=ABSENT)
    column, one, other = next(cells for cells in columns if cells[1] != cells[2])
    return f"{where}, column {column}", one, other


def _compare_arrays(name: str, ours: bytes, theirs: bytes) -> Iterator[Difference]:
    """Yield the arrays that differ, with the largest absolute difference of their values."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        run, again = load(ours), load(theirs)
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    for array in sorted({*run, *again}):
        yield from _compare_array(name, array, run, again)


def _compare_array(
    file: str, name: str, run: Mapping[str, NDArray[Any]], again: Mapping[str, NDArray[Any]]
) -> Iterable[Difference]:
    where = f"array {name}"
    if name not in run or name not in again:
        return [Difference(file, where, *(_form(own[name]) if name in own else ABSENT for own in (run, again)))]
    one, other = run[name], again[name]
    if one.shape != other.shape or one.dtype != other.dtype:
        return [Difference(file, where, _form(one), _form(other))]
    if one.tobytes() == other.tobytes():
        return []
    unequal = (one != other) & ~((one != one) & (other != other))
    at = np.unravel_index(int(np.argmax(_distance(one, other))), one.shape)
    note = f"largest absolute difference {float(_distance(one, other).max()):.3g}; {int(unequal.sum())} values differ"
    return [Difference(file, where, one[at].item(), other[at].item(), note)]


def _distance(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    """Return absolute differences; infinite where only one of two is a number, 0 where none is."""
    ours, theirs = one.astype(np.float64), other.astype(np.float64)
    neither, one_alone = np.isnan(ours) & np.isnan(theirs), np.isnan(ours) != np.isnan(theirs)
    with np.errstate(invalid="ignore"):
        apart = np.where(ours == theirs, 0.0, np.abs(ours - theirs))
    return np.where(neither, 0.0, np.where(one_alone, np.inf, apart))


def _form(array: NDArray[Any]) -> str:
    return f"{array.dtype} of shape {array.shape}"


_BY_ENDING = {".json": _compare_json, ".csv": _compare_csv, ".safetensors": _compare_arrays}
