"""Numbers and names in files for papers: CSV and LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stancekit.errors import printable

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV, an empty cell where there is None."""
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue()


def escape_latex(text: str) -> str:
    r"""Return text as LaTeX shows it.

    Examples
    --------
    >>> print(escape_latex("macro_f1 & 95 %"))
    macro\_f1 \& 95 \%
    """
    return "".join(_LATEX.get(character, character) for character in printable(text))


def latex_number(value: float | None, form: str = ".3f") -> str:
    """Return a number for LaTeX, with a real minus; a dash where there is none."""
    return "--" if value is None else f"${value:{form}}$"


def latex_interval(low: float | None, high: float | None, form: str = ".3f") -> str:
    """Return ` [low, high]` for LaTeX, nothing where there is no interval."""
    return "" if low is None or high is None else f" [{latex_number(low, form)}, {latex_number(high, form)}]"
