"""How far a gazetteer finds the mentions that annotators marked: `python -m benchmarks.linking GAZETTEER EXAMPLES`.

A marked span is found if a mention of the same name has the same offsets (exact) or shares a character with it
(overlap). By name, it counts whether a sentence that marks a name has any mention of it, and the other way round.
Annotators mark one mention of a name for a pair; a second one in the same sentence counts against precision.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from stancekit.corpus.gazetteer import Gazetteer
from stancekit.corpus.gazetteer_file import read_gazetteer
from stancekit.corpus.readers import read_examples

Span = tuple[str, int, int]


def main() -> None:
    """Print recall and precision by role, on all articles or on those whose number is in a range."""
    parser = argparse.ArgumentParser()
    parser.add_argument("gazetteer", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--articles", metavar="FIRST-LAST", help="by the number at the end of their id")
    parser.add_argument("--missed", action="store_true", help="also list marked spans without a mention, and the rest")
    given = parser.parse_args()
    wanted = tuple(map(int, given.articles.split("-"))) if given.articles else None
    columns = read_examples(given.examples).to_dict()
    rows = [row for row in range(len(columns["text"])) if wanted is None or _is_in(columns["article"][row], wanted)]
    gazetteer = read_gazetteer(given.gazetteer)
    print("role    spans  mentions  exact R/P      overlap R/P    name R/P")
    for role in ("actor", "target"):
        texts, marked = _marked(columns, rows, role)
        found = {key: _mentions(gazetteer, role, text) for key, text in texts.items()}
        print(f"{role:7} {_count(marked):5} {_count(found):9}  ", end="")
        print("  ".join(_recall_and_precision(marked, found, same) for same in (_equal, _overlap, _same_name)))
        if given.missed:
            _list_missed(texts, marked, found)


def _is_in(article: str, wanted: tuple[int, ...]) -> bool:
    number = re.search(r"(\d+)$", article)
    return number is not None and wanted[0] <= int(number[1]) <= wanted[-1]


def _marked(columns: Any, rows: Iterable[int], role: str) -> tuple[dict[Any, str], dict[Any, set[Span]]]:
    texts, marked = {}, defaultdict(set)
    for row in rows:
        key = columns["article"][row], columns["sentence"][row]
        texts[key] = columns["text"][row]
        start, end = columns[f"{role}_start"][row], columns[f"{role}_end"][row]
        if start is not None and start >= 0:
            marked[key].add((columns[role][row], start, end))
    return texts, marked


def _mentions(gazetteer: Gazetteer, role: str, text: str) -> set[Span]:
    find = gazetteer.find_actors if role == "actor" else gazetteer.find_targets
    return {(mention.name, mention.start, mention.end) for mention in find(text)}


def _recall_and_precision(marked: Any, found: Any, same: Callable[[Span, Span], bool]) -> str:
    hit = sum(any(same(span, own) for own in found[key]) for key in marked for span in marked[key])
    right = sum(any(same(span, own) for span in marked.get(key, ())) for key in found for own in found[key])
    return f"{hit / max(1, _count(marked)):.3f} / {right / max(1, _count(found)):.3f}"


def _equal(one: Span, other: Span) -> bool:
    return one == other


def _overlap(one: Span, other: Span) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _same_name(one: Span, other: Span) -> bool:
    return one[0] == other[0]


def _count(spans: Any) -> int:
    return sum(map(len, spans.values()))


def _list_missed(texts: Any, marked: Any, found: Any) -> None:
    for key, text in texts.items():
        own = marked.get(key, set())
        for sign, left, right in (("-", own, found[key]), ("+", found[key], own)):
            for name, start, end in sorted(left):
                if not any(_overlap((name, start, end), span) for span in right):
                    print(f"  {sign} {name}: {text[start:end]!r}  | {text}")


if __name__ == "__main__":
    main()
