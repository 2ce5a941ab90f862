"""What annotators mark in a text, whatever the tool: mentions, and relations between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROLES: Mapping[str, str] = {"actor": "Actor", "target": "Target"}
"""Our columns: what a mention is labelled in a tool."""


@dataclass(frozen=True)
class Mark:
    """A labelled mention: `text[start:end]`."""

    label: str
    start: int
    end: int

    @property
    def role(self) -> str | None:
        """`actor` or `target`, if the label says so in either case."""
        role = self.label.strip().lower()
        return role if role in ROLES else None


@dataclass(frozen=True)
class Link:
    """A relation between two mentions, from the one who holds a stance to what it is on."""

    holder: Mark
    held_on: Mark
    label: str | None


def spans_of(text: str, role: str, mark: Mark | None) -> dict[str, Any]:
    """Return the columns of a mention; it is named by its own words."""
    if mark is None:
        return {role: None, f"{role}_start": None, f"{role}_end": None}
    return {role: text[mark.start : mark.end], f"{role}_start": mark.start, f"{role}_end": mark.end}


def pairs_of(text: str, marks: Sequence[Mark], links: Sequence[Link]) -> list[dict[str, Any]]:
    """Return the pairs of actor and target that are marked in a text, a row for each.

    Relations say who stands to what, in their own direction unless the labels of both mentions say otherwise. Without
    relations every actor stands beside every target, without a label; without either there is one row.

    Examples
    --------
    >>> paris, deal = Mark("Actor", 0, 5), Mark("Target", 13, 17)
    >>> [row["label"] for row in pairs_of("Paris refuse deal", [paris, deal], [Link(deal, paris, "opposes")])]
    ['opposes']
    """
    if links:
        ordered = [in_order(link) for link in links]
        return [_row(text, link.holder, link.held_on, link.label) for link in ordered]
    actors: list[Mark | None] = [mark for mark in marks if mark.role == "actor"]
    targets: list[Mark | None] = [mark for mark in marks if mark.role == "target"]
    return [_row(text, actor, target, None) for actor in actors or [None] for target in targets or [None]]


def in_order(link: Link) -> Link:
    """Return a relation from actor to target: turned round if the labels of its ends say so."""
    backwards = link.holder.role == "target" and link.held_on.role == "actor"
    return Link(link.held_on, link.holder, link.label) if backwards else link


def _row(text: str, actor: Mark | None, target: Mark | None, label: str | None) -> dict[str, Any]:
    return {**spans_of(text, "actor", actor), **spans_of(text, "target", target), "label": label}


def is_astral(text: str) -> bool:
    """Tell whether text has a character that UTF-16 writes as two code units, as emoji are."""
    return not text.isascii() and max(text) > "\uffff"


def to_utf16(text: str, place: int) -> int:
    """Return how many UTF-16 code units stand before a character: what JavaScript and Java count.

    Examples
    --------
    >>> to_utf16("💩 a", 2)
    3
    """
    return place + sum(character > "\uffff" for character in text[:place]) if is_astral(text) else place


def from_utf16(text: str, units: int) -> int:
    """Return the character that begins after so many UTF-16 code units.

    Raises
    ------
    ValueError
        If that is inside a character, or behind the text.

    Examples
    --------
    >>> from_utf16("💩 a", 3)
    2
    """
    if not is_astral(text) and 0 <= units <= len(text):
        return units
    reached = 0
    for place, character in enumerate(text):
        if reached == units:
            return place
        reached += 2 if character > "\uffff" else 1
    if reached != units:
        raise ValueError(units)
    return len(text)


def as_table(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return rows as columns; what a row lacks is None."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def name_rows(rows: Sequence[dict[str, Any]], numbers: Sequence[int]) -> None:
    """Give an id to rows that have none, if the number of their place doesn't tell them apart."""
    nameless = [row for row in rows if row.get("id") is None]
    if not nameless or len(set(numbers)) == len(numbers):
        return
    orders: dict[int, int] = {}
    counts = Counter(numbers)
    for number, row in zip(numbers, rows, strict=True):
        orders[number] = orders.get(number, 0) + 1
        if row.get("id") is None:
            row["id"] = f"{number}/{orders[number]}" if counts[number] > 1 else f"{number}"
