"""Directed pairs: two entities, either of which may hold something toward the other."""

from __future__ import annotations

from typing import Any

from stancekit.corpus.examples import Columns

_OTHER_ROLE = {
    "actor": "target",
    "actor_start": "target_start",
    "actor_end": "target_end",
    "target": "actor",
    "target_start": "actor_start",
    "target_end": "actor_end",
}


def with_mirrors(examples: Columns) -> dict[str, list[Any]]:
    """Return examples and, behind them in the same order, their mirrors: actor and target have changed places.

    Only what features are made of is there: text, names and spans.

    Examples
    --------
    >>> both = with_mirrors({"text": ["Ann met Bob."], "actor": ["Ann"], "target": ["Bob"]})
    >>> both["actor"], both["target"]
    (['Ann', 'Bob'], ['Bob', 'Ann'])
    """
    none = [None] * len(examples["text"])
    text = list(examples["text"])
    roles = {own: [*examples.get(own, none), *examples.get(other, none)] for own, other in _OTHER_ROLE.items()}
    return {"text": text * 2, **roles}
