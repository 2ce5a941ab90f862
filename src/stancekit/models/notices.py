"""What is noticed about examples that are given to a model; they are labelled all the same."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence

from stancekit.corpus.examples import SPAN_COLUMNS, Columns
from stancekit.corpus.gazetteer import Gazetteer, Role
from stancekit.errors import closest, printable

ROLES: tuple[Role, ...] = ("actor", "target")
NAMED_AT_MOST = 5


class ExamplesWarning(UserWarning):
    """Examples name somebody whom the model doesn't know, or have a column that looks like one but isn't read."""


def count_unknown_names(gazetteer: Gazetteer, table: Columns) -> dict[Role, dict[str, int]]:
    """Return the actors and targets of a table that a model was never told of, with how many rows name them.

    A role of which the model knows nobody at all is left out: it doesn't ask for it.
    """
    known: dict[Role, set[str]] = {"actor": set(gazetteer.actor_names), "target": set(gazetteer.target_names)}
    unknown: dict[Role, dict[str, int]] = {}
    for role in ROLES:
        for name in table.get(role, ()) if known[role] else ():
            if name is not None and name not in known[role]:
                own = unknown.setdefault(role, {})
                own[name] = own.get(name, 0) + 1
    return unknown


def unread_columns(given: Iterable[str], read: Sequence[str] = ("actor", "target", *SPAN_COLUMNS)) -> dict[str, str]:
    """Return columns that look like one of those that would be read but aren't given, and that one.

    Examples
    --------
    >>> unread_columns(["text", "Actor", "targets", "date"])
    {'Actor': 'actor', 'targets': 'target'}
    """
    names = list(given)
    missing = [name for name in read if name not in names]
    near = {name: closest(name, missing) for name in names if name not in ("text", *read)}
    return {name: match for name, match in near.items() if match is not None and _is_near(name, match)}


def _is_near(name: str, match: str) -> bool:
    own = "".join(filter(str.isalnum, name.casefold()))
    return own.rstrip("s") == "".join(filter(str.isalnum, match))


def warn_about(gazetteer: Gazetteer, given: Iterable[str], examples: Columns, stacklevel: int) -> None:
    """Warn once, of everything that is noticed about the examples of one call.

    Parameters
    ----------
    gazetteer : Gazetteer
        The names that the model knows.
    given : iterable of str
        The columns that the caller gave.
    examples : mapping of lists
        What was made of them.
    stacklevel : int
        How far up the line to be named is, as `warnings.warn` counts from the caller of this function.
    """
    notices = [f"the column {name!r} isn't read: is it {match!r}?" for name, match in unread_columns(given).items()]
    for role, names in count_unknown_names(gazetteer, examples).items():
        shown, more = ", ".join(list(names)[:NAMED_AT_MOST]), len(names) - NAMED_AT_MOST
        rows = f"{sum(names.values())} of {len(examples['text'])} examples"
        who = f"{'an' if role == 'actor' else 'a'} {role} that the model was not trained on"
        notices.append(f"{rows} with {who}: {shown}{f' and {more} more' if more > 0 else ''}")
    if notices:
        warnings.warn(printable("; ".join(notices)), ExamplesWarning, stacklevel=stacklevel + 1)
