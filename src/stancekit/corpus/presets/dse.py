"""DSE: directed sentiment between two entities that a sentence of news mentions.

Park, Pan and Joo, "Who Blames or Endorses Whom? Entity-to-Entity Directed Sentiment Extraction in News Text",
Findings of ACL 2021. Tab-separated without a header: the sentence with both mentions in square brackets, p, q, class.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from stancekit.corpus.parsers import RawFile, RawTable, delimited_rows

LABELS = ("neutral", "positive_pq", "positive_qp", "negative_pq", "negative_qp")
"""By the number of their class; `pq` is sentiment of p towards q."""

_MARK = re.compile(r"\[([^\[\]]*)\]")


class _Unmarked(NamedTuple):
    """A plain sentence, and where in it p and q are mentioned."""

    text: str
    p: tuple[int | None, int | None]
    q: tuple[int | None, int | None]


def parse(file: RawFile) -> RawTable:
    """Parse `train.txt`, `valid.txt` or `test.txt`.

    A mark may end inside a word (`[Democrat]s`): the span is what is marked, as p and q are. An entity without a mark
    has no span. Many sentences occur twice, so folds by article or by nothing leak: `by: text`.

    Returns
    -------
    RawTable
        `text, actor, actor_start, actor_end, target, target_start, target_end, label`; p is the actor, q the target.

    Raises
    ------
    DataError
        If a row hasn't four fields, an entity is empty or a class unknown.
    """
    columns: dict[str, list[Any]] = {}
    lines: list[int] = []
    for line, row in delimited_rows(file, "\t"):
        lines.append(line)
        for name, value in _example(file, line, row).items():
            columns.setdefault(name, []).append(value)
    return RawTable(columns, lines)


def _example(file: RawFile, line: int, row: list[str]) -> dict[str, Any]:
    if len(row) != 4:
        hint = "A row is a sentence with [p] and [q] marked, p, q and the class, with tabs between"
        raise file.error(line, f"{len(row)} fields, not 4", hint=hint)
    marked, p, q, number = row[0], row[1].strip(), row[2].strip(), row[3].strip()
    if not p or not q:
        raise file.error(line, f"{'q' if p else 'p'} is empty")
    known = [str(label) for label in range(len(LABELS))]
    if number not in known:
        raise file.error(line, f"the class {number!r} is unknown", allowed=known)
    plain = _unmark(marked, p, q)
    return {
        "text": plain.text,
        "actor": p,
        "actor_start": plain.p[0],
        "actor_end": plain.p[1],
        "target": q,
        "target_start": plain.q[0],
        "target_end": plain.q[1],
        "label": LABELS[int(number)],
    }


def _unmark(marked: str, p: str, q: str) -> _Unmarked:
    """Take the brackets off p and q; other brackets are the sentence's own."""
    marks = list(_MARK.finditer(marked))
    of_p = next((mark for mark in marks if mark[1].strip() == p), None)
    of_q = next((mark for mark in marks if mark[1].strip() == q and mark is not of_p), None)
    ours = [mark for mark in marks if mark in (of_p, of_q)]
    text = "".join(c for i, c in enumerate(marked) if all(i not in (mark.start(), mark.end() - 1) for mark in ours))

    def span(mark: re.Match[str] | None) -> tuple[int | None, int | None]:
        if mark is None:
            return None, None
        brackets_before = 2 * ours.index(mark) + 1
        start = mark.start(1) + len(mark[1]) - len(mark[1].lstrip()) - brackets_before
        return start, start + len(mark[1].strip())

    return _Unmarked(text, span(of_p), span(of_q))
