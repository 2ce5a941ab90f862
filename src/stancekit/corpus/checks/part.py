"""What the checks look at: the examples of a part of the data, and how they are called."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Literal

from stancekit.config.checks import CheckCode
from stancekit.corpus.checks.findings import Finding, Severity
from stancekit.corpus.copies import cases, marked_cases
from stancekit.corpus.examples import Columns

EXAMPLES_SHOWN = 3
LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Part:
    """Labelled examples, all of training or all of the test set."""

    name: Literal["train", "test"]
    columns: Columns

    def __len__(self) -> int:
        return len(self.columns["text"])

    @property
    def texts(self) -> Sequence[str]:
        """The text of every example."""
        return self.columns["text"]

    @cached_property
    def ids(self) -> Sequence[str]:
        """The id of every example; its number, counted from 1, where there are none."""
        return self.columns.get("id") or [str(number) for number in range(1, len(self) + 1)]

    def column(self, name: str) -> Sequence[Any]:
        """Return a column; None for every example where there is no such column."""
        return self.columns.get(name) or [None] * len(self)

    @cached_property
    def stances(self) -> Sequence[Hashable]:
        """The label of every example, or its set of labels; None where it has none."""
        sets = self.columns.get("labels")
        if sets is not None and "label" not in self.columns:
            return [frozenset(own) if own is not None else None for own in sets]
        return self.column("label")

    @cached_property
    def cases(self) -> list[tuple[str, str | None, str | None]]:
        """What is labelled: text, actor and target of every example."""
        return cases(self.columns)

    @cached_property
    def marked_cases(self) -> list[tuple[Any, ...]]:
        """What is labelled, and where it is mentioned: a text may name the same target twice."""
        return marked_cases(self.columns)

    @cached_property
    def repeated_of(self) -> list[int]:
        """The first example of the same case, for every example: itself where it is the first.

        What another annotator says of a case is no copy of it.
        """
        first: dict[Any, int] = {}
        keys = zip(self.marked_cases, self.column("annotator"), strict=True)
        return [first.setdefault(key, row) for row, key in enumerate(keys)]

    def finding(
        self,
        code: CheckCode,
        rows: Iterable[int],
        message: str,
        *,
        severity: Severity = "warning",
        count: int | None = None,
        examples: Iterable[str] = (),
        **values: Any,
    ) -> Finding:
        """Return a finding about some of the examples; `values` are those of its message, beside the two counts."""
        ids = [str(self.ids[row]) for row in rows]
        shown = tuple(islice(examples, EXAMPLES_SHOWN))
        known = {"rows": len(ids), "total": len(self), **values}
        return Finding(code, severity, self.name, ids, message, len(ids) if count is None else count, shown, known)

    def shown(self, row: int) -> str:
        """Return an example's id and the beginning of its text."""
        return f"{self.ids[row]}: {shortened(self.texts[row])}"


def shortened(text: str) -> str:
    """Return the beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"


def share(count: int, total: int) -> str:
    """Return a count as a share in words."""
    percent = 100 * count / total
    return f"{percent:.1f} %" if percent < 10 else f"{percent:.0f} %"
